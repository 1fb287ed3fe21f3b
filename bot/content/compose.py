"""An item as a classic Telegram message: title, summary, where it is from; pictures beside it.

The whole message is a document that ``classic`` renders. A summary that one message cannot hold goes on in texts that
follow it (``sequel``); what must be cut goes in this order: the end of the summary, the tags, the end of the title. A
template, where there is one, says how it is laid out (``layout``).
"""

from dataclasses import dataclass, replace
from functools import partial

from bot.content import classic
from bot.content.addresses import absolute, host_of
from bot.content.dates import write_date
from bot.content.dividing import MAX_PARTS
from bot.content.document import Blocks, Document, Paragraph, Run, Runs, Style, texts_of
from bot.content.excerpt import excerpt
from bot.content.fields import MAX_TITLE, author_of, clipped, isolated, line, source_of, untitled
from bot.content.hashtags import hashtags
from bot.content.layout import Values, lay_out, write
from bot.content.measure import CAPTION_LIMIT, TEXT_LIMIT, is_visible, units
from bot.content.pictures import pictures
from bot.content.repair import repair
from bot.content.sequel import pages
from bot.content.summarise import summarise
from bot.model import Attachment, Feed, Form, Item, Message, Options
from bot.template import Field, Template

_BOLD = frozenset({Style.BOLD})
_MIN_SUMMARY = 20
_GAP = 2
_EMPTY_LINE = "\n\n"


@dataclass(frozen=True, slots=True)
class _Parts:
    """What a message is made of; empty where there is nothing to say."""

    title: str
    link: str | None
    summary: Blocks
    footer: Runs
    tags: Runs


def compose(item: Item, feed: Feed, options: Options, form: Form = Form.FULL) -> Message:
    """The message for an item, cut to one: legal and not empty, whatever the item holds (Bot API, HTML style).

    ``form``: ``TEXT`` has a preview card in place of pictures, ``PLAIN`` neither tags nor card.
    """
    return compose_sequence(item, feed, options, form, most=1)[0]


def compose_sequence(
    item: Item, feed: Feed, options: Options, form: Form = Form.FULL, *, most: int = MAX_PARTS
) -> tuple[Message, ...]:
    """The messages for an item: pictures and preview card with the first, the rest of a long summary as texts.

    ``PLAIN`` is one message: the last resort is short.
    """
    link = absolute(item.link) if item.link else None
    base = link or (absolute(feed.link) if feed.link else None) or absolute(feed.url)
    document = excerpt(item.html, base, line(item.title), item.published, _longest(options))
    shown = _shown(document, item, options, base)
    if form is Form.PLAIN:
        return (Message(_plain(_parts(item, feed, options, document, link), item.link or "")),)
    limit = TEXT_LIMIT if form is Form.TEXT or not shown else CAPTION_LIMIT
    html, *others = _pages(item, feed, options, document, link, limit, most)
    if limit == TEXT_LIMIT:
        first = Message(html, preview=link or (shown[0].url if shown else None))
    else:
        first = Message(html, shown)
    return (first, *map(Message, others))


def _longest(options: Options) -> int:
    """Units that a summary may take, in the form that shows most of it."""
    own = options.template.summary_length(options.summary) if options.template else 0
    return max(own, options.summary)


def compose_card(item: Item, feed: Feed, options: Options, page: str) -> Message:
    """The title of an item as a link to its page, which is the preview card; the source leads to the original."""
    link = absolute(item.link) if item.link else None
    base = link or absolute(feed.link or feed.url)
    document = excerpt(item.html, base, line(item.title), item.published, 0)
    parts = _parts(item, feed, replace(options, summary=0), document, link)
    footer = _footer(item, feed, options, title=parts.title, link=link)
    return Message(_fitted(replace(parts, link=page, footer=footer), TEXT_LIMIT), preview=page)


def _shown(document: Document, item: Item, options: Options, base: str | None) -> tuple[Attachment, ...]:
    if options.images == "none":
        return ()
    found = pictures(document, item, base)
    return found[:1] if options.images == "first" else found


# ---------------------------------------------------------------- what to say


