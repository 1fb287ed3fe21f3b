"""Inline queries: asked by a person, answered by the bot once, as Telegram takes it."""

import asyncio
from typing import Any

import pytest

from tests.support.telegram_world import ANN, TelegramWorld

ARTICLE = {
    "type": "article", "id": "1", "title": "Tea",
    "input_message_content": {"message_text": "<b>Tea</b>", "parse_mode": "HTML"},
}  # fmt: skip


async def asked(world: TelegramWorld) -> str:
    """The id of an inline query that somebody types."""
    await world.call("getUpdates", offset=-1, allowed_updates=["inline_query"])
    typing = asyncio.create_task(world.inline("tea"))
    answer: dict[str, Any] = await world.call("getUpdates", timeout=5)
    typing.cancel()
    query: dict[str, Any] = answer["result"][-1]["inline_query"]
    assert (query["query"], query["from"]["id"], query["chat_type"]) == ("tea", ANN, "sender")
    return str(query["id"])


async def test_a_query_is_answered_once(world: TelegramWorld) -> None:
    query = await asked(world)
    told = await world.call("answerInlineQuery", inline_query_id=query, results=[ARTICLE])
    assert told["ok"]
    again = await world.call("answerInlineQuery", inline_query_id=query, results=[ARTICLE])
    assert "query is too old" in again["description"]


@pytest.mark.parametrize(
    ("results", "more", "words"),
    [
        ([ARTICLE, ARTICLE], {}, "RESULT_ID_DUPLICATE"),
        ([ARTICLE | {"id": ""}], {}, "RESULT_ID_INVALID"),
        ([ARTICLE | {"id": "x" * 65}], {}, "RESULT_ID_INVALID"),
        ([ARTICLE | {"title": " "}], {}, "RESULT_TITLE_EMPTY"),
        ([ARTICLE | {"input_message_content": {"message_text": ""}}], {}, "message text is empty"),
        ([ARTICLE | {"id": str(n)} for n in range(51)], {}, "RESULTS_TOO_MUCH"),
        ([], {"next_offset": "x" * 65}, "NEXT_OFFSET_INVALID"),
        ([], {"button": {"text": "Open"}}, "START_PARAM_INVALID"),
        ([], {"button": {"text": "", "start_parameter": "x"}}, "BUTTON_TEXT_INVALID"),
    ],
)
async def test_what_telegram_would_refuse_is_refused(
    world: TelegramWorld, results: list[Any], more: dict[str, Any], words: str
) -> None:
    query = await asked(world)
    told = await world.call("answerInlineQuery", inline_query_id=query, results=results, **more)
    assert words in told["description"]
