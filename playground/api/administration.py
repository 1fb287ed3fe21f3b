"""The methods about the bot itself, chats, topics, commands and files."""

import re

from playground.api.context import ApiContext
from playground.api.method_call import MethodCall
from playground.errors import bad_request
from playground.state.chats import Chat, Json, member_json
from playground.state.topics import add_topic, close_topic, delete_topic

_COMMAND = re.compile(r"/?[a-z0-9_]{1,32}")
_SCOPES = {
    "default", "all_private_chats", "all_group_chats", "all_chat_administrators", "chat",
    "chat_administrators", "chat_member",
}  # fmt: skip
_DOWNLOAD = 20 << 20


async def get_me(api: ApiContext, _call: MethodCall) -> object:
    """Bot API, User, with what only getMe tells."""
    return api.world.bot.to_json() | {
        "can_join_groups": True,
        "can_read_all_group_messages": False,
        "supports_inline_queries": True,
        "can_connect_to_business": False,
        "has_main_web_app": False,
        "has_topics_enabled": api.world.private_topics,
        "allows_users_to_create_topics": api.world.private_topics,
    }


async def log_out(_api: ApiContext, _call: MethodCall) -> object:
    """Nothing to leave here; also serves ``close``."""
    return True


async def get_chat(api: ApiContext, call: MethodCall) -> object:
    """Bot API, ChatFullInfo, as far as a feed bot reads it."""
    chat = api.world.check_present(call.text("chat_id"))
    full: Json = {"accent_color_id": 0, "max_reaction_count": 11, "accepted_gift_types": _NO_GIFTS}
    if chat.type != "private":
        full["permissions"] = {"can_send_messages": True}
    if chat.slow_mode:
        full["slow_mode_delay"] = chat.slow_mode
    if chat.linked:
        full["linked_chat_id"] = chat.linked
    return chat.to_json() | full


_NO_GIFTS = {
    "unlimited_gifts": False, "limited_gifts": False, "unique_gifts": False,
    "premium_subscription": False, "gifts_from_channels": False,
}  # fmt: skip


async def get_chat_member(api: ApiContext, call: MethodCall) -> object:
    """One member, or who left."""
    chat = api.world.check_present(call.text("chat_id"))
    if chat.type == "channel" and chat.bot_status != "administrator":
        raise bad_request("member list is inaccessible")
    user = api.world.find_user(call.number("user_id") or 0)
    return _member(api, chat, user.id)


async def get_chat_administrators(api: ApiContext, call: MethodCall) -> object:
    """Creator and administrators, other bots left out."""
    chat = api.world.check_present(call.text("chat_id"))
    if chat.type == "private":
        raise bad_request("there are no administrators in the private chat")
    wanted = [
        user for user, status in chat.members.items() if status in {"creator", "administrator"}
    ]
    if chat.bot_status == "administrator":
        wanted.append(api.world.bot.id)
    return [_member(api, chat, user) for user in wanted]


async def get_chat_member_count(api: ApiContext, call: MethodCall) -> object:
    """How many, the bot included."""
    chat = api.world.check_present(call.text("chat_id"))
    return sum(status not in {"left", "kicked"} for status in chat.members.values()) + 1


async def leave_chat(api: ApiContext, call: MethodCall) -> object:
    """The bot goes."""
    chat = api.world.check_present(call.text("chat_id"))
    if chat.type == "private":
        raise bad_request("chat member status can't be changed in private chats")
    api.world.set_membership(api.now, chat, "left")
    return True


async def set_my_commands(api: ApiContext, call: MethodCall) -> object:
    """The command menu of a scope and a language."""
    commands = call.json("commands")
    if not isinstance(commands, list):
        raise bad_request("can't parse commands JSON object")
    if len(commands) > 100:
        raise bad_request("BOT_COMMANDS_TOO_MUCH")
    for command in commands:
        if not _COMMAND.fullmatch(str(command.get("command", ""))):
            raise bad_request("BOT_COMMAND_INVALID")
        if not 1 <= len(str(command.get("description", ""))) <= 256:
            raise bad_request("BOT_COMMAND_DESCRIPTION_INVALID")
    api.world.menu.commands[_scope(api, call)] = [
        {"command": str(c["command"]).removeprefix("/"), "description": str(c["description"])}
        for c in commands
    ]
    return True


async def get_my_commands(api: ApiContext, call: MethodCall) -> object:
    """What was set for exactly this scope and language."""
    return api.world.menu.commands.get(_scope(api, call), [])


