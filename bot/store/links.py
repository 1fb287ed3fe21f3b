"""Links that subscribe by a tap: a random token for addresses. Each function one transaction."""

import json
from collections.abc import Sequence
from datetime import datetime, timedelta

from bot.store.database import Tx
from bot.store.rows import to_ms

LINK_MAX_AGE = timedelta(days=365)
"""How long a link is kept that nobody opens."""


def make(tx: Tx, urls: Sequence[str], token: str, now: datetime) -> str:
    """The token of a link to these addresses: ``token``, if they have none yet."""
    tx.execute("DELETE FROM links WHERE used < :old", old=to_ms(now - LINK_MAX_AGE))
    made: str = tx.value(
        """
        INSERT INTO links (token, urls, used) VALUES (:token, :urls, :now)
        ON CONFLICT (urls) DO UPDATE SET used = excluded.used
        RETURNING token
        """,
        token=token,
        urls=json.dumps(list(urls)),
        now=to_ms(now),
    )
    return made


def find(tx: Tx, token: str, now: datetime) -> list[str]:
    """The addresses behind a token; empty where there is no such link."""
    text = tx.value(
        "UPDATE links SET used = :now WHERE token = :token RETURNING urls",
        token=token,
        now=to_ms(now),
    )
    urls: list[str] = json.loads(text) if text else []
    return urls


def titles(tx: Tx, urls: Sequence[str]) -> dict[str, str]:
    """What the feeds at some addresses are called, where we poll them."""
    rows = tx.query("SELECT url, title FROM feeds WHERE url IN (:urls)", urls=list(urls))
    return {row["url"]: row["title"] for row in rows}
