"""The world of the playground: people, chats, what is written and what happens to the bot.

Pure: ``now`` is an argument.

Everything that Telegram announces to a bot becomes an update; everything that a person sees becomes
an event.
"""

from collections.abc import Callable, Iterable

from playground.errors import bad_request
from playground.state.bot_commands import BotCommands
from playground.state.chats import (
    ANONYMOUS,
    CHANNEL_BOT,
    GENERAL,
    TELEGRAM,
    Chat,
    Destination,
    Json,
    Topic,
    User,
    as_bot_sees,
    check_may_send,
    check_present,
    check_topic,
    member_json,
)
from playground.state.flood_control import FloodControl
from playground.state.journal import Journal
from playground.state.update_queue import UpdateQueue
from playground.text import entities

BOT_NAME = "tidings_playground_bot"


class World:
    """All state.

    ``on_event(event, chat)`` is called for everything that people see happen in a chat.
    """

    def __init__(
        self,
        bot_id: int,
        updates: UpdateQueue,
        on_event: Callable[[Json, Chat], None],
        *,
        flood: bool = True,
    ) -> None:
        self.bot = User(bot_id, "Tidings (playground)", username=BOT_NAME, is_bot=True)
        self.users: dict[int, User] = {}
        self.chats: dict[int, Chat] = {}
        self.updates = updates
        self.on_event = on_event
        self.journal = Journal()
        self.flood = FloodControl(on=flood)
        self.menu = BotCommands()
        self.private_topics = False
        """Whether the bot may make topics in private chats (Bot API, User.has_topics_enabled)."""
        self.callbacks: dict[str, float] = {}
        self.inline_queries: dict[str, float] = {}
        """When each that waits for an answer was asked, by its id."""
        self._private_message = 1
        self._next_callback = 1
        self._next_album = 13_000_000_000_000_000

    # ------------------------------------------------------------ who and where

    def add_user(self, user: User, *, started: bool = False) -> User:
        """A person and the private chat with the bot; ``started``: the bot may write first."""
        self.users[user.id] = user
        chat = self.chats.get(user.id)
        if chat is None:
            self.chats[user.id] = Chat(
                user.id,
                "private",
                user.first_name,
                user.username,
                members={user.id: "member"},
                started=started,
            )
        else:
            chat.title, chat.started = user.first_name, chat.started or started
        return user

    def add_chat(self, chat: Chat, now: float) -> Chat:
        """A group or channel; the bot learns that it was added."""
        if chat.is_forum:
            chat.topics.setdefault(GENERAL, Topic(GENERAL, "General"))
        self.chats[chat.id] = chat
        if chat.bot_status != "left":
            self._my_membership(chat, "left", chat.bot_status, now)
        return chat

    def find_chat(self, chat_id: object) -> Chat:
        """The chat of an id or an ``@username``.

        Raises:
            ApiError: 400 ``chat not found``.
        """
        wanted = str(chat_id).strip()
        if not wanted:
            raise bad_request("chat_id is empty")
        if wanted.startswith("@"):
            name = wanted[1:].lower()
            for chat in self.chats.values():
                if chat.username.lower() == name and chat.type != "private":
                    return chat
        elif wanted.lstrip("-").isdigit() and int(wanted) in self.chats:
            return self.chats[int(wanted)]
        raise bad_request("chat not found")

    def find_user(self, user_id: int) -> User:
        """A person.

        Raises:
            ApiError: 400 ``user not found``.
        """
        user = self.bot if user_id == self.bot.id else self.users.get(user_id)
        if user is None:
            raise bad_request("user not found")
        return user

    # ------------------------------------------------------------ what people do

    def say(
        self, now: float, user_id: int, chat_id: int, text: str, destination: Destination
    ) -> Json:
        """A person writes."""
        content: Json = {"text": text}
        detected = [entities.to_json(entity) for entity in entities.detect(text)]
        if detected:
            content["entities"] = detected
        return self.post(now, user_id, chat_id, content, destination)

    def post(
        self, now: float, user_id: int, chat_id: int, content: Json, destination: Destination
    ) -> Json:
        """A person posts any content; the bot gets it where Telegram allows that."""
        user, chat = self.find_user(user_id), self.find_chat(chat_id)
        if chat.type == "private" and (chat.blocked or not chat.started):
            self.set_blocked(now, chat, blocked=False)
            chat.started = True
        topic = destination.topic if destination.topic != GENERAL else None
        message = self.draft(now, chat, topic, content, destination.reply)
        if destination.as_channel:
            message["sender_chat"] = self.find_chat(destination.as_channel).to_json()
            message["from"] = CHANNEL_BOT.to_json()
        elif destination.anonymous:
            message["sender_chat"] = chat.to_json()
            message["from"] = ANONYMOUS.to_json()
        elif chat.type == "channel":
            message["sender_chat"] = chat.to_json()
        else:
            message["from"] = user.to_json()
        self.announce(chat, message)
        if chat.type == "channel" and chat.linked:
            self._forward_to_discussion(now, chat, message, content)
        return message

    def _forward_to_discussion(self, now: float, channel: Chat, post: Json, content: Json) -> None:
        """Telegram's own copy of a post (Bot API, Message.is_automatic_forward)."""
        group = self.find_chat(channel.linked)
        message = self.draft(now, group, None, content)
        message |= {
            "from": TELEGRAM.to_json(),
            "sender_chat": channel.to_json(),
            "is_automatic_forward": True,
            "forward_origin": {
                "type": "channel",
                "chat": channel.to_json(),
                "message_id": post["message_id"],
                "date": int(now),
            },
        }
        self.announce(group, message)

    def tap(
        self,
        now: float,
        user_id: int,
        chat_id: int,
        message_id: int,
        data: str,
        *,
        is_old: bool = False,
    ) -> str:
        """A person presses an inline button; the id of the callback query.

        Of an old message the bot learns only where it stands (Bot API, InaccessibleMessage).
        """
        user, chat = self.find_user(user_id), self.find_chat(chat_id)
        message = chat.messages.get(message_id)
        if message is None:
            raise bad_request("message not found")
        query = str(self._next_callback)
        self._next_callback += 1
        self.callbacks[query] = now
        content = {
            "id": query,
            "from": user.to_json(),
            "message": _inaccessible(chat, message_id) if is_old else message,
            "chat_instance": str(chat.id),
            "data": data,
        }
        self.updates.add("callback_query", content)
        return query

    def ask_inline(self, now: float, user_id: int, text: str, offset: str, chat_type: str) -> str:
        """A person types behind the bot's name; the id of the inline query."""
        query = str(self._next_callback)
        self._next_callback += 1
        self.inline_queries[query] = now
        content = {
            "id": query,
            "from": self.find_user(user_id).to_json(),
            "query": text,
            "offset": offset,
            "chat_type": chat_type,
        }
        self.updates.add("inline_query", content)
        return query

    def answer_inline(self, now: float, query: str) -> None:
        """The bot answers an inline query, once and soon.

        Raises:
            ApiError: 400 where it was answered before or too much time passed.
        """
        asked = self.inline_queries.pop(query, None)
        if asked is None or now - asked > 30:
            raise bad_request(
                "query is too old and response timeout expired or query ID is invalid"
            )

    def answer(self, now: float, query: str) -> None:
        """The bot answers a callback query, once.

        Raises:
            ApiError: 400 where it was answered before or more than 15 minutes passed.
        """
        asked = self.callbacks.pop(query, None)
        if asked is None or now - asked > 900:
            raise bad_request(
                "query is too old and response timeout expired or query ID is invalid"
            )

    def announce(self, chat: Chat, message: Json) -> None:
        """Keep a message that is not the bot's, and tell the bot and everybody."""
        chat.keep(message)
        if self._hears(chat, message):
            kind = "channel_post" if chat.type == "channel" else "message"
            self.updates.add(kind, _in_topic(chat, message))
        self.on_event({"kind": "message", "chat": chat.id, "message": message}, chat)

    def _hears(self, chat: Chat, message: Json) -> bool:
        """Privacy mode: a plain member of a group gets commands, replies and mentions only."""
        if chat.type == "private" or chat.bot_status in {"administrator", "creator"}:
            return True
        if chat.bot_status not in {"member", "restricted"}:
            return False
        text = message.get("text")
        if text is None:
            return True
        command = text.split(maxsplit=1)[0].lower() if text.startswith("/") else ""
        to_me = command and ("@" not in command or command.endswith(f"@{BOT_NAME}"))
        answered = message.get("reply_to_message", {}).get("from", {}).get("id") == self.bot.id
        return bool(to_me) or answered or f"@{BOT_NAME}" in text.lower()

    # ------------------------------------------------------------ what the bot does

    def check_target(
        self, chat_id: object, thread: int | None, kind: str
    ) -> tuple[Chat, int | None]:
        """The chat and topic for a message of this kind.

        Raises:
            ApiError: where the bot may not send it.
        """
        chat = self.find_chat(chat_id)
        check_may_send(chat, self.users.get(chat.id), kind)
        return chat, check_topic(chat, thread)

    def check_present(self, chat_id: object) -> Chat:
        """The chat, where the bot is in it."""
        chat = self.find_chat(chat_id)
        check_present(chat, self.users.get(chat.id))
        return chat

    def send(
        self, now: float, method: str, chat: Chat, topic: int | None, content: Json, reply: int = 0
    ) -> Json:
        """The bot's message is delivered."""
        message = self.draft(now, chat, topic, content, reply)
        if chat.type == "channel":
            message["sender_chat"] = chat.to_json()
            chat.bot_posts.add(message["message_id"])
        else:
            message["from"] = self.bot.to_json()
        chat.keep(message)
        self.journal.delivered(now, method, message)
        self.on_event({"kind": "message", "chat": chat.id, "message": message}, chat)
        return message

    def edit(
        self, now: float, chat: Chat, message: Json, changes: Json, gone: Iterable[str] = ()
    ) -> Json:
        """Replace the bot's message by one with these changes, without the fields ``gone``."""
        edited = (
            {key: value for key, value in message.items() if key not in gone}
            | changes
            | {"edit_date": int(now)}
        )
        chat.messages[message["message_id"]] = edited
        self.on_event({"kind": "edit", "chat": chat.id, "message": edited}, chat)
        return edited

    def delete(self, chat: Chat, message_id: int) -> None:
        """A message is gone for everybody."""
        del chat.messages[message_id]
        self.on_event({"kind": "delete", "chat": chat.id, "message_id": message_id}, chat)

    def next_album(self) -> str:
        """A new ``media_group_id``."""
        self._next_album += 1
        return str(self._next_album)

    def draft(
        self, now: float, chat: Chat, topic: int | None, content: Json, reply: int = 0
    ) -> Json:
        """A message with its id, date, chat and place, not yet in the chat."""
        message: Json = {
            "message_id": self._next_id(chat),
            "date": int(now),
            "chat": chat.to_json(),
        }
        if topic is not None and chat.is_forum:
            message |= {"message_thread_id": topic, "is_topic_message": True}
        answered = chat.messages.get(reply)
        if answered is not None:
            shown = as_bot_sees(answered)
            message["reply_to_message"] = {
                key: value for key, value in shown.items() if key != "reply_to_message"
            }
        return message | content

    def _next_id(self, chat: Chat) -> int:
        """Private chats and groups share a counter; supergroups and channels have their own."""
        if chat.type in {"private", "group"}:
            self._private_message += 1
            return self._private_message
        chat.next_message += 1
        return chat.next_message

    # ------------------------------------------------------------ what happens to the bot

    def set_blocked(self, now: float, chat: Chat, *, blocked: bool) -> None:
        """A person blocks or unblocks the bot."""
        if blocked != chat.blocked:
            chat.blocked = blocked
            if blocked:
                self._my_membership(chat, "member", "kicked", now)
            else:
                self._my_membership(chat, "kicked", "member", now)

    def set_membership(
        self, now: float, chat: Chat, status: str, rights: dict[str, bool] | None = None
    ) -> None:
        """The bot is added, kicked, promoted or restricted; ``rights`` replace the old ones."""
        before = member_json(self.bot, chat.bot_status, chat.rights)
        chat.bot_status, chat.rights = status, dict(rights or {})
        self._my_membership(chat, before, status, now)

    def _my_membership(self, chat: Chat, before: str | Json, after: str, now: float) -> None:
        actor = self._actor(chat)
        old = before if isinstance(before, dict) else member_json(self.bot, before, {})
        content = {
            "chat": chat.to_json(),
            "from": actor.to_json(),
            "date": int(now),
            "old_chat_member": old,
            "new_chat_member": member_json(self.bot, after, chat.rights),
        }
        self.updates.add("my_chat_member", content)
        self.on_event({"kind": "chat", "chat": chat.id}, chat)

    def _actor(self, chat: Chat) -> User:
        """Who changes the bot's membership: the person, the owner of the group, or anybody."""
        if chat.type == "private" and chat.id in self.users:
            return self.users[chat.id]
        for user_id, status in chat.members.items():
            if status == "creator" and user_id in self.users:
                return self.users[user_id]
        return next(iter(self.users.values()), self.bot)

    def migrate(self, now: float, chat: Chat, new_id: int) -> Chat:
        """A group becomes the supergroup ``new_id``; both chats say so."""
        new = Chat(
            new_id, "supergroup", chat.title, members=dict(chat.members), bot_status=chat.bot_status
        )
        self.chats[new_id] = new
        sender = {"from": self.bot.to_json()}
        leaving = self.draft(now, chat, None, {"migrate_to_chat_id": new_id} | sender)
        arriving = self.draft(now, new, None, {"migrate_from_chat_id": chat.id} | sender)
        chat.keep(leaving)
        new.keep(arriving)
        chat.migrated_to = new_id
        self.updates.add("message", leaving)
        self.updates.add("message", arriving)
        self.on_event({"kind": "chat", "chat": new_id}, new)
        return new


def _in_topic(chat: Chat, message: Json) -> Json:
    """A message of a topic that replies to no other one replies to how the topic began."""
    topic = chat.topics.get(message.get("message_thread_id", GENERAL))
    is_reply = "reply_to_message" in message or "forum_topic_created" in message
    if topic is None or topic.id == GENERAL or is_reply:
        return message
    began = {
        "message_id": topic.id,
        "date": message["date"],
        "chat": message["chat"],
        "message_thread_id": topic.id,
        "is_topic_message": True,
        "forum_topic_created": {"name": topic.name, "icon_color": topic.icon_color},
    }
    return message | {"reply_to_message": began}


def _inaccessible(chat: Chat, message_id: int) -> Json:
    return {"chat": chat.to_json(), "message_id": message_id, "date": 0}
