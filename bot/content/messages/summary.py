"""An item as a classic Telegram message: title, summary, where it is from; pictures beside it.

The whole message is a document that ``classic`` renders. A summary that one message cannot hold
goes on in texts that follow it (``continuation``); what must be cut goes in this order: the end of
the summary, the tags, the end of the title. A template, where there is one, says how it is laid out
(``layout``).
"""

from dataclasses import dataclass, replace
from functools import partial

from bot.content.addresses import host_of
from bot.content.html.flow import trim
from bot.content.localize import ENGLISH, Wording
from bot.content.measure import CAPTION_LIMIT, TEXT_LIMIT, is_visible, units
from bot.content.media.attachments import select
from bot.content.messages.continuation import MAX_MESSAGES, in_messages
from bot.content.messages.further_links import further_links
from bot.content.messages.layout import Values, lay_out, write
from bot.content.messages.story import (
    MAX_TITLE,
    Story,
    also_line,
    clipped,
    isolated,
    line,
    story_of,
    untitled,
)
from bot.content.render import classic
from bot.content.repair import repair
from bot.content.split.excerpt import excerpt, summarise
from bot.model import (
    Attachment,
    Fallback,
    FeedRef,
    Images,
    Item,
    MediaKind,
    Message,
    Options,
    Preview,
    Shown,
)
from bot.model.document import (
    Block,
    Blocks,
    Divider,
    Figure,
    Paragraph,
    Run,
    Runs,
    TextStyle,
    text_of,
    texts_of,
)
from bot.model.template import Field, Template

_BOLD = frozenset({TextStyle.BOLD})
_MIN_SUMMARY = 20
"""Units below which a summary is not worth reading."""
_LEAST_STEP = 8
"""Units by which a summary that is too long shrinks at least, so that few attempts are needed."""
_MAX_ADDRESS = 1024
_GAP = 2
_EMPTY_LINE = "\n\n"
_ELLIPSIS = "…"
_WITHOUT_FILES = {Fallback.TEXT, Fallback.PLAIN}


@dataclass(frozen=True, slots=True)
class _Body:
    """What is shown of an item's body."""

    blocks: Blocks = ()
    is_whole: bool = True
    """Whether the blocks are all of the text (``excerpt``)."""
    files: tuple[Attachment, ...] = ()
    lines: tuple[Runs, ...] = ()
    """A line for each recording that is not among the files."""
    picture: str | None = None
    """The address of its first picture, sent or not."""


@dataclass(frozen=True, slots=True)
class _Draft:
    """What a message is made of; empty where there is nothing to say."""

    title: str
    link: str | None
    summary: Blocks
    lines: tuple[Runs, ...]
    footer: Runs
    tags: Runs
    read_more: Runs
    """The link behind a summary that was cut; empty where there is none."""
    is_cut: bool


def compose(
    item: Item,
    feed: FeedRef,
    options: Options,
    fallback: Fallback = Fallback.FULL,
    wording: Wording = ENGLISH,
) -> Message:
    """The message for an item, cut to one: legal and not empty, whatever the item holds.

    ``fallback``: ``TEXT`` has a preview card and links in place of files, ``PLAIN`` neither tags
    nor card (Bot API, HTML style).
    """
    return compose_sequence(item, feed, options, fallback, wording, most=1)[0]


def compose_sequence(
    item: Item,
    feed: FeedRef,
    options: Options,
    fallback: Fallback = Fallback.FULL,
    wording: Wording = ENGLISH,
    *,
    most: int = MAX_MESSAGES,
) -> tuple[Message, ...]:
    """The messages for an item: files and preview card with the first, then the rest as texts.

    ``PLAIN`` is one message: the last resort is short.
    """
    story = story_of(item, feed, options)
    body = _body_of(story, fallback, wording)
    also = _also(story, wording)
    if fallback is Fallback.PLAIN:
        draft = _draft(story, body, wording)
        return (Message(_plain(draft, item.link or "", also.text)),)
    # With files, the text is the caption of the first.
    limit = CAPTION_LIMIT if body.files else TEXT_LIMIT
    pages = _pages(story, body, wording, limit - units(also.text), most)
    html, *others = (*pages[:-1], pages[-1] + also.html)
    if body.files:
        first = Message(html, body.files)
    else:
        # Without an address of the item, its picture is the preview card.
        first = Message(html, preview=_preview(story, body), card=options.preview)
    return (first, *map(Message, others))


