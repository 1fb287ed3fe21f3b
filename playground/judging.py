"""Telegram's judgement of an article without a server: for tests and measures."""

import asyncio

from playground.api import Api
from playground.call import Call, Upload
from playground.chats import Json
from playground.files import Files
from playground.painting import paint
from playground.rich import article
from playground.updates import Updates
from playground.world import World

_BOT = 42


class RichJudge:
    """Takes or refuses articles as sendRichMessage would; ``file_ids``: by kind, media that it holds already."""

    def __init__(self) -> None:
        files = Files()
        self._api = Api(World(_BOT, Updates(), lambda _event, _chat: None), files, lambda: 0.0)
        bodies = {
            "photo": paint(1),
            "animation": b"GIF89a\x40\x01\xf0\x00",
            "video": b"\0\0\0\x18ftypisom",
            "audio": b"ID3\x04",
        }
        self.file_ids = {
            kind: files.upload(Upload("a.png", "application/octet-stream", body), kind).id
            for kind, body in bodies.items()
        }

    def keep(self, rich_message: Json) -> list[Json]:
        """The blocks as Telegram keeps them (Bot API, InputRichMessage).

        Raises:
            Refusal: 400 with Telegram's code for the rule that it breaks.
        """
        call = Call("sendRichMessage", {"chat_id": 1, "rich_message": rich_message})
        return list(asyncio.run(article(self._api, call))["rich_message"]["blocks"])
