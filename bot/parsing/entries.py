"""From feedparser's dictionaries to our nouns: which field is the link, the body, the picture.

``dict.get(entry, key)`` stands where ``entry.get`` would answer with the value of another field,
or is asked so often that feedparser's own, which takes several times as long, would be felt.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import fields
from datetime import datetime, timedelta
from html import escape
from itertools import chain
from typing import Any

from bot.fetching.url import resolve
from bot.model import COMMENTS, RELATED, BrokenItem, CutFeed, ParsedFeed, ParsedItem
from bot.parsing import dates, enclosures, text
from bot.parsing.dates import Hints, Moment
from bot.parsing.references import address_of
from bot.parsing.xml_feed import XmlFeed

Fields = dict[str, Any]
"""A dictionary of feedparser."""

MOST_TAGS = 30
MOST_AUTHORS = 5
MOST_AUTHORS_READ = 50
"""How many of an item are looked at."""
LONGEST_LANGUAGE = 35
"""Characters of a language tag (RFC 5646, 4.4.1)."""
_LONGEST_TTL = timedelta(hours=24)
_PERIODS = {"hourly": 1, "daily": 24, "weekly": 24 * 7, "monthly": 24 * 30, "yearly": 24 * 365}
_DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
# XHTML closes its void elements, which HTML must not.
_VOID_END = re.compile(r"</(?:br|hr|img|wbr|input|source|col|area|embed|track)\s*>", re.IGNORECASE)
_HTML_TYPES = ("text/html", "application/xhtml+xml")
_FEED_TYPES = (
    "application/rss+xml",
    "application/atom+xml",
    "application/rdf+xml",
    "application/feed+json",
)
"""No pages: feeds of comments, say, or the feed itself."""
_FURTHER = ("replies", "related")
"""Relations of links to pages beside the item's own (RFC 4685, 4; RFC 4287, 4.2.7.2)."""
_TEXT_TYPES = ("text/", "application/xhtml+xml")


def feed_of(document: XmlFeed, url: str, now: datetime | None) -> ParsedFeed:
    """The whole document as a ``ParsedFeed``.

    Links are resolved against the site (RSS) or ``url`` (Atom).
    """
    base, hints = base_of(document, url), hints_of(document, now)
    items = tuple(item_of(entry, document, base, hints, now) for entry in document.entries)
    return about(document, url, items)


def about(document: XmlFeed, url: str, items: tuple[ParsedItem, ...]) -> ParsedFeed:
    """What a document says of its feed, with these items."""
    feed = document.feed
    if document.ends_in_item and items:
        items = (*items[:-1], _broken(items[-1]))
    kind = CutFeed if document.is_cut else ParsedFeed
    language = text.title(str(feed.get("language") or ""), is_html=False)
    return kind(
        title=_title(feed),
        link=_first_address(url, _links(feed)),
        items=items,
        language=language[:LONGEST_LANGUAGE],
        ttl=_ttl(feed),
        links=_hubs(feed, url),
        skip_hours=_skip_hours(feed),
        skip_days=_skip_days(feed),
    )


def _broken(item: ParsedItem) -> BrokenItem:
    return BrokenItem(**{field.name: getattr(item, field.name) for field in fields(ParsedItem)})


def base_of(document: XmlFeed, url: str) -> str:
    """What the links of the document's items are resolved against."""
    link = _first_address(url, _links(document.feed))
    # RSS does not say what relative links refer to; by custom it is the site, which the address of
    # the feed may lie outside of (FeedBurner). Atom does (RFC 4287, 2).
    return link if link and document.version.startswith("rss") else url


def hints_of(document: XmlFeed, now: datetime | None) -> Hints:
    """How the dates of a document are meant."""
    written = chain.from_iterable(map(_dates, document.entries))
    return dates.hints_of(written, str(document.feed.get("language") or ""), now)


def item_of(
    entry: Fields, document: XmlFeed, base: str, hints: Hints, now: datetime | None
) -> ParsedItem:
    """One entry of a document as a ``ParsedItem``."""
    feed = document.feed
    moment = _published(entry, hints, now)
    link = _first_address(base, chain(_links(entry), _substitute_links(entry, feed)))
    files = chain(_files(entry, feed), _pages(entry, link))
    labels = (
        dict.get(tag, "label") or dict.get(tag, "term") or "" for tag in _dicts(entry, "tags")
    )
    return ParsedItem(
        id=text.clean(str(dict.get(entry, "id") or "")).strip() or None,
        link=link,
        title=_title(entry),
        author=_author(entry, document),
        published=moment.at if moment else None,
        html=text.tame(_body(entry, base)),
        tags=text.tags(labels, MOST_TAGS),
        enclosures=enclosures.collect(files, base),
        is_adult=_is_adult(entry) or _is_adult(feed),
        day=moment.day if moment else None,
    )


