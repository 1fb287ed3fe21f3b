"""An item as a rich message: title, first picture, where it is from, the whole article, the way to the original.

What one message cannot hold goes on in the next ones: the title is in the first, the way to the
original in the last.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cache
from itertools import chain

from bot.content.addresses import absolute, host_of, is_public
from bot.content.anchors import settled
from bot.content.document import (
    Blocks,
    Embed,
    Heading,
    Image,
    Paragraph,
    Run,
    media_of,
    text_of,
    texts_of,
)
from bot.content.html.sanitise import sanitise
from bot.content.localize import ENGLISH, Wording, write_date
from bot.content.measure import is_visible
from bot.content.media.attachments import file_of, is_veiled, veiled
from bot.content.media.files import media_in, walk, with_media
from bot.content.media.illustrations import EARLY, illustrate
from bot.content.media.playable import recordings
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
from bot.content.render.rich import MEDIA, Json, RichText, is_telling, render, spell
from bot.content.repair import repair
from bot.content.split.budget import LEAST_DEPTH, LIMITS, Cost, Limits, measure, room_of
from bot.content.split.dividing import MAX_PARTS, Ruler, divide
from bot.content.split.fitting import fit, linked, shaped
from bot.model import Attachment, FeedRef, Item, MediaKind, Options, RichMessage

__all__ = ["as_parameter", "compose_article", "compose_articles", "with_media"]

_DATE_FORMAT = "Dt"
"""A long date and a short time (Bot API, "Date-time entity formatting")."""
_RTL_SHARE = 0.4
_RTL_SAMPLE = 4_000
# The scripts whose letters are strong right-to-left characters (UAX 9, R and AL): Hebrew to Arabic
# Extended, their
# presentation forms, and the historic and African scripts of planes one.
_RIGHT_TO_LEFT = re.compile(
    "[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc\U00010800-\U00010cff\U00010e80-\U00010fff\U0001e800-\U0001efff]"
)


@dataclass(frozen=True, slots=True)
class _Parts:
    """What an article is made of; empty where there is nothing to say."""

    title: str
    link: str | None
    base: str | None
    """What relative addresses belong to."""
    lead: Blocks
    blocks: Blocks
    byline: list[Json]
    is_veiled: bool
    """Whether what it shows is hidden until it is tapped."""


def compose_article(
    item: Item,
    feed: FeedRef,
    options: Options,
    *,
    media: bool = True,
    limits: Limits = LIMITS,
    wording: Wording = ENGLISH,
) -> RichMessage:
    """The article of an item, cut to one message: legal, not empty and within ``limits``, whatever the item holds.

    ``media``: whether pictures, videos and sounds are shown; otherwise they are links.
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
    most: int = MAX_PARTS,
) -> tuple[RichMessage, ...]:
    """The article of an item in as few messages as hold it, each legal as such (Bot API 10.2).

    What is beyond ``most`` of them is cut off at the end of the last, as its ``is_cut`` says.
    """
    parts = _parts(item, feed, options, wording)
    limits = limits if media else replace(limits, media=0)
    page, is_cut = _laid_out(parts, limits, wording)
    pages = [page]
    if most > 1 and (is_cut or _shows_too_much(parts, limits)):
        pages, is_cut = _pages(parts, limits, wording, most)
    *others, last = pages
    button = _button(parts.link, wording, last, is_cut=is_cut)
    return (
        *(_message(item, feed, parts, page) for page in others),
        _message(item, feed, parts, last, button, is_cut=is_cut),
    )


def _message(
    item: Item,
    feed: FeedRef,
    parts: _Parts,
    blocks: list[Json],
    button: tuple[str, str] | None = None,
    *,
    is_cut: bool = False,
) -> RichMessage:
    """One message of an article; its links lead to places of its own."""
    blocks = settled(blocks) if "#" in item.html else blocks
    fallbacks = {
        one.sources[0]: one.sources[1]
        for one in media_of((*parts.lead, *parts.blocks))
        if isinstance(one, Image) and len(one.sources) > 1
    }
    named = {url: MediaKind(kind) for kind, url in media_in(blocks)}
    playing = {one.url: one for one in recordings((*parts.lead, *parts.blocks), item, parts.base)}
    files = tuple(
        file_of(playing[url], item, feed)
        if url in playing
        else Attachment(url, kind, fallbacks.get(url))
        for url, kind in named.items()
    )
    if parts.is_veiled:
        files = veiled(files)
        _veil(blocks)
    return RichMessage(
        tuple(blocks),
        files,
        is_right_to_left(chain((parts.title,), texts_of(parts.blocks))),
        is_cut,
        button,
    )


