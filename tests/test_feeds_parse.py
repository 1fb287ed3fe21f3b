"""Feeds of every format and fault: one case is a feed in ``cases/feeds`` and the JSON of what it parses to."""

import json
import time
from collections.abc import AsyncIterator
from dataclasses import fields, is_dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from bot.errors import NotAFeed, ParseAborted
from bot.feeds.parse import FIRST_ITEMS, MOST_ITEMS, Parser, parse_feed

CASES = Path(__file__).parent / "cases" / "feeds"
NOW = datetime(2026, 1, 12, tzinfo=UTC)
URL = "https://feed.example/dir/feed.xml"
RSS = b'<rss version="2.0"><channel><title>T</title>%s</channel></rss>'


def plain(value: Any) -> Any:
    """A value as JSON has it, empty fields left out."""
    if is_dataclass(value):
        named = {field.name: plain(getattr(value, field.name)) for field in fields(value)}
        return {name: inner for name, inner in named.items() if inner not in (None, "", [])}
    if isinstance(value, tuple):
        return [plain(inner) for inner in value]
    if isinstance(value, datetime):
        return value.isoformat()
    return value.total_seconds() if isinstance(value, timedelta) else value


@pytest.mark.parametrize("case", sorted(path.name for path in CASES.iterdir() if path.suffix != ".expected"))
def test_a_feed_parses_to_what_is_expected(case: str) -> None:
    expected = json.loads((CASES / f"{case}.expected").read_text())
    assert plain(parse_feed((CASES / case).read_bytes(), "", URL, now=NOW)) == expected
