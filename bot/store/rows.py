"""From rows to the nouns of ``bot.model``, and back; and the JSON that the tables keep.

Stored JSON has key names of its own and a version (``"v": 1``), written out below and never taken
from a class: a renamed field changes no row. Text without a version comes from 0.1, 0.2 and what
followed; it is read as well. Keys that a newer version added are passed over, and of words that it
added (a style, a kind of chat) the reader is told what comes closest.
"""

import json
from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, date, datetime, timedelta
from enum import StrEnum
from functools import lru_cache
from typing import Any, NamedTuple, TypeVar

from bot.errors import UnreadableRow
from bot.model import (
    NO_CHOICES,
    Chat,
    ChatKind,
    Choices,
    Enclosure,
    FailureStage,
    Fallback,
    Feed,
    FeedAlert,
    FeedRef,
    Item,
    ParsedItem,
    PendingMove,
    Poll,
    PollResult,
    Preferences,
    Progress,
    Trait,
    TraitKind,
    UserAgentStyle,
    Validators,
)
from bot.store.database import Row

T = TypeVar("T")
Word = TypeVar("Word", bound=StrEnum)
VERSION = 1
"""Of every JSON text that is written here."""
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MILLISECOND = timedelta(milliseconds=1)
NONE: frozenset[int] = frozenset()
UNREADABLE = (ArithmeticError, AttributeError, LookupError, TypeError, ValueError)
"""What reading a damaged row may raise: a missing key, text for a number, JSON that is none."""


def read(function: Callable[[Row], T], row: Row) -> T:
    """What ``function`` makes of a row.

    Raises:
        UnreadableRow: It makes nothing of it; the text says why, without the row's content.
    """
    try:
        return function(row)
    except UNREADABLE as error:
        raise UnreadableRow(f"{type(error).__name__}: {error}"[:200]) from error


# ---------------------------------------------------------------- moments


def to_ms(moment: datetime) -> int:
    """An aware moment as milliseconds since 1970; exact, where a float would round."""
    return (moment - EPOCH) // MILLISECOND


def from_ms(ms: int) -> datetime:
    """The aware UTC moment."""
    return EPOCH + ms * MILLISECOND


def to_ms_or_none(moment: datetime | None) -> int | None:
    """As ``to_ms``, for a column that may be empty."""
    return None if moment is None else to_ms(moment)


def from_ms_or_none(ms: int | None) -> datetime | None:
    """As ``from_ms``, for a column that may be empty."""
    return None if ms is None else from_ms(ms)


# ---------------------------------------------------------------- feeds


def feed_of(row: Row) -> Feed:
    """A row of ``feeds``."""
    return Feed(
        id=row["id"],
        url=row["url"],
        title=row["title"],
        link=row["link"],
        validators=Validators(row["etag"], row["last_modified"]),
        body_hash=row["digest"],
        identity=row["identity"],
        has_baseline=bool(row["primed"]),
        interval=timedelta(milliseconds=row["interval_ms"]),
        failures=row["failures"],
        failing_since=from_ms_or_none(row["failing_since"]),
        last_error=row["last_error"],
        next_due=from_ms_or_none(row["next_due"]),
        last_ok=from_ms_or_none(row["last_ok"]),
        validators_url=row["validators_url"],
        poll_interval=timedelta(milliseconds=row["pause_ms"]),
        gone_count=row["gone"],
        gone_since=from_ms_or_none(row["gone_since"]),
        not_before=from_ms_or_none(row["not_before"]),
        awaits_host=bool(row["promised"]),
        last_full=from_ms_or_none(row["last_full"]),
        created=from_ms(row["created"]),
        arrivals=read_arrivals(row["arrivals"]),
        ttl=timedelta(milliseconds=row["ttl_ms"]),
        skip_hours=_numbers(row["skip_hours"]),
        skip_days=_numbers(row["skip_days"]),
        pending_move=_move_of(row),
        readers=row.get("readers", 0),
        user_agent_style=_word(row["introduction"], UserAgentStyle.PLAIN),
        parser_version=row["reading"],
        reread_from=from_ms_or_none(row["reread_from"]),
        history=read_history(row["history"]),
        has_trusted_hub=bool(row.get("pushed", 0)),
        failure_stage=_word(row["trouble"], FailureStage.FAILING) if row["trouble"] else None,
        silent_since=from_ms_or_none(row["silent_since"]),
    )


