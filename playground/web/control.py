"""What a test orders: people, chats, states, faults; and what it reads: the journal."""

from typing import Any

from aiohttp import web

from playground.api.context import ApiContext
from playground.errors import bad_request
from playground.faults import Fault, Faults
from playground.state.chats import GENERAL, Chat, Topic, User
from playground.state.topics import add_topic, close_topic, delete_topic
from playground.state.world import World


class Control:
    """Routes ``/control/...``."""

    def __init__(self, api: ApiContext, faults: Faults) -> None:
        self.api = api
        self.faults = faults

    @property
    def world(self) -> World:
        """The world of the moment."""
        return self.api.world

    def routes(self) -> list[web.RouteDef]:
        """For the application."""
        orders = (
            self.user,
            self.chat,
            self.topic,
            self.state,
            self.update,
            self.fault,
            self.clear_faults,
            self.flood,
            self.private_topics,
            self.level,
            self.reset,
        )
        return [
            web.get("/control/log", self.log),
            *(web.post(f"/control/{o.__name__}", o) for o in orders),
        ]

    async def user(self, request: web.Request) -> web.Response:
        """A person; ``started``: the bot may write first."""
        body = await request.json()
        user = User(
            int(body["id"]),
            str(body.get("first_name", f"User {body['id']}")),
            str(body.get("language_code", "en")),
            str(body.get("username", "")),
        )
        return _done(self.world.add_user(user, started=bool(body.get("started"))).to_json())

    async def chat(self, request: web.Request) -> web.Response:
        """A group, supergroup or channel.

        ``bot``: the bot's own status, administrator unless given; ``linked``: the group or channel
        on the other side of a discussion.
        """
        body = await request.json()
        chat = Chat(
            int(body["id"]),
            str(body.get("type", "supergroup")),
            str(body.get("title", "A chat")),
            username=str(body.get("username", "")),
            is_forum=bool(body.get("is_forum")),
            members={int(user): str(status) for user, status in body.get("members", {}).items()},
            bot_status=str(body.get("bot", "administrator")),
            slow_mode=int(body.get("slow_mode", 0)),
            linked=int(body.get("linked", 0)),
        )
        if chat.linked:
            self.world.find_chat(chat.linked).linked = chat.id
        for raw in body.get("topics", ()):
            topic = Topic(int(raw["id"]), str(raw["name"]), bool(raw.get("closed")))
            chat.topics[topic.id] = topic
        return _done(self.world.add_chat(chat, self.api.now).to_json())

    async def topic(self, request: web.Request) -> web.Response:
        """Create, close, reopen or delete a topic, of a forum or of a private chat."""
        body = await request.json()
        chat, topic_id = self.world.find_chat(body["chat"]), int(body["id"])
        if chat.type == "private":
            chat.is_forum = True
        topic = chat.topics.get(topic_id)
        if topic is None:
            topic = add_topic(
                self.world, self.api.now, chat, str(body.get("name", "A topic")), topic_id=topic_id
            )
        if "closed" in body and bool(body["closed"]) != topic.closed:
            close_topic(self.world, self.api.now, chat, topic_id, closed=bool(body["closed"]))
        if body.get("deleted"):
            delete_topic(self.world, chat, topic_id)
        return _done({"id": topic.id, "name": topic.name})

    async def state(self, request: web.Request) -> web.Response:
        """What happened between the bot and a chat."""
        body = await request.json()
        chat = self.world.find_chat(body["chat"])
        _set_state(self.world, self.api.now, chat, body)
        return _done({})

    async def update(self, request: web.Request) -> web.Response:
        """An update with any content, however little it is like one of Telegram's."""
        body = await request.json()
        self.world.updates.add(str(body["kind"]), body["content"])
        return _done({})

    async def fault(self, request: web.Request) -> web.Response:
        """Fail on purpose."""
        body = await request.json()
        self.faults.order(Fault(**{key: value for key, value in body.items() if value is not None}))
        return _done({})

    async def clear_faults(self, _request: web.Request) -> web.Response:
        """Nothing fails any more."""
        self.faults.clear()
        return _done({})

    async def flood(self, request: web.Request) -> web.Response:
        """Flood limits on or off."""
        self.world.flood.on = bool((await request.json())["on"])
        return _done({})

    async def private_topics(self, request: web.Request) -> web.Response:
        """Whether the bot has topics in private chats, as its owner chooses at BotFather."""
        self.world.private_topics = bool((await request.json())["on"])
        return _done({})

    async def level(self, request: web.Request) -> web.Response:
        """The Bot API version that the server understands, such as "10.0"."""
        major, _, minor = str((await request.json())["api"]).partition(".")
        self.api.level = (int(major), int(minor or 0))
        return _done({})

    async def log(self, request: web.Request) -> web.Response:
        """Deliveries (from ``since`` on), refusals, violations."""
        return web.json_response(self.world.journal.to_json(int(request.query.get("since", 0))))

    async def reset(self, _request: web.Request) -> web.Response:
        """The world as it was at the start; faults and remembered addresses are gone."""
        old = self.world
        old.updates.clear()
        self.api.world = fill(World(old.bot.id, old.updates, old.on_event, flood=old.flood.on))
        self.faults.clear()
        self.api.files.forget_addresses()
        return _done({})