def _parts(item: Item, feed: Feed, options: Options, document: Document, link: str | None) -> _Parts:
    title, blocks, says_title = _told(item, document)
    summary = summarise(blocks, options.summary) if options.summary > 0 else ()
    if not any(map(is_visible, texts_of(summary))) and not is_visible(classic.render(summary).text):
        summary = ()
    source = source_of(item, feed)
    is_hidden = bool(summary) and (says_title or not title)
    if not is_hidden and not is_visible(title):
        title = _stand_in(item, source, link)
    footer = _footer(item, feed, options, title="" if is_hidden else title, link=link if is_hidden else None)
    return _Parts("" if is_hidden else title, link, summary, footer, hashtags(item.tags))


def _told(item: Item, document: Document) -> tuple[str, Blocks, bool]:
    """Title (empty: none), text, and whether the text begins with the title."""
    title = line(item.title)
    body = repair(document.blocks, title, item.published, has_end=document.is_whole)
    return (title, body.blocks, body.says_title) if is_visible(title) else (*untitled(body.blocks), body.says_title)


def _stand_in(item: Item, source: str, link: str | None) -> str:
    """What an item without a title is called."""
    return host_of(link or "") or source or line(item.link or "") or "—"


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


def _pages(
    item: Item, feed: Feed, options: Options, document: Document, link: str | None, limit: int, most: int
) -> tuple[str, ...]:
    """The item as Telegram HTML, in ``most`` messages or fewer, as its template says where it has one."""
    if options.template is not None:
        values = _values(item, feed, options, options.template, document, link)
        if made := _laid_out(options.template, values, limit, most):
            return made
    parts = _parts(item, feed, options, document, link)
    if most > 1:
        end = _footer(item, feed, options, title=parts.title, link=link)  # the way to the item stands in the last, too
        whole = replace(parts, footer=end)

        def lay_out_whole(room: int) -> Blocks:
            return _blocks(replace(whole, summary=summarise(parts.summary, room) if room else ()))

        if made := pages(lay_out_whole, options.summary, limit, most, _EMPTY_LINE):
            return made
    return (_fitted(parts, limit),)


# ---------------------------------------------------------------- as a template says


def _laid_out(template: Template, values: Values, limit: int, most: int) -> tuple[str, ...]:
    """The messages as Telegram HTML; none where the template shows nothing of the item."""
    longest = template.summary_length(values.summary)
    if most > 1 and (made := pages(partial(lay_out, template, values), longest, limit, most, "\n")):
        return made
    rendered = write(template, values, limit)
    return (rendered.html,) if is_visible(rendered.text) else ()


def _values(
    item: Item, feed: Feed, options: Options, template: Template, document: Document, link: str | None
) -> Values:
    """What the slots hold: a title that the summary repeats is left out, if there is another way to the item."""
    title, blocks, says_title = "", document.blocks, False
    if template.shows(Field.TITLE):
        title, blocks, says_title = _told(item, document)
    else:
        blocks = repair(blocks, "", item.published, has_end=document.is_whole).blocks
    longest = template.summary_length(options.summary)
    has_summary = longest > 0 and bool(summarise(blocks, longest))
    source, author = source_of(item, feed), author_of(item.author)
    is_hidden = has_summary and (says_title or not title) and template.leads
    if is_hidden:
        title = ""
    elif not is_visible(title):
        title = _stand_in(item, source, link)
    if template.shows(Field.FEED) and author.casefold() in source.casefold():
        author = ""
    site = absolute(feed.link) if feed.link else None
    texts = {
        Field.TITLE: Run(title, _BOLD, link),
        Field.LINK: Run(clipped(link or "", MAX_TITLE), link=link),
        Field.AUTHOR: isolated(Run(author)),
        Field.DATE: Run(write_date(item.published, options.time_zone, options.language)),
        Field.FEED: isolated(Run(source, link=(link if is_hidden else None) or site)),
    }
    fields = {field: (run,) for field, run in texts.items() if run.text}
    return Values({**fields, Field.TAGS: hashtags(item.tags)}, blocks, options.summary, link)


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