def feed_ref_of(row: Row) -> FeedRef:
    """What a message needs of a row of ``feeds``."""
    return FeedRef(row["id"], row["url"], row["title"], row["link"])


def unreadable_feed_of(row: Row) -> Feed:
    """What can be shown of a row of ``feeds`` that cannot be read: a feed that fails, and why."""
    # The moment of the failure is not known; that of the beginning is shown as "long ago".
    failure = Poll(EPOCH, PollResult.FAILED, reason=UnreadableRow.key)
    return Feed(
        id=row["id"],
        url=str(row["url"]),
        title=str(row["title"]),
        link=str(row["link"]) if row["link"] else None,
        failures=1,
        history=(failure,),
    )


def feed_columns(feed: Feed) -> dict[str, object]:
    """What a poll of a feed may change, by column."""
    move = feed.pending_move
    return {
        "title": clean(feed.title),
        "link": clean(feed.link) if feed.link else None,
        "etag": feed.validators.etag,
        "last_modified": feed.validators.last_modified,
        "digest": feed.body_hash,
        "identity": feed.identity,
        "primed": int(feed.has_baseline),
        "failures": feed.failures,
        "failing_since": to_ms_or_none(feed.failing_since),
        "last_error": clean(feed.last_error),
        "last_ok": to_ms_or_none(feed.last_ok),
        "next_due": to_ms_or_none(feed.next_due),
        "validators_url": feed.validators_url,
        "pause_ms": feed.poll_interval // MILLISECOND,
        "gone": feed.gone_count,
        "gone_since": to_ms_or_none(feed.gone_since),
        "not_before": to_ms_or_none(feed.not_before),
        "promised": int(feed.awaits_host),
        "last_full": to_ms_or_none(feed.last_full),
        "arrivals": arrivals_text(feed.arrivals),
        "ttl_ms": feed.ttl // MILLISECOND,
        "skip_hours": sum(1 << number for number in feed.skip_hours),
        "skip_days": sum(1 << number for number in feed.skip_days),
        "moved_to": move.target if move else "",
        "moved_since": to_ms(move.since) if move else None,
        "moved_times": move.times if move else 0,
        "moved_same": int(move is not None and move.is_same_feed),
        "history": history_text(feed.history),
        "trouble": feed.failure_stage or "",
        "silent_since": to_ms_or_none(feed.silent_since),
        "introduction": feed.user_agent_style,
        "reading": feed.parser_version,
        "reread_from": to_ms_or_none(feed.reread_from),
    }


def arrivals_text(arrivals: Sequence[datetime]) -> str:
    """``feeds.arrivals``; empty where there are none."""
    return _text({"at": [*map(to_ms, arrivals)]}) if arrivals else ""


def read_arrivals(text: str) -> tuple[datetime, ...]:
    """What ``arrivals_text`` wrote; before version 1 it was the list alone."""
    if not text:
        return ()
    content = json.loads(text)
    moments = content if isinstance(content, list) else content["at"]
    return tuple(map(from_ms, moments))


def history_text(history: Sequence[Poll]) -> str:
    """``feeds.history``; empty where there is none.

    Each poll is a list, not an object: moment, result, items, milliseconds and, of a failure, the
    reason and its arguments. Every claim of a feed reads ten of them, and names would double that.
    """
    return _text({"polls": [*map(_poll_values, history)]}) if history else ""


def read_history(text: str) -> tuple[Poll, ...]:
    """What ``history_text`` wrote; before version 1 it was the list alone.

    Polls with a result that only a newer version knows are left out: they are shown, and no more.
    """
    if not text:
        return ()
    content = json.loads(text)
    polls = content if isinstance(content, list) else content["polls"]
    return tuple(_poll_of(values) for values in polls if values[1] in _POLL_RESULTS)


def _poll_values(poll: Poll) -> list[object]:
    values = [to_ms(poll.moment), poll.result, poll.items, poll.duration_ms]
    if not poll.reason:
        return values
    args = {}
    for name, value in poll.args.items():
        args[name] = clean(value) if isinstance(value, str) else value
    return [*values, poll.reason, args]


def _poll_of(values: list[Any]) -> Poll:
    moment, result, *rest = values
    return Poll(from_ms(moment), PollResult(result), *rest[:4])


_POLL_RESULTS = frozenset(PollResult)