def _also(story: Story, wording: Wording) -> classic.Rendered:
    """The line that ends a message, with the line break before it; empty where nothing is said."""
    runs = also_line(story, wording)
    if not runs:
        return classic.Rendered("", "")
    rendered = classic.render((Paragraph(runs),))
    return classic.Rendered(f"\n{rendered.html}", f"\n{rendered.text}")


def compose_card(
    item: Item, feed: FeedRef, options: Options, page: str, wording: Wording = ENGLISH
) -> Message:
    """The title of an item as a link to its page on Telegraph, which is the preview card.

    The source leads to the original.
    """
    story = story_of(item, feed, replace(options, summary=0, images=Images.NONE, template=None))
    draft = _draft(story, _body_of(story, Fallback.TEXT, ENGLISH), ENGLISH)
    footer = _footer(story, draft.title, story.link)
    card = replace(draft, link=page, footer=footer)
    also = _also(story, wording)
    html = _fitted(card, TEXT_LIMIT - units(also.text)) + also.html
    return Message(html, preview=page, card=options.preview)


def _preview(story: Story, body: _Body) -> str | None:
    if story.options.preview is Preview.OFF:
        return None
    return story.link or body.picture


# ---------------------------------------------------------------- what to say


def _body_of(story: Story, fallback: Fallback, wording: Wording) -> _Body:
    item, options = story.item, story.options
    images, longest = _images(options), _longest(options)
    # A title alone needs nothing of the body; to parse it took most of the time.
    if longest == 0 and images is Images.NONE and is_visible(story.title):
        return _Body()
    document = excerpt(item.html, story.base, story.known, longest)
    selection = select(document.blocks, story, images)
    files = () if fallback in _WITHOUT_FILES else selection.files
    lines: tuple[Runs, ...] = ()
    if options.summary > 0 and fallback is not Fallback.PLAIN:
        lines = (
            *selection.lines(files, wording, options.language),
            *further_links(document.blocks, story, wording, options.language),
        )
    pictures = (file.url for file in selection.files if file.kind is MediaKind.PHOTO)
    return _Body(
        selection.rest(document.blocks), document.is_whole, files, lines, next(pictures, None)
    )


def _longest(options: Options) -> int:
    """Units that a summary may take, in the form that shows most of it."""
    if options.template is None:
        return options.summary
    return max(options.template.summary_length(options.summary), options.summary)


def _images(options: Options) -> Images:
    """Pictures have their place in a template that names them, whatever is the rule elsewhere."""
    is_named = options.template is not None and options.template.shows(Field.IMAGE)
    is_missing = options.images is Images.NONE
    return Images.ALL if is_named and is_missing else options.images


def _draft(story: Story, body: _Body, wording: Wording) -> _Draft:
    title, blocks, says_title = _title_and_text(story, body)
    summary = _summary(blocks, story.options.summary)
    is_hidden = bool(summary or body.lines) and (says_title or not title)
    if is_hidden:
        title = ""
    elif not is_visible(title):
        title = story.stand_in
    link = story.link
    # Without a title, the source leads to the item in its place.
    footer = _footer(story, title, link if is_hidden else None)
    read_more = (Run(f"… {wording.more}", link=link),) if link else ()
    cut = is_cut(blocks, summary) or not body.is_whole
    return _Draft(title, link, summary, body.lines, footer, story.tags, read_more, cut)


def _title_and_text(story: Story, body: _Body) -> tuple[str, Blocks, bool]:
    """Title (empty: none), text, and whether the text begins with the title."""
    title = story.title
    if not body.blocks:
        return (title if is_visible(title) else ""), (), False
    repaired = repair(body.blocks, story.known, has_end=body.is_whole)
    blocks = repaired.blocks
    if not is_visible(title):
        title, blocks = untitled(blocks)
    return title, blocks, repaired.says_title


