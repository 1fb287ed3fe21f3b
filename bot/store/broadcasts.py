"""Broadcasts: what operators tell every chat, a few chats at a time.

For each chat there is a row of the outbox that holds an alert, like those of feeds: so it is paced,
tried again and settled like everything else, and a chat gets it once. The feed of these rows is one
of our own that nobody can follow. Every public function is one transaction.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta

from bot.model import (
    AlertKind,
    Broadcast,
    BroadcastResult,
    BroadcastState,
    FeedAlert,
)
from bot.store import chats
from bot.store.database import Row, Tx
from bot.store.rows import MILLISECOND, clean, facts_text, to_ms
from bot.store.states import (
    CANCELLED,
    HELD,
    OPEN,
    QUIET,
    REFUSED,
    SENT,
    UNCONFIRMED,
    WAITING,
    Change,
)

OWN_FEED = "tidings:announcements"
"""The address of our own feed: none of the web, so it is never polled, and nobody subscribes."""
NEVER = timedelta(days=1)
"""Stands for its interval."""
DRAFTS_KEPT = timedelta(days=1)
STOP = Change(OPEN, CANCELLED)
FIRST_CHAT = -(2**63)
RECIPIENTS = """
    FROM chats WHERE suspended = '' AND kind <> 'channel' AND (
        :language = '' OR choices LIKE :speaks OR (:is_default = 1 AND choices NOT LIKE :chose)
    )
"""
"""Those that can be written to; readers of channels came for news. Whoever chose no language
hears the operator's."""


def draft(tx: Tx, author: int, html: str, now: datetime) -> Broadcast:
    """Keep what an operator wrote until they send it."""
    tx.execute(
        "DELETE FROM broadcasts WHERE state = 'draft' AND created < :old",
        old=to_ms(now - DRAFTS_KEPT),
    )
    row = tx.one(
        """
        INSERT INTO broadcasts (author, html, created) VALUES (:author, :html, :now) RETURNING *
        """,
        author=author,
        html=clean(html),
        now=to_ms(now),
    )
    assert row is not None  # noqa: S101 - an insert with RETURNING answers its row
    return _broadcast_of(row)


def find(tx: Tx, broadcast_id: int) -> Broadcast | None:
    """A broadcast, if there (still) is one of that id."""
    row = tx.one("SELECT * FROM broadcasts WHERE id = :id", id=broadcast_id)
    return None if row is None else _broadcast_of(row)


def under_way(tx: Tx) -> list[Broadcast]:
    """Those that were begun and are not over, oldest first."""
    rows = tx.query("SELECT * FROM broadcasts WHERE ended IS NULL AND state <> 'draft' ORDER BY id")
    return [*map(_broadcast_of, rows)]


def count_chats(tx: Tx, language: str, *, is_default: bool) -> int:
    """How many chats a broadcast in a language (empty: every one) would go to."""
    params = _chats_of(language, is_default=is_default)
    return int(tx.value(f"SELECT count(*) {RECIPIENTS}", **params))


def choose_language(tx: Tx, broadcast_id: int, language: str) -> None:
    """Choose which chats a draft shall go to."""
    tx.execute(
        "UPDATE broadcasts SET language = :language WHERE id = :id AND state = 'draft'",
        language=language,
        id=broadcast_id,
    )


def drop(tx: Tx, broadcast_id: int) -> None:
    """Forget a draft."""
    tx.execute("DELETE FROM broadcasts WHERE id = :id AND state = 'draft'", id=broadcast_id)


def begin(tx: Tx, broadcast_id: int, message_id: int, total: int, now: datetime) -> bool:
    """Let a draft go; not twice."""
    begun = find(tx, broadcast_id)
    if begun is None or begun.state is not BroadcastState.DRAFT:
        return False
    alert = FeedAlert(AlertKind.BROADCAST, ended=now, facts={"html": begun.html})
    notice_id = tx.value(
        """
        INSERT INTO notices (feed_id, kind, facts, created, ended)
        VALUES (:feed, :kind, :facts, :now, :now) RETURNING id
        """,
        feed=_own_feed(tx, now),
        kind=alert.kind,
        facts=facts_text(alert, ()),
        now=to_ms(now),
    )
    tx.execute(
        """
        UPDATE broadcasts SET state = 'sending', notice_id = :notice, message_id = :message,
            total = :total
        WHERE id = :id
        """,
        notice=notice_id,
        message=message_id,
        total=total,
        id=broadcast_id,
    )
    return True


