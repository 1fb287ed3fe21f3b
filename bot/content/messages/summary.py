"""An item as a classic Telegram message: title, summary, where it is from; pictures beside it.

The whole message is a document that ``classic`` renders. A summary that one message cannot hold
goes on in texts that follow it (``sequel``); what must be cut goes in this order: the end of the
summary, the tags, the end of the title. A template, where there is one, says how it is laid out
(``layout``).
"""

from dataclasses import dataclass, replace
from functools import partial

from bot.content.addresses import absolute, host_of
from bot.content.document import Blocks, Paragraph, Run, Runs, TextStyle, text_of, texts_of
from bot.content.localize import ENGLISH, Wording, write_date
from bot.content.measure import CAPTION_LIMIT, TEXT_LIMIT, is_visible, units
from bot.content.media.attachments import select
from bot.content.messages.continuation import pages
from bot.content.messages.layout import Values, lay_out, write
from bot.content.messages.read_more import is_cut, with_way_on
from bot.content.messages.story import (
    MAX_TITLE,
    author_of,
    clipped,
    hashtags,
    isolated,
    line,
    source_of,
    untitled,
)
from bot.content.render import classic
from bot.content.repair import repair
from bot.content.split.dividing import MAX_PARTS
from bot.content.split.excerpt import excerpt
from bot.content.split.summarise import summarise
from bot.model import Fallback, FeedRef, Item, MediaKind, Message, Options
from bot.model.template import Field, Template

_BOLD = frozenset({TextStyle.BOLD})
_MIN_SUMMARY = 20
_GAP = 2
_EMPTY_LINE = "\n\n"


@dataclass(frozen=True, slots=True)
class _Told:
    """What there is to say: an item with its safe addresses, its text, and a line for what plays elsewhere."""

    item: Item
    feed: FeedRef
    options: Options
    link: str | None
    blocks: Blocks
    is_whole: bool
    """Whether the blocks are all of the text (``excerpt``)."""
    lines: tuple[Runs, ...]
    wording: Wording


@dataclass(frozen=True, slots=True)
class _Parts:
    """What a message is made of; empty where there is nothing to say."""

    title: str
    link: str | None
    summary: Blocks
    lines: tuple[Runs, ...]
    footer: Runs
    tags: Runs
    way: Runs
    """The way on, behind a summary that was cut; empty where there is none."""
    is_cut: bool


def compose(
    item: Item,
    feed: FeedRef,
    options: Options,
    form: Fallback = Fallback.FULL,
    wording: Wording = ENGLISH,
) -> Message:
    """The message for an item, cut to one: legal and not empty, whatever the item holds (Bot API, HTML style).

    ``form``: ``TEXT`` has a preview card and links in place of files, ``PLAIN`` neither tags nor
    card.
    """
    return compose_sequence(item, feed, options, form, wording, most=1)[0]


def compose_sequence(
    item: Item,
    feed: FeedRef,
    options: Options,
    form: Fallback = Fallback.FULL,
    wording: Wording = ENGLISH,
    *,
    most: int = MAX_PARTS,
) -> tuple[Message, ...]:
    """The messages for an item: pictures and preview card with the first, the rest of a long summary as texts.

    ``PLAIN`` is one message: the last resort is short.
    """
    link = absolute(item.link) if item.link else None
    base = link or (absolute(feed.link) if feed.link else None) or absolute(feed.url)
    document = excerpt(
        item.html, base, line(item.title), item.published, _longest(options), options.footers
    )
    blocks = document.blocks
    found = select(blocks, item, feed, base, replace(options, images=_images(options)))
    shown = () if form in {Fallback.TEXT, Fallback.PLAIN} else found.shown
    has_lines = options.summary > 0 and form is not Fallback.PLAIN
    lines = replace(found, shown=shown).lines(wording, options.language) if has_lines else ()
    told = _Told(item, feed, options, link, found.rest(blocks), document.is_whole, lines, wording)
    if form is Fallback.PLAIN:
        return (Message(_plain(_parts(told), item.link or "")),)
    html, *others = _pages(told, CAPTION_LIMIT if shown else TEXT_LIMIT, most)
    if shown:
        first = Message(html, shown)
    else:
        preview = link or next(
            (one.url for one in found.shown if one.kind is MediaKind.PHOTO), None
        )
        first = Message(html, preview=preview)
    return (first, *map(Message, others))


def _longest(options: Options) -> int:
    """Units that a summary may take, in the form that shows most of it."""
    own = options.template.summary_length(options.summary) if options.template else 0
    return max(own, options.summary)


def compose_card(item: Item, feed: FeedRef, options: Options, page: str) -> Message:
    """The title of an item as a link to its page, which is the preview card; the source leads to the original."""
    link = absolute(item.link) if item.link else None
    base = link or absolute(feed.link or feed.url)
    bare = replace(options, summary=0)
    document = excerpt(item.html, base, line(item.title), item.published, 0, options.footers)
    parts = _parts(_Told(item, feed, bare, link, document.blocks, document.is_whole, (), ENGLISH))
    footer = _footer(item, feed, options, title=parts.title, link=link)
    return Message(_fitted(replace(parts, link=page, footer=footer), TEXT_LIMIT), preview=page)


def _images(options: Options) -> str:
    """Pictures have their place in a template that names them, whatever is the rule elsewhere."""
    is_named = options.template is not None and options.template.shows(Field.IMAGE)
    return "all" if is_named and options.images == "none" else options.images


# ---------------------------------------------------------------- what to say