def fill(world: World) -> World:
    """The sample: two people, a group, a forum and a channel."""
    world.add_user(User(1001, "Ann", "en", "ann"), started=True)
    world.add_user(User(1002, "李雷", "zh-hans", "lilei"), started=True)
    people = {1001: "creator", 1002: "member"}
    group = Chat(-1001, "supergroup", "Tea house", members=dict(people), bot_status="administrator")
    forum = Chat(
        -1002,
        "supergroup",
        "Newsroom",
        is_forum=True,
        members=dict(people),
        bot_status="administrator",
    )
    forum.topics = {GENERAL: Topic(GENERAL, "General"), 2: Topic(2, "Tech"), 3: Topic(3, "World")}
    forum.next_message = 3
    channel = Chat(
        -1003, "channel", "Morning paper", members=dict(people), bot_status="administrator"
    )
    world.chats[channel.id] = channel
    world.chats[group.id] = group
    world.chats[forum.id] = forum
    return world


_MEMBERSHIPS = {
    "kicked": "kicked",
    "not_member": "left",
    "member": "member",
    "administrator": "administrator",
}


def _set_state(world: World, now: float, chat: Chat, body: dict[str, Any]) -> None:
    state = str(body["state"])
    rights = {str(name): bool(value) for name, value in (body.get("rights") or {}).items()}
    if state == "migrated":
        world.migrate(now, chat, int(body["to"]))
    elif chat.type == "private":
        _set_private(world, now, chat, state)
    elif state in _MEMBERSHIPS:
        world.set_membership(now, chat, _MEMBERSHIPS[state], rights)
    elif state == "no_rights":
        _take_rights(world, now, chat, rights)
    elif state == "ok":
        chat.deleted = False
        world.set_membership(now, chat, "administrator")
    elif state == "deactivated":
        chat.deleted = True
        world.set_membership(now, chat, "left")
    else:
        raise bad_request(f"unknown state {state!r}")


def _take_rights(world: World, now: float, chat: Chat, rights: dict[str, bool]) -> None:
    """Leave the bot in the chat without the right to write, or with these rights."""
    # Bots can be in a channel as administrators only, so they are never restricted there.
    if chat.type == "channel":
        world.set_membership(now, chat, "administrator", rights or {"can_post_messages": False})
    else:
        world.set_membership(now, chat, "restricted", rights or {"can_send_messages": False})


def _set_private(world: World, now: float, chat: Chat, state: str) -> None:
    if state not in {"ok", "blocked", "deactivated"}:
        raise bad_request(f"unknown state {state!r}")
    world.users[chat.id].deactivated = state == "deactivated"
    if state != "deactivated":
        chat.started = True
        world.set_blocked(now, chat, blocked=state == "blocked")


def _done(body: dict[str, Any]) -> web.Response:
    return web.json_response({"ok": True, "result": body})
