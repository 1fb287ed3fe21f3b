"""From feedparser's dictionaries to our nouns: which of the many fields of an entry is the link, the body, the picture.

``dict.get(entry, key)`` stands where ``entry.get`` would answer with the value of another field.
"""

import re
from calendar import timegm
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime, timedelta
from itertools import chain
from time import struct_time
from typing import Any

from bot.fetching.url import resolve
from bot.model import ParsedFeed, ParsedItem
from bot.parsing import enclosures, text
from bot.parsing.xml_feed import Document

Fields = dict[str, Any]
"""A dictionary of feedparser."""

MOST_TAGS = 30
_LONGEST_TTL = timedelta(hours=24)
_PERIODS = {"hourly": 1, "daily": 24, "weekly": 24 * 7, "monthly": 24 * 30, "yearly": 24 * 365}
_DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_VOID_END = re.compile(
    r"</(?:br|hr|img|wbr|input|source|col|area|embed|track)\s*>", re.IGNORECASE
)  # of XHTML
_TEXT_TYPES = ("text/", "application/xhtml+xml")


def feed_of(document: Document, url: str, now: datetime | None) -> ParsedFeed:
    """The whole document as a ``ParsedFeed``; links are resolved against the site (RSS) or ``url`` (Atom)."""
    base = base_of(document, url)
    return about(
        document, url, tuple(item_of(entry, document.feed, base, now) for entry in document.entries)
    )


def about(document: Document, url: str, items: tuple[ParsedItem, ...]) -> ParsedFeed:
    """What a document says of its feed, with these items."""
    feed = document.feed
    return ParsedFeed(
        title=_title(feed),
        link=_first_address(url, _links(feed)),
        items=items,
        language=text.title(str(feed.get("language") or ""), is_html=False)[:35],
        ttl=_ttl(feed),
        links=_hubs(feed, url),
        skip_hours=_skip_hours(feed),
        skip_days=_skip_days(feed),
    )


def base_of(document: Document, url: str) -> str:
    """What the links of the document's items are resolved against."""
    link = _first_address(url, _links(document.feed))
    return link if link and document.version.startswith("rss") else url


def item_of(entry: Fields, feed: Fields, base: str, now: datetime | None) -> ParsedItem:
    """One entry of a feed as a ``ParsedItem``."""
    return ParsedItem(
        id=text.clean(str(dict.get(entry, "id") or "")).strip() or None,
        link=_first_address(base, chain(_links(entry), _stand_ins(entry))),
        title=_title(entry),
        author=_author(entry),
        published=_published(entry, now),
        html=text.tame(text.fullest(_bodies(entry))),
        tags=text.distinct(
            (tag.get("label") or tag.get("term") or "" for tag in _dicts(entry, "tags")), MOST_TAGS
        ),
        enclosures=enclosures.collect(_files(entry, feed), base),
        is_adult=_is_adult(entry) or _is_adult(feed),
    )


def is_settled(entry: Fields, now: datetime | None) -> bool:
    """Whether the entry's date stays what it is, whenever it is read again."""
    return _published(entry, now) == _published(entry, None)


def _title(context: Fields) -> str:
    kind = (dict.get(context, "title_detail") or {}).get("type", "")
    return text.title(str(dict.get(context, "title") or ""), is_html=kind != "text/plain")


def _links(context: Fields) -> Iterator[str]:
    """Addresses of the page, best first."""
    links = [link for link in _dicts(context, "links") if link.get("href")]
    alternates = [link for link in links if link.get("rel") == "alternate"]
    yield str(dict.get(context, "feedburner_origlink") or "")
    yield from (link["href"] for link in alternates if link.get("written"))
    yield from (
        link["href"]
        for link in alternates
        if link.get("type") in ("text/html", "application/xhtml+xml")
    )
    yield from (link["href"] for link in alternates)


def _stand_ins(entry: Fields) -> Iterator[str]:
    """What else may lead to the article: a guid that is a permalink, an id that is an address, a link to the entry."""
    permalink = str(dict.get(entry, "link") or "")
    yield permalink if re.match(r"https?://|/", permalink) else ""
    identity = str(dict.get(entry, "id") or "")
    yield identity if re.match(r"https?://", identity) else ""
    yield from (
        link["href"]
        for link in _dicts(entry, "links")
        if link.get("rel") == "self" and link.get("href")
    )


def _first_address(base: str, references: Iterable[str]) -> str | None:
    return next(
        (address for address in (resolve(base, reference) for reference in references) if address),
        None,
    )


