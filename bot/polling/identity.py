"""What makes an item the same item next time: keys, each the digest of some evidence.

Each item has one *primary* key, by which it is known as a rule (RSS 2.0 ``guid``, RFC 4287 4.2.6).
Under another primary key it is the same item if one of its *proofs* is known:

- by *name*: the id without its scheme, id with link and title, an id that counts its revisions;
- by *content*: title, date and text. A server may make up ids and links anew at every request, or
  write them in two forms; what an item says, and to the second when, is its own all the same.

What several items of a document have proves none of them, so that incidents of a status page with
one link and one title stay apart. *Hints* (the link, the title, title and text) prove nothing, but
where most of a document is hinted at, its ids have changed. All keys are remembered.

Also the ``fingerprint`` of what an item says, which tells whether it changed.
"""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from hashlib import blake2b
from itertools import chain
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

from bot.model import COMMENTS, RELATED, ParsedItem
from bot.parsing.incremental import CachedItem
from bot.parsing.text import text_digest

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
_SESSION_IN_PATH = re.compile(r";\w*sess\w*=[^/?#;]*|/\([a-z]\([^()/]+\)\)", re.IGNORECASE)
"""As Java servers and ASP.NET write it."""
_PASSING = re.compile(
    r"(?:\w*sess\w*|\w*sid|\w*token\w*|auth\w*|\w*sig|signature|nonce|hash|expires?|_|ts|time\w*"
    r"|rnd|rand\w*|cb|hits?|views?|count\w*)(?:=.*)?"
    r"|[^=]*=(?=[^=]*[a-z])(?=[^=]*[0-9])[\w-]{6,}",
    re.IGNORECASE,
)
"""A parameter that may be made up for one visit, by its name or by the look of its value."""
_REVISION = re.compile(
    r"(.+)([#?&/:;@._~-])(?:v|r|rev|revision|ver|version|update|edit)?[=:._-]?[0-9]{1,17}",
    re.IGNORECASE,
)
"""An id that ends in a counter: what it counts, and the sign between."""
_WORD = re.compile(r"[\w%~-]+")


class Identity(StrEnum):
    """Which field is the primary key of a feed's items: chosen at the first poll and kept.

    It only ever moves down this list, and only when documents prove the choice wrong.
    """

    ID = "id"
    LINK = "link"
    TEXT = "text"
    """Link and title."""
    CONTENT = "content"
    """Title, date and text: ids and links are shared, or made up anew at every request."""


DOUBT = "?"
"""Follows the identity of a feed most of whose items were named anew once."""


@dataclass(frozen=True, slots=True)
class Keys:
    """The keys of one item, 16 bytes each."""

    primary: bytes
    names: tuple[bytes, ...]
    """What proves the item by what it is called."""
    content: tuple[bytes, ...]
    """What proves the item by what it says."""
    hints: tuple[bytes, ...]
    firm_hints: tuple[bytes, ...]
    """Hints that hold where so few items changed that chance could do it."""
    text: bytes
    """The digest of its text, for ``fingerprint``; empty: it has none."""

    @property
    def proofs(self) -> tuple[bytes, ...]:
        """What proves the item under another primary key."""
        return (*self.names, *self.content)

    @property
    def all(self) -> tuple[bytes, ...]:
        """Every key, the primary one first."""
        return (self.primary, *self.names, *self.content, *self.hints, *self.firm_hints)


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


def identify(
    items: Sequence[ParsedItem],
    identity: Identity,
    kept: Identity | None = None,
    *,
    by_link_and_title: bool = False,
) -> list[Keys]:
    """The keys of each item of one document, in its order.

    Args:
        items: Of the document.
        identity: What the primary keys are made of.
        kept: What they were made of in the document before, if there was one.
        by_link_and_title: Whether these prove an item even where several have them, as they did
            for the parser that read the document before.
    """
    compared = [_compared(item) for item in items]
    alone = [_primary(names, identity) for names in compared]
    primaries = _told_apart(compared, alone)
    links = Counter([names.link for names in compared])
    titles = Counter([names.title for names in compared])
    # Names that are shared, or other ones each time, would only fill the store.
    has_names = (kept or identity) is not Identity.CONTENT
    by_name = [tuple(_names(names)) if has_names else () for names in compared]
    by_content = [tuple(_content(names, alone=len(items) == 1)) for names in compared]
    firm = [tuple(_firm_hints(names)) for names in compared]
    shared = _shared(primaries, by_name, by_content, firm)
    keys = []
    for number, names in enumerate(compared):
        proofs = _digests(by_name[number], shared)
        if names.item.id and has_names:
            proofs = (*proofs, _digest(_full_name(names)))
        if by_link_and_title:
            proofs = (*proofs, _digest(names.linked_title))
        hints = _hints(names, links if has_names else Counter(), titles)
        if identity is Identity.CONTENT and primaries[number] != alone[number]:
            # So it will be known by itself, once those that say the same are gone.
            hints = chain(hints, (alone[number],))
        keys.append(
            Keys(
                _digest(primaries[number]),
                proofs,
                _digests(by_content[number], shared),
                tuple(map(_digest, hints)),
                _digests(firm[number], shared),
                names.text,
            )
        )
    return keys


