"""How the parts of Tidings do, as ``GET /health`` tells it."""

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Part:
    """One part: whether it works, and the seconds since it last did something."""

    ok: bool
    age: float | None = None
    """``None``: it did nothing yet."""


@dataclass(frozen=True, slots=True)
class Health:
    """All parts by name, as ``docs/operating.md`` lists them."""

    parts: Mapping[str, Part]

    @property
    def ok(self) -> bool:
        """Whether every part works."""
        return all(part.ok for part in self.parts.values())

    def as_json(self) -> dict[str, object]:
        """``{"ok": true, "parts": {"store": {"ok": true, "age": 1.5}}}``; ages in seconds."""
        parts: dict[str, object] = {}
        for name, part in self.parts.items():
            age = None if part.age is None else round(part.age, 1)
            parts[name] = {"ok": part.ok, "age": age}
        return {"ok": self.ok, "parts": parts}
