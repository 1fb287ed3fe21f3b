"""A reply, and the buttons under it.

A button carries ``verb:argument:argument``, at most 64 bytes (Bot API, InlineKeyboardButton).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from telegram import (
    ChatAdministratorRights,
    InlineKeyboardButton,
    InlineKeyboardMarkup,
    KeyboardButton,
    KeyboardButtonRequestChat,
    ReplyKeyboardMarkup,
    ReplyKeyboardRemove,
)

SEPARATOR = ":"
ADDRESSED = "@"
"""What the data of a button begins with that is about another chat than the one it stands in."""
MAY_POST = {"can_manage_chat": True, "can_post_messages": True}
"""Rights in a channel that its feeds need (Bot API, ChatAdministratorRights)."""


@dataclass(frozen=True, slots=True)
class Reply:
    """A message of the conversation, in Telegram HTML; one that replaces the reply before it."""

    html: str
    keyboard: InlineKeyboardMarkup | None = None
    toast: str = ""
    """A short line over the chat after a tap, plain text, at most 200 characters."""
    keys: ReplyKeyboardMarkup | ReplyKeyboardRemove | None = None
    """What takes the place of the person's own keyboard; such a message is never an edited one."""
    is_alert: bool = False
    """Whether the toast is to be read and closed."""
    is_below_post: bool = False
    """Only the buttons, in place of ours below the post that was tapped: it stays as it is."""


def button(text: str, verb: str, *arguments: str | int) -> InlineKeyboardButton:
    """A button that calls ``verb`` with arguments."""
    return InlineKeyboardButton(text, callback_data=SEPARATOR.join([verb, *map(str, arguments)]))


def keyboard(*rows: Sequence[InlineKeyboardButton]) -> InlineKeyboardMarkup:
    """Rows of buttons; empty rows are left out."""
    return InlineKeyboardMarkup([list(row) for row in rows if row])


def addressed(buttons: InlineKeyboardMarkup, chat_id: int) -> InlineKeyboardMarkup:
    """The same buttons, about a chat other than the one in which they stand.

    So a button goes on to mean the chat of which its message tells, whichever is managed later.
    """
    prefix = f"{ADDRESSED}{-chat_id:x}{SEPARATOR}"
    return InlineKeyboardMarkup(
        [[_addressed(each, prefix) for each in row] for row in buttons.inline_keyboard]
    )


def _addressed(each: InlineKeyboardButton, prefix: str) -> InlineKeyboardButton:
    data = each.callback_data
    if not isinstance(data, str) or data.startswith(ADDRESSED):
        return each
    return InlineKeyboardButton(each.text, callback_data=prefix + data)


def read_address(data: str) -> tuple[int, str]:
    """The chat that a tapped button is about (0: the one in which it stands), and its own data."""
    if not data.startswith(ADDRESSED):
        return 0, data
    number, _, rest = data.removeprefix(ADDRESSED).partition(SEPARATOR)
    try:
        return -min(int(number, 16), 2**62), rest
    except ValueError:
        return 0, ""


def chat_keys(channel: str, group: str, request_ids: Sequence[int]) -> ReplyKeyboardMarkup:
    """Telegram's own way to choose a channel or a group (Bot API, KeyboardButtonRequestChat).

    Args:
        channel: The words on the first button.
        group: Those on the second.
        request_ids: What Telegram answers with what was chosen, of the first and of the second.
    """
    of_channel = KeyboardButtonRequestChat(
        request_ids[0],
        chat_is_channel=True,
        user_administrator_rights=_rights(MAY_POST),
        # Where we are no administrator yet, Telegram asks whether to make us one, in one step.
        bot_administrator_rights=_rights(MAY_POST),
        request_title=True,
    )
    of_group = KeyboardButtonRequestChat(
        request_ids[1],
        chat_is_channel=False,
        user_administrator_rights=_rights({"can_manage_chat": True}),
        bot_is_member=True,
        request_title=True,
    )
    return ReplyKeyboardMarkup(
        [
            [KeyboardButton(channel, request_chat=of_channel)],
            [KeyboardButton(group, request_chat=of_group)],
        ],
        resize_keyboard=True,
        one_time_keyboard=True,
    )


def _rights(given: dict[str, bool]) -> ChatAdministratorRights:
    named: dict[str, Any] = dict.fromkeys(_REQUIRED_RIGHTS, False)
    return ChatAdministratorRights(**{**named, **given})


_REQUIRED_RIGHTS = (
    "is_anonymous", "can_manage_chat", "can_delete_messages", "can_manage_video_chats",
    "can_restrict_members", "can_promote_members", "can_change_info", "can_invite_users",
    "can_post_stories", "can_edit_stories", "can_delete_stories",
)  # fmt: skip


def read_button(data: str) -> tuple[str, tuple[str, ...]]:
    """The verb and the arguments of a tapped button."""
    verb, *arguments = data.split(SEPARATOR)
    return verb, tuple(arguments)


def number_of(arguments: Sequence[str], position: int = 0) -> int | None:
    """The argument at ``position`` as a number.

    ``None`` where it is none, or larger than SQLite can hold: data of buttons is untrusted.
    """
    try:
        number = int(arguments[position])
    except (IndexError, ValueError):
        return None
    return number if abs(number) < 2**63 else None
