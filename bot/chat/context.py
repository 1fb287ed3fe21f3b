"""What somebody asks for, and what is answered.

A handler is an async generator: it takes a ``Context`` and yields ``Reply`` after ``Reply``. The first
becomes a message, each further one replaces it in place; so a handler says "looking…" and then what
it found, and sends nothing itself.
"""

from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass

from bot.errors import TidingsError
from bot.i18n import Markup, Translator
from bot.model import Chat, Feed, Item, Style, Target
from bot.telegram.keyboards import Reply


@dataclass(frozen=True, slots=True)
class Localizer:
    """Words in one language."""

    translator: Translator
    language: str

    def html(self, key: str, **args: str | int) -> Markup:
        """A message, as Telegram HTML."""
        return self.translator.text(self.language, key, **args)

    def plain(self, key: str, **args: str | int) -> str:
        """A text for buttons and toasts."""
        return self.translator.plain(self.language, key, **args)

    def fault(self, error: TidingsError) -> Markup:
        """What went wrong, for a person."""
        return self.html(error.key, **error.args_)


@dataclass(frozen=True, slots=True)
class Context:
    """A command or a tapped button."""

    chat: Chat
    target: Target
    user_id: int | None
    """``None`` in channels and for administrators who write as their group."""
    speech: Localizer
    words: tuple[str, ...] = ()
    """What follows the command, or the arguments of the button."""
    text: str = ""
    """What follows the command as it was written, its line breaks too."""
    is_operator: bool = False
    """Whether whoever asks may decide what concerns every chat."""
    tapped: bool = False
    """Whether a button was tapped: then the first reply replaces the message with the button."""


@dataclass(frozen=True, slots=True)
class Toast:
    """Only the short line after a tap; the message stays."""

    text: str
    alert: bool = False


@dataclass(frozen=True, slots=True)
class ShowItem:
    """An item, to be shown as a message of its own, exactly as it would be pushed."""

    feed: Feed
    item: Item
    style: Style | None = None
    """Another style than the chat's own."""
    template: str | None = None
    """Another template than the chat's own."""


Answer = Reply | Toast | ShowItem
Handler = Callable[[Context], AsyncIterator[Answer]]
