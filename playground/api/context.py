"""What every Bot API method works with."""

import asyncio
from collections.abc import Callable, Sequence
from typing import Any

from playground.api.method_call import MethodCall
from playground.api.reply_markup import check_markup
from playground.errors import bad_request
from playground.files.store import Files
from playground.state.chats import Chat, Json
from playground.state.world import World
from playground.text.entities import compose, to_json
from playground.text.formatted_text import FormattedText

_RAW_BYTES = 32_768
_TEXT = 4096
_CAPTION = 1024


class ApiContext:
    """World, files and clock; what several methods need from a call."""

    def __init__(self, world: World, files: Files, clock: Callable[[], float]) -> None:
        self.world = world
        self.files = files
        self.clock = clock
        self.level = (10, 4)
        """The newest Bot API version that is understood."""
        self.answers: dict[str, asyncio.Future[Json | None]] = {}
        """By callback query id: somebody waits for ``answerCallbackQuery``."""
        self.description: dict[str, str] = {}

    @property
    def now(self) -> float:
        """Seconds."""
        return self.clock()

    async def pace(self, call: MethodCall, chat: Chat, cost: int = 1) -> None:
        """Let a request hang for the flood limits as Telegram does; too long is refused (429)."""
        now = self.now
        silent = call.flag("disable_notification")
        self.world.journal.asked(now, call.method, chat.id, silent=silent)
        slow_mode = 0 if chat.bot_status == "administrator" else chat.slow_mode
        wait = self.world.flood.reserve(now, chat.id, cost, slow_mode)
        if wait > 0:
            await asyncio.sleep(wait)

    def format(
        self, call: MethodCall, text: str, mode: str, entities: Sequence[Any] | None
    ) -> FormattedText:
        """Parse a text; what gets lost without an error is a violation in the log."""
        if len(text.encode("utf-8", "surrogatepass")) > _RAW_BYTES:
            raise bad_request("text is too long")
        formatted = compose(text, mode, entities or ())
        for loss in formatted.losses:
            self.world.journal.violated(
                self.now, call.method, call.chat_id() or 0, f"lost without an error: {loss}"
            )
        return formatted

    def message_text(self, call: MethodCall) -> Json:
        """``text`` with its entities and preview options, as the fields of a message."""
        raw = call.text("text")
        if not raw:
            raise bad_request("message text is empty")
        formatted = self.format(call, raw, call.text("parse_mode"), call.json("entities"))
        if not formatted.text:
            raise bad_request("text must be non-empty")
        if len(formatted.text) > _TEXT:
            raise bad_request("message is too long")
        content: Json = {"text": formatted.text}
        if formatted.entities:
            content["entities"] = [to_json(entity) for entity in formatted.entities]
        preview = call.json("link_preview_options")
        if call.flag("disable_web_page_preview"):
            preview = {"is_disabled": True}
        if isinstance(preview, dict) and preview:
            content["link_preview_options"] = preview
        return content

    def caption(self, call: MethodCall, source: Json) -> Json:
        """``caption`` with its entities out of ``source``, as the fields of a message."""
        raw = str(source.get("caption") or "")
        if not raw:
            return {}
        formatted = self.format(
            call, raw, str(source.get("parse_mode") or ""), source.get("caption_entities")
        )
        if len(formatted.text) > _CAPTION:
            raise bad_request("message caption is too long")
        content: Json = {"caption": formatted.text} if formatted.text else {}
        if formatted.entities:
            content["caption_entities"] = [to_json(entity) for entity in formatted.entities]
        if source.get("show_caption_above_media") in {True, "true", "True"}:
            content["show_caption_above_media"] = True
        return content

    @staticmethod
    def markup(call: MethodCall, *, inline: bool = False) -> Json:
        """``reply_markup`` as the fields of a message; ``inline``: no other kind is lawful."""
        markup = check_markup(call.json("reply_markup"))
        if inline and markup and "inline_keyboard" not in markup:
            raise bad_request("inline keyboard expected")
        return {"reply_markup": markup} if markup else {}

    @staticmethod
    def reply(call: MethodCall, chat: Chat) -> int:
        """The message that is replied to, or 0.

        Raises:
            ApiError: 400 ``message to be replied not found``.
        """
        asked = call.json("reply_parameters") or {
            "message_id": call.number("reply_to_message_id"),
            "allow_sending_without_reply": call.flag("allow_sending_without_reply"),
        }
        if not isinstance(asked, dict):
            raise bad_request("can't parse reply parameters JSON object")
        message_id = int(asked.get("message_id") or 0)
        if message_id and message_id not in chat.messages:
            if not asked.get("allow_sending_without_reply"):
                raise bad_request("message to be replied not found")
            return 0
        return message_id
