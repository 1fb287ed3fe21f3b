"""What people chose of the settings (``bot.settings``), as it is kept: names and texts."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass


class Choices(Mapping[str, str]):
    """The settings that were chosen at one level, by name, as texts; immutable.

    A name that is missing was not chosen. What a text means only its setting knows, so a choice
    that a newer version made survives an older one.
    """

    __slots__ = ("_hash", "_texts")

    def __init__(self, texts: Mapping[str, str] | None = None) -> None:
        self._texts = dict(sorted(texts.items())) if texts else {}
        # Choices are part of what compositions are looked up by, once for each message.
        self._hash = hash(tuple(self._texts.items()))

    def __getitem__(self, name: str) -> str:
        return self._texts[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._texts)

    def __len__(self) -> int:
        return len(self._texts)

    def __hash__(self) -> int:
        return self._hash

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Choices) and self._texts == other._texts

    def __repr__(self) -> str:
        return f"Choices({self._texts!r})"

    def changed(self, changes: Mapping[str, str | None]) -> "Choices":
        """These with others in their place; ``None`` takes a choice back."""
        merged = {**self._texts, **changes}
        return Choices({name: text for name, text in merged.items() if text is not None})


NO_CHOICES = Choices()


@dataclass(frozen=True, slots=True)
class Scope:
    """For what something is chosen: a chat, one of its topics, or some of its subscriptions."""

    chat_id: int
    topic_id: int | None = None
    """``None``: for the whole chat."""
    subscriptions: tuple[int, ...] | None = None
    """Their ids; ``None``: for the chat or the topic itself."""
    hashtag: str = ""
    """By which they were named, in lower case; empty: otherwise."""


@dataclass(frozen=True, slots=True)
class Preferences:
    """What was chosen at each level for what one subscription brings, the widest first."""

    chat: Choices = NO_CHOICES
    topic: Choices = NO_CHOICES
    subscription: Choices = NO_CHOICES


NO_PREFERENCES = Preferences()
