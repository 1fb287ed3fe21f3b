"""The rules of rich messages without a server, for tests and benchmarks."""

import asyncio

from playground.api.context import ApiContext
from playground.api.method_call import MethodCall, Upload
from playground.api.rich import article
from playground.files.store import Files
from playground.samples.pictures import paint
from playground.state.chats import Json
from playground.state.update_queue import UpdateQueue
from playground.state.world import World

_BOT = 42


class RichValidator:
    """Takes or refuses articles as sendRichMessage would.

    ``file_ids`` are media that it holds already, by kind.
    """

    def __init__(self) -> None:
        files = Files()
        self._api = ApiContext(
            World(_BOT, UpdateQueue(), lambda _event, _chat: None), files, lambda: 0.0
        )
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
            ApiError: 400 with Telegram's code for the rule that it breaks.
        """
        call = MethodCall("sendRichMessage", {"chat_id": 1, "rich_message": rich_message})
        return list(asyncio.run(article(self._api, call))["rich_message"]["blocks"])
