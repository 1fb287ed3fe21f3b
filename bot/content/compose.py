"""An item as one Telegram message: title, summary, where it is from; pictures beside it.

The whole message is a document that ``classic`` renders; what does not fit goes in this order: the end of the
summary, the tags, the end of the title.
"""

import html
import re
from dataclasses import dataclass, replace
from unicodedata import bidirectional

from bot.content import classic, sentences
from bot.content.addresses import absolute, host_of
from bot.content.dates import write_date
from bot.content.document import Blocks, Document, Paragraph, Run, Runs, Style, skip, text_of
from bot.content.flow import clean, trim
from bot.content.hashtags import hashtags
from bot.content.measure import CAPTION_LIMIT, TEXT_LIMIT, is_visible, take, units
from bot.content.pictures import pictures
from bot.content.repair import repair
from bot.content.sanitise import sanitise
from bot.content.summarise import summarise
from bot.model import Feed, Form, Item, Message, Options, Picture

_BOLD = frozenset({Style.BOLD})
_MAX_TITLE = 700
"""Units: with source, author, date and the gaps it always fits into a caption."""
_MAX_SOURCE = 64
_MAX_AUTHOR = 64
_MAX_FIRST_SENTENCE = 200
_MIN_SUMMARY = 20
_GAP = 2
_ENTITY = re.compile(r"&(?:#\d+|#x[0-9a-f]+|amp|lt|gt|quot|apos|nbsp|hellip|[lr][sd]quo|[mn]dash);", re.IGNORECASE)
_PAIR = re.compile(r"<(b|i|em|strong|sup|sub|span|u|a|font|mark)(?:\s[^<>]*)?>([^<>]*)</\1>", re.IGNORECASE)
_MAILBOX = re.compile(r"\S+@\S+\s*\((.+)\)|(.+?)\s*[<(](?:\S+@\S+|hidden)[>)]|(\S+)@\S+")


@dataclass(frozen=True, slots=True)
class _Parts:
    """What a message is made of; empty where there is nothing to say."""

    title: str
    link: str | None
    summary: Blocks
    footer: Runs
    tags: Runs


def compose(item: Item, feed: Feed, options: Options, form: Form = Form.FULL) -> Message:
    """The message for an item; legal and not empty, whatever the item holds (Bot API, HTML style).

    ``form``: ``TEXT`` has a preview card in place of pictures, ``PLAIN`` neither tags nor card.
    """
    link = absolute(item.link) if item.link else None
    base = link or (absolute(feed.link) if feed.link else None) or absolute(feed.url)
    document = sanitise(item.html, base)
    shown = _shown(document, item, options, base)
    parts = _parts(item, feed, options, document, link)
    if form is Form.PLAIN:
        return Message(_plain(parts, item.link or ""))
    if form is Form.TEXT or not shown:
        return Message(_fitted(parts, TEXT_LIMIT), preview=link or (shown[0].url if shown else None))
    return Message(_fitted(parts, CAPTION_LIMIT), shown)


def _shown(document: Document, item: Item, options: Options, base: str | None) -> tuple[Picture, ...]:
    if options.images == "none":
        return ()
    found = pictures(document, item, base)
    return found[:1] if options.images == "first" else found


# ---------------------------------------------------------------- what to say


def _parts(item: Item, feed: Feed, options: Options, document: Document, link: str | None) -> _Parts:
    title = _line(item.title)
    body = repair(document.blocks, title, item.published)
    blocks = body.blocks
    if not is_visible(title):
        title, blocks = _untitled(blocks)
    summary = summarise(blocks, options.summary) if options.summary > 0 else ()
    source = _source(item, feed)
    is_hidden = bool(summary) and (body.says_title or not title)
    if not is_hidden and not is_visible(title):
        title = host_of(link or "") or source or _line(item.link or "") or "—"
    footer = _footer(item, feed, options, title="" if is_hidden else title, link=link if is_hidden else None)
    return _Parts("" if is_hidden else title, link, summary, footer, hashtags(item.tags))


def _untitled(blocks: Blocks) -> tuple[str, Blocks]:
    """The first sentence is the title of an item without one; a long one stays where it is, and there is no title."""
    for place, block in enumerate(blocks):
        if isinstance(block, Paragraph) and is_visible(text := text_of(block.runs)):
            if any(run.link for run in block.runs) or not (end := sentences.first_sentence(text, _MAX_FIRST_SENTENCE)):
                return "", blocks
            rest = trim(skip(block.runs, end))
            return _line(text[:end]), (*blocks[:place], *((Paragraph(rest),) if rest else ()), *blocks[place + 1 :])
    return "", blocks


