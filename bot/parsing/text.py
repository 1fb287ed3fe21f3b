"""Texts of a feed made harmless to carry: titles to plain text, plain text to HTML."""

import html
import re
from collections.abc import Iterable
from hashlib import blake2b
from itertools import chain

LONGEST_BODY = 500_000
"""Characters of a body; the rest is cut."""
DEEPEST = 500
"""Elements inside one another."""
LONGEST_TITLE = 1000
"""Characters; what is longer is a text without a title."""

COMPARED_LENGTH = 20_000
"""Characters of a body that count for ``text_digest``; a book behind them holds up nobody."""

_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")
# An unclosed comment runs to the end: looking for its end anew at every "<!--" would take quadratic
# time.
_TAG = re.compile(r"<!--.*?(?:-->|\Z)|</?[a-zA-Z][^<>]*>", re.DOTALL)
# Elements whose end tag HTML lets one omit do not nest in themselves, and void ones in nothing.
_NESTING = re.compile(
    r"<(/?)(?!/?(?:p|li|dt|dd|tr|td|th|option|br|hr|img|wbr|input|source|track|col|area|embed|link"
    r"|meta)\b)[a-z]",
    re.IGNORECASE,
)
_MARKUP = re.compile(r"<[^<>]*>")
_PASSING = re.compile(r"(?<=[\w/])(?:\?|;jsessionid=)[^\s\"'<>]*", re.IGNORECASE)
"""What an address carries for one visit."""
_BREAKING_TAG = re.compile(r"<(?:br|/p|/div|/li)\b[^<>]*>", re.IGNORECASE)
_LINE_BREAK = re.compile(r"\r\n?|\n")
_UNSEEN = re.compile(r"<(script|style)\b.*?</\1\s*>", re.IGNORECASE | re.DOTALL)
"""Elements whose text is none of the page."""
_CAPTION = re.compile(r"<figcaption\b.*?</figcaption\s*>", re.IGNORECASE | re.DOTALL)
_SHOWING = re.compile(
    r"<(figure|picture|video|audio|iframe)\b.*?</\1\s*>|<img\b[^<>]*>", re.IGNORECASE | re.DOTALL
)
"""Elements that show something."""
RELATIVE = re.compile(
    r"\b(?:href|src|srcset|poster)\s*=\s*+[\"']?+(?!\s*(?:#|//|[a-z][a-z0-9+.-]*:))", re.IGNORECASE
)
"""An address in HTML that means something on one page only."""
_IN_BRACKETS = re.compile(r"(.*?)\s*\(([^()]+)\)")
# Also of one's own machine ("me@localhost"), but no name that is written with a sign ("M@rk"), and
# no account of the fediverse ("@ann@social.example").
_ADDRESS = r"(?<![@\w])(?:mailto:)?(?:[\w.+-]+@[\w-]+(?:\.[\w-]+)+|[a-z0-9.+_-]{2,}@[a-z0-9-]{2,})"
_NAMED_MAIL = re.compile(rf"{_ADDRESS}\s*\(([^()]+)\)")
_MAIL = re.compile(rf"\s*[(<\[]?\s*{_ADDRESS}\s*[)>\]]?\s*")
_WEB_ADDRESS = re.compile(r"(?:https?:)?//\S+|www\.\S+", re.IGNORECASE)
_STOP_BETWEEN_NAMES = re.compile(r"\s*([,;])\s*")
_NOBODY = frozenset({
    "", "hidden", "noreply", "no-reply", "unknown", "author unknown", "unknown author", "none",
    "null", "undefined", "n/a", "nobody",
})  # fmt: skip
"""What stands where no author is."""
_TAG_STOP = re.compile(r"[,;|，、；،؛]")
_TAG_STOP_AND_BLANK = re.compile(r"[,;]\s+")
_NO_TAG = re.compile(r"(?:[a-z][a-z0-9+.-]*:)?//|www\.|(?:tag|urn):\S", re.IGNORECASE)
"""How addresses and ids begin, which stand for a category in some feeds."""


def clean(text: str) -> str:
    """Without control characters (but line breaks and tabs) and code points of no character."""
    # What is printable has none, which is sooner known of a line.
    return text if text.isprintable() else _CONTROL.sub("", text)


def title(text: str, *, is_html: bool) -> str:
    """A title as one line of plain text; escaped twice, as many feeds do, is still read right."""
    if is_html:
        if "</s" in text or "</S" in text:
            text = _UNSEEN.sub("", text)
        text = _TAG.sub("", _BREAKING_TAG.sub(" ", text))
    line = " ".join(clean(html.unescape(text)).split())
    return line if len(line) <= LONGEST_TITLE else line[: LONGEST_TITLE - 1] + "…"