def _bodies(entry: Fields) -> Iterator[str]:
    for part in [*_dicts(entry, "content"), dict.get(entry, "summary_detail") or {}]:
        value, kind = str(part.get("value") or "").strip(), str(part.get("type") or "text/html")
        if value and kind == "text/plain":
            yield text.paragraph(value)
        elif value and kind.startswith(_TEXT_TYPES):
            yield _VOID_END.sub("", text.clean(value))


def _author(entry: Fields) -> str:
    people = [str(person.get("name") or "") for person in _dicts(entry, "authors")]
    if (
        len(people) < 2
    ):  # what was written; feedparser's split of name and address knows short domains only
        people = [str(dict.get(entry, "author") or "")]
    return ", ".join(text.distinct((text.person(name) for name in people), 5))


def _published(entry: Fields, now: datetime | None) -> datetime | None:
    fields = ("published", "updated", "created")
    read = (_datetime(dict.get(entry, f"{field}_parsed")) for field in fields)
    dates = chain(read, (text.date(str(dict.get(entry, field) or "")) for field in fields))
    return next((date for date in (text.plausible(date, now) for date in dates) if date), None)


def _datetime(parsed: struct_time | None) -> datetime | None:
    try:
        return datetime.fromtimestamp(timegm(parsed), UTC) if parsed else None
    except (ValueError, OverflowError, OSError, TypeError):
        return None


def _files(entry: Fields, feed: Fields) -> Iterator[Fields]:
    """Every file an entry names; the small or general picture only where there is no other."""
    files = [link for link in _dicts(entry, "links") if link.get("rel") == "enclosure"]
    files = enclosures.best_of_groups([*files, *_dicts(entry, "media_content")])
    pictures = [
        one
        for one in (*_dicts(entry, "media_thumbnail")[:1], dict.get(entry, "image") or {})
        if one
    ]
    playing = [file for file in files if enclosures.kind_of(file).startswith(enclosures.PLAYING)]
    stills = [_address(one) for one in (*pictures, *_pictures(files))]
    for file in files:
        if file in playing:
            sound = enclosures.kind_of(file).startswith("audio/")
            cover = _address(dict.get(feed, "image") or {}) if sound else ""
            still = next((url for url in (file.get("poster"), *stills, cover) if url), "")
            yield {"duration": dict.get(entry, "itunes_duration"), **file, "poster": still}
        else:
            yield file
    if not playing and (page := _address(dict.get(entry, "media_player") or {})):
        yield {"href": page, "medium": "page", "poster": stills[0] if stills else ""}
    if not _pictures(files):
        yield from ({**picture, "medium": "image"} for picture in pictures)


def _pictures(files: list[Fields]) -> list[Fields]:
    return [file for file in files if enclosures.kind_of(file).startswith("image/")]


def _address(file: Fields) -> str:
    return str(file.get("href") or file.get("url") or "")


def _is_adult(context: Fields) -> bool:
    """``media:rating`` (Media RSS; its scheme is ``urn:simple`` where none is named)."""
    rating = dict.get(context, "media_rating") or {}
    return str(rating.get("content") or "").strip().lower() == "adult"


def _hubs(feed: Fields, url: str) -> tuple[tuple[str, str], ...]:
    named = (
        (str(link.get("rel")), resolve(url, str(link.get("href") or "")))
        for link in _dicts(feed, "links")
    )
    return tuple((rel, address) for rel, address in named if address and rel in ("hub", "self"))


def _ttl(feed: Fields) -> timedelta | None:
    """RSS ``ttl`` (minutes), else the syndication module's period; the hourly default of WordPress says nothing."""
    minutes = enclosures.number(dict.get(feed, "ttl"))
    hours = _PERIODS.get(str(dict.get(feed, "sy_updateperiod") or "").strip().lower(), 0)
    frequency = enclosures.number(dict.get(feed, "sy_updatefrequency")) or 1
    if not minutes and (hours, frequency) != (1, 1):
        minutes = hours * 60 // frequency
    return min(timedelta(minutes=minutes), _LONGEST_TTL) if minutes >= 5 else None


def _skip_hours(feed: Fields) -> frozenset[int]:
    """RSS counts from 0 to 23; some write 24 for midnight."""
    written = (str(hour).strip() for hour in dict.get(feed, "skip_hours") or [])
    return frozenset(
        int(hour) % 24 for hour in written if re.fullmatch(r"[0-9]{1,2}", hour) and int(hour) <= 24
    )


def _skip_days(feed: Fields) -> frozenset[int]:
    written = {str(day).strip().lower() for day in dict.get(feed, "skip_days") or []}
    return frozenset(number for number, day in enumerate(_DAYS) if day in written)


def _dicts(context: Fields, key: str) -> list[Fields]:
    values = dict.get(context, key) or []
    return (
        [value for value in values if isinstance(value, dict)] if isinstance(values, list) else []
    )
