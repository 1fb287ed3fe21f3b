"""How the parts of Tidings do, as ``GET /health`` tells it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Part:
    """One part: whether it works, and the seconds since it last did something."""

    ok: bool
    age: float | None = None
    """``None``: it did nothing yet."""
    reason: str = ""
    """Why its last attempt failed; empty where it did not. It may still be ``ok`` for a while."""
    since: datetime | None = None
    """When it began to fail."""


@dataclass(frozen=True, slots=True)
class Health:
    """All parts by name, as ``docs/operating.md`` lists them."""

    parts: Mapping[str, Part]

    @property
    def ok(self) -> bool:
        """Whether every part works."""
        return all(part.ok for part in self.parts.values())

    def as_json(self) -> dict[str, object]:
        """``{"ok": true, "parts": {"store": {"ok": true, "age": 1.5}}}``; ages in seconds.

        A part that fails has its ``reason``, and ``since`` when, in ISO 8601.
        """
        return {
            "ok": self.ok,
            "parts": {name: _part_as_json(part) for name, part in self.parts.items()},
        }


def _part_as_json(part: Part) -> dict[str, object]:
    body: dict[str, object] = {"ok": part.ok, "age": None}
    if part.age is not None:
        body["age"] = round(part.age, 1)
    if part.since is not None:
        body |= {"reason": part.reason, "since": part.since.isoformat(timespec="seconds")}
    return body
