"""Digests: which there are, and what waits for them.

A digest is a place and a schedule: all subscriptions of the place that chose this schedule, each by
itself or by what is above it, share it (``subscriptions.digest_id``). Every public function is a
part of one transaction.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Final

from bot.model import Choices
from bot.settings import DIGEST
from bot.settings.schedules import OFF
from bot.store.database import Tx, batches
from bot.store.states import GATHERED, WAITING, Change, is_in

GATHER: Final = Change((WAITING,), GATHERED)


class Deriver:
    """Finds the digest of a subscription among those of its chat, or makes it."""

    def __init__(self, tx: Tx, chat_id: int) -> None:
        self._tx = tx
        self._chat_id = chat_id
        self._known: dict[tuple[int, str], int] | None = None

    def digest_id(self, topic_id: int, nearest_first: Iterable[Choices]) -> int | None:
        """The digest that items wait for; ``None``: they come at once.

        ``nearest_first``: what was chosen for the subscription, its topic, its chat.
        """
        for choices in nearest_first:
            if DIGEST.name in choices:
                schedule = choices[DIGEST.name]
                return None if schedule == OFF else self._find(topic_id, schedule)
        return None

    def _find(self, topic_id: int, schedule: str) -> int:
        if self._known is None:
            rows = self._tx.query(
                "SELECT id, topic_id, schedule FROM digests WHERE chat_id = :chat",
                chat=self._chat_id,
            )
            self._known = {(row["topic_id"], row["schedule"]): row["id"] for row in rows}
        key = (topic_id, schedule)
        if key not in self._known:
            self._known[key] = int(
                self._tx.value(
                    """
                    INSERT INTO digests (chat_id, topic_id, schedule)
                    VALUES (:chat, :topic, :schedule) RETURNING id
                    """,
                    chat=self._chat_id,
                    topic=topic_id,
                    schedule=schedule,
                )
            )
        return self._known[key]


def follow(tx: Tx, chat_id: int, left: Sequence[tuple[int, int]]) -> None:
    """Subscriptions left their digests, each the one beside it, for others or for none.

    What waits goes with its subscription; where that has no digest any more, it comes when the old
    one would have come. Digests that nobody has are forgotten.
    """
    for digest_id, ids in _by_digest(left).items():
        for batch in batches(ids):
            tx.execute(
                f"""
                UPDATE outbox SET due = (SELECT next_due FROM digests WHERE id = :digest)
                WHERE chat_id = :chat AND {is_in(GATHERED)} AND due IS NULL
                  AND subscription_id IN (:ids) AND EXISTS (
                      SELECT 1 FROM subscriptions s
                      WHERE s.id = outbox.subscription_id AND s.digest_id IS NULL
                  )
                """,  # noqa: S608 - our own SQL
                chat=chat_id,
                digest=digest_id,
                ids=batch,
            )
    tx.execute(
        """
        DELETE FROM digests WHERE chat_id = :chat
          AND NOT EXISTS (SELECT 1 FROM subscriptions s WHERE s.digest_id = digests.id)
        """,
        chat=chat_id,
    )


def _by_digest(left: Sequence[tuple[int, int]]) -> Mapping[int, list[int]]:
    found: dict[int, list[int]] = defaultdict(list)
    for subscription_id, digest_id in left:
        found[digest_id].append(subscription_id)
    return found


def gather(tx: Tx, feed_id: int, item_ids: Sequence[int]) -> int:
    """Let rows that were just made for new items wait for digests; how many do.

    What a rule highlights never waits.
    """
    own = "SELECT id FROM subscriptions WHERE digest_id IS NOT NULL AND feed_id = :feed"
    if tx.one(f"{own} LIMIT 1", feed=feed_id) is None:
        return 0
    return tx.execute(
        f"""
        UPDATE outbox SET {GATHER.set}
        WHERE item_id IN (:items) AND {GATHER.where} AND is_highlight = 0
          AND subscription_id IN ({own})
        """,  # noqa: S608 - our own SQL
        feed=feed_id,
        items=list(item_ids),
    )


def reset(tx: Tx, chat_id: int) -> None:
    """The clock of a chat is another one: its digests are due by that."""
    tx.execute("UPDATE digests SET next_due = 0 WHERE chat_id = :chat", chat=chat_id)