def _parts(told: _Told) -> _Parts:
    item, feed, link, limit = told.item, told.feed, told.link, told.options.summary
    title, blocks, says_title = _texts(told)
    summary = summarise(blocks, limit) if limit > 0 else ()
    if not any(map(is_visible, texts_of(summary))) and not is_visible(classic.render(summary).text):
        summary = ()
    source = source_of(item, feed)
    is_hidden = bool(summary or told.lines) and (says_title or not title)
    if not is_hidden and not is_visible(title):
        title = _stand_in(item, source, link)
    title = "" if is_hidden else title
    return _Parts(
        title,
        link,
        summary,
        told.lines,
        _footer(item, feed, told.options, title=title, link=link if is_hidden else None),
        hashtags(item.tags),
        (Run(f"… {told.wording.more}", link=link),) if link else (),
        is_cut(blocks, summary) or not told.is_whole,
    )


def _texts(told: _Told) -> tuple[str, Blocks, bool]:
    """Title (empty: none), text, and whether the text begins with the title."""
    title = line(told.item.title)
    body = repair(
        told.blocks, title, told.item.published, told.options.footers, has_end=told.is_whole
    )
    return (
        (title, body.blocks, body.says_title)
        if is_visible(title)
        else (*untitled(body.blocks), body.says_title)
    )


def _stand_in(item: Item, source: str, link: str | None) -> str:
    """What an item without a title is called."""
    return host_of(link or "") or source or line(item.link or "") or "—"


def _footer(item: Item, feed: FeedRef, options: Options, *, title: str, link: str | None) -> Runs:
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


def _pages(told: _Told, limit: int, most: int) -> tuple[str, ...]:
    """The item as Telegram HTML, in ``most`` messages or fewer, as its template says where it has one."""
    if made := _laid_out(told, limit, most):
        return made
    parts = _parts(told)
    if most > 1:
        link = told.link  # the way to the item stands in the last, too
        whole = replace(
            parts, footer=_footer(told.item, told.feed, told.options, title=parts.title, link=link)
        )
        if made := pages(
            partial(_with_summary, whole), told.options.summary, limit, most, _EMPTY_LINE
        ):
            return made
    return (_fitted(parts, limit),)


def _with_summary(parts: _Parts, room: int) -> Blocks:
    """All lines, with as much of the summary as takes ``room`` units."""
    return _blocks(_cut_to(parts, summarise(parts.summary, room) if room else ()))


# ---------------------------------------------------------------- as a template says


def _laid_out(told: _Told, limit: int, most: int) -> tuple[str, ...]:
    """The messages as Telegram HTML; none where there is no template, or it shows nothing of the item."""
    if (template := told.options.template) is None:
        return ()
    values = _values(told, template)
    longest = template.summary_length(values.summary)
    if most > 1 and (made := pages(partial(lay_out, template, values), longest, limit, most, "\n")):
        return made
    rendered = write(template, values, limit)
    return (rendered.html,) if is_visible(rendered.text) else ()


def _values(told: _Told, template: Template) -> Values:
    """What the slots hold: a title that the summary repeats is left out, if there is another way to the item."""
    item, feed, options, link = told.item, told.feed, told.options, told.link
    title, blocks, says_title = "", told.blocks, False
    if template.shows(Field.TITLE):
        title, blocks, says_title = _texts(told)
    else:
        blocks = repair(blocks, "", item.published, options.footers, has_end=told.is_whole).blocks
    longest = template.summary_length(options.summary)
    has_summary = longest > 0 and bool(told.lines or summarise(blocks, longest))
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
    return Values(
        {**fields, Field.TAGS: hashtags(item.tags)},
        blocks,
        options.summary,
        link,
        _listed(told.lines),
    )


# ---------------------------------------------------------------- how it fits


def _blocks(parts: _Parts) -> Blocks:
    title = (Paragraph((Run(parts.title, _BOLD, parts.link),)),) if parts.title else ()
    end = (*parts.footer, *((Run("\n"),) if parts.footer and parts.tags else ()), *parts.tags)
    summary = with_way_on(parts.summary, parts.way) if parts.is_cut else parts.summary
    return (*title, *summary, *_listed(parts.lines), *((Paragraph(end),) if end else ()))


def _listed(lines: tuple[Runs, ...]) -> Blocks:
    """Lines as one paragraph."""
    joined = tuple(run for runs in lines for run in (Run("\n"), *runs))[1:]
    return (Paragraph(joined),) if joined else ()


def _fitted(parts: _Parts, limit: int) -> str:
    """The parts as Telegram HTML of ``limit`` units at the most."""
    whole = classic.render(_blocks(parts))
    if units(whole.text) <= limit:
        return whole.html
    shorter = _shortened(parts, limit)
    if not shorter.summary and parts.summary:
        shorter = _shortened(replace(parts, tags=()), limit)
    if (not shorter.summary and parts.summary) or units(
        classic.render(_blocks(shorter)).text
    ) > limit:
        least = replace(
            parts, tags=(), lines=parts.lines[:1], title=clipped(parts.title, MAX_TITLE)
        )
        shorter = _shortened(least, limit)
    return classic.render(_blocks(shorter)).html


def _shortened(parts: _Parts, limit: int) -> _Parts:
    """The parts with as much of the summary as fits beside the others."""
    fixed = (
        units(classic.render(_blocks(replace(parts, summary=()))).text)
        + units(text_of(parts.way))
        + _GAP
    )
    return _cut_to(parts, _reduced(parts.summary, limit - fixed - _GAP))


def _cut_to(parts: _Parts, summary: Blocks) -> _Parts:
    """The parts with a beginning of their summary."""
    return replace(parts, summary=summary, is_cut=parts.is_cut or is_cut(parts.summary, summary))


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
