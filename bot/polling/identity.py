"""What makes an item the same item, next time: keys, never dates (RSS 2.0 ``guid``, RFC 4287 4.2.6).

Each item has one *primary* key, *strong* alternates that prove the same item under another primary
key (the id without its scheme; id, link and title together; a link of its own with title and date),
and *weak* ones that only hint at it (the link, the title). All of them are remembered, so a site
that moves to https posts nothing twice, and one that renumbers its ids is noticed. Nothing weaker
than these is proof: a status page gives every incident the same link and title, and each of them is
news.
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

_PLAIN = re.compile(
    r"https?://(?!(?i:www)\.(?:[/?]|\Z))([a-zA-Z0-9.-]+)(/[\w.~%/-]*)?"
    r"(?:\?([\w.~-]+=[\w.~-]*(?:&[\w.~-]+=[\w.~-]*)*))?",
    re.ASCII,
)
"""An address in which only host, tracking and last slash are to be changed."""


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
    named = [_Names.of(item) for item in items]
    primaries = _told_apart(named, [_primary(names, identity) for names in named])
    addresses = Counter(names.address for names in named)
    links = Counter(names.link for names in named)
    titles = Counter(names.title for names in named)
    return [
        Keys(
            primary=_digest(primary),
            strong=tuple(map(_digest, _strong(names, addresses, links))),
            weak=tuple(map(_digest, _weak(names, links, titles))),
        )
        for names, primary in zip(named, primaries, strict=True)
    ]


@dataclass(frozen=True, slots=True)
class _Names:
    """An item's id, link and title in the form in which they are compared."""

    item: ParsedItem
    address: str
    link: str
    title: str
    linked_title: str

    @classmethod
    def of(cls, item: ParsedItem) -> "_Names":
        link, title = _link(item), _title(item)
        return cls(item, _address(item), link, title, f"link and title\n{link}\n{title}")


@lru_cache(maxsize=1024)  # an item may ask for its own several times
def normalise_link(url: str) -> str:
    """A link without what varies: scheme, case of the host, ``www.``, tracking parameters, last slash.

    The fragment stays: on a changelog or in a thread it is all that tells two entries apart.
    """
    plain = _PLAIN.fullmatch(url)  # nearly all are, and the way below is long
    if plain:
        place = f"//{plain[1].lower().removeprefix('www.')}{(plain[2] or '').rstrip('/')}"
        pairs = (
            [pair for pair in plain[3].split("&") if not TRACKING.match(pair.partition("=")[0])]
            if plain[3]
            else ()
        )
        return f"{place}?{'&'.join(pairs)}" if pairs else place
    try:
        parts = urlsplit(url.strip())
    except ValueError:
        return url.strip()
    host = (parts.netloc or "").lower().removeprefix("www.")
    query = urlencode(
        [
            pair
            for pair in parse_qsl(parts.query, keep_blank_values=True)
            if not TRACKING.match(pair[0])
        ]
    )
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
    return (
        len({item.id for item in items}) == 1
        and bool(items[0].id)
        and len({(_link(item), _title(item)) for item in items}) > 1
    )


def _primary(names: _Names, identity: Identity) -> str:
    if identity is Identity.ID and names.item.id:
        return f"id\n{names.item.id}"
    if identity is not Identity.TEXT and names.link:
        return f"link\n{names.link}"
    if names.item.link or names.item.title:
        return names.linked_title
    return f"text\n{names.item.html}"


def _told_apart(named: Sequence[_Names], primaries: list[str]) -> list[str]:
    """Where several items share a key, add the link and the title; where they share even these, they are one item."""
    apart = [
        f"{primary}\n{names.linked_title}" for names, primary in zip(named, primaries, strict=True)
    ]
    sharing = Counter(primary for primary, _ in set(zip(primaries, apart, strict=True)))
    return [
        longer if sharing[primary] > 1 else primary
        for primary, longer in zip(primaries, apart, strict=True)
    ]


def _strong(names: _Names, addresses: Counter[str], links: Counter[str]) -> Iterable[str]:
    """The id without its scheme and the link, as far as these are the item's own; id, link and title always are."""
    item = names.item
    if names.address and addresses[names.address] == 1:
        yield f"address\n{names.address}"
    if item.id:
        yield f"id, {names.linked_title}\n{names.address or item.id}"
    elif item.link or item.title:
        yield names.linked_title
    if item.link and item.title and item.published and links[names.link] == 1:
        yield f"{names.linked_title}\n{item.published.isoformat()}"


def _weak(names: _Names, links: Counter[str], titles: Counter[str]) -> Iterable[str]:
    """Only what tells items of one document apart can hint at all."""
    if names.link and links[names.link] == 1:
        yield f"same link\n{names.link}"
    if names.item.title and titles[names.title] == 1:
        yield f"same title\n{names.title}"


def _address(item: ParsedItem) -> str:
    return normalise_link(item.id) if item.id and "://" in item.id else ""


def _link(item: ParsedItem) -> str:
    return normalise_link(item.link) if item.link else ""


def _title(item: ParsedItem) -> str:
    return " ".join(item.title.casefold().split())


def _digest(text: str) -> bytes:
    return blake2b(text.encode("utf-8", "surrogatepass"), digest_size=KEY_SIZE).digest()


FINGERPRINTED_LENGTH = 20_000
"""Characters of a body that count; a book behind them does not hold up the event loop."""
_NO_TEXT = re.compile(r"<[^<>]*>|(?<=[\w/])\?[^\s\"'<>]*")


def fingerprint(item: ParsedItem) -> bytes:
    """Of title, link, text and files."""
    text = "".join(_NO_TEXT.sub("", item.html[:FINGERPRINTED_LENGTH]).split())
    files = (enclosure.url.partition("?")[0] for enclosure in item.enclosures)
    parts = ("".join(item.title.split()), (item.link or "").partition("?")[0], text, *files)
    return blake2b("\n".join(parts).encode("utf-8", "surrogatepass"), digest_size=8).digest()
