"""Texts of a feed made harmless to carry: titles to plain text, plain text to HTML, dates within reason."""

import html
import re
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime

_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")
# An unclosed comment runs to the end: looking for its end anew at every "<!--" would take quadratic
# time.
_TAG = re.compile(r"<!--.*?(?:-->|\Z)|</?[a-zA-Z][^<>]*>", re.DOTALL)
_NESTING = re.compile(
    r"<(/?)(?!/?(?:p|li|dt|dd|tr|td|th|option|br|hr|img|wbr|input|source|track|col|area|embed|link|meta)\b)[a-z]",
    re.IGNORECASE,
)
_BREAKING_TAG = re.compile(r"<(?:br|/p|/div|/li)\b[^<>]*>", re.IGNORECASE)
_YEAR_OF_NAUGHT = re.compile(r"(?<![+-])\b0\d{3}\b")  # the library takes year 1 for 2001
_IN_BRACKETS = re.compile(r"(.*?)\s*\(([^()]+)\)")
_MAIL = re.compile(r"\s*[(<\[]?\s*(?:mailto:)?[\w.+-]+@[\w-]+(?:\.[\w-]+)+\s*[)>\]]?\s*")

EARLIEST = datetime(1995, 1, 1, tzinfo=UTC)
LATEST = datetime(2100, 1, 1, tzinfo=UTC)
AHEAD = timedelta(hours=48)
LONGEST_BODY = 500_000
"""Characters of a body; the rest is cut."""
DEEPEST = 500
"""Elements inside one another."""
LONGEST_TITLE = 1000
"""Characters; what is longer is a text without a title."""


def clean(text: str) -> str:
    """Without control characters (but line breaks and tabs) and without code points that are no characters."""
    return _CONTROL.sub("", text)


def title(text: str, *, is_html: bool) -> str:
    """A title as one line of plain text; escaped twice, as many feeds do, is still read right."""
    if is_html:
        text = _TAG.sub("", _BREAKING_TAG.sub(" ", text))
    line = " ".join(clean(html.unescape(text)).split())
    return line if len(line) <= LONGEST_TITLE else line[: LONGEST_TITLE - 1] + "…"


def paragraph(text: str) -> str:
    """Plain text as HTML that looks the same."""
    return re.sub(r"\r\n?|\n", "<br>\n", html.escape(clean(text).strip(), quote=False))


def fullest(bodies: Iterable[str]) -> str:
    """The body with the most text, markup not counted; the first of equals."""
    choice = list(bodies)
    return (
        max(choice, key=lambda body: len(_TAG.sub("", body)))
        if len(choice) > 1
        else "".join(choice)
    )


def tame(body: str) -> str:
    """The body, without markup where it is built to harm: deep nesting costs HTML parsers quadratic time."""
    short = body[:LONGEST_BODY]
    if short.count("<") > DEEPEST and _depth(short) > DEEPEST:
        return paragraph(html.unescape(_TAG.sub("", short)))
    return short


def person(name: str) -> str:
    """A name without mail addresses: of ``mail (name)`` the name, of ``nick (full name)`` the full one."""
    bare = _MAIL.sub(" ", title(name, is_html=True)).strip(" <>,")
    found = _IN_BRACKETS.fullmatch(bare)
    if found is None:
        return bare.strip(" ()<>,")
    outer, inner = found.groups()
    if outer.casefold() in inner.casefold():
        return inner.strip()
    return outer if inner.casefold() == "hidden" else bare


def distinct(words: Iterable[str], limit: int) -> tuple[str, ...]:
    """The words in order, stripped, each once whatever its case, at most ``limit``."""
    by_form: dict[str, str] = {}
    for word in words:
        line = title(word, is_html=False)
        if line:
            by_form.setdefault(line.casefold(), line)
    return tuple(by_form.values())[:limit]


def date(written: str) -> datetime | None:
    """A moment in notations that feedparser does not know: RFC 850, with slashes, seconds since 1970."""
    bare = written.strip()
    try:
        if re.fullmatch(r"\d{9,10}", bare):
            return datetime.fromtimestamp(int(bare), UTC)
        if re.match(r"\d{4}/", bare):
            return datetime.fromisoformat(bare.replace("/", "-"))
        return None if _YEAR_OF_NAUGHT.search(bare) else parsedate_to_datetime(bare[:100])
    except (ValueError, TypeError, IndexError, OverflowError):
        return None


def plausible(date: datetime | None, now: datetime | None) -> datetime | None:
    """The date as aware UTC if a feed can mean it: from 1995 to two days after ``now`` (to 2100 without ``now``)."""
    if date is None:
        return None
    latest = now + AHEAD if now else LATEST
    try:
        date = date.astimezone(UTC) if date.tzinfo else date.replace(tzinfo=UTC)
    except OverflowError:
        return None
    return date if EARLIEST <= date < latest else None


def shallow(page: str, deepest: int) -> str:
    """A page up to the place where more than ``deepest`` elements are open."""
    depth = 0
    for tag in _NESTING.finditer(page):
        depth += -1 if tag[1] else 1
        if depth > deepest:
            return page[: tag.start()]
    return page


def _depth(body: str) -> int:
    """How deep elements nest, about: those whose end tag HTML lets one omit do not nest in themselves."""
    deepest = depth = 0
    for slash in _NESTING.findall(body):
        depth += -1 if slash else 1
        deepest = max(deepest, depth)
    return deepest
