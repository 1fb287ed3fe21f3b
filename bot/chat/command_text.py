"""What command a message gives: Telegram marks its name, whatever people write behind it. Pure."""

import html
import re
from dataclasses import dataclass

from telegram import Message, MessageEntity

_ATTACHED = re.compile(r"[^\w\s#/@{\[<+]+")
"""Punctuation right behind a command ("/list.", "/sub,https://…")."""
_NO_WORD = re.compile(r"[^\w#/@{}()\[\]<>+*]+")
"""An argument that is nothing but punctuation ("/sub → https://…")."""

_FIRST_WORD = re.compile(r"\S+\s*")
_TRAILING = ".,;:!?…。，；：！？、،؛؟।"
"""What ends a phrase and no word ("/unsub 1.")."""


@dataclass(frozen=True, slots=True)
class Command:
    """A command as it was written."""

    name: str
    """Without its slash, in lower case."""
    addressee: str
    """The bot's name behind ``@`` in lower case, or empty."""
    arguments: tuple[str, ...]
    """The words behind it."""
    text: str
    """What follows it as it was written, its line breaks too."""


def read_command(message: Message) -> Command | None:
    """The command that a message, or the caption of a file, begins with.

    Args:
        message: Its ``bot_command`` entity says where the name ends (Bot API, MessageEntity).
    """
    if message.text:
        written, entities = message.text, message.parse_entities([MessageEntity.BOT_COMMAND])
    else:
        written = message.caption or ""
        entities = message.parse_caption_entities([MessageEntity.BOT_COMMAND])
    for entity, marked in entities.items():
        # A command in the middle of a text is only mentioned.
        if entity.offset == 0:
            name, _, addressee = marked.removeprefix("/").partition("@")
            rest = written.removeprefix(marked)
            attached = _ATTACHED.match(rest)
            text = rest[attached.end() :] if attached else rest
            return Command(name.casefold(), addressee.casefold(), words_of(text), text.strip())
    return None


def html_of(message: Message | None) -> str:
    """The words of a message or below its file, with their formatting, in Telegram HTML."""
    if message is None:
        return ""
    return (message.text_html if message.text else message.caption_html) or ""


def html_behind_command(message: Message) -> str:
    """What follows the command that a message begins with, with its formatting."""
    command = read_command(message)
    if command is None:
        return ""
    text = html_of(message)
    # Formatting that begins before the command cannot be divided there.
    if not text.startswith("/"):
        return html.escape(command.text, quote=False)
    return _FIRST_WORD.sub("", text, count=1)


def words_of(text: str) -> tuple[str, ...]:
    """The words behind a command, without what ends a phrase and what is no word."""
    words = [word.rstrip(_TRAILING) for word in text.split()]
    return tuple(word for word in words if word and not _NO_WORD.fullmatch(word))
