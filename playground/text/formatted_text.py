"""Text with entities, and how Telegram makes entities valid (TDLib's ``fix_formatted_text``)."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

_RANK = {
    "blockquote": 0, "expandable_blockquote": 0, "pre": 11, "code": 20, "date_time": 48,
    "text_link": 49, "text_mention": 49, "bold": 90, "italic": 91, "underline": 92,
    "strikethrough": 93, "spoiler": 94, "custom_emoji": 99,
}  # fmt: skip
SPLITTABLE = ("bold", "italic", "underline", "strikethrough", "spoiler")
QUOTES = ("blockquote", "expandable_blockquote")
BARE = ("code", "pre", "date_time")
"""What lets no formatting in."""
_KEPT_FIRST = {"text_link", "text_mention", "code", "pre", *QUOTES, "mention", "url", "date_time"}
_MOST_ENTITIES = 100
_CUT_BYTES = 34_996
"""Bytes of any string that survive TDLib's cleaning; the rest is lost without a word."""

_DROPPED = re.compile("[\r\u2028-\u202e\u0333\u033f\u030a]")
_CONTROL = re.compile(r"[\x00-\x09\x0b-\x0c\x0e-\x1f]")


@dataclass(frozen=True, slots=True)
class Entity:
    """A run of formatting, in UTF-16 code units (Bot API, MessageEntity)."""

    type: str
    offset: int
    length: int
    argument: str = ""
    """The address of a link, the language of ``pre``, the id of an emoji or a user, "unix format"
    of a date."""

    @property
    def end(self) -> int:
        """The first unit after the run."""
        return self.offset + self.length


@dataclass(frozen=True, slots=True)
class FormattedText:
    """A text and its entities, sorted."""

    text: str
    entities: tuple[Entity, ...] = ()
    losses: tuple[str, ...] = ()
    """What was asked for and lost without an error: links, entities over the hundred, the tail of a
    long text."""


def utf16_length(text: str) -> int:
    """UTF-16 code units."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def in_order(entities: Iterable[Entity]) -> list[Entity]:
    """In Telegram's order: by offset, longest first, then by kind."""
    return sorted(
        entities,
        key=lambda e: (e.offset, -e.length, 10 if e.type == "pre" and e.argument else _rank(e)),
    )


def _rank(entity: Entity) -> int:
    return _RANK.get(entity.type, 50)


def normalise(given: FormattedText) -> FormattedText:
    """What Telegram keeps before trimming: valid nesting, no control characters, no more bytes."""
    text, entities = _clean(given.text, _nest(in_order(given.entities)))
    entities = _nest(in_order(entities))
    if not text.strip(" \n"):
        return FormattedText("", (), given.losses)
    losses = given.losses
    if len(given.text.encode("utf-8", "surrogatepass")) > _CUT_BYTES:
        losses += ("the tail of a text over 34996 bytes",)
    return FormattedText(text, tuple(entities), losses)


def trim(given: FormattedText) -> FormattedText:
    """Without the white space at both ends; at the front only up to the first entity."""
    text = given.text.rstrip(" \n")
    first = given.entities[0].offset if given.entities else len(text)
    shift = min(len(text) - len(text.lstrip(" \n")), first)
    text = text[shift:]
    end = utf16_length(text)
    moved = (replace(entity, offset=entity.offset - shift) for entity in given.entities)
    kept = (
        replace(entity, length=min(entity.length, end - entity.offset))
        for entity in moved
        if entity.offset < end
    )
    return FormattedText(text, tuple(kept), given.losses)


def cap(given: FormattedText) -> FormattedText:
    """At most one hundred entities, links, code and quotes first; custom emoji are not counted."""
    counted = [entity for entity in given.entities if entity.type != "custom_emoji"]
    if len(counted) <= _MOST_ENTITIES:
        return given
    order = sorted(counted, key=lambda entity: entity.type not in _KEPT_FIRST)
    dropped = {id(entity) for entity in order[_MOST_ENTITIES:]}
    kept = tuple(entity for entity in given.entities if id(entity) not in dropped)
    return FormattedText(given.text, kept, (*given.losses, f"{len(dropped)} entities over 100"))


