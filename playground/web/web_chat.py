"""The person's side: what the web chat and the tests read and do, as JSON over HTTP."""

import asyncio
from collections.abc import Callable, Mapping
from itertools import islice
from pathlib import Path
from typing import Any

from aiohttp import web
from aiohttp.web_request import FileField

from playground.api.context import ApiContext
from playground.api.method_call import Upload
from playground.api.sending import media_fields
from playground.state.chats import Chat, Destination, Json, User
from playground.state.sharing import share_chat
from playground.state.world import World
from playground.text import entities
from playground.web.events import EventHub

_ANSWER_SECONDS = 15.0
_MOST_MESSAGES = 200
_STATIC = Path(__file__).with_name("static")
_PAGE_HEADERS = {"Cache-Control": "no-cache", "X-Content-Type-Options": "nosniff"}


class WebChat:
    """Routes ``/`` and ``/api/...``."""

    def __init__(self, api: ApiContext, hub: EventHub) -> None:
        self.api = api
        self.hub = hub

    @property
    def world(self) -> World:
        """The world of the moment."""
        return self.api.world

    def routes(self) -> list[web.AbstractRouteDef]:
        """For the application."""
        return [
            web.get("/", self.page),
            web.get(r"/{name:[a-z]+\.(?:js|css|svg)}", self.asset),
            web.get("/api/state", self.state),
            web.get("/api/messages", self.messages),
            web.get("/api/events", self.events),
            web.get("/api/file/{id}", self.file),
            web.post("/api/say", self.say),
            web.post("/api/document", self.document),
            web.post("/api/tap", self.tap),
            web.post("/api/inline", self.inline),
            web.post("/api/choose", self.choose),
            web.post("/api/share", self.share),
            web.post("/api/block", self.block),
            web.post("/api/unblock", self.unblock),
            web.post("/api/language", self.language),
        ]

    async def page(self, _request: web.Request) -> web.StreamResponse:
        """The web chat."""
        return web.FileResponse(_STATIC / "index.html", headers=_PAGE_HEADERS)

    async def asset(self, request: web.Request) -> web.StreamResponse:
        """A script, a style or a drawing of the web chat."""
        path = _STATIC / request.match_info["name"]
        if not path.is_file():
            raise web.HTTPNotFound
        return web.FileResponse(path, headers=_PAGE_HEADERS)

    async def state(self, request: web.Request) -> web.Response:
        """Who I am, the bot, my chats and the commands that I see."""
        user = self.world.find_user(int(request.query["user"]))
        chats = [chat for chat in self.world.chats.values() if _sees(user, chat)]
        body = {
            "me": user.to_json(),
            "bot": self.world.bot.to_json(),
            "chats": [self._chat(user, chat) for chat in chats],
            "commands": self.world.menu.seen_by(user, self.world.find_chat(user.id)),
            "users": [other.to_json() for other in self.world.users.values()],
        }
        return web.json_response(body)

    def _chat(self, user: User, chat: Chat) -> Json:
        topics = [
            {"id": topic.id, "name": topic.name, "closed": topic.closed}
            for topic in chat.topics.values()
            if not topic.deleted
        ]
        last = next(reversed(chat.messages.values()), None)
        about = {
            "id": chat.id,
            "type": chat.type,
            "is_forum": chat.is_forum,
            "topics": topics,
            "last_message": last,
        }
        title = self.world.bot.first_name if chat.type == "private" else chat.title
        commands = self.world.menu.seen_by(user, chat)
        return about | {
            "title": title,
            "blocked": chat.blocked,
            "started": chat.started,
            "commands": commands,
        }

    async def messages(self, request: web.Request) -> web.Response:
        """The newest 200 of a chat, oldest first."""
        user = self.world.find_user(int(request.query["user"]))
        chat = self.world.find_chat(request.query["chat"])
        if not _sees(user, chat):
            raise web.HTTPForbidden(text="not a member of this chat")
        newest = list(islice(reversed(chat.messages.values()), _MOST_MESSAGES))
        return web.json_response({"messages": newest[::-1]})

    async def events(self, request: web.Request) -> web.StreamResponse:
        """What happens, as it happens."""
        return await self.hub.stream(request, int(request.query["user"]))

    async def file(self, request: web.Request) -> web.Response:
        """The bytes of a file. Served as what it is and never as a page."""
        file = self.api.files.by_id.get(request.match_info["id"])
        if file is None:
            raise web.HTTPNotFound
        # Whoever sent the file wrote it: a page in it must not run with the web chat's rights.
        headers = {
            "Content-Security-Policy": "sandbox; default-src 'none'",
            "X-Content-Type-Options": "nosniff",
        }
        return web.Response(body=file.body, content_type=file.content_type, headers=headers)

    async def say(self, request: web.Request) -> web.Response:
        """A person writes."""
        body = await request.json()
        user, chat = int(body["user"]), int(body["chat"])
        message = self.world.say(self.api.now, user, chat, str(body["text"]), _destination(body))
        return web.json_response({"message": message})

    async def document(self, request: web.Request) -> web.Response:
        """A person sends a file: a form with the fields of ``say``, ``caption`` and ``file``."""
        form = await request.post()
        part = form["file"]
        if not isinstance(part, FileField):
            raise TypeError("file")
        file = self.api.files.upload(
            Upload(part.filename, part.content_type, part.file.read()), "document"
        )
        content = media_fields(file, {})
        if form.get("caption"):
            caption = str(form["caption"])
            content["caption"] = caption
            content["caption_entities"] = [
                entities.to_json(entity) for entity in entities.detect(caption)
            ]
        user, chat = int(str(form["user"])), int(str(form["chat"]))
        message = self.world.post(self.api.now, user, chat, content, _destination(form))
        return web.json_response({"message": message})

    async def tap(self, request: web.Request) -> web.Response:
        """A person presses an inline button; answers when the bot does."""
        body = await request.json()
        user, chat, message = int(body["user"]), int(body["chat"]), int(body["message"])
        query = self.world.tap(
            self.api.now, user, chat, message, str(body["data"]), is_old=bool(body.get("is_old"))
        )
        return web.json_response({"answer": await self._answer_to(query)})

    async def _answer_to(self, query: str) -> Json | None:
        """What the bot answers; ``None``: nothing in time."""
        waiting: asyncio.Future[Json | None] = asyncio.get_running_loop().create_future()
        self.api.answers[query] = waiting
        try:
            return await asyncio.wait_for(waiting, _ANSWER_SECONDS)
        except TimeoutError:
            return None
        finally:
            self.api.answers.pop(query, None)

    async def inline(self, request: web.Request) -> web.Response:
        """A person types behind the bot's name in a chat; answers when the bot does."""
        body = await request.json()
        chat = self.world.find_chat(body.get("chat") or body["user"])
        query = self.world.ask_inline(
            self.api.now,
            int(body["user"]),
            str(body["query"]),
            str(body.get("offset") or ""),
            "sender" if chat.type == "private" else chat.type,
        )
        return web.json_response({"answer": await self._answer_to(query)})

    async def choose(self, request: web.Request) -> web.Response:
        """A person sends a result of an inline query to a chat."""
        body = await request.json()
        content = dict(body["content"]) | {"via_bot": self.world.bot.to_json()}
        user, chat = int(body["user"]), int(body["chat"])
        message = self.world.post(self.api.now, user, chat, content, _destination(body))
        return web.json_response({"message": message})

    async def share(self, request: web.Request) -> web.Response:
        """A person chooses a chat by a button of the bot's keyboard."""
        body = await request.json()
        user, message, chosen = int(body["user"]), int(body["message"]), int(body["chosen"])
        shared = share_chat(
            self.world, self.api.now, user, message, int(body["request_id"]), chosen
        )
        return web.json_response({"message": shared})

    async def block(self, request: web.Request) -> web.Response:
        """A person stops the bot."""
        return await self._set(
            request, lambda chat: self.world.set_blocked(self.api.now, chat, blocked=True)
        )

    async def unblock(self, request: web.Request) -> web.Response:
        """A person lets the bot write again."""
        return await self._set(
            request, lambda chat: self.world.set_blocked(self.api.now, chat, blocked=False)
        )

    async def language(self, request: web.Request) -> web.Response:
        """The language of a person's app."""
        body: dict[str, Any] = await request.json()
        self.world.find_user(int(body["user"])).language_code = str(body["language_code"])
        return web.json_response({"ok": True})

    async def _set(self, request: web.Request, change: Callable[[Chat], None]) -> web.Response:
        body: dict[str, Any] = await request.json()
        change(self.world.find_chat(int(body["user"])))
        return web.json_response({"ok": True})


def _destination(body: Mapping[str, Any]) -> Destination:
    topic = int(body.get("topic") or 0)
    return Destination(
        topic or None,
        int(body.get("reply_to") or 0),
        bool(body.get("anonymous")),
        int(body.get("as_channel") or 0),
    )


def _sees(user: User, chat: Chat) -> bool:
    return chat.members.get(user.id, "left") not in {"left", "kicked"} and not chat.migrated_to
