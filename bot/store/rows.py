"""From rows to the nouns of ``bot.model``, and back."""

import json
from dataclasses import asdict, astuple
from datetime import UTC, datetime, timedelta
from typing import Any

from bot.model import (
    Chat,
    ChatKind,
    Enclosure,
    FailureStage,
    Fallback,
    Feed,
    FeedRef,
    Item,
    ParsedItem,
    PendingMove,
    Poll,
    PollResult,
    Progress,
    Style,
    UserAgentStyle,
    Validators,
)
from bot.store.database import Row

NONE: frozenset[int] = frozenset()


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
        arrivals=tuple(map(from_ms, json.loads(row["arrivals"]))) if row["arrivals"] else (),
        ttl=timedelta(milliseconds=row["ttl_ms"]),
        skip_hours=_numbers(row["skip_hours"]),
        skip_days=_numbers(row["skip_days"]),
        pending_move=_move_of(row),
        readers=row.get("readers", 0),
        user_agent_style=UserAgentStyle(row["introduction"]),
        parser_version=row["reading"],
        reread_from=from_ms_or_none(row["reread_from"]),
        history=history_of(row["history"]),
        has_trusted_hub=bool(row.get("pushed", 0)),
        failure_stage=FailureStage(row["trouble"]) if row["trouble"] else None,
        silent_since=from_ms_or_none(row["silent_since"]),
    )


def feed_ref_of(row: Row) -> FeedRef:
    """What a message needs of a row of ``feeds``."""
    return FeedRef(row["id"], row["url"], row["title"], row["link"])


def history_of(text: str) -> tuple[Poll, ...]:
    """What ``feeds.history`` says."""
    return tuple(map(_look_of, json.loads(text))) if text else ()


def _look_of(values: list[Any]) -> Poll:
    moment, finding, *rest = values
    return Poll(from_ms(moment), PollResult(finding), *rest)


def _look_values(look: Poll) -> list[object]:
    """What ``_look_of`` reads back; only a failure has reasons."""
    values = [to_ms(look.moment), look.result, look.items, look.duration_ms]
    args = {
        name: clean(value) if isinstance(value, str) else value for name, value in look.args.items()
    }
    return [*values, look.reason, args] if look.reason else values


def _move_of(row: Row) -> PendingMove | None:
    if not row["moved_to"]:
        return None
    return PendingMove(
        row["moved_to"], from_ms(row["moved_since"]), row["moved_times"], bool(row["moved_same"])
    )


def _numbers(bits: int) -> frozenset[int]:
    """Small numbers, one bit each."""
    if not bits:
        return NONE
    return frozenset(number for number in range(bits.bit_length()) if bits >> number & 1)


def feed_columns(feed: Feed) -> dict[str, object]:
    """What a look at a feed may change, by column."""
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
        "arrivals": json.dumps([*map(to_ms, feed.arrivals)]) if feed.arrivals else "",
        "ttl_ms": feed.ttl // MILLISECOND,
        "skip_hours": sum(1 << number for number in feed.skip_hours),
        "skip_days": sum(1 << number for number in feed.skip_days),
        "moved_to": feed.pending_move.target if feed.pending_move else "",
        "moved_since": to_ms_or_none(feed.pending_move.since) if feed.pending_move else None,
        "moved_times": feed.pending_move.times if feed.pending_move else 0,
        "history": json.dumps([*map(_look_values, feed.history)], separators=(",", ":"))
        if feed.history
        else "",
        "trouble": feed.failure_stage or "",
        "silent_since": to_ms_or_none(feed.silent_since),
        "introduction": feed.user_agent_style,
        "reading": feed.parser_version,
        "reread_from": to_ms_or_none(feed.reread_from),
        "moved_same": int(feed.pending_move is not None and feed.pending_move.is_same_feed),
    }


def item_of(row: Row) -> Item:
    """A row of ``items``; one whose content was pruned has an empty body."""
    content = json.loads(row["content"] or "{}")
    return Item(
        id=row["id"],
        feed_id=row["feed_id"],
        link=row["link"],
        title=row["title"],
        author=row["author"],
        published=from_ms_or_none(row["published"]),
        first_seen=from_ms(row["first_seen"]),
        html=content.get("html", ""),
        tags=tuple(content.get("tags", ())),
        enclosures=tuple(Enclosure(*enclosure) for enclosure in content.get("enclosures", ())),
        is_adult=content.get("is_adult", False),
    )


def content_of(item: ParsedItem) -> str:
    """What ``item_of`` reads back; surrogates that broken feeds smuggle in are replaced, as SQLite takes none."""
    content = {
        "html": item.html,
        "tags": item.tags,
        "enclosures": [astuple(enclosure) for enclosure in item.enclosures],
    } | ({"is_adult": True} if item.is_adult else {})
    return clean(json.dumps(content, ensure_ascii=False))


def clean(text: str) -> str:
    """Text that SQLite and PostgreSQL both store: no lone surrogates, no NUL."""
    return text.encode("utf-8", "replace").decode().replace("\0", "")


def chat_of(row: Row) -> Chat:
    """A row of ``chats``."""
    return Chat(
        id=row["id"],
        kind=ChatKind(row["kind"]),
        title=row["title"],
        language=row["language"],
        style=_style(row["style"]),
        template=row["template"],
        suspended=row["suspended"],
    )


def begun_of(row: Row) -> Progress | None:
    """What a row of ``outbox`` says of the parts that are there."""
    if not row["begun"]:
        return None
    begun = json.loads(row["begun"])
    chat = Chat(
        **begun["chat"]
        | {"kind": ChatKind(begun["chat"]["kind"]), "style": _style(begun["chat"]["style"])}
    )
    return Progress(
        parts=begun["parts"],
        message_ids=tuple(begun["message_ids"]),
        last_id=begun["last"],
        chat=chat,
        fallback=Fallback(begun["form"]),
        post_hash=begun["digest"],
    )


def begun_text(begun: Progress) -> str:
    """What ``begun_of`` reads back."""
    values = {
        "parts": begun.parts,
        "message_ids": begun.message_ids,
        "last": begun.last_id,
        "chat": asdict(begun.chat),
        "form": begun.fallback,
        "digest": begun.post_hash,
    }
    return clean(json.dumps(values, ensure_ascii=False))


def _style(name: str | None) -> Style | None:
    return Style(name) if name else None


EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MILLISECOND = timedelta(milliseconds=1)


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
