"""Rich messages: only newer levels of the Bot API know them, and every limit has its code."""

from typing import Any

import pytest

from tests.support.telegram_world import ANN, TelegramWorld

Json = dict[str, Any]


pytestmark = pytest.mark.telegram(level="10.4")


def _paragraph(text: object) -> Json:
    return {"type": "paragraph", "text": text}


def _cell(text: str) -> Json:
    return {"text": text, "align": "left", "valign": "top"}


def _deep(levels: int) -> object:
    text: object = "x"
    for _ in range(levels):
        text = {"type": "bold", "text": text}
    return text


async def _send(world: TelegramWorld, blocks: list[Json], **parameters: Any) -> Json:
    return await world.call(
        "sendRichMessage", chat_id=ANN, rich_message={"blocks": blocks}, **parameters
    )


async def test_an_old_server_does_not_know_the_method(world: TelegramWorld) -> None:
    await world.level("10.0")
    assert (await _send(world, [_paragraph("x")]))["description"] == "Not Found: method not found"


async def test_an_article_comes_back_as_it_is_kept(world: TelegramWorld) -> None:
    link = {"type": "url", "text": "link", "url": "https://e.com/a"}
    photo = {"type": "photo", "media": f"{world.url}/feeds/pictures/1.png"}
    blocks = [
        {"type": "heading", "text": "Title", "size": 1},
        _paragraph(["plain\t", {"type": "bold", "text": "bold"}, link]),
        {"type": "list", "items": [{"blocks": [_paragraph("one")], "type": "1", "value": 1}]},
        {"type": "table", "cells": [[_cell("a"), _cell("b")]]},
        {"type": "photo", "photo": photo, "caption": {"text": "c"}},
        {"type": "details", "summary": "more", "blocks": [_paragraph("hidden")]},
        {"type": "divider"},
    ]
    message = (await _send(world, blocks))["result"]
    assert "text" not in message
    shown = message["rich_message"]["blocks"]
    assert [block["type"] for block in shown] == [block["type"] for block in blocks]
    assert shown[1]["text"][0] == "plain ", "a tab becomes a space"
    assert shown[4]["photo"][0]["width"] == 1200


@pytest.mark.parametrize(
    ("blocks", "description"),
    [
        ([], "rich message must be non-empty"),
        ([{"type": "divider"}], "RICH_MESSAGE_EMPTY"),
        ([_paragraph("")], "RICH_MESSAGE_CONTENT_REQUIRED"),
        ([{"type": "blockquote", "blocks": []}], "RICH_MESSAGE_CONTENT_REQUIRED"),
        ([_paragraph("x" * 20_000)] * 2, "RICH_MESSAGE_TEXT_TOO_LONG"),
        ([_paragraph("x")] * 501, "RICH_MESSAGE_BLOCKS_TOO_MANY"),
        ([_paragraph(_deep(16))], "RICH_MESSAGE_DEPTH_INVALID"),
        ([{"type": "table", "cells": [[_cell("x")] * 21]}], "RICH_MESSAGE_TABLE_COLS_TOO_MANY"),
        (
            [_paragraph({"type": "url", "text": "x", "url": "/relative"})],
            "RICH_MESSAGE_URL_INVALID",
        ),
        ([{"text": "x"}], "can't parse InputRichBlock: Can't find field \"type\""),
        ([{"type": "marquee"}], 'can\'t parse InputRichBlock: type "marquee" is unsupported'),
        ([_paragraph({"type": "plain", "text": "x"})], "unsupported rich text type"),
        (
            [{"type": "list", "items": [{"blocks": [], "type": "1"}]}],
            "list must be either ordered or unordered",
        ),
        (
            [{"type": "table", "cells": [[{"text": "x"}]]}],
            "can't parse RichBlockTableCell: Can't find field \"align\"",
        ),
        (
            [{"type": "photo", "photo": {"type": "video", "media": "x"}}],
            "unallowed media specified",
        ),
    ],
)
async def test_an_article_is_refused(
    world: TelegramWorld, blocks: list[Json], description: str
) -> None:
    assert (await _send(world, blocks))["description"] == f"Bad Request: {description}"


async def test_the_limits_themselves_are_lawful(world: TelegramWorld) -> None:
    assert (await _send(world, [_paragraph("x" * 32_768)]))["ok"]
    assert (await _send(world, [_paragraph("x")] * 500))["ok"]
    assert (await _send(world, [_paragraph(_deep(15))]))["ok"]


async def test_text_and_article_replace_each_other(world: TelegramWorld) -> None:
    message = (await world.call("sendMessage", chat_id=ANN, text="x"))["result"]
    where = {"chat_id": ANN, "message_id": message["message_id"]}
    rich = (
        await world.call("editMessageText", rich_message={"blocks": [_paragraph("y")]}, **where)
    )["result"]
    assert "text" not in rich
    same = await world.call("editMessageText", rich_message={"blocks": [_paragraph("y")]}, **where)
    assert "message is not modified" in same["description"]
    plain = (await world.call("editMessageText", text="z", **where))["result"]
    assert plain["text"] == "z"
    assert "rich_message" not in plain
