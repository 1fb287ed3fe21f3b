"""What somebody asks for, in which language, and what can be answered.

A handler is an async generator: it takes a ``Context`` and yields ``Reply`` after ``Reply``. The
first becomes a message, each further one replaces it in place; so a handler says "looking…" and
then what came of it, and sends nothing itself.
"""

from collections.abc import AsyncGenerator, Awaitable, Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path

from babel.dates import format_timedelta
from babel.units import format_unit

from bot.content.localize import locale_of
from bot.errors import OutOfReach, TidingsError, TopicRefused
from bot.i18n import Markup, Translator
from bot.model import NO_CHOICES, Chat, ChatKind, Choices, Feed, Item, Preferences, Target
from bot.telegram.keyboards import Reply, addressed, number_of

_UNITS = (("day", 86_400), ("hour", 3600), ("minute", 60), ("second", 1))
"""Units of an interval, the longest first, in seconds."""


@dataclass(frozen=True, slots=True)
class Localizer:
    """Words, moments and durations in one language."""

    translator: Translator
    language: str

    def html(self, key: str, **args: str | int) -> Markup:
        """A message, as Telegram HTML."""
        return self.translator.text(self.language, key, **args)

    def plain(self, key: str, **args: str | int) -> str:
        """A text for buttons and toasts."""
        return self.translator.plain(self.language, key, **args)

    def error(self, error: TidingsError) -> Markup:
        """What went wrong, for a person."""
        return self.html(error.key, **error.args_)

    def ago(self, moment: datetime, now: datetime) -> str:
        """A moment as people say it: "3 hr. ago", "in 5 min."."""
        return format_timedelta(
            moment - now, add_direction=True, format="short", locale=locale_of(self.language)
        )

    def interval(self, interval: timedelta) -> str:
        """A stretch of time to the second: "1 hour 30 minutes"."""
        parts: list[str] = []
        rest = round(interval.total_seconds())
        for name, seconds in _UNITS:
            count, rest = divmod(rest, seconds)
            if count or (seconds == 1 and not parts):
                unit = f"duration-{name}"
                parts.append(format_unit(count, unit, "long", locale=locale_of(self.language)))
        return " ".join(parts)

    def duration(self, duration: timedelta) -> str:
        """About how long a stretch of time is, as people say it: "3 hours"."""
        return format_timedelta(duration, format="long", locale=locale_of(self.language))


async def _nowhere(wanted: str | int) -> Chat:
    raise OutOfReach("nameless", str(wanted))


async def _no_topic(_chat_id: int, _name: str) -> int:
    raise TopicRefused("refused")


@dataclass(frozen=True, slots=True)
class SentFile:
    """A file that somebody sent, or replied to."""

    name: str
    size: int
    """Bytes; 0 where Telegram does not say."""
    read: Callable[[], Awaitable[bytes]]
    """Its bytes; raises ``FileUnavailable``."""


@dataclass(frozen=True, slots=True)
class Context:
    """A command or a tapped button."""

    chat: Chat
    """The chat that is meant: the one in which it is asked, or one that is managed from there."""
    target: Target
    """Where in that chat."""
    user_id: int | None
    """``None`` in channels and for administrators who write as their group."""
    localizer: Localizer
    arguments: tuple[str, ...] = ()
    """The words after the command, or what the button carries: untrusted either way."""
    text: str = ""
    """What follows the command as it was written, its line breaks too."""
    language_code: str = ""
    """What the person's own client speaks (IETF), or empty."""
    is_operator: bool = False
    """Whether whoever asks may decide what concerns every chat."""
    replied: int | None = None
    """The subscription whose post the command replies to; ``None`` where it replies to none."""
    replied_id: int = 0
    """The message that the command replies to; 0 where it replies to none."""
    message_id: int = 0
    """Of the command, or of the message with the button."""
    sees_buttons: bool = True
    """Whether it is known which buttons are below the message that was tapped; of one of long ago
    nobody knows."""
    html: str = ""
    """To operators: what follows the command with its formatting, in Telegram HTML."""
    replied_html: str = ""
    """To operators: the words of the message that the command replies to."""
    asked_from: Target | None = None
    """Where it is asked, if that is another chat than the one that is meant."""
    reach: Callable[[str | int], Awaitable[Chat]] = _nowhere
    """Finds another chat, by its id or its ``@name``, that whoever asks may manage.

    Raises ``OutOfReach``.
    """
    create_topic: Callable[[int, str], Awaitable[int]] = _no_topic
    """Makes a topic of this name in a chat; its id. Raises ``TopicRefused``."""
    bot_name: str = ""
    """What the bot is called in links, without a sign."""
    file: SentFile | None = None
    """A file that came with the command, or that it replies to."""

    @property
    def here(self) -> Target:
        """Where it is asked, and answered."""
        return self.asked_from or self.target

    @property
    def may_show_samples(self) -> bool:
        """Whether items may be shown as samples: a channel's readers would take them for news."""
        return self.asked_from is not None or self.chat.kind is not ChatKind.CHANNEL

    @property
    def is_private(self) -> bool:
        """Whether nobody but the person who asks sees the answer."""
        return self.asked_from is not None or self.chat.kind is ChatKind.PRIVATE

    def number(self, position: int = 0) -> int:
        """The argument at ``position`` as a number; 0 where it is none."""
        return number_of(self.arguments, position) or 0


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
    choices: Choices = NO_CHOICES
    """What is tried on it, beside what was chosen."""
    preferences: Preferences | None = None
    """What was chosen; ``None``: for where it is shown."""


@dataclass(frozen=True, slots=True)
class AskForWords:
    """What the person writes next in a private chat is for ``Commands.by_answer[verb]``."""

    verb: str
    arguments: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class SendFile:
    """A file, as a message of its own; the handler goes on when it is there."""

    name: str
    content: bytes | Path
    html: str = ""
    """What stands below it, in Telegram HTML."""


@dataclass(frozen=True, slots=True)
class StepAside:
    """Long work follows: the person's next commands need not wait for it."""


Answer = Reply | Toast | ShowItem | SendFile | AskForWords | StepAside
Handler = Callable[[Context], AsyncGenerator[Answer]]


def under(heading: str, answer: Answer, chat_id: int) -> Answer:
    """An answer about another chat: it says so, and its buttons go on to mean that chat."""
    match answer:
        case Reply() if heading:
            buttons = addressed(answer.keyboard, chat_id) if answer.keyboard else None
            return replace(answer, html=f"{heading}\n\n{answer.html}", keyboard=buttons)
        case SendFile() if heading:
            return replace(answer, html=f"{heading}\n\n{answer.html}")
        case _:
            return answer
