"""What made a page, and where such software keeps its feeds, as ``software.toml`` has it."""

import re
import tomllib
from dataclasses import dataclass
from functools import cache
from importlib import resources

from bot.fetching.url import resolve, split

_USUAL = ("feed", "rss.xml", "feed.xml", "atom.xml", "index.xml", "rss")
"""Names of feeds, whatever the software."""
_WRITING = re.compile(
    r"(?:blog|news|posts|articles|journal|weblog|updates|changelog|notes|press|podcast|writing)s?",
    re.IGNORECASE,
)
_SEARCHED = 300_000
"""Characters of a page's source that are searched for signs."""


@dataclass(frozen=True, slots=True)
class Software:
    """One that makes pages."""

    name: str
    sign: re.Pattern[str]
    """What it writes into headers, meta elements or its pages."""
    feeds: tuple[str, ...]
    """Where its feeds may be, the likeliest first."""


@cache
def known_software() -> tuple[Software, ...]:
    """The software of ``software.toml``, read once."""
    text = (resources.files(__package__) / "software.toml").read_text("utf-8")
    return tuple(
        Software(
            name=row["name"],
            sign=re.compile(row["sign"], re.MULTILINE),
            feeds=tuple(row.get("feeds", ())),
        )
        for row in tomllib.loads(text)["software"]
    )


def recognise(generator_hints: str, source: str = "") -> str:
    """The name of the software that made a page, or empty.

    Args:
        generator_hints: ``name: value`` lines of headers and meta elements, in lower case.
        source: the page, in lower case.
    """
    # Headers and meta elements are surer than a word anywhere in the page.
    for text in (generator_hints, source[:_SEARCHED]):
        for software in known_software():
            if software.sign.search(text):
                return software.name
    return ""


def likely_feeds(page: str, software: str, most: int) -> list[str]:
    """Addresses where a feed may be, the likeliest first, ``most`` at the most.

    Those of the software come before usual ones. Of a page that looks like the front of a blog,
    usual ones below it come before those of the site.
    """
    path = split(page).path.strip("/")
    usual = [f"/{name}" for name in _USUAL]
    if _WRITING.fullmatch(path.rpartition("/")[2]):
        usual = [*_USUAL[:3], *usual]
    own = next((known.feeds for known in known_software() if known.name == software), ())
    # A slash at the end makes no other feed.
    distinct: dict[str, str] = {}
    for written in (*own, *usual):
        address = _address(page, written)
        if address:
            distinct.setdefault(address.rstrip("/"), address)
    return list(distinct.values())[:most]


def _address(page: str, written: str) -> str | None:
    """The address that ``software.toml`` means for a page; ``None`` where there is none."""
    parts = split(page)
    path = parts.path.rstrip("/")
    site = f"{parts.scheme}://{parts.netloc}"
    match written[0]:
        case "?":
            return resolve(page, written)
        case "/":
            return site + written
        case "." if path:
            return site + path + written
        case ".":
            return None
        case _:
            return f"{site}{path}/{written}"
