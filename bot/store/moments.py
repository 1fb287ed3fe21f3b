"""What the database knows of the time, and what becomes of it when the clock goes back.

A clock that was ahead and is put right leaves moments that are too far away: a feed that is due
tomorrow, a chat that may not be written to before next week. Nothing would tell that something is
wrong; it would only be silent. So the file remembers when it was last used, and what lies ahead of
a clock that went back goes back with it.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.store.database import Tx
from bot.store.rows import from_ms, to_ms

SLACK = timedelta(seconds=1)
"""Less than this is the clock's ordinary correction."""


@dataclass(frozen=True, slots=True)
class _Moment:
    """A column that holds when something may happen next."""

    table: str
    column: str
    longest: timedelta
    """It is never further ahead than this."""
    usual: str = "0"
    """Milliseconds that it may be ahead in any case, in SQL."""
    shifts: bool = True
    """Whether it goes back with the clock; a date that somebody named stays."""


# Leases are not among them: each start frees those that a killed process left, and those of this
# process are given back by their holders, who are recognised by exactly that moment.
_MOMENTS = (
    # A dormant feed waits a week; closed hours of the document come on top.
    _Moment("feeds", "next_due", timedelta(days=9), "pause_ms"),
    _Moment("feeds", "not_before", timedelta(days=7)),
    _Moment("feeds", "reread_from", timedelta(days=1)),
    _Moment("hosts", "closed_until", timedelta(days=7)),
    _Moment("chats", "ready", timedelta(days=1)),
    _Moment("chats", "paced_until", timedelta(days=1)),
    _Moment("chats", "probe_at", timedelta(days=7)),
    _Moment("topics", "probe_at", timedelta(days=7)),
    _Moment("media_faults", "until", timedelta(days=1)),
    _Moment("pushes", "due", timedelta(days=365)),
    # A week of quiet hours. What is due too early is asked again (``store.quiet``).
    _Moment("outbox", "due", timedelta(days=8)),
    _Moment("subscriptions", "paused_until", timedelta(days=366), shifts=False),
    _Moment("cap_uses", "moment", timedelta()),
    # A moment of the past. One ahead of every poll would earn its hub trust for ever.
    _Moment("pushes", "pushed", timedelta()),
)


def take_up(tx: Tx, now: datetime) -> timedelta:
    """At the start: ``keep``, and nothing lies further ahead than it ever may.

    Returns:
        By how much the clock went back since the file was last used.
    """
    back = _went_back(tx, now)
    _move(tx, now, back)
    _note(tx, now)
    return back


def keep(tx: Tx, now: datetime) -> timedelta:
    """Note that the file is used; where the clock went back, move what lies ahead.

    Returns:
        By how much the clock went back since the last time; usually zero.
    """
    back = _went_back(tx, now)
    if back:
        _move(tx, now, back)
    _note(tx, now)
    return back


def _went_back(tx: Tx, now: datetime) -> timedelta:
    last = tx.value("SELECT moment FROM last_use")
    back = from_ms(last) - now if last is not None else timedelta()
    return back if back > SLACK else timedelta()


def _note(tx: Tx, now: datetime) -> None:
    tx.execute(
        """
        INSERT INTO last_use (id, moment) VALUES (1, :now)
        ON CONFLICT (id) DO UPDATE SET moment = excluded.moment
        """,
        now=to_ms(now),
    )


def _move(tx: Tx, now: datetime, back: timedelta) -> None:
    """Move every moment that lies ahead back, but into the past never, and to its longest at most.

    What is not further ahead than usual was written before the clock was wrong, and stays.
    """
    if back:
        # Digests are due by the clock on the wall: it is asked anew.
        tx.execute("UPDATE digests SET next_due = 0 WHERE next_due > :now", now=to_ms(now))
    for moment in _MOMENTS:
        column, usual = moment.column, moment.usual
        latest = now + moment.longest
        by = back if moment.shifts else timedelta()
        tx.execute(
            f"""
            UPDATE {moment.table} SET {column} = CASE
                WHEN {column} - :back < :now + {usual} THEN :now + {usual}
                WHEN {column} - :back > :latest THEN :latest
                ELSE {column} - :back
            END
            WHERE {column} > :after AND {column} > :now + {usual}
            """,  # noqa: S608 - the names are those above
            now=to_ms(now),
            back=by // timedelta(milliseconds=1),
            latest=to_ms(latest),
            after=to_ms(now if by else latest),
        )
