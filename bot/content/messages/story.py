"""What an item and its feed say of themselves, as clean lines: title, source, author."""

import html
import re
import unicodedata
from functools import lru_cache
from unicodedata import bidirectional

from bot.content.addresses import host_of
from bot.content.document import Blocks, Paragraph, Run, Runs, skip, text_of
from bot.content.html.flow import clean, trim
from bot.content.measure import TEXT_LIMIT, is_visible, take, units
from bot.content.split.boundaries import first_sentence, word_end
from bot.model import FeedRef, Item

MAX_TITLE = 700
"""Units: with source, author, date and the gaps it always fits into a caption."""
_MAX_LINE = 8 * TEXT_LIMIT
_MAX_SOURCE = 64
_MAX_AUTHOR = 64
_MAX_FIRST_SENTENCE = 200
_ENTITY = re.compile(
    r"&(?:#\d+|#x[0-9a-f]+|amp|lt|gt|quot|apos|nbsp|hellip|[lr][sd]quo|[mn]dash);", re.IGNORECASE
)
_PAIR = re.compile(
    r"<(b|i|em|strong|sup|sub|span|u|a|font|mark)(?:\s[^<>]*)?>([^<>]*)</\1>", re.IGNORECASE
)
_MAILBOX = re.compile(r"\S+@\S+\s*\((.+)\)|(.+?)\s*[<(](?:\S+@\S+|hidden)[>)]|(\S+)@\S+")
MAX_TAGS = 5
_MAX_TAG = 32
_EMPTY_TAGS = frozenset(
    {
        "uncategorized",
        "uncategorised",
        "未分类",
        "未分類",
        "allgemein",
        "non_classé",
        "sin_categoría",
        "без_рубрики",
    }
)
_TAG_JOINTS = re.compile(r"[\s\-–—/&+.:·|,_]+")


def untitled(blocks: Blocks) -> tuple[str, Blocks]:
    """The first sentence is the title of an item without one; a long one stays where it is, and there is no title."""
    for place, block in enumerate(blocks):
        if isinstance(block, Paragraph) and is_visible(text := text_of(block.runs)):
            if any(run.link for run in block.runs) or not (
                end := first_sentence(text, _MAX_FIRST_SENTENCE)
            ):
                return "", blocks
            rest = trim(skip(block.runs, end))
            return line(text[:end]), (
                *blocks[:place],
                *((Paragraph(rest),) if rest else ()),
                *blocks[place + 1 :],
            )
    return "", blocks


def line(text: str) -> str:
    """Untrusted plain text as one clean line; feeds that escape twice are understood."""
    if "&" in text and _ENTITY.search(text):
        text = html.unescape(text)
    while "<" in text and (bare := _PAIR.sub(r"\2", text)) != text:
        text = bare
    return clean(text[:_MAX_LINE]).strip()


def clipped(text: str, limit: int) -> str:
    """A line of ``limit`` units at the most."""
    if units(text) <= limit:
        return text
    return f"{text[: word_end(text, take(text, limit - 1))].rstrip()}…"


def source_of(item: Item, feed: FeedRef) -> str:
    """The name of the feed, or the host that it is from."""
    name = line(feed.title)
    if is_visible(name):
        return clipped(name, _MAX_SOURCE)
    hosts = (host_of(address) for address in (feed.link, item.link, feed.url) if address)
    return clipped(next((host for host in hosts if host), ""), _MAX_SOURCE)


def author_of(text: str) -> str:
    """The name out of ``mail (name)``, ``name <mail>`` or a bare address (RSS 2.0, author)."""
    author = line(text[:1024])
    if ("@" in author or "hidden" in author) and (found := _MAILBOX.fullmatch(author)):
        author = (found[1] or found[2] or found[3]).strip()
    return clipped(author, _MAX_AUTHOR) if is_visible(author) else ""


def isolated(part: Run) -> Run:
    """A name that runs from right to left must not turn the date behind it around (UAX 9, 2.4: isolates)."""
    return part._replace(text=f"\u2068{part.text}\u2069") if _turns(part.text) else part


@lru_cache(maxsize=1024)
def _turns(name: str) -> bool:
    """Whether any of it runs from right to left; the names are few, and come with every item."""
    return not name.isascii() and any(bidirectional(character) in {"R", "AL"} for character in name)


def hashtags(tags: tuple[str, ...]) -> Runs:
    """Up to five hashtags on a line; tags that Telegram would cut in the middle are left out."""
    names = dict.fromkeys(name for tag in tags[:50] if (name := _hashtag(tag[:200])))
    unique = {name.casefold(): name for name in reversed(names)}
    kept = [name for name in names if unique[name.casefold()] == name][:MAX_TAGS]
    return (Run(" ".join(f"#{name}" for name in kept)),) if kept else ()


@lru_cache(maxsize=1024)
def _hashtag(tag: str) -> str:
    """Letters, digits and underscores of any script, not digits alone (TDLib, is_hashtag_letter); else empty."""
    text = unicodedata.normalize("NFC", tag.strip().lstrip("#"))
    if any(one in "+#" or unicodedata.category(one)[0] == "M" for one in text):
        return ""
    text = "".join(
        one for one in _TAG_JOINTS.sub("_", text) if one == "_" or one.isalpha() or one.isdecimal()
    ).strip("_")
    return (
        text
        if text.casefold() not in _EMPTY_TAGS
        and len(text) <= _MAX_TAG
        and any(one.isalpha() for one in text)
        else ""
    )
