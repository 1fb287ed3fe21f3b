"""Domains that asked to be left alone. Every function is one transaction."""

from datetime import datetime

from bot.errors import UnreadableRow
from bot.model import HostBackoff
from bot.store.database import Row, Tx
from bot.store.rows import from_ms, read, to_ms
from bot.telemetry import StoredTable


def keep(tx: Tx, backoff: HostBackoff) -> None:
    """Remember until when a domain is left alone; a longer wait that it asked for before stands."""
    tx.execute(
        """
        INSERT INTO hosts (domain, closed_until, refusals) VALUES (:domain, :until, :refusals)
        ON CONFLICT (domain) DO UPDATE SET
            refusals = excluded.refusals,
            closed_until = CASE
                WHEN hosts.closed_until > excluded.closed_until THEN hosts.closed_until
                ELSE excluded.closed_until
            END
        """,
        domain=backoff.domain,
        until=to_ms(backoff.until),
        refusals=backoff.refusals,
    )


def load(tx: Tx) -> list[HostBackoff]:
    """All that are remembered, those included whose time is over: the next refusal counts on."""
    backoffs = []
    for row in tx.query("SELECT * FROM hosts"):
        try:
            backoffs.append(read(_backoff_of, row))
        except UnreadableRow as error:
            tx.report_unreadable(StoredTable.HOSTS, row["domain"], error)
    return backoffs


def clear(tx: Tx, domain: str, now: datetime) -> None:
    """It answered again; a wait that somebody else was asked for meanwhile stands."""
    tx.execute(
        "DELETE FROM hosts WHERE domain = :domain AND closed_until <= :now",
        domain=domain,
        now=to_ms(now),
    )


def _backoff_of(row: Row) -> HostBackoff:
    return HostBackoff(row["domain"], from_ms(row["closed_until"]), int(row["refusals"]))