def _summary(blocks: Blocks, limit: int) -> Blocks:
    """The summary of blocks, unless it would show nothing."""
    summary = summarise(blocks, limit) if limit > 0 else ()
    if not summary or any(map(is_visible, texts_of(summary))):
        return summary
    return summary if is_visible(classic.render(summary).text) else ()


def _footer(story: Story, title: str, link: str | None) -> Runs:
    """Source, author and date, each if it is known and was not said.

    The source leads to ``link``, or else to its site.
    """
    source = story.shown_source
    is_news = source != title or story.options.source is Shown.ON
    parts: list[Run] = []
    if source and (is_news or link):
        parts.append(Run(source, link=link or story.site))
    elif link:
        parts.append(Run(host_of(link), link=link))
    parts += [run for run in (Run(story.shown_author), story.shown_date) if run.text]
    runs: list[Run] = []
    for part in parts:
        if runs:
            runs.append(Run(" · "))
        runs.append(isolated(part))
    return tuple(runs)


def _pages(story: Story, body: _Body, wording: Wording, limit: int, most: int) -> tuple[str, ...]:
    """The item as Telegram HTML, in ``most`` messages or fewer, as its template says."""
    if story.options.template is not None:
        html = _by_template(story.options.template, story, body, limit, most)
        if html:
            return html
    draft = _draft(story, body, wording)
    if most > 1:
        html = in_messages(
            partial(_with_summary, story, draft), story.options.summary, limit, most, _EMPTY_LINE
        )
        if html:
            return html
    return (_fitted(draft, limit),)


def _with_summary(story: Story, draft: _Draft, room: int) -> Blocks:
    """All lines, with as much of the summary as takes ``room`` units."""
    # The footer stands in the last message, far from the title: it leads to the item, too.
    footer = _footer(story, draft.title, story.link)
    summary = summarise(draft.summary, room) if room else ()
    return _blocks(_cut_to(replace(draft, footer=footer), summary))


# ---------------------------------------------------------------- as a template says


def _by_template(
    template: Template, story: Story, body: _Body, limit: int, most: int
) -> tuple[str, ...]:
    """The messages as Telegram HTML; none where the template shows nothing of the item."""
    values = _values(story, body, template)
    longest = template.summary_length(values.summary)
    if most > 1:
        html = in_messages(partial(lay_out, template, values), longest, limit, most, "\n")
        if html:
            return html
    rendered = write(template, values, limit)
    return (rendered.html,) if is_visible(rendered.text) else ()


def _values(story: Story, body: _Body, template: Template) -> Values:
    """What the slots hold.

    A title that the summary repeats is left out, if there is another way to the item.
    """
    options, link = story.options, story.link
    title, blocks, says_title = "", body.blocks, False
    if template.shows(Field.TITLE):
        title, blocks, says_title = _title_and_text(story, body)
    else:
        # A title that the message does not say may be said by the text.
        known = replace(story.known, title="")
        repaired = repair(blocks, known, has_end=body.is_whole)
        blocks = repaired.blocks
    longest = template.summary_length(options.summary)
    has_summary = longest > 0 and bool(body.lines or summarise(blocks, longest))
    is_hidden = has_summary and (says_title or not title) and template.leads
    site = story.site
    if is_hidden:
        title = ""
        # In place of the title, the source leads to the item.
        site = link or site
    elif not is_visible(title):
        title = story.stand_in
    author = story.other_author if template.shows(Field.FEED) else story.author
    runs = {
        Field.TITLE: Run(title, _BOLD, link),
        Field.LINK: Run(clipped(link or "", MAX_TITLE), link=link),
        Field.AUTHOR: isolated(Run(author)),
        Field.DATE: story.dated,
        Field.FEED: isolated(Run(story.source, link=site)),
    }
    fields: dict[Field, Runs] = {}
    for field, run in runs.items():
        if run.text:
            fields[field] = (run,)
    fields[Field.TAGS] = story.tags
    return Values(fields, blocks, options.summary, link, _listed(body.lines))


# ---------------------------------------------------------------- how it fits


