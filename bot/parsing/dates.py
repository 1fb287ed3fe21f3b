"""Dates as feeds write them, in the notations that feedparser leaves out, and within reason."""

import re
from calendar import timegm
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from time import struct_time

EARLIEST = datetime(1995, 1, 1, tzinfo=UTC)
LATEST = datetime(2100, 1, 1, tzinfo=UTC)
AHEAD = timedelta(hours=48)
"""How far in the future a date may lie: clocks and time zones of servers are wrong."""
_LONGEST = 100
"""Characters of a date; ``email.utils`` takes quadratic time for long ones."""

# The library takes year 1 for 2001.
_YEAR_BELOW_1000 = re.compile(r"(?<![+-])\b0\d{3}\b")


def read_date(text: str) -> datetime | None:
    """A date in a notation that feedparser does not know.

    RFC 850 (``Monday, 05-Jan-26 10:00:00 GMT``), with slashes, or seconds since 1970.
    """
    text = text.strip()
    try:
        if re.fullmatch(r"\d{9,10}", text):
            return datetime.fromtimestamp(int(text), UTC)
        if re.match(r"\d{4}/", text):
            return datetime.fromisoformat(text.replace("/", "-"))
        if _YEAR_BELOW_1000.search(text):
            return None
        return parsedate_to_datetime(text[:_LONGEST])
    except (ValueError, TypeError, IndexError, OverflowError):
        return None


def from_struct(parsed: struct_time | None) -> datetime | None:
    """A date as feedparser has it."""
    if not parsed:
        return None
    try:
        return datetime.fromtimestamp(timegm(parsed), UTC)
    except (ValueError, OverflowError, OSError, TypeError):
        return None


def plausible(date: datetime | None, now: datetime | None) -> datetime | None:
    """The date as aware UTC, if a feed can mean it: from 1995 to two days after ``now``.

    Without ``now``, to 2100. A date without a zone is taken for UTC.
    """
    if date is None:
        return None
    latest = now + AHEAD if now else LATEST
    try:
        date = date.astimezone(UTC) if date.tzinfo else date.replace(tzinfo=UTC)
    except OverflowError:
        return None
    return date if EARLIEST <= date < latest else None
