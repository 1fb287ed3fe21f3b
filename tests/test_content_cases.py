"""One case, one file: an item above, the message it must become below."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot.content.compose import compose
from bot.model import Enclosure, Feed, Form, Item, Message, Options

CASES = sorted((Path(__file__).parent / "cases" / "content").glob("*.txt"))
BODY, MESSAGE = "=== body\n", "=== message\n"


def read_case(text: str) -> tuple[Item, Feed, Options, Form, str]:
    """Fields (``name: value``, ``enclosure`` may repeat), then the body, then the message as ``show`` writes it."""
    head, _, rest = text.partition(BODY)
    body, _, expected = rest.partition(MESSAGE)
    lines = [line.partition(": ") for line in head.splitlines() if line and not line.startswith("#")]
    fields = {name: value for name, _, value in lines}
    item = Item(
        id=1,
        feed_id=1,
        link=fields.get("link"),
        title=fields.get("title", ""),
        author=fields.get("author", ""),
        published=datetime.fromisoformat(fields["published"]) if "published" in fields else None,
        first_seen=datetime(2026, 1, 1, tzinfo=UTC),
        html=body.removesuffix("\n"),
        tags=tuple(fields["tags"].split(", ")) if "tags" in fields else (),
        enclosures=tuple(Enclosure(*value.partition(" ")[::2]) for name, _, value in lines if name == "enclosure"),
    )
    feed = Feed(1, "https://feeds.example/rss", fields.get("feed", ""), fields.get("site"))
    options = Options(
        summary=int(fields.get("summary", "500")),
        images=fields.get("images", "all"),
        time_zone=fields.get("zone", "UTC"),
        language=fields.get("language", "en"),
    )
    return item, feed, options, Form(fields.get("form", "full")), expected


def show(message: Message) -> str:
    lines = [message.html, "---"]
    lines += [f"{one.kind}: {one.url}" + (f" or {one.fallback}" if one.fallback else "") for one in message.media]
    lines += [f"preview: {message.preview}"] if message.preview else []
    return "\n".join(lines) + "\n"


@pytest.mark.parametrize("path", CASES, ids=lambda path: path.stem)
def test_an_item_becomes_the_message_of_its_case(path: Path) -> None:
    item, feed, options, form, expected = read_case(path.read_text())

    assert show(compose(item, feed, options, form)) == expected