def _line(text: str) -> str:
    """Untrusted plain text as one clean line; feeds that escape twice are understood."""
    if "&" in text and _ENTITY.search(text):
        text = html.unescape(text)
    while "<" in text and (bare := _PAIR.sub(r"\2", text)) != text:
        text = bare
    return clean(text[: 8 * TEXT_LIMIT]).strip()


def _clipped(text: str, limit: int) -> str:
    """A line of ``limit`` units at the most."""
    if units(text) <= limit:
        return text
    return f"{text[: sentences.word_end(text, take(text, limit - 1))].rstrip()}…"


def _source(item: Item, feed: Feed) -> str:
    name = _line(feed.title)
    if is_visible(name):
        return _clipped(name, _MAX_SOURCE)
    hosts = (host_of(address) for address in (feed.link, item.link, feed.url) if address)
    return _clipped(next((host for host in hosts if host), ""), _MAX_SOURCE)


def _author(text: str) -> str:
    """The name out of ``mail (name)``, ``name <mail>`` or a bare address (RSS 2.0, author)."""
    author = _line(text[:1024])
    if found := _MAILBOX.fullmatch(author):
        author = (found[1] or found[2] or found[3]).strip()
    return _clipped(author, _MAX_AUTHOR) if is_visible(author) else ""


def _footer(item: Item, feed: Feed, options: Options, *, title: str, link: str | None) -> Runs:
    """Source, author and date, each if it is known and was not said; the source leads to its site or to ``link``."""
    source, author = _source(item, feed), _author(item.author)
    if author.casefold() in source.casefold():
        author = ""
    parts: list[Run] = []
    if source and (source != title or link):
        parts.append(Run(source, link=link or (absolute(feed.link) if feed.link else None)))
    elif link:
        parts.append(Run(host_of(link), link=link))
    if author:
        parts.append(Run(author))
    if date := write_date(item.published, options.time_zone, options.language):
        parts.append(Run(date))
    return tuple(run for part in parts for run in (Run(" · "), _isolated(part)))[1:]


def _isolated(part: Run) -> Run:
    """A name that runs from right to left must not turn the date behind it around (UAX 9, 2.4: isolates)."""
    if any(bidirectional(character) in {"R", "AL"} for character in part.text):
        return replace(part, text=f"\u2068{part.text}\u2069")
    return part


# ---------------------------------------------------------------- how it fits


def _blocks(parts: _Parts) -> Blocks:
    title = (Paragraph((Run(parts.title, _BOLD, parts.link),)),) if parts.title else ()
    end = (*parts.footer, *((Run("\n"),) if parts.footer and parts.tags else ()), *parts.tags)
    return (*title, *parts.summary, *((Paragraph(end),) if end else ()))


def _fitted(parts: _Parts, limit: int) -> str:
    """The parts as Telegram HTML of ``limit`` units at the most."""
    whole = classic.render(_blocks(parts))
    if units(whole.text) <= limit:
        return whole.html
    shorter = _shortened(parts, limit)
    if not shorter.summary and parts.summary:
        shorter = _shortened(replace(parts, tags=()), limit)
    if (not shorter.summary and parts.summary) or units(classic.render(_blocks(shorter)).text) > limit:
        shorter = _shortened(replace(parts, tags=(), title=_clipped(parts.title, _MAX_TITLE)), limit)
    return classic.render(_blocks(shorter)).html


def _shortened(parts: _Parts, limit: int) -> _Parts:
    """The parts with as much of the summary as fits beside the others."""
    fixed = units(classic.render(_blocks(replace(parts, summary=()))).text)
    return replace(parts, summary=_reduced(parts.summary, limit - fixed - _GAP))


def _reduced(blocks: Blocks, room: int) -> Blocks:
    """The beginning of a summary that takes ``room`` units when it is rendered."""
    aim = room
    while aim >= _MIN_SUMMARY:
        kept = summarise(blocks, aim)
        excess = units(classic.render(kept).text) - room
        if excess <= 0:
            return kept
        aim -= max(excess, 8)
    return ()


def _plain(parts: _Parts, link: str) -> str:
    """Title, summary and address as escaped text."""
    address = _line(link)
    title = _clipped(parts.title, _MAX_TITLE)
    last = _clipped(address, 1024) if is_visible(address) else ""
    room = TEXT_LIMIT - units(title) - units(last) - 2 * _GAP
    lines = [title, classic.render(_reduced(parts.summary, room)).text, last]
    return classic.escape("\n\n".join(line for line in lines if line))
