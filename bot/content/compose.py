"""An item as one Telegram message: title, summary, where it is from; pictures beside it.

The whole message is a document that ``classic`` renders; what does not fit goes in this order: the end of the
summary, the tags, the end of the title.
"""

from dataclasses import dataclass, replace

from bot.content import classic
from bot.content.addresses import absolute, host_of
from bot.content.dates import write_date
from bot.content.document import Blocks, Document, Paragraph, Run, Runs, Style
from bot.content.fields import MAX_TITLE, author_of, clipped, isolated, line, source_of, untitled
from bot.content.hashtags import hashtags
from bot.content.measure import CAPTION_LIMIT, TEXT_LIMIT, is_visible, units
from bot.content.pictures import pictures
from bot.content.repair import repair
from bot.content.sanitise import sanitise
from bot.content.summarise import summarise
from bot.model import Feed, Form, Item, Message, Options, Picture

_BOLD = frozenset({Style.BOLD})
_MIN_SUMMARY = 20
_GAP = 2


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
    title = line(item.title)
    body = repair(document.blocks, title, item.published)
    blocks = body.blocks
    if not is_visible(title):
        title, blocks = untitled(blocks)
    summary = summarise(blocks, options.summary) if options.summary > 0 else ()
    source = source_of(item, feed)
    is_hidden = bool(summary) and (body.says_title or not title)
    if not is_hidden and not is_visible(title):
        title = host_of(link or "") or source or line(item.link or "") or "—"
    footer = _footer(item, feed, options, title="" if is_hidden else title, link=link if is_hidden else None)
    return _Parts("" if is_hidden else title, link, summary, footer, hashtags(item.tags))


def _footer(item: Item, feed: Feed, options: Options, *, title: str, link: str | None) -> Runs:
    """Source, author and date, each if it is known and was not said; the source leads to its site or to ``link``."""
    source, author = source_of(item, feed), author_of(item.author)
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
    return tuple(run for part in parts for run in (Run(" · "), isolated(part)))[1:]


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
        shorter = _shortened(replace(parts, tags=(), title=clipped(parts.title, MAX_TITLE)), limit)
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
    address = line(link)
    title = clipped(parts.title, MAX_TITLE)
    last = clipped(address, 1024) if is_visible(address) else ""
    room = TEXT_LIMIT - units(title) - units(last) - 2 * _GAP
    lines = [title, classic.render(_reduced(parts.summary, room)).text, last]
    return classic.escape("\n\n".join(line for line in lines if line))
