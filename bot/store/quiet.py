"""Quiet hours: what is held until they are over. A part of one transaction each.

A chat's quiet hours are asked for when its turn comes (``outbox.claim``). What comes meanwhile is
in state *quiet*, or gathered for a digest, until the moment ``due``; then it is asked again, so
that hours that were changed meanwhile, and a clock that was put right, need no special care.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Final

from bot.model import DeliveryKind
from bot.settings.quiet_hours import QuietWay
from bot.store import chats
from bot.store.database import Tx
from bot.store.rows import to_ms
from bot.store.states import GATHERED, ON_ITS_WAY, QUIET, WAITING, Change, is_in

REASON: Final = "quiet hours"
HOLD: Final = {
    QuietWay.HOLD: Change((WAITING,), QUIET),
    QuietWay.DIGEST: Change((WAITING,), GATHERED),
}
END: Final = Change((QUIET,), WAITING)
END_GATHERED: Final = Change((GATHERED,), ON_ITS_WAY)


def hold(tx: Tx, chat_id: int, until: datetime, way: QuietWay) -> None:
    """Hold what waits for a chat, but highlights, edits, and what is sent in part.

    Alerts and digests are no part of a digest: they are held as they are.
    """
    only_items = ((way, "item_id IS NOT NULL"), (QuietWay.HOLD, "1 = 1"))
    for how, which in only_items:
        change = HOLD[how]
        tx.execute(
            f"""
            UPDATE outbox SET {change.set}, due = :due, reason = :reason
            WHERE chat_id = :chat AND {change.where} AND is_highlight = 0 AND begun = ''
              AND kind <> :edit AND {which}
            """,  # noqa: S608 - our own SQL
            chat=chat_id,
            edit=DeliveryKind.EDIT,
            due=to_ms(until),
            reason=REASON,
        )


def release_due(tx: Tx, chat_ids: Sequence[int], now: datetime) -> None:
    """Let what is due wait for its turn again."""
    tx.execute(
        f"""
        UPDATE outbox SET {END.set}, reason = ''
        WHERE chat_id IN (:chats) AND {END.where} AND due <= :now
        """,  # noqa: S608 - our own SQL
        chats=list(chat_ids),
        now=to_ms(now),
    )


def reconsider(tx: Tx, chat_id: int, now: datetime) -> None:
    """The hours of a chat, or its time zone, changed: what they hold is asked anew."""
    tx.execute(
        f"UPDATE outbox SET {END.set}, reason = '' WHERE chat_id = :chat AND {END.where}",  # noqa: S608
        chat=chat_id,
    )
    tx.execute(
        f"""
        UPDATE outbox SET {END_GATHERED.set}, due = NULL, reason = ''
        WHERE chat_id = :chat AND {END_GATHERED.where} AND digest_row IS NULL AND reason = :reason
        """,  # noqa: S608 - our own SQL
        chat=chat_id,
        reason=REASON,
    )
    chats.wake(tx, chat_id, now)


def count(tx: Tx, chat_id: int) -> int:
    """How many messages the quiet hours of a chat hold now."""
    return sum(
        int(
            tx.value(
                f"""
                SELECT count(*) FROM outbox
                WHERE chat_id = :chat AND {is_in(state)} AND reason = :reason
                """,  # noqa: S608 - our own SQL
                chat=chat_id,
                reason=REASON,
            )
        )
        for state in (QUIET, GATHERED)
    )
