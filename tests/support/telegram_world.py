"""The playground as a test client: people who say, tap and read, over real HTTP.

    async with TelegramWorld() as world:
        await world.say("/start")                       # Ann (1001), in her private chat
        welcome = await world.wait_for(lambda m: "Welcome" in m.get("text", ""))
        answer = await world.tap(welcome, "Settings")   # by the text of a button, or by its data

The bot under test talks to ``world.base_url`` with ``world.token``. Messages are dictionaries
(Bot API, Message).
"""

import asyncio
from collections import defaultdict
from collections.abc import Callable
from typing import Any, Self

import aiohttp

from playground import Playground

Json = dict[str, Any]
ANN, LILEI = 1001, 1002
TEA_HOUSE, NEWSROOM, MORNING_PAPER = -1001, -1002, -1003


class Refused(Exception):
    """The playground refused an order of the test."""


class TelegramWorld:
    """A running playground; flood limits are off unless asked for.

    ``level`` is the Bot API version that it understands, if not the newest that it knows.
    """

    def __init__(
        self,
        *,
        flood: bool = False,
        sample_every: float = 0.0,
        level: str = "",
        token: str = "42:playground",
    ) -> None:
        self.token = token
        self.playground = Playground(token=token, port=0, flood=flood, sample_every=sample_every)
        self.playground.watch(self._watch)
        self._versions: defaultdict[int, list[Json]] = defaultdict(list)
        self._since: defaultdict[int, int] = defaultdict(int)
        self._news: defaultdict[int, asyncio.Event] = defaultdict(asyncio.Event)
        self._next_id = 0
        self._level = level

    async def __aenter__(self) -> Self:
        await self.playground.start()
        self._session = aiohttp.ClientSession()
        if self._level:
            await self.level(self._level)
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._session.close()
        await self.playground.stop()

    # ------------------------------------------------------------ addresses

    @property
    def url(self) -> str:
        """``http://127.0.0.1:PORT``."""
        return self.playground.url

    @property
    def base_url(self) -> str:
        """What goes before the token in a Bot API address."""
        return f"{self.url}/bot"

    @property
    def base_file_url(self) -> str:
        """What goes before the token in the address of a file."""
        return f"{self.url}/file/bot"

    @property
    def sample_feed(self) -> str:
        """A feed that publishes."""
        return f"{self.url}/feeds/sample.xml"

    # ------------------------------------------------------------ people

    async def say(self, text: str, *, chat: int = ANN, user: int = 0, **place: Any) -> Json:
        """A person writes; by default the one whose chat it is, or Ann.

        ``topic``, ``reply_to``, ``anonymous`` and ``as_channel`` say where and how.
        """
        self._since[chat] = len(self._versions[chat])
        body = {"user": user or _person(chat), "chat": chat, "text": text, **place}
        message: Json = (await self._post("/api/say", body))["message"]
        return message

    async def send_document(
        self, name: str, body: bytes, *, chat: int = ANN, user: int = 0, caption: str = ""
    ) -> Json:
        """A person sends a file. The message."""
        self._since[chat] = len(self._versions[chat])
        form = aiohttp.FormData(
            {"user": str(user or _person(chat)), "chat": str(chat), "caption": caption}
        )
        form.add_field("file", body, filename=name, content_type="application/octet-stream")
        async with self._session.post(f"{self.url}/api/document", data=form) as response:
            message: Json = (await _body(response))["message"]
            return message

    async def tap(
        self, message: Json, button: str, *, user: int = 0, is_old: bool = False
    ) -> Json | None:
        """Press the inline button with this text, a part of it, or this data.

        Of an old message the bot learns only where it stands.

        Returns:
            The bot's answer to the tap, or ``None``.
        """
        data = _data_of(message, button)
        chat = message["chat"]["id"]
        self._since[chat] = len(self._versions[chat])
        body = {
            "user": user or _person(chat),
            "chat": chat,
            "message": message["message_id"],
            "data": data,
            "is_old": is_old,
        }
        answer: Json | None = (await self._post("/api/tap", body))["answer"]
        return answer

    async def inline(
        self, text: str, *, user: int = ANN, chat: int = 0, offset: str = ""
    ) -> Json | None:
        """Type behind the bot's name in a chat; what is offered, or ``None``: no answer."""
        body = {"user": user, "chat": chat or user, "query": text, "offset": offset}
        answer: Json | None = (await self._post("/api/inline", body))["answer"]
        return answer

    async def choose(self, result: Json, *, user: int = ANN, chat: int) -> Json:
        """Send a result of ``inline`` to a chat. The message."""
        body = {"user": user, "chat": chat, "content": result["content"]}
        message: Json = (await self._post("/api/choose", body))["message"]
        return message

    async def share(self, message: Json, key: str, chosen: int, *, user: int = ANN) -> Json:
        """Choose a chat by the key with this text of the bot's own keyboard, in private."""
        keys = [k for row in message["reply_markup"]["keyboard"] for k in row]
        (request_id,) = [k["request_chat"]["request_id"] for k in keys if key in k["text"]]
        self._since[user] = len(self._versions[user])
        body = {
            "user": user,
            "message": message["message_id"],
            "request_id": request_id,
            "chosen": chosen,
        }
        shared: Json = (await self._post("/api/share", body))["message"]
        return shared

    async def block(self, user: int = ANN) -> None:
        """A person stops the bot."""
        await self._post("/api/block", {"user": user})

    async def unblock(self, user: int = ANN) -> None:
        """A person lets the bot write again."""
        await self._post("/api/unblock", {"user": user})

    async def messages(self, chat: int = ANN) -> list[Json]:
        """Those of a chat, oldest first, as they stand now (edits included)."""
        chats = self.playground.world.chats
        return list(chats[chat].messages.values()) if chat in chats else []

    def versions(self, message: Json) -> list[Json]:
        """How a message stood, each time that it changed."""
        seen = self._versions[message["chat"]["id"]]
        return [version for version in seen if version["message_id"] == message["message_id"]]

    async def from_bot(self, chat: int = ANN) -> list[Json]:
        """Those of the bot."""
        return [message for message in await self.messages(chat) if self._is_bots(message)]

    async def wait_for(
        self,
        predicate: Callable[[Json], object],
        *,
        chat: int = ANN,
        after: int = 0,
        timeout: float = 20,  # noqa: ASYNC109 - what a test waits for belongs into the call
    ) -> Json:
        """The first of the bot's messages with an id above ``after`` that the predicate likes.

        Messages count as they stand now, and as they stood at any time since the person's last word
        or tap in the chat.

        Raises:
            AssertionError: none came in time; the text shows what is there.
        """

        def likes(message: Json) -> bool:
            return (
                message["message_id"] > after
                and self._is_bots(message)
                and bool(predicate(message))
            )

        checked = self._since[chat]
        found = [message for message in await self.messages(chat) if likes(message)]
        end = asyncio.get_running_loop().time() + timeout
        while not found:
            found = [version for version in self._versions[chat][checked:] if likes(version)]
            checked = len(self._versions[chat])
            if not found:
                await self._news_in(chat, end)
        return found[0]

    async def wait_count(
        self,
        count: int,
        *,
        chat: int = ANN,
        timeout: float = 20,  # noqa: ASYNC109 - as in wait_for
    ) -> list[Json]:
        """The bot's messages as soon as there are at least ``count``."""
        end = asyncio.get_running_loop().time() + timeout
        while len(found := await self.from_bot(chat)) < count:
            await self._news_in(chat, end)
        return found

    async def _news_in(self, chat: int, end: float) -> None:
        """Wait until something happens in the chat."""
        self._news[chat].clear()
        try:
            async with asyncio.timeout_at(end):
                await self._news[chat].wait()
        except TimeoutError:
            raise AssertionError(
                f"not seen in chat {chat} in time; there is:\n{await self._shown(chat)}"
            ) from None

    def _watch(self, event: Json) -> None:
        if event["kind"] in {"message", "edit"}:
            self._versions[event["chat"]].append(event["message"])
            self._news[event["chat"]].set()

    def _is_bots(self, message: Json) -> bool:
        bot = int(self.token.partition(":")[0])
        return bool(message.get("from", {"id": bot})["id"] == bot)

    async def state(self, user: int = ANN) -> Json:
        """What ``/api/state`` tells a person."""
        return await self._get(f"/api/state?user={user}")

    # ------------------------------------------------------------ orders

    async def make_user(
        self, user: int = 0, *, name: str = "", language: str = "en", started: bool = False
    ) -> int:
        """A person; the id."""
        self._next_id += 1
        user = user or 5000 + self._next_id
        body = {
            "id": user,
            "first_name": name or f"User {user}",
            "language_code": language,
            "started": started,
        }
        await self._post("/control/user", body)
        return user

    async def make_group(self, chat: int = 0, **options: Any) -> int:
        """A chat; the id. Ann creates it and the bot is administrator, unless options say so.

        Options: ``type``, ``title``, ``is_forum``, ``bot``, ``members``, ``topics``, ``username``,
        ``slow_mode``, ``linked``.
        """
        self._next_id += 1
        chat = chat or -100_000 - self._next_id
        body = {
            "id": chat,
            "type": "supergroup",
            "title": "A group",
            "members": {str(ANN): "creator"},
            "bot": "administrator",
        }
        members = {
            str(user): status for user, status in options.pop("members", {}).items()
        } or body["members"]
        await self._post("/control/chat", body | options | {"members": members})
        return chat

    async def topic(self, chat: int, topic: int, **options: Any) -> None:
        """Create, close (``closed=True``), reopen or delete (``deleted=True``) a topic."""
        await self._post("/control/topic", {"chat": chat, "id": topic, **options})

    async def set_state(self, chat: int, state: str, **options: Any) -> None:
        """What happened between the bot and a chat.

        People: ok, blocked, deactivated. Groups and channels: ok, member, administrator, kicked,
        not_member, deactivated, no_rights (``rights=``), migrated (``to=``).
        """
        await self._post("/control/state", {"chat": chat, "state": state, **options})

    async def update(self, kind: str, content: object) -> None:
        """Give the bot an update that need not be like any of Telegram's."""
        await self._post("/control/update", {"kind": kind, "content": content})

    async def fault(self, kind: str, **options: Any) -> None:
        """Let calls fail; kinds and options are those of ``playground.faults.Fault``."""
        await self._post("/control/fault", {"kind": kind, **options})

    async def clear_faults(self) -> None:
        """Nothing fails any more."""
        await self._post("/control/clear_faults", {})

    async def flood(self, *, on: bool) -> None:
        """Flood limits on or off."""
        await self._post("/control/flood", {"on": on})

    async def private_topics(self, *, on: bool) -> None:
        """Whether the bot may make topics in private chats."""
        await self._post("/control/private_topics", {"on": on})

    async def level(self, api: str) -> None:
        """The Bot API version that the server understands."""
        await self._post("/control/level", {"api": api})

    async def log(self) -> Json:
        """``requests`` to send, ``deliveries``, ``refusals``, ``violations``."""
        return await self._get("/control/log")

    async def reset(self) -> None:
        """The world as it was."""
        await self._post("/control/reset", {})

    async def call(self, method: str, **parameters: Any) -> Json:
        """A Bot API call as the bot makes it; the whole answer, ``ok`` or not."""
        async with self._session.post(
            f"{self.base_url}{self.token}/{method}", json=parameters
        ) as response:
            body: Json = await response.json()
            return body

    # ------------------------------------------------------------ below

    async def _shown(self, chat: int) -> str:
        told = (
            (m["message_id"], m.get("text", m.get("caption", m))) for m in await self.messages(chat)
        )
        return "\n".join(f"  {message_id}: {text!r}" for message_id, text in told)

    async def _post(self, path: str, body: Json) -> Json:
        async with self._session.post(self.url + path, json=body) as response:
            return await _body(response)

    async def _get(self, path: str) -> Json:
        async with self._session.get(self.url + path) as response:
            return await _body(response)


async def _body(response: aiohttp.ClientResponse) -> Json:
    if not response.ok:
        raise Refused(f"{response.status} {await response.text()}")
    body: Json = await response.json()
    return body


def _person(chat: int) -> int:
    return chat if chat > 0 else ANN


def _data_of(message: Json, button: str) -> str:
    buttons = [b for row in message.get("reply_markup", {}).get("inline_keyboard", []) for b in row]
    exact = [b for b in buttons if button in (b["text"], b.get("callback_data"))]
    found = exact or [b for b in buttons if button in b["text"]]
    if not found or "callback_data" not in found[0]:
        raise AssertionError(f"no button {button!r}; there is {[b['text'] for b in buttons]}")
    data: str = found[0]["callback_data"]
    return data
