"""What makes an item the same item next time: keys, never dates (RSS 2.0 ``guid``, RFC 4287 4.2.6).

Each item has one *primary* key, *strong* alternates that prove the same item under another primary
key (the id without its scheme; id, link and title together; a link of its own with title and date),
and *weak* ones that only hint at it (the link, the title). All of them are remembered, so a site
that moves to https posts nothing twice, and one that renumbers its ids is noticed. Nothing weaker
than these is proof: a status page gives every incident the same link and title, and each of them is
news.

Also the ``fingerprint`` of what an item says, which tells whether it changed.
"""

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from hashlib import blake2b
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

from bot.model import COMMENTS, RELATED, ParsedItem

KEY_SIZE = 16
"""Bytes: short enough to keep millions of keys, long enough that no two meet by chance."""
# Nothing can be added: the keys of stored items depend on it, and all such items would be new.
TRACKING = re.compile(r"(?:utm_\w+|fbclid|gclid|mc_[ce]id|yclid|igshid|xtor)\Z", re.IGNORECASE)

_PLAIN = re.compile(
    r"https?://(?!(?i:www)\.(?:[/?]|\Z))([a-zA-Z0-9.-]+)(/[\w.~%/-]*)?"
    r"(?:\?([\w.~-]+=[\w.~-]*(?:&[\w.~-]+=[\w.~-]*)*))?",
    re.ASCII,
)
"""An address in which only host, tracking and last slash are to be changed."""


class Identity(StrEnum):
    """Which field is the primary key of a feed's items: chosen at the first poll and kept.

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
    needed = _strongest_usable(items)
    if kept is None or not items:
        return kept or needed
    if kept is Identity.ID and not _are_ids_useless(items):
        return kept
    # Never back up the list: keys of another kind would make every item look new.
    order = list(Identity)
    return max(kept, needed, key=order.index)


def identify(items: Sequence[ParsedItem], identity: Identity) -> list[Keys]:
    """The keys of each item of one document, in its order."""
    compared = [_compared(item) for item in items]
    primaries = _told_apart(compared, [_primary(names, identity) for names in compared])
    addresses = Counter([names.address for names in compared])
    links = Counter([names.link for names in compared])
    titles = Counter([names.title for names in compared])
    keys = []
    for names, primary in zip(compared, primaries, strict=True):
        strong = _strong(names, addresses, links)
        weak = _weak(names, links, titles)
        keys.append(Keys(_digest(primary), tuple(map(_digest, strong)), tuple(map(_digest, weak))))
    return keys


# Not frozen: one is made for each item of every document, and a frozen one takes three times as
# long to make.
@dataclass(slots=True, eq=False)
class _Compared:
    """An item's id, link and title in the form in which they are compared."""

    item: ParsedItem
    address: str
    """The id without its scheme, if it is an address; else empty."""
    link: str
    title: str
    linked_title: str


def _compared(item: ParsedItem) -> _Compared:
    link, title = _link(item), _title(item)
    return _Compared(item, _address(item), link, title, f"link and title\n{link}\n{title}")


# An item may ask for its own link several times.
@lru_cache(maxsize=1024)
def normalise_link(url: str) -> str:
    """A link without what varies: scheme, host's case, ``www.``, tracking parameters, last slash.

    The fragment stays: on a changelog or in a thread it is all that tells two entries apart.
    """
    # Nearly all links match, and taking them apart below costs several times as much.
    plain = _PLAIN.fullmatch(url)
    if plain:
        host, path, query = plain.groups(default="")
        address = f"//{host.lower().removeprefix('www.')}{path.rstrip('/')}"
        if not query:
            return address
        pairs = [pair for pair in query.split("&") if not TRACKING.match(pair.partition("=")[0])]
        return f"{address}?{'&'.join(pairs)}" if pairs else address
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


def _strongest_usable(items: Sequence[ParsedItem]) -> Identity:
    """The first identity of the list that tells the document's items apart.

    With ids, an item that has none is known by its link.
    """
    if any(item.id for item in items) and not _are_ids_useless(items):
        return Identity.ID
    links = [_link(item) for item in items]
    return Identity.LINK if all(links) and len(set(links)) == len(links) else Identity.TEXT


def _are_ids_useless(items: Sequence[ParsedItem]) -> bool:
    """Whether different items all carry one and the same id."""
    first = items[0].id if items else None
    if not first or any(item.id != first for item in items):
        return False
    return len({(_link(item), _title(item)) for item in items}) > 1


def _primary(names: _Compared, identity: Identity) -> str:
    # Each key begins with the kind of its text: an id and a link that read alike are no match.
    if identity is Identity.ID and names.item.id:
        return f"id\n{names.item.id}"
    if identity is not Identity.TEXT and names.link:
        return f"link\n{names.link}"
    if names.item.link or names.item.title:
        return names.linked_title
    return f"text\n{names.item.html}"


def _told_apart(compared: Sequence[_Compared], primaries: list[str]) -> list[str]:
    """Add link and title where several items share a primary key.

    Where they share even these, they are one item.
    """
    # Nearly always no two items share a key.
    if len(set(primaries)) == len(primaries):
        return primaries
    longer = [
        f"{primary}\n{names.linked_title}"
        for names, primary in zip(compared, primaries, strict=True)
    ]
    pairs = list(zip(primaries, longer, strict=True))
    sharing = Counter(primary for primary, _ in set(pairs))
    return [apart if sharing[primary] > 1 else primary for primary, apart in pairs]


def _strong(names: _Compared, addresses: Counter[str], links: Counter[str]) -> list[str]:
    """What proves the item, as far as no other item of the document has it, too."""
    item = names.item
    strong = []
    if names.address and addresses[names.address] == 1:
        strong.append(f"address\n{names.address}")
    if item.id:
        strong.append(f"id, {names.linked_title}\n{names.address or item.id}")
    elif item.link or item.title:
        strong.append(names.linked_title)
    if item.link and item.title and item.published and links[names.link] == 1:
        strong.append(f"{names.linked_title}\n{item.published.isoformat()}")
    return strong


def _weak(names: _Compared, links: Counter[str], titles: Counter[str]) -> list[str]:
    """What hints at the item; what several items of the document have hints at none."""
    weak = []
    if names.link and links[names.link] == 1:
        weak.append(f"same link\n{names.link}")
    if names.item.title and titles[names.title] == 1:
        weak.append(f"same title\n{names.title}")
    return weak


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
    """Eight bytes of title, link, text and files: others if the item changed materially, only then.

    Dates, markup, blanks and the queries of addresses (tokens, sizes, counters) do not count.
    """
    text = "".join(_NO_TEXT.sub("", item.html[:FINGERPRINTED_LENGTH]).split())
    files = [
        enclosure.url.partition("?")[0]
        for enclosure in item.enclosures
        if enclosure.kind not in (COMMENTS, RELATED)
    ]
    parts = ["".join(item.title.split()), (item.link or "").partition("?")[0], text, *files]
    return blake2b("\n".join(parts).encode("utf-8", "surrogatepass"), digest_size=8).digest()
