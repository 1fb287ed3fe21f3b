"""An item as a rich message: title, first picture, where it is from, the whole article, its link.

What one message cannot hold goes on in the next ones: the title is in the first, the link to the
original in the last.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from itertools import chain

from bot.content.html.sanitise import sanitise
from bot.content.lawful import is_telling, lawful, with_anchors
from bot.content.localize import ENGLISH, Wording
from bot.content.measure import is_visible
from bot.content.media.attachments import file_of, is_veiled, veiled
from bot.content.media.files import media_in
from bot.content.media.illustrations import EARLY, illustrate
from bot.content.media.playable import playables
from bot.content.messages.continuation import MAX_MESSAGES
from bot.content.messages.further_links import further_links
from bot.content.messages.story import (
    MAX_TITLE,
    Story,
    also_line,
    clipped,
    isolated,
    last_line,
    story_of,
    untitled,
)
from bot.content.repair import repair
from bot.content.split.engine import Cost, Ruler, divide
from bot.content.split.rich_limits import (
    LEAST_DEPTH,
    LIMITS,
    Limits,
    cost_of,
    fit,
    ruler_of,
    shaped,
    with_media_links,
)
from bot.model import Attachment, FeedRef, Item, LinkButton, Options, RichMessage, Shown
from bot.model.document import (
    HASHTAG,
    Block,
    Blocks,
    Embed,
    Heading,
    Image,
    Paragraph,
    Run,
    Runs,
    media_of,
    text_of,
    texts_of,
)

_RTL_SHARE = 0.4
_RTL_SAMPLE = 4_000
"""Characters that are looked at to tell the direction of an article."""
# The scripts whose letters are strong right-to-left characters (UAX 9, R and AL): Hebrew to Arabic
# Extended, their presentation forms, and the historic and African scripts of plane one.
_RIGHT_TO_LEFT = re.compile(
    "[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc"
    "\U00010800-\U00010cff\U00010e80-\U00010fff\U0001e800-\U0001efff]"
)


@dataclass(frozen=True, slots=True)
class _Draft:
    """What an article is made of; empty where there is nothing to say."""

    story: Story
    title: str
    lead: Blocks
    """The figure that opens it."""
    blocks: Blocks
    byline: Blocks


@dataclass(frozen=True, slots=True)
class _Page:
    """The blocks of one message."""

    blocks: Blocks
    is_cut: bool = False
    """Whether what followed them is lost."""


def compose_article(
    item: Item,
    feed: FeedRef,
    options: Options,
    *,
    media: bool = True,
    limits: Limits = LIMITS,
    wording: Wording = ENGLISH,
) -> RichMessage:
    """The article of an item, cut to one message.

    It is legal, not empty and within ``limits``, whatever the item holds. ``media``: whether
    pictures, videos and sounds are shown; otherwise they are links.
    """
    return compose_articles(
        item, feed, options, media=media, limits=limits, wording=wording, most=1
    )[0]


def compose_articles(
    item: Item,
    feed: FeedRef,
    options: Options,
    *,
    media: bool = True,
    limits: Limits = LIMITS,
    wording: Wording = ENGLISH,
    most: int = MAX_MESSAGES,
) -> tuple[RichMessage, ...]:
    """The article of an item in as few messages as hold it, each legal as such (Bot API 10.2).

    What is beyond ``most`` of them is cut off at the end of the last, as its ``is_cut`` says.
    """
    draft = _draft(story_of(item, feed, options, is_rich=True), wording)
    if not media:
        limits = replace(limits, media=0)
    # Most articles fit into one message, which may be laid out more freely than several.
    pages = [_single_page(draft, limits, wording)]
    if most > 1 and (pages[0].is_cut or _shows_too_much(draft, limits)):
        pages = _pages(draft, limits, wording, most)
    *others, last = pages
    messages = [_message(draft, page) for page in others]
    messages.append(replace(_message(draft, last), buttons=_buttons(draft, wording, last)))
    return tuple(messages)


def _message(draft: _Draft, page: _Page) -> RichMessage:
    """One message of an article; its links lead to anchors of its own."""
    story, blocks = draft.story, page.blocks
    if "#" in story.item.html:
        blocks = with_anchors(blocks)
    files = _files(draft, blocks)
    if is_veiled(story.item, story.options):
        files = veiled(files)
    texts = chain((draft.title,), texts_of(draft.blocks))
    return RichMessage(blocks, files, is_right_to_left(texts), page.is_cut)


def _files(draft: _Draft, blocks: Blocks) -> tuple[Attachment, ...]:
    """Everything that blocks show, each once, in their order."""
    kinds = {file.url: file.kind for file in media_in(blocks)}
    if not kinds:
        return ()
    story, shown = draft.story, (*draft.lead, *draft.blocks)
    second_urls: dict[str, str] = {}
    for image in media_of(shown):
        if isinstance(image, Image) and len(image.sources) > 1:
            second_urls[image.sources[0]] = image.sources[1]
    playing = {playable.url: playable for playable in playables(shown, story.item, story.base)}
    files: list[Attachment] = []
    for url, kind in kinds.items():
        if url in playing:
            files.append(file_of(playing[url], story))
        else:
            files.append(Attachment(url, kind, second_urls.get(url)))
    return tuple(files)


# ---------------------------------------------------------------- what to say


def _draft(story: Story, wording: Wording) -> _Draft:
    item, title = story.item, story.title
    document = sanitise(item.html, story.base, title=title)
    body = repair(document.blocks, story.known)
    blocks = body.blocks
    if not is_visible(title):
        title, blocks = untitled(blocks)
    lead, rest = illustrate(blocks, story, wording)
    further = further_links(document.blocks, story, wording, story.options.language)
    rest = (*rest, *map(Paragraph, further))
    is_hidden = body.says_title
    if not title and not is_hidden:
        is_hidden = any(map(is_visible, texts_of((*lead, *rest))))
    if is_hidden:
        title = ""
    elif not is_visible(title):
        title = story.stand_in
    title = clipped(title, MAX_TITLE)
    return _Draft(
        story, title, lead, _below_title(rest), lawful(_byline(story, title, wording), LEAST_DEPTH)
    )


def _below_title(blocks: Blocks) -> Blocks:
    """No heading of the body is as large as the title."""
    return tuple(map(_lowered, blocks))


def _lowered(block: Block) -> Block:
    if isinstance(block, Heading) and block.level == 1:
        return replace(block, level=2)
    return block


def _byline(story: Story, title: str, wording: Wording) -> Blocks:
    """Source, author, date and tags, each if it is known and was not said; then who else tells it.

    The source leads to its site, or to the article where no title does.
    """
    source, author = story.shown_source, story.shown_author
    parts: list[Runs] = []
    if source and (source != title or story.options.source is Shown.ON):
        parts.append((isolated(Run(source, link=story.site if title else story.link)),))
    if author:
        parts.append((isolated(Run(author)),))
    if story.shown_date.text:
        parts.append((story.shown_date,))
    if story.tags:
        words = text_of(story.tags).split()
        parts.append(_separated([(Run(word, link=f"{HASHTAG}{word}"),) for word in words], " "))
    also = also_line(story, wording)
    lines = (_separated(parts, " · "), also)
    return tuple(Paragraph(runs) for runs in lines if runs)


def _separated(parts: list[Runs], separator: str) -> Runs:
    runs: list[Run] = []
    for part in parts:
        if runs:
            runs.append(Run(separator))
        runs += part
    return tuple(runs)


# ---------------------------------------------------------------- how it fits


def _room(draft: _Draft, limits: Limits, wording: Wording) -> tuple[Blocks, Cost]:
    """The heading, and what is left of a message beside it and the rest of the frame."""
    title = Heading(1, (Run(draft.title, link=draft.story.link),))
    heading = lawful((title,), limits.depth)
    frame = cost_of((*heading, *draft.byline)) + _dearest_end(draft.story.link, wording)
    return heading, limits.room - frame


def _shows_too_much(draft: _Draft, limits: Limits) -> bool:
    """Whether media would become links only because there are so many."""
    if limits.media == 0:
        return False
    shown = [
        media
        for media in media_of((*draft.lead, *draft.blocks))
        if not isinstance(media, Embed) or media.poster is not None
    ]
    return len(shown) > limits.media


def _lawful(blocks: Blocks, limits: Limits) -> Blocks:
    """Blocks that a message may hold, but for their length; links where it may show no media."""
    lawful = shaped(blocks, limits)
    return lawful if limits.media else with_media_links(lawful, 0)


def _pages(draft: _Draft, limits: Limits, wording: Wording, most: int) -> list[_Page]:
    """The blocks of each message; of the last, whether the end of the article is missing."""
    link = draft.story.link
    heading, room = _room(draft, limits, wording)
    empty = limits.room - _dearest_end(link, wording)
    ruler = replace(ruler_of(limits), message=empty)
    lead, body = _lawful(draft.lead, limits), _lawful(draft.blocks, limits)
    taken = ruler.total(lead)
    # A lead that is too large for the first message is cut like the rest of the article.
    if not taken.fits(room):
        lead, body, taken = (), (*lead, *body), Cost()
    first, rest = divide(body, room - taken, ruler)
    opening = (*heading, *lawful(lead, limits.depth), *draft.byline)
    pages = [(*opening, *lawful(first, limits.depth))]
    is_cut = False
    while rest and not is_cut:
        page, rest = _next_page(rest, limits, ruler, is_last=len(pages) == most - 1)
        is_cut = page.is_cut
        if is_telling(page.blocks):
            pages.append(page.blocks)
    pages[-1] += _end(link, wording, is_cut=is_cut)
    *others, last = [page for page in pages if page]
    return [*map(_Page, others), _Page(last, is_cut)]


def _next_page(
    blocks: Blocks, limits: Limits, ruler: Ruler, *, is_last: bool
) -> tuple[_Page, Blocks]:
    """What follows, and what is left for the next."""
    if not is_last:
        first, rest = divide(blocks, ruler.message, ruler)
        if first:
            return _Page(lawful(first, limits.depth)), rest
    return _Page(*fit(blocks, limits, ruler.message)), ()


def _single_page(draft: _Draft, limits: Limits, wording: Wording) -> _Page:
    """The article in one message; what frames it is paid for first.

    A text that needs no title opens its message, unless it is so long that the link would come
    late.
    """
    heading, room = _room(draft, limits, wording)
    lead, is_lead_cut = fit(draft.lead, limits, room)
    body, is_body_cut = fit(draft.blocks, limits, room - cost_of(lead))
    is_cut = is_lead_cut or is_body_cut
    end = _end(draft.story.link, wording, is_cut=is_cut)
    if heading:
        blocks = (*heading, *lead, *draft.byline, *body, *end)
    elif cost_of((*lead, *body)).text <= EARLY:
        blocks = (*lead, *body, *draft.byline, *end)
    else:
        blocks = (*draft.byline, *lead, *body, *end)
    return _Page(blocks, is_cut)


def _end(link: str | None, wording: Wording, *, is_cut: bool) -> Blocks:
    return lawful((last_line(link, wording, is_cut=is_cut),), LEAST_DEPTH)


def _buttons(draft: _Draft, wording: Wording, page: _Page) -> tuple[LinkButton, ...]:
    """The link once more, where clients fold the article and with it its last line."""
    link = draft.story.link
    if link is None or cost_of(page.blocks).text <= EARLY:
        return ()
    return (LinkButton(wording.rest if page.is_cut else wording.original, link),)


def _dearest_end(link: str | None, wording: Wording) -> Cost:
    # Which of the two ends the message is known only when it is cut, so the longer is paid for.
    longest = max(wording.original, wording.rest, key=len)
    return cost_of(_end(link, replace(wording, original=longest, rest=longest), is_cut=True))


def is_right_to_left(texts: Iterable[str]) -> bool:
    """Whether letters from right to left make up two fifths of texts.

    Not half: names and terms in Latin letters are usual.
    """
    sample = ""
    for text in texts:
        sample += text[: _RTL_SAMPLE - len(sample)]
        if len(sample) == _RTL_SAMPLE:
            break
    if sample.isascii():
        return False
    strong = len(_RIGHT_TO_LEFT.findall(sample))
    return strong > 0 and strong >= _RTL_SHARE * sum(map(str.isalpha, sample))