def _move_of(row: Row) -> PendingMove | None:
    if not row["moved_to"]:
        return None
    since, is_same_feed = from_ms(row["moved_since"]), bool(row["moved_same"])
    return PendingMove(row["moved_to"], since, row["moved_times"], is_same_feed)


def _numbers(bits: int) -> frozenset[int]:
    """Small numbers, one bit each."""
    # Nearly all feeds skip nothing; they share one set.
    if not bits:
        return NONE
    return frozenset(number for number in range(bits.bit_length()) if bits >> number & 1)


# ---------------------------------------------------------------- items


class _Content(NamedTuple):
    """What a feed said in an item, as ``items.content`` keeps it."""

    html: str = ""
    tags: tuple[str, ...] = ()
    enclosures: tuple[Enclosure, ...] = ()
    is_adult: bool = False
    day: date | None = None


def item_of(row: Row) -> Item:
    """A row of ``items``; one whose content was pruned has an empty body."""
    content = _read_content(row["content"])
    return Item(
        id=row["id"],
        feed_id=row["feed_id"],
        link=row["link"],
        title=row["title"],
        author=row["author"],
        published=from_ms_or_none(row["published"]),
        first_seen=from_ms(row["first_seen"]),
        html=content.html,
        tags=content.tags,
        enclosures=content.enclosures,
        is_adult=content.is_adult,
        day=content.day,
    )


def content_of(item: ParsedItem) -> str:
    """``items.content``: the body, its tags and its files; what is empty is left out."""
    content: dict[str, object] = {"html": item.html}
    if item.tags:
        content["tags"] = item.tags
    if item.enclosures:
        content["files"] = [*map(_file_values, item.enclosures)]
    if item.is_adult:
        content["adult"] = 1
    if item.day:
        content["day"] = item.day.isoformat()
    return _text(content)


def _read_content(text: str | None) -> _Content:
    if not text:
        return _Content()
    content = json.loads(text)
    html = content.get("html", "")
    if not isinstance(html, str):
        raise TypeError("the body of an item is no text")
    tags = tuple(content.get("tags", ()))
    if "v" not in content:
        files = tuple(Enclosure(*values[:6]) for values in content.get("enclosures", ()))
        return _Content(html, tags, files, content.get("is_adult", False))
    files = tuple(map(_file_of, content.get("files", ())))
    day = date.fromisoformat(content["day"]) if "day" in content else None
    return _Content(html, tags, files, bool(content.get("adult", 0)), day)


def _file_values(enclosure: Enclosure) -> dict[str, object]:
    values = {
        "url": enclosure.url,
        "type": enclosure.kind,
        "bytes": enclosure.size,
        "seconds": enclosure.duration,
        "title": enclosure.title,
        "poster": enclosure.poster,
        "width": enclosure.width,
        "height": enclosure.height,
    }
    return {name: value for name, value in values.items() if value not in ("", None)}


def _file_of(values: dict[str, Any]) -> Enclosure:
    return Enclosure(
        url=values["url"],
        kind=values.get("type", ""),
        size=values.get("bytes"),
        duration=values.get("seconds"),
        title=values.get("title", ""),
        poster=values.get("poster"),
        width=values.get("width"),
        height=values.get("height"),
    )


# ---------------------------------------------------------------- chats


def chat_of(row: Row) -> Chat:
    """A row of ``chats``."""
    return Chat(
        id=row["id"],
        kind=_chat_kind(row["kind"], row["id"]),
        title=row["title"],
        choices=read_choices(row["choices"]),
        suspended=row["suspended"],
    )


def _chat_kind(name: str, chat_id: int) -> ChatKind:
    """The kind of that name; an unknown one is guessed by the id: people have positive ones."""
    return _word(name, ChatKind.PRIVATE if chat_id > 0 else ChatKind.SUPERGROUP)


# Most chats and subscriptions chose alike, so few texts are read, and their choices are shared.
@lru_cache(maxsize=8192)
def read_choices(text: str) -> Choices:
    """What ``choices_text`` wrote; what is no text is left out."""
    if not text:
        return NO_CHOICES
    try:
        content = json.loads(text)
    except ValueError:
        # A chat hears everything as by default rather than nothing at all.
        return NO_CHOICES
    texts = content.items() if isinstance(content, dict) else ()
    return Choices({name: value for name, value in texts if isinstance(value, str)})