def is_settled(entry: Fields, hints: Hints, now: datetime | None) -> bool:
    """Whether the entry's date and link stay what they are, whatever the rest of its feed says."""
    if any(map(dates.depends_on_others, _dates(entry))):
        return False
    # A link to itself counts unless the feed has the same.
    if any(_self_links(entry)) and not any(_links(entry)):
        return False
    return _published(entry, hints, now) == _published(entry, hints, None)


def _title(context: Fields) -> str:
    kind = (dict.get(context, "title_detail") or {}).get("type", "")
    return text.title(str(dict.get(context, "title") or ""), is_html=kind != "text/plain")


def _links(context: Fields) -> Iterator[str]:
    """Addresses of the page, best first."""
    alternates = [
        link
        for link in _dicts(context, "links")
        if dict.get(link, "href") and dict.get(link, "rel") == "alternate"
    ]
    # FeedBurner's own links only count clicks; this is the article that they lead to.
    yield str(dict.get(context, "feedburner_origlink") or "")
    yield from (link["href"] for link in alternates if dict.get(link, "written"))
    yield from (link["href"] for link in alternates if dict.get(link, "type") in _HTML_TYPES)
    yield from (link["href"] for link in alternates if dict.get(link, "type") not in _FEED_TYPES)


def _substitute_links(entry: Fields, feed: Fields) -> Iterator[str]:
    """What else may lead to the article.

    A guid that is a permalink, an id that is an address, a link to the entry itself; some entries
    name their feed there.
    """
    permalink = str(dict.get(entry, "link") or "")
    if re.match(r"https?://|/", permalink):
        yield permalink
    entry_id = str(dict.get(entry, "id") or "")
    if re.match(r"https?://", entry_id):
        yield entry_id
    of_feed = set(_self_links(feed))
    yield from (href for href in _self_links(entry) if href not in of_feed)


def _self_links(context: Fields) -> Iterator[str]:
    for link in _dicts(context, "links"):
        if dict.get(link, "rel") == "self" and dict.get(link, "href"):
            yield link["href"]


def _first_address(base: str, references: Iterable[str]) -> str | None:
    for reference in references:
        address = address_of(base, reference)
        if address:
            return address
    return None


def _body(entry: Fields, base: str) -> str:
    """What an entry says: its own text, else what is said of it and of its files."""
    parts = [*_dicts(entry, "content"), dict.get(entry, "summary_detail") or {}]
    body = text.fullest(_texts(parts, base))
    if body:
        return body
    substitutes = (
        dict.get(entry, "subtitle_detail") or {},
        {"value": dict.get(entry, "googleplay_description"), "type": "text/plain"},
        dict.get(entry, "media_description_detail") or {},
    )
    return next(_texts(substitutes, base), "")


def _texts(parts: Iterable[Fields], base: str) -> Iterator[str]:
    """The texts among the parts of an entry, as HTML."""
    for part in parts:
        value = str(part.get("value") or "").strip()
        kind = str(part.get("type") or "text/html")
        if value and kind == "text/plain":
            yield text.paragraph(value)
        elif value and kind.startswith(_TEXT_TYPES):
            yield _with_base(_VOID_END.sub("", text.clean(value)), part, base)


def _with_base(body: str, part: Fields, base: str) -> str:
    """A body that says what its relative addresses belong to (``xml:base``; RFC 4287, 2)."""
    written = str(part.get("base") or "")
    if not written or not text.RELATIVE.search(body):
        return body
    address = resolve(base, written)
    return f'<base href="{escape(address)}">{body}' if address else body


def _author(entry: Fields, document: XmlFeed) -> str:
    """Names; those of the entry's source, or else of its feed, where it has none.

    So it is in Atom (RFC 4287, 4.2.1); the people of an RSS channel are its editors.
    """
    people = _dicts(entry, "authors")
    if not people and document.version.startswith("atom"):
        source = dict.get(entry, "source") or {}
        people = _dicts(source, "authors") or _dicts(document.feed, "authors")
    names = (str(person.get("name") or "") for person in people[:MOST_AUTHORS_READ])
    return ", ".join(text.distinct(map(text.person, names), MOST_AUTHORS))


def _published(entry: Fields, hints: Hints, now: datetime | None) -> Moment | None:
    for written in _dates(entry):
        moment = dates.plausible(dates.read_date(written, hints), now)
        if moment:
            return moment
    return None


def _dates(entry: Fields) -> Iterator[str]:
    """What an entry gives as its dates, best first."""
    for field in ("published", "updated", "created"):
        written = dict.get(entry, field)
        if written:
            yield str(written)


