"""The Bot API methods that the playground knows, by name."""

from collections.abc import Awaitable, Callable

from playground.api import administration, editing, inline, rich, sending
from playground.api.context import ApiContext
from playground.api.method_call import MethodCall

Method = Callable[[ApiContext, MethodCall], Awaitable[object]]

METHODS: dict[str, Method] = {
    "getMe": administration.get_me,
    "logOut": administration.log_out,
    "close": administration.log_out,
    "sendMessage": sending.send_message,
    "sendPhoto": sending.send_file,
    "sendAnimation": sending.send_file,
    "sendVideo": sending.send_file,
    "sendDocument": sending.send_file,
    "sendAudio": sending.send_file,
    "sendMediaGroup": sending.send_media_group,
    "sendRichMessage": rich.send_rich_message,
    "sendChatAction": sending.send_chat_action,
    "editMessageText": editing.edit_message_text,
    "editMessageCaption": editing.edit_message_caption,
    "editMessageReplyMarkup": editing.edit_message_reply_markup,
    "editMessageMedia": editing.edit_message_media,
    "deleteMessage": editing.delete_message,
    "deleteMessages": editing.delete_messages,
    "pinChatMessage": editing.pin_chat_message,
    "answerInlineQuery": inline.answer_inline_query,
    "answerCallbackQuery": administration.answer_callback_query,
    "getChat": administration.get_chat,
    "getChatMember": administration.get_chat_member,
    "getChatAdministrators": administration.get_chat_administrators,
    "getChatMemberCount": administration.get_chat_member_count,
    "leaveChat": administration.leave_chat,
    "setMyCommands": administration.set_my_commands,
    "getMyCommands": administration.get_my_commands,
    "deleteMyCommands": administration.delete_my_commands,
    "setMyName": administration.set_my_description,
    "setMyDescription": administration.set_my_description,
    "setMyShortDescription": administration.set_my_description,
    "setChatMenuButton": administration.set_chat_menu_button,
    "getFile": administration.get_file,
    "createForumTopic": administration.create_forum_topic,
    "closeForumTopic": administration.close_forum_topic,
    "reopenForumTopic": administration.close_forum_topic,
    "deleteForumTopic": administration.delete_forum_topic,
}

_SPELLING = {name.lower(): name for name in METHODS}

SINCE: dict[str, tuple[int, int]] = {"sendRichMessage": rich.SINCE}
"""Methods that only a newer Bot API knows: older levels answer 404."""


def spell(name: str) -> str:
    """The method's name as the documentation writes it; the Bot API ignores case."""
    return _SPELLING.get(name.lower(), name)


def find_method(name: str, level: tuple[int, int]) -> Method | None:
    """The method, where this level of the Bot API knows it."""
    return METHODS.get(name) if SINCE.get(name, level) <= level else None
