"""What Telegram has of the web's files, and which of them cannot be had for now.

Every function is one transaction.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from enum import StrEnum

from bot.model import MediaKind, TelegramFile
from bot.store.database import Tx
from bot.store.rows import to_ms

TELEGRAMS_MEMORY = timedelta(days=1)
"""Until Telegram is given an address again that failed it: it remembers failures for days."""
FIRST_PAUSE = timedelta(minutes=10)
"""Until we download from an address again that failed us; four times as long after each failure, up
to ``LONGEST_PAUSE``."""
LONGEST_PAUSE = timedelta(days=1)
FORGIVEN = timedelta(days=7)
"""How long a fault that ran out is still counted: the next one makes the pause longer."""


_MEDIA_KINDS = frozenset(MediaKind)


class Party(StrEnum):
    """Who could not get a file from its address, or did not take it."""

    TELEGRAM = "telegram"
    US = "us"
    UPLOAD = "upload"
    """We have it, and Telegram refused it all the same."""


_PARTIES = frozenset(Party)


def look_up(
    tx: Tx, urls: Sequence[str], now: datetime
) -> tuple[dict[str, tuple[TelegramFile, ...]], dict[str, frozenset[Party]]]:
    """By address: the files that Telegram has of it, and who shall not be asked for it now."""
    return known(tx, urls, now), barred(tx, urls, now)


def known(tx: Tx, urls: Sequence[str], now: datetime) -> dict[str, tuple[TelegramFile, ...]]:
    """The files that Telegram has of each address; marks them as used, so that they are kept."""
    # Once a day is enough for ``prune``, and spares a write for each message.
    tx.execute(
        "UPDATE files SET used = :now WHERE url IN (:urls) AND used < :old",
        urls=list(urls),
        now=to_ms(now),
        old=to_ms(now - timedelta(days=1)),
    )
    by_url: dict[str, tuple[TelegramFile, ...]] = {}
    for row in tx.query(
        "SELECT url, kind, file_id FROM files WHERE url IN (:urls)", urls=list(urls)
    ):
        if row["kind"] not in _MEDIA_KINDS:
            # Of a newer version: the file is fetched and sent as if it were not known.
            continue
        file = TelegramFile(row["file_id"], MediaKind(row["kind"]))
        by_url[row["url"]] = (*by_url.get(row["url"], ()), file)
    return by_url


def remember(tx: Tx, files: Mapping[str, TelegramFile], now: datetime) -> None:
    """Keep what Telegram made of each address."""
    tx.each(
        """
        INSERT INTO files (url, kind, file_id, used) VALUES (:url, :kind, :file_id, :now)
        ON CONFLICT (url, kind) DO UPDATE SET file_id = excluded.file_id, used = excluded.used
        """,
        (
            {"url": url, "kind": file.kind, "file_id": file.id, "now": to_ms(now)}
            for url, file in files.items()
        ),
    )


def forget(tx: Tx, urls: Sequence[str]) -> None:
    """Drop what Telegram no longer accepts."""
    tx.execute("DELETE FROM files WHERE url IN (:urls)", urls=list(urls))


def blame(tx: Tx, url: str, party: Party, reason: str, now: datetime) -> None:
    """An address gave nothing to Telegram, or to us: not again for a while."""
    row = tx.one(
        "SELECT failures FROM media_faults WHERE url = :url AND party = :party",
        url=url,
        party=party,
    )
    failures = row["failures"] if row else 0
    # The exponent is bounded, as a ``timedelta`` overflows before ``min`` can cap it.
    pause = (
        TELEGRAMS_MEMORY
        if party is Party.TELEGRAM
        else min(FIRST_PAUSE * 4 ** min(failures, 8), LONGEST_PAUSE)
    )
    tx.execute(
        """
        INSERT INTO media_faults (url, party, reason, failures, until)
        VALUES (:url, :party, :reason, 1, :until)
        ON CONFLICT (url, party) DO UPDATE
        SET reason = excluded.reason, failures = media_faults.failures + 1, until = excluded.until
        """,
        url=url,
        party=party,
        reason=reason,
        until=to_ms(now + pause),
    )


def barred(tx: Tx, urls: Sequence[str], now: datetime) -> dict[str, frozenset[Party]]:
    """Who shall not be asked for an address now."""
    parties: dict[str, frozenset[Party]] = {}
    rows = tx.query(
        "SELECT url, party FROM media_faults WHERE url IN (:urls) AND until > :now",
        urls=list(urls),
        now=to_ms(now),
    )
    for row in rows:
        if row["party"] not in _PARTIES:
            # Of a newer version, and nobody whom we ask.
            continue
        parties[row["url"]] = parties.get(row["url"], frozenset()) | {Party(row["party"])}
    return parties


def prune(tx: Tx, before: datetime, now: datetime, limit: int) -> int:
    """Drop files unused since ``before`` and faults long over, a part at a time; how many."""
    pruned = tx.execute(
        """
        DELETE FROM files WHERE (url, kind) IN (
            SELECT url, kind FROM files WHERE used < :before LIMIT :limit
        )
        """,
        before=to_ms(before),
        limit=limit,
    )
    return pruned + tx.execute(
        """
        DELETE FROM media_faults WHERE (url, party) IN (
            SELECT url, party FROM media_faults WHERE until < :before LIMIT :limit
        )
        """,
        before=to_ms(now - FORGIVEN),
        limit=limit,
    )
