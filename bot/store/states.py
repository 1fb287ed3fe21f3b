"""The states of rows of the outbox, as pieces of SQL: no module writes one out by hand.

A change that ``DeliveryState`` does not allow cannot be written: it fails when its module is
imported. States stand in the SQL as words, not as parameters, as only then their indexes are used.
"""

from dataclasses import dataclass

from bot.model import DeliveryState

WAITING = DeliveryState.WAITING
HELD = DeliveryState.HELD
QUIET = DeliveryState.QUIET
GATHERED = DeliveryState.GATHERED
SENT = DeliveryState.SENT
UNCONFIRMED = DeliveryState.UNCONFIRMED
DIGESTED = DeliveryState.DIGESTED
MERGED = DeliveryState.MERGED
FILTERED = DeliveryState.FILTERED
SKIPPED = DeliveryState.SKIPPED
REFUSED = DeliveryState.REFUSED
CANCELLED = DeliveryState.CANCELLED
OPEN = tuple(state for state in DeliveryState if not state.is_settled)
"""Those of what is still to be sent, now or later."""


@dataclass(frozen=True, slots=True)
class Fork:
    """A state that depends on the row, as an expression over a row of the outbox."""

    sql: str
    possible: tuple[DeliveryState, ...]


_IS_CLOSED = """
    (EXISTS (
        SELECT 1 FROM chats c WHERE c.id = outbox.chat_id AND c.suspended <> ''
    ) OR EXISTS (
        SELECT 1 FROM topics t
        WHERE t.chat_id = outbox.chat_id AND t.topic_id = outbox.topic_id AND t.closed <> ''
    ))
"""
BY_PLACE = Fork(f"CASE WHEN {_IS_CLOSED} THEN '{HELD}' ELSE '{WAITING}' END", (HELD, WAITING))
"""What shall be sent is held while its place is closed."""
ON_ITS_WAY = Fork(
    f"""
    CASE WHEN {_IS_CLOSED} THEN '{HELD}'
        WHEN outbox.is_highlight = 0 AND EXISTS (
            SELECT 1 FROM subscriptions s
            WHERE s.id = outbox.subscription_id AND s.digest_id IS NOT NULL
        ) THEN '{GATHERED}'
        ELSE '{WAITING}'
    END
    """,  # noqa: S608 - our own SQL
    (HELD, GATHERED, WAITING),
)
"""An item, too, and where its subscription has a digest, it waits for that."""


def is_in(*states: DeliveryState, row: str = "outbox") -> str:
    """The condition that ``row``, the outbox or an alias of it, is in one of the states."""
    if len(states) == 1:
        return f"{row}.state = '{states[0]}'"
    words = ", ".join(f"'{state}'" for state in states)
    return f"{row}.state IN ({words})"


@dataclass(frozen=True, slots=True)
class Change:
    """Rows in one of the states ``before`` go to the state ``after``.

    Raises:
        ValueError: ``DeliveryState`` does not allow it.
    """

    before: tuple[DeliveryState, ...]
    after: DeliveryState | Fork

    def __post_init__(self) -> None:
        for before in self.before:
            for after in self._possible:
                if not before.may_become(after):
                    raise ValueError(f"what is {before} cannot become {after}")

    @property
    def _possible(self) -> tuple[DeliveryState, ...]:
        return self.after.possible if isinstance(self.after, Fork) else (self.after,)

    @property
    def set(self) -> str:
        """Assignments for ``UPDATE outbox SET``.

        ``:now`` is the moment of what becomes settled; ``due`` is kept by what waits for a moment.
        """
        state = self.after.sql if isinstance(self.after, Fork) else f"'{self.after}'"
        settled = ":now" if all(state.is_settled for state in self._possible) else "NULL"
        due = "" if set(self._possible) & {QUIET, GATHERED} else ", due = NULL"
        return f"state = {state}, settled = {settled}{due}"

    @property
    def where(self) -> str:
        """The condition that a row is in one of the states before."""
        return is_in(*self.before)
