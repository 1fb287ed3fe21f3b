"""A reply, and the buttons under it.

A button carries ``verb:argument:argument``, at most 64 bytes (Bot API, InlineKeyboardButton).
"""

from collections.abc import Sequence
from dataclasses import dataclass

from telegram import InlineKeyboardButton, InlineKeyboardMarkup

SEPARATOR = ":"


@dataclass(frozen=True, slots=True)
class Reply:
    """A message of the conversation, in Telegram HTML; one that replaces the reply before it."""

    html: str
    keyboard: InlineKeyboardMarkup | None = None
    toast: str = ""
    """A short line over the chat after a tap, plain text, at most 200 characters."""


def button(text: str, verb: str, *arguments: str | int) -> InlineKeyboardButton:
    """A button that calls ``verb`` with arguments."""
    return InlineKeyboardButton(text, callback_data=SEPARATOR.join([verb, *map(str, arguments)]))


def keyboard(*rows: Sequence[InlineKeyboardButton]) -> InlineKeyboardMarkup:
    """Rows of buttons; empty rows are left out."""
    return InlineKeyboardMarkup([list(row) for row in rows if row])


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