def clean(text: str) -> str:
    """A string as Telegram keeps it: at most 34996 bytes, no control characters, no bidi marks."""
    return _clean(text, [])[0]


def _clean(text: str, entities: list[Entity]) -> tuple[str, list[Entity]]:
    if len(text) * 4 > _CUT_BYTES:
        text = text.encode("utf-8", "surrogatepass")[:_CUT_BYTES].decode("utf-8", "ignore")
    text = _CONTROL.sub(" ", text)
    positions = [utf16_length(text[: match.start()]) for match in _DROPPED.finditer(text)]
    text = _DROPPED.sub("", text)
    end = utf16_length(text)
    result = []
    for entity in entities:
        offset = entity.offset - sum(position < entity.offset for position in positions)
        stop = min(entity.end - sum(position < entity.end for position in positions), end)
        if stop > offset:
            result.append(replace(entity, offset=offset, length=stop - offset))
    return text, result


def _nest(entities: list[Entity]) -> list[Entity]:
    if _is_lawful(entities):
        return entities
    whole = _without_overlaps(
        e for e in entities if e.type not in SPLITTABLE and e.type not in QUOTES
    )
    quotes = _without_overlaps(e for e in entities if e.type in QUOTES)
    whole = in_order([*(e for e in whole if not _crosses(e, quotes)), *quotes])
    return in_order([*whole, *_split([e for e in entities if e.type in SPLITTABLE], whole)])


def _is_lawful(entities: Sequence[Entity]) -> bool:
    return len(entities) < 2 and all(entity.length > 0 for entity in entities)


def _without_overlaps(entities: Iterable[Entity]) -> list[Entity]:
    kept: list[Entity] = []
    for entity in entities:
        if not kept or entity.offset >= kept[-1].end:
            kept.append(entity)
    return kept


def _crosses(entity: Entity, quotes: Sequence[Entity]) -> bool:
    """Whether it overlaps a quote without lying inside it."""
    return any(
        entity.offset < quote.end
        and quote.offset < entity.end
        and not (quote.offset <= entity.offset and entity.end <= quote.end)
        for quote in quotes
    )


class _Splitter:
    """Cuts bold, italic and the like where links, code and quotes begin and end; joins equals."""

    def __init__(self, entities: Sequence[Entity]) -> None:
        self.waiting = list(reversed(entities))
        self.open: dict[str, tuple[int, int]] = {}
        self.result: list[Entity] = []

    def advance(self, end: int) -> None:
        while self.waiting and self.waiting[-1].offset < end:
            entity = self.waiting.pop()
            begin, stop = self.open.get(entity.type, (0, 0))
            if stop and entity.offset <= stop:
                self.open[entity.type] = (begin, max(stop, entity.end))
            else:
                self._flush(entity.offset)
                self.open[entity.type] = (entity.offset, entity.end)
        self._flush(end)

    def _flush(self, offset: int) -> None:
        for kind in SPLITTABLE:
            begin, stop = self.open.get(kind, (0, 0))
            if stop and begin < offset:
                last = min(stop, offset)
                self.result.append(Entity(kind, begin, last - begin))
                if stop <= offset:
                    del self.open[kind]
                else:
                    self.open[kind] = (offset, stop)


def _split(entities: Sequence[Entity], whole: Sequence[Entity]) -> list[Entity]:
    splitter = _Splitter(entities)
    stack: list[Entity] = []

    def close(offset: float) -> None:
        while stack and offset >= stack[-1].end:
            before = len(splitter.result)
            entity = stack.pop()
            splitter.advance(entity.end)
            if entity.type in BARE:
                del splitter.result[before:]

    for entity in whole:
        close(entity.offset)
        splitter.advance(entity.offset)
        stack.append(entity)
    close(float("inf"))
    splitter.advance(1 << 31)
    return splitter.result