# Not frozen: one is made for each item of every document, and a frozen one takes three times as
# long to make.
@dataclass(slots=True, eq=False)
class _Compared:
    """An item's id, link, title, date and text in the form in which they are compared."""

    item: ParsedItem
    address: str
    """The id without its scheme, if it is an address; else empty."""
    link: str
    title: str
    linked_title: str
    date: str
    is_precise: bool
    """Whether its date is a moment, and not just a day or an hour that others have, too."""
    text: bytes


def _compared(item: ParsedItem) -> _Compared:
    link, title, date = _link(item), _title(item), item.published
    return _Compared(
        item,
        _address(item),
        link,
        title,
        f"link and title\n{link}\n{title}",
        date.isoformat(timespec="seconds") if date else "",
        bool(date and (date.minute or date.second)),
        item.text_digest if isinstance(item, CachedItem) else text_digest(item.html),
    )


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


def page_of(link: str) -> str:
    """A normalised link without what may be made up for one visit: sessions, tokens, counters."""
    address, _, query = _SESSION_IN_PATH.sub("", link).partition("?")
    query, hash_sign, fragment = query.partition("#")
    pairs = [pair for pair in query.split("&") if pair and not _PASSING.fullmatch(pair)]
    return "?".join([address, *sorted(pairs)]) + hash_sign + fragment


def _strongest_usable(items: Sequence[ParsedItem]) -> Identity:
    """The first identity of the list that tells the document's items apart.

    With ids, an item that has none is known by its link.
    """
    if any(item.id for item in items) and not _are_ids_useless(items):
        return Identity.ID
    links = {_link(item) for item in items}
    if len(links) == len(items) and all(map(_is_own, links)):
        return Identity.LINK
    compared = [_compared(item) for item in items]
    linked_titles = {names.linked_title for names in compared}
    # The next item may have link and title of a single one that has no page of its own, too.
    if len(items) > 1 and len(linked_titles) == len({_contents(names) for names in compared}):
        return Identity.TEXT
    return Identity.CONTENT


def _are_ids_useless(items: Sequence[ParsedItem]) -> bool:
    """Whether different items all carry one and the same id."""
    first = items[0].id if items else None
    if not first or len(items) == 1 or any(item.id != first for item in items):
        return False
    return len({_contents(_compared(item)) for item in items}) > 1


def _is_own(link: str) -> bool:
    """Whether a link leads to a page of the item, and not just to a site."""
    return "/" in link.removeprefix("//") or "?" in link or "#" in link


def _contents(names: _Compared) -> tuple[object, ...]:
    return names.linked_title, names.date, names.text


def _primary(names: _Compared, identity: Identity) -> str:
    # Each key begins with the kind of its text: an id and a link that read alike are no match.
    item = names.item
    if identity is Identity.CONTENT:
        if names.title or names.text or not names.link:
            return _everything(names)
        # What says nothing would be like all that does; its link was a hint until now.
        return _same_link(names)
    if identity is Identity.ID and item.id:
        return f"id\n{item.id}"
    if identity is not Identity.TEXT and names.link:
        return f"link\n{names.link}"
    if item.link or item.title:
        return names.linked_title
    return f"text\n{item.html}"


def _same_link(names: _Compared) -> str:
    return f"same link\n{names.link}"


def _everything(names: _Compared) -> str:
    return f"content\n{names.title}\n{names.date}\n{names.text.hex()}"


def _told_apart(compared: Sequence[_Compared], primaries: list[str]) -> list[str]:
    """Add link and title where several items share a primary key; then, without ids, the rest.

    Where they share even these, they are one item.
    """
    # Nearly always no two items share a key.
    if len(set(primaries)) == len(primaries):
        return primaries
    linked = _lengthened(primaries, [names.linked_title for names in compared])
    return _lengthened(linked, ["" if names.item.id else _everything(names) for names in compared])


def _lengthened(primaries: Sequence[str], additions: Sequence[str]) -> list[str]:
    """Each primary key that is shared, with its addition."""
    pairs = list(zip(primaries, additions, strict=True))
    sharing = Counter(primary for primary, _ in set(pairs))
    return [
        f"{primary}\n{addition}" if sharing[primary] > 1 else primary for primary, addition in pairs
    ]


