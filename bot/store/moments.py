"""Moments as the tables keep them: milliseconds since 1970 UTC."""

from datetime import UTC, datetime, timedelta

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MILLISECOND = timedelta(milliseconds=1)


def now() -> datetime:
    """The present moment; the one place where the shell reads the clock."""
    return datetime.now(UTC)


def to_ms(moment: datetime) -> int:
    """An aware moment as milliseconds; exact, where a float would round."""
    return (moment - EPOCH) // MILLISECOND


def from_ms(ms: int) -> datetime:
    """The aware UTC moment."""
    return EPOCH + ms * MILLISECOND


def to_ms_or_none(moment: datetime | None) -> int | None:
    """As ``to_ms``, for a column that may be empty."""
    return None if moment is None else to_ms(moment)


def from_ms_or_none(ms: int | None) -> datetime | None:
    """As ``from_ms``, for a column that may be empty."""
    return None if ms is None else from_ms(ms)