def _blocks(draft: _Draft) -> Blocks:
    blocks: list[Block] = []
    if draft.title:
        blocks.append(Paragraph((Run(draft.title, _BOLD, draft.link),)))
    if draft.is_cut:
        blocks += with_read_more(draft.summary, draft.read_more)
    else:
        blocks += draft.summary
    blocks += _listed(draft.lines)
    end = draft.footer or draft.tags
    if draft.footer and draft.tags:
        end = (*draft.footer, Run("\n"), *draft.tags)
    if end:
        blocks.append(Paragraph(end))
    return tuple(blocks)


def _listed(lines: tuple[Runs, ...]) -> Blocks:
    """Lines as one paragraph."""
    runs: list[Run] = []
    for text in lines:
        if runs:
            runs.append(Run("\n"))
        runs += text
    return (Paragraph(tuple(runs)),) if runs else ()


def is_cut(blocks: Blocks, summary: Blocks) -> bool:
    """Whether a summary of these very blocks leaves out their end.

    Pictures and dividers do not count.
    """
    if not summary:
        return False
    for block in reversed(blocks):
        if not isinstance(block, Figure | Divider):
            return summary[-1] is not block
    return False


def with_read_more(summary: Blocks, link: Runs) -> Blocks:
    """A summary that ends with a link: behind its last words, or below what is no paragraph.

    ``link`` begins with an ellipsis, which takes the place of that where the text was broken off.
    """
    if not summary or not link:
        return summary
    *before, last = summary
    if not isinstance(last, Paragraph):
        return (*summary, Paragraph(link))
    *others, end = last.runs
    if end.text.endswith(_ELLIPSIS) and end.link is None:
        end = end._replace(text=end.text.removesuffix(_ELLIPSIS))
        return (*before, Paragraph((*trim((*others, end)), *link)))
    return (*before, Paragraph((*last.runs, Run(" "), *link)))


def _fitted(draft: _Draft, limit: int) -> str:
    """The draft as Telegram HTML of ``limit`` units at the most."""
    whole = classic.render(_blocks(draft))
    if units(whole.text) <= limit:
        return whole.html
    shorter = _shortened(draft, limit)
    is_lost = not shorter.summary and bool(draft.summary)
    if is_lost:
        # Tags give way before the whole summary does.
        shorter = _shortened(replace(draft, tags=()), limit)
        is_lost = not shorter.summary
    rendered = classic.render(_blocks(shorter))
    if is_lost or units(rendered.text) > limit:
        title = clipped(draft.title, MAX_TITLE)
        least = replace(draft, tags=(), lines=draft.lines[:1], title=title)
        rendered = classic.render(_blocks(_shortened(least, limit)))
    return rendered.html


def _shortened(draft: _Draft, limit: int) -> _Draft:
    """The draft with as much of the summary as fits beside the rest."""
    rest = classic.render(_blocks(replace(draft, summary=())))
    taken = units(rest.text) + units(text_of(draft.read_more)) + 2 * _GAP
    return _cut_to(draft, _reduced(draft.summary, limit - taken))


def _cut_to(draft: _Draft, summary: Blocks) -> _Draft:
    """The draft with a beginning of its summary."""
    cut = draft.is_cut or is_cut(draft.summary, summary)
    return replace(draft, summary=summary, is_cut=cut)


def _reduced(blocks: Blocks, room: int) -> Blocks:
    """The beginning of a summary that takes ``room`` units when it is rendered."""
    aim = room
    while aim >= _MIN_SUMMARY:
        kept = summarise(blocks, aim)
        excess = units(classic.render(kept).text) - room
        if excess <= 0:
            return kept
        aim -= max(excess, _LEAST_STEP)
    return ()


def _plain(draft: _Draft, link: str, also: str) -> str:
    """Title, summary and address as escaped text, and what stands below them."""
    title = clipped(draft.title, MAX_TITLE)
    address = line(link)
    last = clipped(address, _MAX_ADDRESS) if is_visible(address) else ""
    room = TEXT_LIMIT - units(title) - units(last) - units(also) - 2 * _GAP
    summary = classic.render(_reduced(draft.summary, room)).text
    return classic.escape(_EMPTY_LINE.join(filter(None, (title, summary, last))) + also)
