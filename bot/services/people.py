"""What operators decide for single people, and what people have done with what is kept of them."""

import json
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

import structlog

from bot.clock import Clock
from bot.model import PersonFacts, PersonRules, Totals
from bot.model.person import NO_RULES
from bot.public_url import public_url
from bot.store import Store, people

log = structlog.get_logger()

EXPORT_VERSION = 1
"""Of the file with everything that is kept of a person."""
LIMITS = {
    "feeds": "subscriptions",
    "commands": "commands_per_minute",
    "looks": "looks_per_minute",
}
"""The limits that a person may have of their own: what an operator calls them, and their fields."""
LIMIT_MAX = 1_000_000


class People:
    """Knows at every moment who is banned or has limits of their own.

    Args:
        store: Where that is kept.
        operators: Who cannot be banned.
        clock: The present moment.
    """

    def __init__(self, store: Store, operators: frozenset[int], clock: Clock) -> None:
        self._store = store
        self._operators = operators
        self._clock = clock
        self._rules: dict[int, PersonRules] = {}

    async def load(self) -> None:
        """Read what was decided before; the router asks at every command, and cannot wait."""
        self._rules = await self._store.run(people.rules)

    def rules(self, person_id: int | None) -> PersonRules:
        """What was decided for a person."""
        return self._rules.get(person_id or 0, NO_RULES)

    def is_banned(self, person_id: int | None) -> bool:
        """Whether nothing is to be done for a person."""
        return self.rules(person_id).banned is not None

    def may_be_banned(self, person_id: int) -> bool:
        """Whether a person is no operator."""
        return person_id not in self._operators

    async def ban(self, person_id: int) -> None:
        """Do nothing for a person any more; what is to be sent to them is held."""
        if not self.is_banned(person_id):
            await self._decide(person_id, replace(self.rules(person_id), banned=self._clock()))

    async def unban(self, person_id: int) -> None:
        """Take a ban back."""
        if self.is_banned(person_id):
            await self._decide(
                person_id, replace(self.rules(person_id), banned=None, is_told=False)
            )

    async def note_told(self, person_id: int) -> None:
        """Note that somebody heard that they are banned."""
        await self._decide(person_id, replace(self.rules(person_id), is_told=True))

    async def limit(self, person_id: int, limit: str, number: int | None) -> None:
        """Give a person a limit (a key of ``LIMITS``) of their own; ``None``: as for everybody.

        Raises:
            ValueError: There is no such limit, or it cannot be that high.
        """
        if limit not in LIMITS or (number is not None and not 0 < number <= LIMIT_MAX):
            raise ValueError(f"{limit} cannot be {number}")
        changed: dict[str, Any] = {LIMITS[limit]: number}
        await self._decide(person_id, replace(self.rules(person_id), **changed))

    async def facts(self, person_id: int) -> PersonFacts:
        """What there is of a person."""
        return await self._store.run(people.facts, person_id)

    async def totals(self) -> Totals:
        """How much there is of everything."""
        return await self._store.run(people.totals, self._clock())

    async def export(self, person_id: int, asker_id: int) -> bytes:
        """Everything that is kept of a person, as a JSON file; passwords in addresses left out."""
        kept = await self._store.run(people.kept, person_id)
        log.info("person_exported", person=person_id, by=asker_id)
        for name in ("subscriptions", "subscriptions_elsewhere"):
            for row in kept[name]:
                row["url"] = public_url(row["url"])
        content = {"version": EXPORT_VERSION, "exported": self._clock(), **kept}
        return json.dumps(content, ensure_ascii=False, indent=2, default=_written).encode()

    async def erase(self, person_id: int) -> None:
        """Forget a person."""
        await self._store.run(people.erase, person_id, self._clock())
        before = self._rules.pop(person_id, NO_RULES)
        if before.banned:
            self._rules[person_id] = PersonRules(before.banned, before.is_told)
        log.info("person_erased")

    async def _decide(self, person_id: int, decided: PersonRules) -> None:
        # At once, as commands come in while it is written down.
        self._rules[person_id] = decided
        await self._store.run(people.decide, person_id, decided, self._clock())


def _written(value: object) -> str:
    """A moment as ISO 8601; nothing else needs to be written in words."""
    if isinstance(value, datetime):
        return value.isoformat()
    raise TypeError(f"{type(value).__name__} is not written to exports")


def limits_of(rules: PersonRules, common: Mapping[str, int]) -> dict[str, int]:
    """Which limits hold for a person, by the keys of ``LIMITS``."""
    own = {limit: getattr(rules, field) for limit, field in LIMITS.items()}
    return {limit: own[limit] or common[limit] for limit in LIMITS}
