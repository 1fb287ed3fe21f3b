"""The present moment, as the parts that act are given it; tests give them another."""

from collections.abc import Callable
from datetime import UTC, datetime

Clock = Callable[[], datetime]
"""Answers the present moment, aware and in UTC."""


def now() -> datetime:
    """Read the system's clock."""
    return datetime.now(UTC)