def paragraph(text: str) -> str:
    """Plain text as HTML that says the same.

    Line breaks stay line breaks: which of them are meant, renderers find out (``content.html``).
    """
    return _LINE_BREAK.sub("\n", html.escape(clean(text).strip(), quote=False))


def fullest(bodies: Iterable[str]) -> str:
    """The body with the most text, markup and captions not counted; the first of equals.

    Where it shows nothing, what another shows stands before it.
    """
    choice = list(bodies)
    # Most items have one body, and counting costs a pass over it.
    if len(choice) <= 1:
        return "".join(choice)
    best = max(choice, key=_length)
    if _SHOWING.search(best):
        return best
    for other in choice:
        shown = "".join(match[0] for match in _SHOWING.finditer(other))
        if shown:
            # Beside tags, line breaks would be blanks.
            text = best if _TAG.search(best) else _LINE_BREAK.sub("<br>\n", best)
            return f"<div>{shown}</div>\n{text}"
    return best


def _length(body: str) -> int:
    """Characters that a body says."""
    if "<fig" in body or "</s" in body:
        body = _UNSEEN.sub("", _CAPTION.sub("", body))
    return len(_TAG.sub("", body))


def tame(body: str) -> str:
    """The body, as plain text where its markup is built to harm, and cut to ``LONGEST_BODY``.

    Deep nesting costs HTML parsers quadratic time.
    """
    short = body[:LONGEST_BODY]
    # Counting brackets is fast, and enough for almost every body.
    if short.count("<") > DEEPEST and _depth(short) > DEEPEST:
        return paragraph(html.unescape(_TAG.sub("", short)))
    return short


def text_digest(body: str) -> bytes:
    """Eight bytes of what an HTML body says; empty where it says nothing.

    Markup, blanks and what addresses carry for one visit (queries, sessions) do not count.
    """
    text = _MARKUP.sub("", body[:COMPARED_LENGTH])
    if "://" in text:
        text = _PASSING.sub("", text)
    words = "".join(text.split())
    if not words:
        return b""
    return blake2b(words.encode("utf-8", "surrogatepass"), digest_size=8).digest()


def person(name: str) -> str:
    """A name without mail addresses; empty where it names nobody.

    Of ``mail (name)`` the name, of ``nick (full name)`` the full one.
    """
    bare = title(name, is_html=True)
    if "@" in bare:
        bare = _MAIL.sub(" ", _NAMED_MAIL.sub(r"\1", bare))
    bare = _STOP_BETWEEN_NAMES.sub(r"\1 ", bare).strip(" <>,;-–—|")
    bracketed = _IN_BRACKETS.fullmatch(bare)
    if bracketed:
        bare = _full_name(*bracketed.groups())
    elif bare.count("(") != bare.count(")") or bare[:1] == "(":
        bare = bare.strip("() ")
    if bare.strip("() ").casefold() in _NOBODY or _WEB_ADDRESS.fullmatch(bare):
        return ""
    return bare


def _full_name(outer: str, inner: str) -> str:
    """Which part of ``outer (inner)`` is the name, or both; an account is none beside a name."""
    if inner.strip().casefold() in _NOBODY or inner.startswith("@"):
        return outer.strip()
    if outer.casefold() in _NOBODY or outer.casefold() in inner.casefold():
        return inner.strip()
    return f"{outer} ({inner})"


def tags(labels: Iterable[str], limit: int) -> tuple[str, ...]:
    """Categories, also those written as one list; addresses and ids are none."""
    parts = chain.from_iterable(map(_parts_of_label, labels))
    return distinct((part for part in parts if not _NO_TAG.match(part.strip())), limit)


def _parts_of_label(label: str) -> list[str]:
    # An id may hold a comma ("tag:site,2026:boats"), but no blank behind it.
    if _NO_TAG.match(label.strip()):
        return _TAG_STOP_AND_BLANK.split(html.unescape(label))
    return _TAG_STOP.split(html.unescape(label))


def distinct(words: Iterable[str], limit: int) -> tuple[str, ...]:
    """The words in order, stripped, each once whatever its case, at most ``limit``."""
    by_folded_case: dict[str, str] = {}
    for word in words:
        line = title(word, is_html=False)
        if line:
            by_folded_case.setdefault(line.casefold(), line)
    return tuple(by_folded_case.values())[:limit]


def shallow(page: str, deepest: int) -> str:
    """A page, cut where more than ``deepest`` elements are open."""
    depth = 0
    for tag in _NESTING.finditer(page):
        depth += -1 if tag[1] else 1
        if depth > deepest:
            return page[: tag.start()]
    return page


def _depth(body: str) -> int:
    """How deep elements nest, about."""
    deepest = depth = 0
    for slash in _NESTING.findall(body):
        depth += -1 if slash else 1
        deepest = max(deepest, depth)
    return deepest
