"""Items and the files that were uploaded for them. Every function is one transaction."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from bot.model import Item
from bot.store.database import Tx
from bot.store.moments import to_ms
from bot.store.rows import item_of


def newest(tx: Tx, feed_id: int, limit: int) -> list[Item]:
    """The newest items of a feed whose content is still kept, newest first."""
    rows = tx.query(
        "SELECT * FROM items WHERE feed_id = :feed AND content IS NOT NULL ORDER BY id DESC LIMIT :limit",
        feed=feed_id,
        limit=limit,
    )
    return [item_of(row) for row in rows]


def known_files(tx: Tx, urls: Sequence[str], now: datetime) -> dict[str, str]:
    """Telegram's ``file_id`` of each address that it has already; what is used is kept, marked once a day."""
    tx.execute(
        "UPDATE files SET used = :now WHERE url IN (:urls) AND used < :old",
        urls=list(urls),
        now=to_ms(now),
        old=to_ms(now - timedelta(days=1)),
    )
    rows = tx.query("SELECT url, file_id FROM files WHERE url IN (:urls)", urls=list(urls))
    return {row["url"]: row["file_id"] for row in rows}


def remember_files(tx: Tx, files: Mapping[str, str], now: datetime) -> None:
    """Keep the ``file_id`` that Telegram answered for each address."""
    tx.each(
        """
        INSERT INTO files (url, file_id, used) VALUES (:url, :file_id, :now)
        ON CONFLICT (url) DO UPDATE SET file_id = excluded.file_id, used = excluded.used
        """,
        ({"url": url, "file_id": file_id, "now": to_ms(now)} for url, file_id in files.items()),
    )


def forget_files(tx: Tx, urls: Sequence[str]) -> None:
    """Drop what Telegram no longer accepts."""
    tx.execute("DELETE FROM files WHERE url IN (:urls)", urls=list(urls))


def prune(tx: Tx, contents_before: datetime, settled_before: datetime, limit: int) -> int:
    """Drop old content (the keys of its items stay), old settled messages and unused file ids, a part at a time.

    Returns:
        How many rows were changed; fewer than ``limit`` means that nothing is left to do.
    """
    before, settled = to_ms(contents_before), to_ms(settled_before)
    changed = tx.execute(
        """
        UPDATE items SET content = NULL WHERE id IN (
            SELECT i.id FROM items i WHERE i.content IS NOT NULL AND i.first_seen < :before AND NOT EXISTS (
                SELECT 1 FROM outbox o WHERE o.item_id = i.id AND o.state IN ('waiting', 'held')
            ) ORDER BY i.first_seen LIMIT :limit
        )
        """,
        before=before,
        limit=limit,
    )
    changed += tx.execute(
        "DELETE FROM outbox WHERE id IN (SELECT id FROM outbox WHERE settled < :settled ORDER BY settled LIMIT :limit)",
        settled=settled,
        limit=limit,
    )
    changed += tx.execute(
        "DELETE FROM files WHERE url IN (SELECT url FROM files WHERE used < :before ORDER BY used LIMIT :limit)",
        before=before,
        limit=limit,
    )
    return changed