def _full_name(names: _Compared) -> str:
    """Id, link and title: proof also where two items have them."""
    return f"id, {names.linked_title}\n{names.address or names.item.id}"


def _names(names: _Compared) -> Iterator[str]:
    """What proves the item by what it is called, unless others are called so, too."""
    item = names.item
    if names.address:
        yield f"address\n{names.address}"
    if item.id:
        yield from _revisions(names)
    elif item.link or item.title:
        yield names.linked_title


def _revisions(names: _Compared) -> Iterator[str]:
    """Of an id that names the item's own page and counts its revisions: all but the counter."""
    name = names.address or names.item.id or ""
    # Most names that end in a digit have no counter either, but most end otherwise.
    counted = _REVISION.fullmatch(name) if name[-1:].isdecimal() else None
    if counted is None:
        return
    page = names.link.partition("?")[0]
    page_name = page.rpartition("/")[2]
    base, mark = counted.groups()
    if base == page and mark == "#":
        yield f"revision\n{base}"
    elif page_name and _WORD.findall(base)[-1:] == [page_name]:
        yield f"revision, title\n{base}\n{names.title}"
        if names.text:
            yield f"revision, text\n{base}\n{names.text.hex()}"


def _content(names: _Compared, *, alone: bool) -> Iterator[str]:
    """What proves the item by what it says."""
    if names.is_precise:
        if names.title:
            yield f"title and date\n{names.title}\n{names.date}"
        if names.text:
            yield f"date and text\n{names.date}\n{names.text.hex()}"
    elif names.date:
        # A day proves little by itself: notices of one day may all be called "Notice".
        if names.title and _is_own(names.link):
            yield f"{names.linked_title}\n{names.date}"
        # Where an item stands alone, though, a feed with sessions would send it at every poll.
        if names.text or (alone and names.title):
            yield _everything(names)
    # What several items of one page say at other times is news each time, as on a status page. But
    # a feed of one item that stamps it with the time of the request has always the same news.
    if names.text and (not names.date or (alone and _is_own(names.link))):
        yield f"page, title and text\n{page_of(names.link)}\n{names.title}\n{names.text.hex()}"
    elif not names.date and names.title and (names.address or not names.item.id):
        yield f"page and title\n{page_of(names.address or names.link)}\n{names.title}"


def _hints(names: _Compared, links: Counter[str], titles: Counter[str]) -> Iterator[str]:
    """What hints at the item; what several items of the document have hints at none."""
    if names.link and links[names.link] == 1:
        yield _same_link(names)
    if names.item.title and titles[names.title] == 1:
        yield f"same title\n{names.title}"


def _firm_hints(names: _Compared) -> Iterator[str]:
    """Title and text; of an item without a text, title and date."""
    if names.text or not names.date:
        yield f"content\n{names.title}\n\n{names.text.hex()}"
    else:
        yield _everything(names)


def _shared(primaries: Sequence[str], *kinds: Sequence[tuple[str, ...]]) -> set[str]:
    """The evidence that several items of a document have, which proves none of them."""
    owners: dict[str, str] = {}
    shared = set()
    for kind in kinds:
        for primary, evidence in zip(primaries, kind, strict=True):
            for piece in evidence:
                if owners.setdefault(piece, primary) != primary:
                    shared.add(piece)
    return shared


def _digests(evidence: Sequence[str], shared: set[str]) -> tuple[bytes, ...]:
    return tuple([_digest(piece) for piece in evidence if piece not in shared])


def _address(item: ParsedItem) -> str:
    return normalise_link(item.id) if item.id and "://" in item.id else ""


def _link(item: ParsedItem) -> str:
    return normalise_link(item.link) if item.link else ""


def _title(item: ParsedItem) -> str:
    return " ".join(item.title.casefold().split())


def _digest(text: str) -> bytes:
    return blake2b(text.encode("utf-8", "surrogatepass"), digest_size=KEY_SIZE).digest()


def fingerprint(item: ParsedItem, text: bytes | None = None) -> bytes:
    """Eight bytes of title, link, text and files: others if the item changed materially, only then.

    Dates, markup, blanks and the queries of addresses (tokens, sizes, counters) do not count.

    Args:
        item: Read from its document, not from the cache.
        text: The digest of its text (``Keys.text``), where it was made already.
    """
    if text is None:
        text = text_digest(item.html)
    files = [
        enclosure.url.partition("?")[0]
        for enclosure in item.enclosures
        if enclosure.kind not in (COMMENTS, RELATED)
    ]
    parts = ["".join(item.title.split()), (item.link or "").partition("?")[0], text.hex(), *files]
    return blake2b("\n".join(parts).encode("utf-8", "surrogatepass"), digest_size=8).digest()