def advance(tx: Tx, broadcast_id: int, limit: int, now: datetime, *, is_default: bool) -> None:
    """Put a broadcast into the outbox for the next chats.

    ``is_default``: whether its language is the operator's.
    """
    row = tx.one("SELECT * FROM broadcasts WHERE id = :id AND state = 'sending'", id=broadcast_id)
    if row is None:
        return
    last = FIRST_CHAT if row["last_chat"] is None else row["last_chat"]
    rows = tx.query(
        f"SELECT id {RECIPIENTS} AND id > :last ORDER BY id LIMIT :limit",
        last=last,
        limit=limit,
        **_chats_of(row["language"], is_default=is_default),
    )
    chat_ids = [chat["id"] for chat in rows]
    _queue(tx, row["notice_id"], chat_ids, now)
    tx.execute(
        """
        UPDATE broadcasts SET last_chat = :last, queued = queued + :count, state = :state
        WHERE id = :id
        """,
        last=chat_ids[-1] if chat_ids else last,
        count=len(chat_ids),
        state=BroadcastState.SENDING if len(chat_ids) == limit else BroadcastState.QUEUED,
        id=broadcast_id,
    )


def _queue(tx: Tx, notice_id: int, chat_ids: Sequence[int], now: datetime) -> None:
    tx.each(
        """
        INSERT INTO outbox (chat_id, topic_id, feed_id, notice_id, kind, created)
        SELECT :chat, 0, feed_id, id, 'alert', :now FROM notices WHERE id = :notice
        ON CONFLICT DO NOTHING
        """,
        [{"chat": chat, "notice": notice_id, "now": to_ms(now)} for chat in chat_ids],
    )
    rows = "notice_id = :notice AND chat_id IN (:chats)"
    chats.wake_for(tx, rows, now, notice=notice_id, chats=list(chat_ids))


def stop(tx: Tx, broadcast_id: int, now: datetime) -> None:
    """Send it to nobody else."""
    tx.execute(
        f"""
        UPDATE outbox SET {STOP.set}, reason = 'stopped'
        WHERE notice_id = (SELECT notice_id FROM broadcasts WHERE id = :id) AND {STOP.where}
        """,  # noqa: S608 - our own SQL
        id=broadcast_id,
        now=to_ms(now),
    )
    _end(tx, broadcast_id, BroadcastState.STOPPED, now)


def end(tx: Tx, broadcast_id: int, now: datetime) -> None:
    """It went to all chats."""
    _end(tx, broadcast_id, BroadcastState.SENT, now)


def _end(tx: Tx, broadcast_id: int, state: BroadcastState, now: datetime) -> None:
    tx.execute(
        """
        UPDATE broadcasts SET state = :state, ended = :now
        WHERE id = :id AND ended IS NULL AND state <> 'draft'
        """,
        state=state,
        now=to_ms(now),
        id=broadcast_id,
    )


def result(tx: Tx, broadcast_id: int) -> BroadcastResult:
    """What became of it until now."""
    rows = tx.query(
        """
        SELECT o.state, count(*) AS number FROM outbox o JOIN broadcasts b
            ON b.notice_id = o.notice_id
        WHERE b.id = :id GROUP BY o.state
        """,
        id=broadcast_id,
    )
    numbers: dict[str, int] = {row["state"]: row["number"] for row in rows}
    return BroadcastResult(
        sent=numbers.get(SENT, 0) + numbers.get(UNCONFIRMED, 0),
        waiting=numbers.get(WAITING, 0),
        held=numbers.get(HELD, 0) + numbers.get(QUIET, 0),
        refused=numbers.get(REFUSED, 0),
        stopped=numbers.get(CANCELLED, 0),
    )


def _own_feed(tx: Tx, now: datetime) -> int:
    tx.execute(
        """
        INSERT INTO feeds (url, interval_ms, created) VALUES (:url, :interval, :now)
        ON CONFLICT (url) DO NOTHING
        """,
        url=OWN_FEED,
        interval=NEVER // MILLISECOND,
        now=to_ms(now),
    )
    return int(tx.value("SELECT id FROM feeds WHERE url = :url", url=OWN_FEED))


def _chats_of(language: str, *, is_default: bool) -> dict[str, object]:
    # As ``rows.choices_text`` writes it; choices are opaque to SQL but for this one question.
    return {
        "language": language,
        "speaks": f'%"language":"{language}"%',
        "chose": '%"language":%',
        "is_default": int(is_default),
    }


def _broadcast_of(row: Row) -> Broadcast:
    return Broadcast(
        id=row["id"],
        author=row["author"],
        html=row["html"],
        language=row["language"],
        state=BroadcastState(row["state"]),
        queued=row["queued"],
        total=row["total"],
        message_id=row["message_id"],
    )
