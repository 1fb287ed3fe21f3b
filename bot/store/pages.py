"""Pages of Telegraph that items have, and the account that they belong to.

Every function is one transaction.
"""

from datetime import datetime

from bot.store.database import Tx
from bot.store.rows import to_ms


def url_of(tx: Tx, item_id: int) -> str | None:
    """The address of an item's page."""
    url = tx.value("SELECT url FROM pages WHERE item_id = :item", item=item_id)
    return None if url is None else str(url)


def keep(tx: Tx, item_id: int, url: str, now: datetime) -> None:
    """Remember the page of an item, if it is still there."""
    tx.execute(
        """
        INSERT INTO pages (item_id, url, created) SELECT id, :url, :now FROM items WHERE id = :item
        ON CONFLICT (item_id) DO UPDATE SET url = excluded.url, created = excluded.created
        """,
        item=item_id,
        url=url,
        now=to_ms(now),
    )


def token_for(tx: Tx, server: str) -> str | None:
    """The token of our account on a server, so that it never reaches another one."""
    token = tx.value("SELECT token FROM page_accounts WHERE server = :server", server=server)
    return None if token is None else str(token)


def keep_token(tx: Tx, server: str, token: str) -> None:
    """Remember the token of our account on a server."""
    tx.execute(
        """
        INSERT INTO page_accounts (server, token) VALUES (:server, :token)
        ON CONFLICT (server) DO UPDATE SET token = excluded.token
        """,
        server=server,
        token=token,
    )
