"""Items. Every function is one transaction."""

from collections.abc import Iterable, Iterator
from datetime import datetime

from bot.errors import UnreadableRow
from bot.model import Item
from bot.store import alerts
from bot.store.database import Row, Tx
from bot.store.rows import item_of, read, to_ms
from bot.store.states import OPEN, is_in
from bot.telemetry import StoredTable


def newest(tx: Tx, feed_id: int, limit: int) -> list[Item]:
    """The newest items of a feed whose content is still kept, newest first."""
    rows = tx.query(
        """
        SELECT * FROM items WHERE feed_id = :feed AND content IS NOT NULL
        ORDER BY id DESC LIMIT :limit
        """,
        feed=feed_id,
        limit=limit,
    )
    return [item for _, item in readable(tx, rows)]


def readable(tx: Tx, rows: Iterable[Row]) -> Iterator[tuple[Row, Item]]:
    """Rows with all columns of ``items``, each with its item; what cannot be read is reported.

    A part of a transaction.
    """
    for row in rows:
        try:
            item = read(item_of, row)
        except UnreadableRow as error:
            tx.report_unreadable(StoredTable.ITEMS, row["id"], error)
        else:
            yield row, item


def prune(tx: Tx, contents_before: datetime, settled_before: datetime, limit: int) -> int:
    """Drop old content, settled messages, alerts and pages, a part at a time; item keys stay.

    Returns:
        How many rows were changed; fewer than ``limit`` means that nothing is left to do.
    """
    before, settled = to_ms(contents_before), to_ms(settled_before)
    changed = tx.execute(
        f"""
        UPDATE items SET content = NULL WHERE id IN (
            SELECT i.id FROM items i
            WHERE i.content IS NOT NULL AND i.first_seen < :before AND NOT EXISTS (
                SELECT 1 FROM outbox o WHERE o.item_id = i.id AND {is_in(*OPEN, row="o")}
            ) ORDER BY i.first_seen LIMIT :limit
        )
        """,  # noqa: S608 - our own SQL
        before=before,
        limit=limit,
    )
    # Messages of an open alert stay, however old: they are still to be edited.
    changed += tx.execute(
        """
        DELETE FROM outbox WHERE id IN (
            SELECT id FROM outbox WHERE settled < :settled
              AND (
                notice_id IS NULL
                OR notice_id NOT IN (SELECT id FROM notices WHERE ended IS NULL)
              )
            ORDER BY settled LIMIT :limit
        )
        """,
        settled=settled,
        limit=limit,
    )
    changed += alerts.prune(tx, settled_before, limit)
    changed += tx.execute(
        """
        DELETE FROM pages WHERE item_id IN (
            SELECT item_id FROM pages WHERE created < :before ORDER BY created LIMIT :limit
        )
        """,
        before=before,
        limit=limit,
    )
    return changed