async def delete_my_commands(api: ApiContext, call: MethodCall) -> object:
    """The scope falls back to the next wider one."""
    api.world.menu.commands.pop(_scope(api, call), None)
    return True


async def set_my_description(api: ApiContext, call: MethodCall) -> object:
    """Name (64 characters), description (512) or short description (120), per language."""
    name = {
        "setMyDescription": "description",
        "setMyShortDescription": "short_description",
        "setMyName": "name",
    }
    field = name[call.method]
    value = call.text(field)
    if len(value) > {"description": 512, "short_description": 120, "name": 64}[field]:
        raise bad_request(f"{field.replace('_', ' ')} is too long")
    api.description[f"{field}:{call.text('language_code')}"] = value
    return True


async def set_chat_menu_button(_api: ApiContext, _call: MethodCall) -> object:
    """Accepted; the web chat has one menu."""
    return True


async def answer_callback_query(api: ApiContext, call: MethodCall) -> object:
    """The button stops spinning, with a note or an alert."""
    query = call.text("callback_query_id")
    if len(call.text("text")) > 200:
        raise bad_request("MESSAGE_TOO_LONG")
    api.world.answer(api.now, query)
    waiting = api.answers.pop(query, None)
    if waiting is not None and not waiting.done():
        answer = {
            "text": call.text("text"),
            "show_alert": call.flag("show_alert"),
            "url": call.text("url"),
        }
        waiting.set_result(answer)
    return True


async def get_file(api: ApiContext, call: MethodCall) -> object:
    """Where to download a file from."""
    file = api.files.by_id.get(call.text("file_id"))
    if file is None:
        raise bad_request("wrong file_id or the file is temporarily unavailable")
    if len(file.body) > _DOWNLOAD:
        raise bad_request("file is too big")
    about = {"file_id": file.id, "file_unique_id": file.unique_id, "file_size": len(file.body)}
    return about | {"file_path": file.path}


async def create_forum_topic(api: ApiContext, call: MethodCall) -> object:
    """A new topic, of a forum or of a private chat (Bot API 9.4)."""
    chat = _forum(api, call)
    name = call.text("name")
    if not 1 <= len(name) <= 128:
        raise bad_request("TOPIC_TITLE_EMPTY" if not name else "topic name is too long")
    topic = add_topic(api.world, api.now, chat, name, icon_color=call.number("icon_color") or 0)
    return {"message_thread_id": topic.id, "name": topic.name, "icon_color": topic.icon_color}


async def close_forum_topic(api: ApiContext, call: MethodCall) -> object:
    """Close; also serves ``reopenForumTopic``."""
    chat = _forum(api, call)
    closed = call.method == "closeForumTopic"
    close_topic(api.world, api.now, chat, call.number("message_thread_id") or 0, closed=closed)
    return True


async def delete_forum_topic(api: ApiContext, call: MethodCall) -> object:
    """Delete with all messages."""
    delete_topic(api.world, _forum(api, call), call.number("message_thread_id") or 0)
    return True


def _forum(api: ApiContext, call: MethodCall) -> Chat:
    chat = api.world.check_present(call.text("chat_id"))
    if chat.type == "private" and (api.world.private_topics or chat.is_forum):
        chat.is_forum = True
        return chat
    if not chat.is_forum:
        raise bad_request("the chat is not a forum")
    if chat.bot_status != "administrator" or not chat.rights.get("can_manage_topics", True):
        raise bad_request("not enough rights to create a topic")
    return chat


def _member(api: ApiContext, chat: Chat, user_id: int) -> Json:
    user = api.world.find_user(user_id)
    if user is api.world.bot:
        return member_json(user, chat.bot_status, chat.rights)
    return member_json(user, chat.members.get(user_id, "left"), {})


def _scope(api: ApiContext, call: MethodCall) -> tuple[str, str]:
    """``(scope, language)``; a scope of one chat carries the id of the chat."""
    scope = call.json("scope") or {"type": "default"}
    kind = str(scope.get("type", ""))
    if kind not in _SCOPES:
        raise bad_request("Can't parse BotCommandScope: Unsupported type specified")
    if kind.startswith("chat"):
        kind += f":{api.world.find_chat(scope.get('chat_id', '')).id}"
    if "user_id" in scope:
        kind += f":{scope['user_id']}"
    return kind, call.text("language_code")
