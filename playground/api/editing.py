"""The methods that change what was sent (Bot API, "Updating messages")."""

from playground.api.context import ApiContext
from playground.api.method_call import MethodCall
from playground.api.rich import SINCE as RICH_SINCE
from playground.api.rich import article
from playground.api.sending import media_fields, resolve
from playground.errors import bad_request
from playground.files.store import MediaError
from playground.state.chats import Chat, Json

_SAME = (
    "message is not modified: specified new message content and reply markup are exactly the same "
    "as a current content and reply markup of the message"
)
_MEDIA = ("photo", "video", "animation", "audio", "document")
_TWO_DAYS = 48 * 3600


async def edit_message_text(api: ApiContext, call: MethodCall) -> object:
    """New text, or a new article; without ``reply_markup`` the keyboard goes."""
    chat, message = _own(api, call)
    if "text" not in message and "rich_message" not in message:
        raise bad_request("there is no text in the message to edit")
    gone = ("text", "entities", "link_preview_options", "rich_message")
    if call.json("rich_message") and api.level >= RICH_SINCE:
        return await _replace(api, call, chat, message, await article(api, call), gone)
    return await _replace(api, call, chat, message, api.message_text(call), gone)


async def edit_message_caption(api: ApiContext, call: MethodCall) -> object:
    """New caption of a media message; empty removes it."""
    chat, message = _own(api, call)
    if not any(kind in message for kind in _MEDIA):
        raise bad_request("there is no caption in the message to edit")
    caption = api.caption(
        call, dict(call.parameters) | {"caption_entities": call.json("caption_entities")}
    )
    return await _replace(
        api,
        call,
        chat,
        message,
        caption,
        ("caption", "caption_entities", "show_caption_above_media"),
    )


async def edit_message_reply_markup(api: ApiContext, call: MethodCall) -> object:
    """Another keyboard, or none."""
    chat, message = _own(api, call)
    return await _replace(api, call, chat, message, {}, ())


async def edit_message_media(api: ApiContext, call: MethodCall) -> object:
    """Another file with its own caption."""
    chat, message = _own(api, call)
    item = call.json("media")
    if not isinstance(item, dict) or item.get("type") not in _MEDIA:
        raise bad_request("can't parse media JSON object")
    try:
        file = await resolve(api, call, str(item.get("media", "")), str(item["type"]), "")
    except MediaError as error:
        raise error.as_error() from error
    gone = (*_MEDIA, "text", "entities", "link_preview_options", "caption", "caption_entities")
    return await _replace(
        api, call, chat, message, media_fields(file, item) | api.caption(call, item), gone
    )


async def delete_message(api: ApiContext, call: MethodCall) -> object:
    """Gone for everybody."""
    chat = api.world.check_present(call.text("chat_id"))
    message = chat.messages.get(call.number("message_id") or 0)
    if message is None:
        raise bad_request("message to delete not found")
    if not _may_delete(api, chat, message):
        raise bad_request("message can't be deleted")
    api.world.delete(chat, message["message_id"])
    return True


async def delete_messages(api: ApiContext, call: MethodCall) -> object:
    """Up to 100; those that are not there are skipped."""
    chat = api.world.check_present(call.text("chat_id"))
    wanted = call.json("message_ids")
    if not isinstance(wanted, list) or not 1 <= len(wanted) <= 100:
        raise bad_request("message identifiers are not specified")
    for message_id in wanted:
        message = chat.messages.get(message_id)
        if message and _may_delete(api, chat, message):
            api.world.delete(chat, message_id)
    return True


async def pin_chat_message(api: ApiContext, call: MethodCall) -> object:
    """Pin; nothing is announced."""
    chat = api.world.check_present(call.text("chat_id"))
    message_id = call.number("message_id") or 0
    if message_id not in chat.messages:
        raise bad_request("message to pin not found")
    if chat.type != "private" and chat.bot_status != "administrator":
        raise bad_request("not enough rights to manage pinned messages in the chat")
    chat.pinned = message_id
    return True


def _may_delete(api: ApiContext, chat: Chat, message: Json) -> bool:
    if api.now - message["date"] > _TWO_DAYS:
        return False
    own = message.get("from", {}).get("id") == api.world.bot.id
    # Bot API, deleteMessage: who may post in a channel may delete what they posted.
    if message["message_id"] in chat.bot_posts:
        own = _is_administrator(chat, "can_post_messages")
    return own or chat.type == "private" or _is_administrator(chat, "can_delete_messages")


def _is_administrator(chat: Chat, right: str) -> bool:
    return chat.bot_status in {"administrator", "creator"} and chat.rights.get(right, True)


def _own(api: ApiContext, call: MethodCall) -> tuple[Chat, Json]:
    """The message to edit, which must be the bot's own."""
    chat = api.world.check_present(call.text("chat_id"))
    message = chat.messages.get(call.number("message_id") or 0)
    if message is None:
        raise bad_request("message to edit not found")
    if message.get("from", {}).get("id") != api.world.bot.id and chat.type != "channel":
        raise bad_request("message can't be edited")
    return chat, message


async def _replace(
    api: ApiContext,
    call: MethodCall,
    chat: Chat,
    message: Json,
    content: Json,
    gone: tuple[str, ...],
) -> Json:
    changes = content | api.markup(call, inline=True)
    unchanging = {
        key: value
        for key, value in message.items()
        if key not in {*gone, "reply_markup", "edit_date"}
    }
    if unchanging | changes == {key: value for key, value in message.items() if key != "edit_date"}:
        raise bad_request(_SAME)
    if chat.type != "private":
        await api.pace(call, chat)
    return api.world.edit(api.now, chat, message, changes, (*gone, "reply_markup"))