def choices_text(choices: Choices) -> str:
    """``choices`` of chats, topics and subscriptions; empty where there are none."""
    return _text(dict(choices)) if choices else ""


# ---------------------------------------------------------------- outbox


def fallback_of(name: str) -> Fallback:
    """``outbox.form``; an unknown one is tried in full, and Telegram says if that is too much."""
    return _word(name, Fallback.FULL)


def progress_text(progress: Progress) -> str:
    """``outbox.begun``: what is sent of an item's messages, and what was chosen for them."""
    chosen = progress.preferences
    levels = (("chat", chosen.chat), ("topic", chosen.topic), ("own", chosen.subscription))
    return _text(
        {
            "sent": progress.parts,
            "ids": progress.message_ids,
            "last": progress.last_id,
            "form": progress.fallback,
            "hash": progress.post_hash,
            "chat": progress.chat_id,
            "chosen": {level: dict(choices) for level, choices in levels if choices},
        }
    )


def read_progress(text: str) -> Progress | None:
    """What ``progress_text`` wrote; ``None``: nothing was sent yet."""
    if not text:
        return None
    content = json.loads(text)
    is_old = "v" not in content
    return Progress(
        parts=int(content["parts" if is_old else "sent"]),
        message_ids=tuple(map(int, content["message_ids" if is_old else "ids"])),
        last_id=int(content["last"]),
        chat_id=_chat_id_of(content),
        preferences=_chosen_of(content),
        fallback=fallback_of(content["form"]),
        post_hash=content["digest" if is_old else "hash"],
    )


def _chat_id_of(content: dict[str, Any]) -> int:
    chat = content["chat"]
    return int(chat["id"] if isinstance(chat, dict) else chat)


def _chosen_of(content: dict[str, Any]) -> Preferences:
    """What was chosen for a message; before there were levels, its chat stood there."""
    chosen = content.get("chosen")
    if chosen is not None:
        return Preferences(*(Choices(chosen.get(level)) for level in ("chat", "topic", "own")))
    chat = content["chat"]
    texts = {
        "language": chat.get("lang") or chat.get("language"),
        "style": chat["style"],
        "template": chat["template"],
    }
    return Preferences(Choices({name: text for name, text in texts.items() if text}))


# ---------------------------------------------------------------- alerts and moves


def facts_text(alert: FeedAlert, item_ids: Sequence[int]) -> str:
    """``notices.facts``: what the words of an alert need, and the items of a backlog."""
    content: dict[str, object] = {"facts": dict(alert.facts)}
    if item_ids:
        content["items"] = item_ids
    return _text(content)


def read_facts(text: str) -> tuple[dict[str, str | int], list[int]]:
    """What ``facts_text`` wrote; before version 1 the facts stood beside the items."""
    content = json.loads(text)
    item_ids = content.pop("items", [])
    facts = content["facts"] if "v" in content else content
    return dict(facts), list(map(int, item_ids))


def ids_text(ids: Iterable[int]) -> str:
    """``moves.subscriptions``."""
    return _text({"ids": [*ids]})


def read_ids(text: str) -> list[int]:
    """What ``ids_text`` wrote; before version 1 it was the list alone."""
    content = json.loads(text)
    return [*map(int, content if isinstance(content, list) else content["ids"])]


def traits_text(traits: Iterable[Trait]) -> str:
    """``leanings.traits``."""
    return _text({"traits": [[trait.kind, trait.value] for trait in traits]})


def read_traits(text: str) -> tuple[Trait, ...]:
    """What ``traits_text`` wrote; kinds that a newer version added are passed over."""
    kinds = set(TraitKind)
    written = json.loads(text)["traits"]
    return tuple(Trait(TraitKind(kind), value) for kind, value in written if kind in kinds)


# ---------------------------------------------------------------- text


def clean(text: str) -> str:
    """Text that SQLite and PostgreSQL both store: no lone surrogates, no NUL."""
    return text.encode("utf-8", "replace").decode().replace("\0", "")


def _text(content: dict[str, object]) -> str:
    text = json.dumps({"v": VERSION, **content}, ensure_ascii=False, separators=(",", ":"))
    return clean(text)


def _word(name: str, default: Word) -> Word:
    """The word of that name; ``default`` where only another version knows it."""
    try:
        return type(default)(name)
    except ValueError:
        return default
