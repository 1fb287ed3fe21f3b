"""A rich message as lines that people read: one block a line, what it holds indented below it."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from bot.model import Attachment, RichMessage
from tests.support.rich_judge import MEDIA, blocks_of

Json = Mapping[str, Any]


def outline(message: RichMessage) -> str:
    lines = [*_blocks(blocks_of(message), ""), "---"]
    lines += [" ".join(facts(attachment)) for attachment in message.media]
    lines += ["from right to left"] if message.is_rtl else []
    lines += ["cut"] if message.is_cut else []
    return "\n".join(lines) + "\n"


def facts(attachment: Attachment) -> Iterator[str]:
    """A file, and what is known of it."""
    yield f"{attachment.kind}: {attachment.url}"
    if attachment.second_url:
        yield f"or {attachment.second_url}"
    yield from (
        f"{name} {value!r}"
        for name in ("poster", "title", "performer", "size")
        if (value := getattr(attachment, name))
    )
    if attachment.is_spoiler:
        yield "spoiler"


def text(value: Any) -> str:
    """RichText as tags around words; a line break as ``⏎``."""
    if isinstance(value, str):
        return value.replace("\n", "⏎")
    if isinstance(value, list):
        return "".join(map(text, value))
    facts = "".join(
        f" {value[name]}"
        for name in ("url", "unix_time", "date_time_format", "hashtag", "name", "anchor_name")
        if name in value
    )
    words = text(value.get("text", value.get("expression", "")))
    return f"<{value['type']}{facts}>{words}</{value['type']}>"


def _blocks(blocks: Iterable[Json], indent: str) -> Iterator[str]:
    for block in blocks:
        yield f"{indent}{' | '.join(_facts(block))}"
        yield from _blocks(block.get("blocks", ()), f"{indent}  ")
        for item in block.get("items", ()):
            yield f"{indent}  - {_mark(item)}".rstrip()
            yield from _blocks(item["blocks"], f"{indent}    ")
        for row in block.get("cells", ()):
            yield f"{indent}  {' | '.join(map(_cell, row))}"


def _facts(block: Json) -> Iterator[str]:
    kind = block["type"]
    flags = [name for name in ("is_open", "is_bordered", "is_striped") if block.get(name)]
    yield " ".join(
        [kind, *(str(block[name]) for name in ("size", "language") if name in block), *flags]
    )
    if kind in MEDIA:
        yield str(block[kind]["media"]) + (" spoiler" if block[kind].get("has_spoiler") else "")
    for name in ("summary", "text", "expression", "caption", "credit"):
        value = block.get(name)
        if isinstance(value, Mapping) and "type" not in value:
            yield from (f"{key}: {text(part)}" for key, part in value.items())
        elif value is not None:
            yield text(value) if name == "text" else f"{name}: {text(value)}"


def _mark(item: Json) -> str:
    box = {True: "[x]", False: "[ ]", None: ""}[item.get("is_checked")]
    return " ".join(
        [box, *(f"{name} {item[name]}" for name in ("type", "value") if name in item)]
    ).strip()


def _cell(cell: Json) -> str:
    facts = [f"{name} {cell[name]}" for name in ("colspan", "rowspan") if name in cell]
    facts += ["header"] if cell.get("is_header") else []
    facts += [cell["align"]] if cell["align"] != "left" else []
    words = text(cell.get("text", ""))
    return f"{words} ({', '.join(facts)})" if facts else words
