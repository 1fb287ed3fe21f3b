"""JSON Feed 1 and 1.1 (https://www.jsonfeed.org/version/1.1/), read as tolerantly as XML."""

import json
from collections.abc import Iterator, Sequence
from datetime import datetime
from itertools import chain
from typing import Any

from bot.errors import NotAFeed
from bot.fetching.url import host_of
from bot.model import RELATED, ParsedFeed, ParsedItem
from bot.parsing import dates, enclosures, text
from bot.parsing.dates import Hints, Moment
from bot.parsing.entries import LONGEST_LANGUAGE, MOST_AUTHORS, MOST_AUTHORS_READ, MOST_TAGS
from bot.parsing.references import address_of

MOST_ITEMS = 500
"""Items that are read of one document, from its top."""
_VERSION = "://jsonfeed.org/version/1"


def looks_like_json(document: str) -> bool:
    """Whether a document is to be read by ``read``; its label does not matter."""
    return document.lstrip("\ufeff \t\r\n")[:1] == "{"


def read(document: str, url: str, now: datetime | None) -> ParsedFeed:
    """Read a JSON Feed.

    Raises:
        NotAFeed: not JSON, or other JSON.
    """
    try:
        feed = json.loads(document.lstrip("\ufeff"))
    except (ValueError, RecursionError):
        feed = None
    # Many sites answer some JSON of an API at such addresses: only the version tells a feed.
    if not isinstance(feed, dict) or not _is_json_feed(feed):
        raise NotAFeed(f"{host_of(url)}: JSON, but no JSON Feed", host=host_of(url))
    items = _dicts(feed, "items")[:MOST_ITEMS]
    written = chain.from_iterable(map(_dates, items))
    authors = _authors(feed)
    hints = dates.hints_of(written, _text(feed, "language"), now)
    return ParsedFeed(
        title=text.title(_text(feed, "title"), is_html=False),
        link=address_of(url, _text(feed, "home_page_url")),
        items=tuple(_item(item, url, authors, hints, now) for item in items),
        language=text.title(_text(feed, "language"), is_html=False)[:LONGEST_LANGUAGE],
        links=tuple(_hubs(feed, url)),
    )


def _is_json_feed(feed: dict[str, Any]) -> bool:
    return _VERSION in _text(feed, "version").replace("://www.", "://")


def _hubs(feed: dict[str, Any], url: str) -> Iterator[tuple[str, str]]:
    for hub in _dicts(feed, "hubs"):
        address = address_of(url, _text(hub, "url"))
        if address and _text(hub, "type").lower() == "websub":
            yield "hub", address
    own = address_of(url, _text(feed, "feed_url"))
    if own:
        yield "self", own


def _item(
    item: dict[str, Any],
    url: str,
    authors: Sequence[str],
    hints: Hints,
    now: datetime | None,
) -> ParsedItem:
    """One item; ``authors``: those of the feed."""
    moment = _published(item, hints, now)
    names = _authors(item)
    tags = [tag for tag in _list(item, "tags") or [item.get("tags")] if isinstance(tag, str)]
    return ParsedItem(
        id=_text(item, "id").strip() or None,
        link=address_of(url, _text(item, "url")) or address_of(url, _text(item, "external_url")),
        title=text.title(_text(item, "title"), is_html=False),
        author=", ".join(text.distinct(names if any(names) else authors, MOST_AUTHORS)),
        published=moment.at if moment else None,
        html=text.tame(_body(item)),
        tags=text.tags(tags, MOST_TAGS),
        enclosures=enclosures.collect(_files(item), url),
        day=moment.day if moment else None,
    )


def _body(item: dict[str, Any]) -> str:
    return text.fullest(
        [
            text.clean(_text(item, "content_html")).strip(),
            text.paragraph(_text(item, "content_text")),
            text.paragraph(_text(item, "summary")),
        ]
    )


def _authors(holder: dict[str, Any]) -> list[str]:
    """The names of an item's authors, or of its feed's, objects or plain texts."""
    # Version 1 knows a single author.
    listed = _list(holder, "authors") or [holder.get("author")]
    people = (
        person if isinstance(person, dict) else {"name": person}
        for person in listed[:MOST_AUTHORS_READ]
    )
    return [text.person(_text(person, "name")) for person in people]


def _files(item: dict[str, Any]) -> Iterator[enclosures.File]:
    picture = _text(item, "image") or _text(item, "banner_image")
    yield {"href": picture, "medium": "image"}
    external = _text(item, "external_url")
    if _text(item, "url") and external:
        yield {"href": external, "medium": RELATED}
    for attachment in _dicts(item, "attachments"):
        yield {
            "href": _text(attachment, "url"),
            "type": _text(attachment, "mime_type"),
            "length": attachment.get("size_in_bytes"),
            "duration": attachment.get("duration_in_seconds"),
            "title": _text(attachment, "title"),
            "poster": picture,
        }


def _published(item: dict[str, Any], hints: Hints, now: datetime | None) -> Moment | None:
    for written in _dates(item):
        moment = dates.plausible(dates.read_date(written, hints), now)
        if moment:
            return moment
    return None


def _dates(item: dict[str, Any]) -> Iterator[str]:
    """What an item gives as its dates, best first."""
    yield _text(item, "date_published")
    yield _text(item, "date_modified")


def _text(holder: dict[str, Any], key: str) -> str:
    """A string without code points of no character; a number as one, as ids of version 1 may be."""
    value = holder.get(key)
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        return ""
    return text.clean(str(value))


def _list(holder: dict[str, Any], key: str) -> list[Any]:
    value = holder.get(key)
    return value if isinstance(value, list) else []


def _dicts(holder: dict[str, Any], key: str) -> list[dict[str, Any]]:
    return [value for value in _list(holder, key) if isinstance(value, dict)]