def _files(entry: Fields, feed: Fields) -> Iterator[Fields]:
    """Every file that an entry names; its small or general picture only where there is no other."""
    linked = [link for link in _dicts(entry, "links") if dict.get(link, "rel") == "enclosure"]
    files = enclosures.best_of_groups([*linked, *_dicts(entry, "media_content")])
    general = [*enclosures.widest(_dicts(entry, "media_thumbnail")), dict.get(entry, "image") or {}]
    pictures = [picture for picture in general if picture]
    stills = [_address(picture) for picture in (*pictures, *_pictures(files))]
    plays = False
    for file in files:
        if not _plays(file):
            yield file
            continue
        plays = True
        poster = _poster(file, stills, feed)
        yield {"duration": dict.get(entry, "itunes_duration"), **file, "poster": poster}
    page = _address(dict.get(entry, "media_player") or {})
    # A page to play it on is only of use where there is no file that plays.
    if page and not plays:
        yield {"href": page, "medium": "page", "poster": stills[0] if stills else ""}
    if not _pictures(files):
        for picture in pictures:
            yield {**picture, "medium": "image"}


def _pages(entry: Fields, link: str | None) -> Iterator[Fields]:
    """Pages beside the item's own: where it is discussed, and what it is about."""
    comments = str(dict.get(entry, "comments") or "")
    related = ""
    for other in _dicts(entry, "links"):
        rel = dict.get(other, "rel")
        if rel not in _FURTHER or dict.get(other, "type", "text/html") not in _HTML_TYPES:
            continue
        href = str(dict.get(other, "href") or "")
        if rel == "replies":
            comments = comments or href
        else:
            related = related or href
    # Most comments stand on the page of the item itself.
    if comments and comments.partition("#")[0] != (link or "").partition("#")[0]:
        count = enclosures.number(dict.get(entry, "slash_comments"))
        yield {"href": comments, "medium": COMMENTS, "title": str(count or "")}
    if related:
        yield {"href": related, "medium": RELATED}


def _poster(file: Fields, stills: list[str], feed: Fields) -> str:
    """The address of a picture for a file that plays: a sound may have the cover of its feed."""
    candidates = [file.get("poster"), *stills]
    if enclosures.kind_of(file).startswith("audio/"):
        candidates.append(_address(dict.get(feed, "image") or {}))
    return next((address for address in candidates if address), "")


def _plays(file: Fields) -> bool:
    return enclosures.kind_of(file).startswith(enclosures.PLAYING)


def _pictures(files: list[Fields]) -> list[Fields]:
    return [file for file in files if enclosures.kind_of(file).startswith("image/")]


def _address(file: Fields) -> str:
    return str(file.get("href") or file.get("url") or "")


def _is_adult(context: Fields) -> bool:
    """``media:rating`` (Media RSS; its scheme is ``urn:simple`` where none is named)."""
    rating = dict.get(context, "media_rating") or {}
    return str(rating.get("content") or "").strip().lower() == "adult"


def _hubs(feed: Fields, url: str) -> tuple[tuple[str, str], ...]:
    links: list[tuple[str, str]] = []
    for link in _dicts(feed, "links"):
        rel = str(link.get("rel"))
        address = resolve(url, str(link.get("href") or ""))
        if address and rel in ("hub", "self"):
            links.append((rel, address))
    return tuple(links)


def _ttl(feed: Fields) -> timedelta | None:
    """RSS ``ttl`` (minutes), else the period of the syndication module.

    Once an hour is what WordPress writes into every feed, and says nothing.
    """
    minutes = enclosures.number(dict.get(feed, "ttl"))
    hours = _PERIODS.get(str(dict.get(feed, "sy_updateperiod") or "").strip().lower(), 0)
    frequency = enclosures.number(dict.get(feed, "sy_updatefrequency")) or 1
    if not minutes and (hours, frequency) != (1, 1):
        minutes = hours * 60 // frequency
    return min(timedelta(minutes=minutes), _LONGEST_TTL) if minutes >= 5 else None


def _skip_hours(feed: Fields) -> frozenset[int]:
    """RSS counts from 0 to 23; some write 24 for midnight."""
    written = [str(hour).strip() for hour in dict.get(feed, "skip_hours") or []]
    hours = [int(hour) for hour in written if re.fullmatch(r"[0-9]{1,2}", hour)]
    return frozenset(hour % 24 for hour in hours if hour <= 24)


def _skip_days(feed: Fields) -> frozenset[int]:
    written = {str(day).strip().lower() for day in dict.get(feed, "skip_days") or []}
    return frozenset(number for number, day in enumerate(_DAYS) if day in written)


def _dicts(context: Fields, key: str) -> list[Fields]:
    values = dict.get(context, key)
    if not isinstance(values, list):
        return []
    return [value for value in values if isinstance(value, dict)]
