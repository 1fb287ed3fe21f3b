"""Rich messages (Bot API 10.1 and later, "Rich messages"), in the form of ``blocks``.

What Telegram's own parser makes of rich HTML and Markdown is not public: those two forms are
refused here.
"""

from typing import Any

from playground.api.context import ApiContext
from playground.api.method_call import MethodCall
from playground.api.sending import media_fields, resolve, thumbnail_fields
from playground.errors import bad_request
from playground.files.store import MediaError
from playground.state.chats import Json, as_bot_sees
from playground.text.formatted_text import clean
from playground.text.links import InvalidLink, check_link

SINCE = (10, 1)
_BLOCKS_SINCE = (10, 2)

_MOST_TEXT = 32_768
_MOST_BLOCKS = 500
_MOST_DEPTH = 16
_MOST_MEDIA = 50
_MOST_COLUMNS = 20

_WRAPPERS = {
    "bold", "italic", "underline", "strikethrough", "spoiler", "subscript", "superscript", "marked",
    "code", "url", "email_address", "phone_number", "date_time", "anchor_link", "reference",
    "reference_link", "mention", "hashtag", "cashtag", "bot_command", "bank_card_number",
    "text_mention",
}  # fmt: skip
_CHILDLESS = {
    "custom_emoji": "alternative_text",
    "mathematical_expression": "expression",
    "anchor": "",
}
_TEXT_BLOCKS = {"heading", "paragraph", "pre", "footer", "pullquote", "expandable_blockquote"}
_NESTING_BLOCKS = {"blockquote", "collage", "slideshow", "details"}
_MEDIA_BLOCKS = {"photo", "video", "animation", "audio", "document"}
_EMPTY_BLOCKS = {"divider", "anchor"}
_OTHER_BLOCKS = {"mathematical_expression", "map", "buttons"}


async def send_rich_message(api: ApiContext, call: MethodCall) -> object:
    """An article."""
    chat, topic = api.world.check_target(
        call.text("chat_id"), call.number("message_thread_id"), "rich"
    )
    content = await article(api, call) | api.markup(call)
    reply = api.reply(call, chat)
    await api.pace(call, chat)
    return as_bot_sees(api.world.send(api.now, call.method, chat, topic, content, reply))


async def article(api: ApiContext, call: MethodCall) -> Json:
    """``rich_message`` as the field of a message, with its media kept.

    Raises:
        ApiError: 400 with Telegram's code for the rule that it breaks.
    """
    given = call.json("rich_message")
    if not isinstance(given, dict):
        raise bad_request("can't parse InputRichMessage JSON object")
    blocks = given.get("blocks")
    if blocks is None and (given.get("html") or given.get("markdown")):
        raise bad_request("the playground reads rich messages as blocks only")
    if not blocks or not isinstance(blocks, list) or api.level < _BLOCKS_SINCE:
        raise bad_request("rich message must be non-empty")
    reader = _Reader(api, call)
    shown = await reader.blocks(blocks, 1)
    reader.check()
    kept: Json = {"blocks": shown}
    if given.get("is_rtl"):
        kept["is_rtl"] = True
    return {"rich_message": kept}