def _veil(blocks: list[Json]) -> None:
    """Hides what is to be seen until it is tapped (Bot API, InputMediaPhoto, has_spoiler)."""
    for block in walk(blocks):
        if (kind := block["type"]) in MEDIA - {MediaKind.AUDIO}:
            block[kind]["has_spoiler"] = True


def as_parameter(message: RichMessage) -> Json:
    """``rich_message`` of sendRichMessage and editMessageText (Bot API, InputRichMessage).

    Telegram's own search for links and names is off: a wrong guess of it would refuse the whole
    message.
    """
    direction = {"is_rtl": True} if message.is_rtl else {}
    return {"blocks": list(message.blocks), "skip_entity_detection": True} | direction


# ---------------------------------------------------------------- what to say


def _parts(item: Item, feed: FeedRef, options: Options, wording: Wording) -> _Parts:
    link = _public(item.link)
    base = link or _public(feed.link) or absolute(feed.url)
    title = line(item.title)
    body = repair(sanitise(item.html, base).blocks, title, item.published, options.footers)
    blocks = body.blocks
    if not is_visible(title):
        title, blocks = untitled(blocks)
    lead, rest = illustrate(blocks, item, base, options, wording)
    is_hidden = body.says_title or (not title and any(map(is_visible, texts_of((*lead, *rest)))))
    if not is_hidden and not is_visible(title):
        title = host_of(link or "") or source_of(item, feed) or line(item.link or "") or "—"
    title = "" if is_hidden else clipped(title, MAX_TITLE)
    return _Parts(
        title,
        link,
        base,
        lead,
        _below_title(rest),
        _byline(item, feed, options, title, link),
        is_veiled(item, options),
    )


def _public(url: str | None) -> str | None:
    found = absolute(url) if url else None
    return found if found and is_public(found) else None


def _below_title(blocks: Blocks) -> Blocks:
    """No heading of the body is as large as the title."""
    return tuple(
        replace(block, level=2) if isinstance(block, Heading) and block.level == 1 else block
        for block in blocks
    )


def _byline(
    item: Item, feed: FeedRef, options: Options, title: str, link: str | None
) -> list[Json]:
    """Source, author, date and tags, each if it is known and was not said.

    The source leads to its site, or to the article where no title does.
    """
    source, author = source_of(item, feed), author_of(item.author)
    parts: list[list[RichText]] = []
    if source and source != title:
        parts.append([_named(source, _public(feed.link) if title else link)])
    if author and author.casefold() not in source.casefold():
        parts.append([_named(author, None)])
    if date := _date(item.published, options):
        parts.append([date])
    if tags := _tags(item.tags):
        parts.append(tags)
    text = [one for part in parts for one in (" · ", *part)][1:]
    return [{"type": "paragraph", "text": text}] if text else []


def _named(name: str, link: str | None) -> RichText:
    return spell((isolated(Run(name, link=link)),), 1)


def _date(moment: datetime | None, options: Options) -> Json | None:
    """A moment that clients show in each reader's own zone; its text is for those that cannot."""
    text = write_date(moment, options.time_zone, options.language)
    if moment is None or not text:
        return None
    return {
        "type": "date_time",
        "text": text,
        "unix_time": int(moment.timestamp()),
        "date_time_format": _DATE_FORMAT,
    }


def _tags(tags: tuple[str, ...]) -> list[RichText]:
    words = text_of(hashtags(tags)).split()
    marked: list[RichText] = [{"type": "hashtag", "text": word, "hashtag": word} for word in words]
    return [one for mark in marked for one in (" ", mark)][1:]


# ---------------------------------------------------------------- how it fits


def _room(parts: _Parts, limits: Limits, wording: Wording) -> tuple[list[Json], Cost]:
    """The heading, and what is left of a message beside it and the rest of the frame."""
    heading = render((Heading(1, (Run(parts.title, link=parts.link),)),), limits.depth)
    return heading, room_of(limits) - measure([*heading, *parts.byline]) - _dearest_tail(
        parts.link, wording
    )


