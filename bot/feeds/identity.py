"""What makes an item the same item, next time: keys, never dates (RSS 2.0 ``guid``, RFC 4287 4.2.6).

Each item has one *primary* key, *strong* alternates that prove the same item under another primary key (the id without
its scheme; id, link and title together; a link of its own with title and date), and *weak* ones that only hint at it
(the link, the title). All of them are remembered, so a site that moves to https posts nothing twice, and one that
renumbers its ids is noticed. Nothing weaker than these is proof: a status page gives every incident the same link and
title, and each of them is news.
"""

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from hashlib import blake2b
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

from bot.model import ParsedItem

KEY_SIZE = 16
TRACKING = re.compile(r"(?:utm_\w+|fbclid|gclid|mc_[ce]id|yclid|igshid|xtor)\Z", re.IGNORECASE)


class Identity(StrEnum):
    """Which field is the primary key of a feed's items: chosen at the first look and kept.

    It only ever moves down this list, and only when a document proves the choice wrong.
    """

    ID = "id"
    LINK = "link"
    TEXT = "text"


@dataclass(frozen=True, slots=True)
class Keys:
    """The keys of one item, 16 bytes each."""

    primary: bytes
    strong: tuple[bytes, ...]
    weak: tuple[bytes, ...]

    @property
    def all(self) -> tuple[bytes, ...]:
        """Every key, the primary one first."""
        return (self.primary, *self.strong, *self.weak)


def choose_identity(items: Sequence[ParsedItem], kept: Identity | None) -> Identity:
    """The identity for a document, given the one kept from earlier ones."""
    found = _weakest_needed(items)
    if kept is None or not items:
        return kept or found
    order = list(Identity)
    return max(kept, found, key=order.index) if kept is not Identity.ID or _useless(items) else kept


def identify(items: Sequence[ParsedItem], identity: Identity) -> list[Keys]:
    """The keys of each item of one document, in its order."""
    primaries = _told_apart(items, [_primary(item, identity) for item in items])
    addresses = Counter(_address(item) for item in items)
    links = Counter(_link(item) for item in items)
    titles = Counter(_title(item) for item in items)
    return [
        Keys(
            primary=_digest(primary),
            strong=tuple(map(_digest, _strong(item, addresses, links))),
            weak=tuple(map(_digest, _weak(item, links, titles))),
        )
        for item, primary in zip(items, primaries, strict=True)
    ]


@lru_cache(maxsize=1024)  # each item asks for its own several times
def normalise_link(url: str) -> str:
    """A link without what varies: scheme, case of the host, ``www.``, tracking parameters, last slash.

    The fragment stays: on a changelog or in a thread it is all that tells two entries apart.
    """
    try:
        parts = urlsplit(url.strip())
    except ValueError:
        return url.strip()
    host = (parts.netloc or "").lower().removeprefix("www.")
    query = urlencode([pair for pair in parse_qsl(parts.query, keep_blank_values=True) if not TRACKING.match(pair[0])])
    fragment = "" if TRACKING.match(parts.fragment.partition("=")[0]) else parts.fragment
    return urlunsplit(("", host, parts.path.rstrip("/"), query, fragment))


def _weakest_needed(items: Sequence[ParsedItem]) -> Identity:
    """The first identity of the list that tells the document's items apart; items without an id have their link."""
    if any(item.id for item in items) and not _useless(items):
        return Identity.ID
    links = [_link(item) for item in items]
    return Identity.LINK if all(links) and len(set(links)) == len(links) else Identity.TEXT


def _useless(items: Sequence[ParsedItem]) -> bool:
    """Whether different items carry one and the same id."""
    return len({item.id for item in items}) == 1 and bool(items[0].id) and len(set(map(_linked_title, items))) > 1


def _primary(item: ParsedItem, identity: Identity) -> str:
    if identity is Identity.ID and item.id:
        return f"id\n{item.id}"
    if identity is not Identity.TEXT and _link(item):
        return f"link\n{_link(item)}"
    if item.link or item.title:
        return _linked_title(item)
    return f"text\n{item.html}"


def _told_apart(items: Sequence[ParsedItem], primaries: list[str]) -> list[str]:
    """Where several items share a key, add the link and the title; where they share even these, they are one item."""
    apart = [f"{primary}\n{_linked_title(item)}" for item, primary in zip(items, primaries, strict=True)]
    sharing = Counter(primary for primary, _ in set(zip(primaries, apart, strict=True)))
    return [longer if sharing[primary] > 1 else primary for primary, longer in zip(primaries, apart, strict=True)]


def _strong(item: ParsedItem, addresses: Counter[str], links: Counter[str]) -> Iterable[str]:
    """The id without its scheme and the link, as far as these are the item's own; id, link and title always are."""
    address = _address(item)
    if address and addresses[address] == 1:
        yield f"address\n{address}"
    if item.id:
        yield f"id, {_linked_title(item)}\n{address or item.id}"
    elif item.link or item.title:
        yield _linked_title(item)
    if item.link and item.title and item.published and links[_link(item)] == 1:
        yield f"{_linked_title(item)}\n{item.published.isoformat()}"


def _weak(item: ParsedItem, links: Counter[str], titles: Counter[str]) -> Iterable[str]:
    """Only what tells items of one document apart can hint at all."""
    if _link(item) and links[_link(item)] == 1:
        yield f"same link\n{_link(item)}"
    if item.title and titles[_title(item)] == 1:
        yield f"same title\n{_title(item)}"


def _address(item: ParsedItem) -> str:
    return normalise_link(item.id) if item.id and "://" in item.id else ""


def _link(item: ParsedItem) -> str:
    return normalise_link(item.link) if item.link else ""


def _linked_title(item: ParsedItem) -> str:
    return f"link and title\n{_link(item)}\n{_title(item)}"


def _title(item: ParsedItem) -> str:
    return " ".join(item.title.casefold().split())


def _digest(text: str) -> bytes:
    return blake2b(text.encode("utf-8", "surrogatepass"), digest_size=KEY_SIZE).digest()