class _Reader:
    """Walks an article, counts what is limited and gives it back as Telegram keeps it."""

    def __init__(self, api: ApiContext, call: MethodCall) -> None:
        self.api = api
        self.call = call
        self.characters = 0
        self.count = 0
        self.media = 0
        self.depth = 0
        self.substance = False

    def check(self) -> None:
        """The limits of the whole."""
        for broken, code in (
            (not self.substance, "EMPTY"),
            (self.characters > _MOST_TEXT, "TEXT_TOO_LONG"),
            (self.count > _MOST_BLOCKS, "BLOCKS_TOO_MANY"),
            (self.depth > _MOST_DEPTH, "DEPTH_INVALID"),
            (self.media > _MOST_MEDIA, "MEDIA_TOO_MANY"),
        ):
            if broken:
                raise bad_request(f"RICH_MESSAGE_{code}")

    async def blocks(self, blocks: list[Any], depth: int) -> list[Json]:
        return [await self.block(block, depth) for block in blocks]

    async def block(self, block: object, depth: int) -> Json:
        if not isinstance(block, dict) or "type" not in block:
            raise bad_request("can't parse InputRichBlock: Can't find field \"type\"")
        kind = str(block["type"])
        self.count += 1
        self.depth = max(self.depth, depth)
        self.substance = self.substance or kind not in _EMPTY_BLOCKS
        if kind in _TEXT_BLOCKS:
            return self._captioned(block, {"text": self._required(block.get("text"), depth)}, depth)
        if kind in _NESTING_BLOCKS:
            return await self._nesting(block, kind, depth)
        if kind in _MEDIA_BLOCKS:
            return self._captioned(block, await self._medium(block, kind), depth)
        if kind == "list":
            return block | {"items": await self._items(block.get("items"), depth)}
        if kind == "table":
            return self._captioned(block, {"cells": self._cells(block.get("cells"), depth)}, depth)
        if kind in _EMPTY_BLOCKS | _OTHER_BLOCKS:
            return dict(block)
        raise bad_request(f'can\'t parse InputRichBlock: type "{kind}" is unsupported')

    async def _nesting(self, block: Json, kind: str, depth: int) -> Json:
        if not isinstance(block.get("blocks"), list) or not block["blocks"]:
            raise bad_request("RICH_MESSAGE_CONTENT_REQUIRED")
        parts: Json = {"blocks": await self.blocks(block["blocks"], depth + 1)}
        if kind == "details":
            parts["summary"] = self._required(block.get("summary"), depth)
        return self._captioned(block, parts, depth)

    def _captioned(self, block: Json, parts: Json, depth: int) -> Json:
        """The block with its read parts, caption and credit included."""
        for name in ("caption", "credit"):
            value = block.get(name)
            if isinstance(value, dict) and "type" not in value:
                parts[name] = {key: self.text(text, depth + 1) for key, text in value.items()}
            elif value is not None:
                parts[name] = self.text(value, depth + 1)
        return block | parts

    async def _medium(self, block: Json, kind: str) -> Json:
        self.media += 1
        source = block.get(kind)
        if not isinstance(source, dict) or source.get("type", kind) != kind:
            raise bad_request("Unallowed media specified")
        try:
            file = await resolve(self.api, self.call, str(source.get("media", "")), kind, "")
        except MediaError as error:
            raise error.as_error() from error
        if file.kind != kind:
            raise bad_request("RICH_MESSAGE_" + kind.upper() + "_NO_MEDIA_FOUND")
        thumbnail = thumbnail_fields(self.api, self.call, file, source)
        return {kind: media_fields(file, source, thumbnail)[kind]}

    async def _items(self, items: object, depth: int) -> list[Json]:
        if not isinstance(items, list) or not items:
            raise bad_request("RICH_MESSAGE_CONTENT_REQUIRED")
        ordered = {("type" in item, "value" in item) for item in items}
        if len(ordered) > 1 or ordered & {(True, False), (False, True)}:
            raise bad_request("List must be either ordered or unordered")
        self.count += len(items)
        return [
            item | {"blocks": await self.blocks(item.get("blocks", []), depth + 1)}
            for item in items
        ]

    def _cells(self, rows: object, depth: int) -> list[list[Json]]:
        if not isinstance(rows, list) or not rows:
            raise bad_request("RICH_MESSAGE_CONTENT_REQUIRED")
        self.count += len(rows)
        if any(sum(int(cell.get("colspan", 1)) for cell in row) > _MOST_COLUMNS for row in rows):
            raise bad_request("RICH_MESSAGE_TABLE_COLS_TOO_MANY")
        for name in ("align", "valign"):
            if any(name not in cell for row in rows for cell in row):
                raise bad_request(f"can't parse RichBlockTableCell: Can't find field \"{name}\"")
        return [
            [cell | {"text": self.text(cell.get("text", ""), depth + 1)} for cell in row]
            for row in rows
        ]

    def _required(self, text: object, depth: int) -> object:
        before = self.characters
        shown = self.text("" if text is None else text, depth)
        if self.characters == before:
            raise bad_request("RICH_MESSAGE_CONTENT_REQUIRED")
        return shown

    def text(self, text: object, depth: int) -> object:
        """A RichText: a string, several, or one with formatting around it."""
        self.depth = max(self.depth, depth)
        if isinstance(text, str):
            shown = clean(text)
            self.characters += len(shown)
            return shown
        if isinstance(text, list):
            return [self.text(part, depth) for part in text]
        if not isinstance(text, dict):
            raise bad_request("Unsupported rich text type")
        kind = text.get("type")
        if kind in _CHILDLESS:
            self.characters += len(str(text.get(_CHILDLESS[kind], "")))
            return text
        if kind not in _WRAPPERS:
            raise bad_request("Unsupported rich text type")
        if kind == "url":
            _check_url(str(text.get("url", "")))
        return text | {"text": self.text(text.get("text", ""), depth + 1)}


def _check_url(url: str) -> None:
    """A bad link rejects the whole article."""
    if url.lower().startswith(("mailto:", "tel:")):
        return
    try:
        check_link(url)
    except InvalidLink as error:
        raise bad_request("RICH_MESSAGE_URL_INVALID") from error
