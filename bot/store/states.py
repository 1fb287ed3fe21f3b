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
BY_PLACE = f"""
    CASE WHEN EXISTS (
        SELECT 1 FROM chats c WHERE c.id = outbox.chat_id AND c.suspended <> ''
    ) OR EXISTS (
        SELECT 1 FROM topics t
        WHERE t.chat_id = outbox.chat_id AND t.topic_id = outbox.topic_id AND t.closed <> ''
    ) THEN '{HELD}' ELSE '{WAITING}' END
"""  # noqa: S608 - our own SQL
"""The state of a row that shall be sent: held while its place is closed."""


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
    after: DeliveryState | None = None
    """``None``: held or waiting, as their places are (``BY_PLACE``)."""

    def __post_init__(self) -> None:
        for before in self.before:
            for after in self._possible:
                if not before.may_become(after):
                    raise ValueError(f"what is {before} cannot become {after}")

    @property
    def _possible(self) -> tuple[DeliveryState, ...]:
        return (HELD, WAITING) if self.after is None else (self.after,)

    @property
    def set(self) -> str:
        """Assignments for ``UPDATE outbox SET``; ``:now`` is the moment of what becomes settled."""
        state = BY_PLACE if self.after is None else f"'{self.after}'"
        settled = ":now" if self.after is not None and self.after.is_settled else "NULL"
        return f"state = {state}, settled = {settled}"

    @property
    def where(self) -> str:
        """The condition that a row is in one of the states before."""
        return is_in(*self.before)