def _shows_too_much(parts: _Parts, limits: Limits) -> bool:
    """Whether media would become links only because there are so many."""
    media = media_of((*parts.lead, *parts.blocks))
    return (
        0
        < limits.media
        < sum(not isinstance(one, Embed) or one.poster is not None for one in media)
    )


def _lawful(blocks: Blocks, limits: Limits) -> Blocks:
    """Blocks that a message may hold, but for their length; links in place of media where it may hold none."""
    lawful = shaped(blocks, limits)
    return lawful if limits.media else linked(lawful, 0)


def _pages(
    parts: _Parts, limits: Limits, wording: Wording, most: int
) -> tuple[list[list[Json]], bool]:
    """The blocks of each message, and whether the end of the article is missing."""
    heading, room = _room(parts, limits, wording)
    empty = room_of(limits) - _dearest_tail(parts.link, wording)
    ruler = Ruler(cache(lambda block: measure(render((block,), limits.depth))), empty)
    lead, body = _lawful(parts.lead, limits), _lawful(parts.blocks, limits)
    if not (taken := ruler.whole(lead)).fits(room):
        lead, body, taken = (), (*lead, *body), Cost()
    first, rest = divide(body, room - taken, ruler)
    pages = [[*heading, *render(lead, limits.depth), *parts.byline, *render(first, limits.depth)]]
    is_cut = False
    while rest and not is_cut:
        made, rest, is_cut = _next_page(rest, limits, ruler, is_last=len(pages) == most - 1)
        pages += [made] if is_telling(made) else []
    pages[-1] += _tail(parts.link, wording, is_cut=is_cut)
    return [page for page in pages if page], is_cut


def _next_page(
    blocks: Blocks, limits: Limits, ruler: Ruler, *, is_last: bool
) -> tuple[list[Json], Blocks, bool]:
    """What follows, what is left, and whether that is lost."""
    first, rest = ((), blocks) if is_last else divide(blocks, ruler.empty, ruler)
    if first:
        return render(first, limits.depth), rest, False
    made, is_cut = fit(blocks, limits, ruler.empty)
    return made, (), is_cut


def _laid_out(parts: _Parts, limits: Limits, wording: Wording) -> tuple[list[Json], bool]:
    """What frames the article is paid for first.

    A text that needs no title opens its message, unless it is so long that the link would come
    late.
    """
    heading, room = _room(parts, limits, wording)
    lead, is_lead_cut = fit(parts.lead, limits, room)
    body, is_body_cut = fit(parts.blocks, limits, room - measure(lead))
    is_cut = is_lead_cut or is_body_cut
    tail = _tail(parts.link, wording, is_cut=is_cut)
    if heading:
        return [*heading, *lead, *parts.byline, *body, *tail], is_cut
    if measure([*lead, *body]).text <= EARLY:
        return [*lead, *body, *parts.byline, *tail], is_cut
    return [*parts.byline, *lead, *body, *tail], is_cut


def _tail(link: str | None, wording: Wording, *, is_cut: bool) -> list[Json]:
    """The way to the original, which is also the note that the end is missing."""
    mark = (Run("… " if link else "…"),) if is_cut else ()
    way = (Run(wording.rest if is_cut else wording.original, link=link),) if link else ()
    return render((Paragraph((*mark, *way)),), LEAST_DEPTH)


def _button(
    link: str | None, wording: Wording, blocks: list[Json], *, is_cut: bool
) -> tuple[str, str] | None:
    """The way to the original once more, where clients fold the article and with it its last line."""
    if link is None or measure(blocks).text <= EARLY:
        return None
    return (wording.rest if is_cut else wording.original), link


def _dearest_tail(link: str | None, wording: Wording) -> Cost:
    longest = max(wording.original, wording.rest, key=len)
    return measure(_tail(link, replace(wording, original=longest, rest=longest), is_cut=True))


def is_right_to_left(texts: Iterable[str]) -> bool:
    """Whether letters from right to left make up two fifths of texts: names and terms in Latin letters are usual."""
    sample = ""
    for text in texts:
        sample += text[: _RTL_SAMPLE - len(sample)]
        if len(sample) == _RTL_SAMPLE:
            break
    if sample.isascii():
        return False
    strong = len(_RIGHT_TO_LEFT.findall(sample))
    return strong > 0 and strong >= _RTL_SHARE * sum(map(str.isalpha, sample))
