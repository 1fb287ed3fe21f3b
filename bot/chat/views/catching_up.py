"""What happened while somebody was away, as one message. Does no I/O."""

from collections.abc import Sequence
from itertools import groupby
from zoneinfo import ZoneInfo

from telegram import InlineKeyboardButton

from bot.chat.context import Localizer
from bot.content.localize import write_date
from bot.content.messages.digest import (
    Digest,
    DigestWords,
    Entry,
    Group,
    Section,
    Source,
    digest_parts,
)
from bot.model import Fallback, Message
from bot.public_url import public_link, public_url
from bot.services.catching_up import CatchUp
from bot.store.catching_up import Missed
from bot.telegram.keyboards import Reply, button, keyboard


def catch_up_page(
    localizer: Localizer, catch_up: CatchUp, zone: ZoneInfo, number: int, *, has_channels: bool
) -> Reply:
    """A page of it, from 1; most fits on the first.

    ``has_channels``: the chat has readers who only read, so what waits is not theirs to end.
    """
    seconds = int(catch_up.since.timestamp())
    when = write_date(catch_up.since, zone.key, localizer.language, shows_time=True)
    if not catch_up.count:
        text = localizer.html("catchup-nothing", since=when)
        return Reply(text, keyboard(_waiting_buttons(localizer, catch_up, seconds)))
    words = DigestWords(
        localizer.plain("catchup-also"),
        lambda count: localizer.plain("catchup-more", count=count),
    )
    pages = list(digest_parts(_digest(localizer, catch_up, when), words, Fallback.CLASSIC))
    number = min(max(number, 1), len(pages))
    message = pages[number - 1].message
    html = message.html if isinstance(message, Message) else ""
    turning = []
    if number > 1:
        turning.append(button("‹", "catchup-page", seconds, number - 1))
    if number < len(pages):
        turning.append(button("›", "catchup-page", seconds, number + 1))
    waiting = [] if has_channels else _waiting_buttons(localizer, catch_up, seconds)
    return Reply(html, keyboard(turning, waiting))


def offer_row(localizer: Localizer, since: int = 0) -> list[InlineKeyboardButton]:
    """A button that catches up; ``since``: in seconds, 0: since somebody last said something."""
    return [button(localizer.plain("button-catch-up"), "catchup-open", since, 1)]


def _waiting_buttons(
    localizer: Localizer, catch_up: CatchUp, seconds: int
) -> list[InlineKeyboardButton]:
    if not catch_up.waiting:
        return []
    text = localizer.plain("button-mark-seen", count=catch_up.waiting)
    return [button(text, "catchup-seen", seconds)]


def _digest(localizer: Localizer, catch_up: CatchUp, when: str) -> Digest:
    sections = []
    if catch_up.stories:
        entries = tuple(map(_story, catch_up.stories))
        name = localizer.plain("catchup-stories")
        sections.append(Section(name, (Group("", entries),), is_open=True))
    if catch_up.newest:
        entries = tuple(_newest(localizer, each, more) for each, more in catch_up.newest)
        name = localizer.plain("catchup-newest")
        sections.append(Section(name, (Group("", entries),), is_open=True))
    if catch_up.rest:
        sections.append(Section(localizer.plain("catchup-rest"), _groups(catch_up.rest)))
    heading = localizer.plain("catchup-head", since=when, count=catch_up.count)
    return Digest(heading, tuple(sections), continued=heading)


def _groups(rest: Sequence[Missed]) -> tuple[Group, ...]:
    return tuple(
        Group(_feed_of(items[0]), tuple(_entry(each) for each in items))
        for items in (list(found) for _, found in groupby(rest, lambda each: each.feed_id))
    )


def _feed_of(missed: Missed) -> str:
    return missed.feed_title or public_url(missed.feed_url)


def _entry(missed: Missed, source: str = "") -> Entry:
    link = public_link(missed.link) if missed.link else None
    return Entry(missed.title, link, missed.row, source)


def _story(missed: Missed) -> Entry:
    also = tuple(
        Source(title, public_link(link) if link else None) for title, link in missed.sources
    )
    link = public_link(missed.link) if missed.link else None
    return Entry(missed.title, link, missed.row, _feed_of(missed), also=also)


def _newest(localizer: Localizer, missed: Missed, more: int) -> Entry:
    source = _feed_of(missed)
    if more:
        source = localizer.plain("catchup-and-more", feed=source, count=more)
    return _entry(missed, source)
