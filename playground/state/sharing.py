"""A person's choice of a chat for the bot (Bot API, KeyboardButtonRequestChat); pure."""

from playground.errors import bad_request
from playground.state.chats import Chat, Destination, Json
from playground.state.world import World

_MANAGERS = {"creator", "administrator"}


def share_chat(
    world: World, now: float, user_id: int, message_id: int, request_id: int, chosen_id: int
) -> Json:
    """Tell the bot of the chat that a person chose; it is made an administrator where it asks to.

    Raises:
        ApiError: 400 where Telegram would not offer this chat.
    """
    private, chosen = world.find_chat(user_id), world.find_chat(chosen_id)
    wanted = _request(private.messages.get(message_id, {}), request_id)
    if bool(wanted.get("chat_is_channel")) != (chosen.type == "channel"):
        raise bad_request("the chat is of another kind")
    if chosen.members.get(user_id) not in _MANAGERS and "user_administrator_rights" in wanted:
        raise bad_request("the person is no administrator of the chat")
    if wanted.get("bot_is_member") and chosen.bot_status in {"left", "kicked"}:
        raise bad_request("the bot is no member of the chat")
    _make_administrator(world, now, chosen, wanted.get("bot_administrator_rights"))
    content: Json = {"chat_shared": {"request_id": request_id, "chat_id": chosen.id}}
    if wanted.get("request_title"):
        content["chat_shared"]["title"] = chosen.title
    return world.post(now, user_id, user_id, content, Destination())


def _request(message: Json, request_id: int) -> Json:
    rows = message.get("reply_markup", {}).get("keyboard", [])
    requests = [key.get("request_chat") for row in rows for key in row if isinstance(key, dict)]
    for request in requests:
        if request and request["request_id"] == request_id:
            found: Json = request
            return found
    raise bad_request("no such button")


def _make_administrator(world: World, now: float, chat: Chat, rights: Json | None) -> None:
    """What Telegram's app does where the bot wants rights that it has not."""
    if not rights:
        return
    wanted = {name: True for name, value in rights.items() if value is True}
    has_all = all(chat.rights.get(name, True) for name in wanted)
    if chat.bot_status == "administrator" and has_all:
        return
    kept = dict.fromkeys(("can_delete_messages", "can_edit_messages", "can_manage_topics"), False)
    world.set_membership(now, chat, "administrator", kept | wanted)
