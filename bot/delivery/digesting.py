"""The messages of a digest, in the words, the zone and the way of its chat."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from functools import partial

from bot.content.html.sanitise import sanitise
from bot.content.localize import write_moment
from bot.content.measure import is_visible
from bot.content.messages.digest import (
    Digest,
    DigestWords,
    Entry,
    Group,
    Section,
    Source,
    digest_parts,
)
from bot.content.messages.digest import Part as DigestPart
from bot.content.messages.story import Story, story_of, untitled
from bot.digests.arranging import Arrangement, arrange
from bot.i18n import Translator
from bot.model import (
    DigestDelivery,
    Fallback,
    GatheredItem,
    Options,
    Sound,
)
from bot.settings import Operator, resolve

MOST_OF_FEED = 10
"""Items of a feed that a digest shows at once; the others unfold."""
_BEGINNING = 4_000
"""Characters of an item without a title in which one is looked for."""


def next_part(
    delivery: DigestDelivery,
    fallback: Fallback,
    operator: Operator,
    translator: Translator,
    now: datetime,
) -> DigestPart | None:
    """The next message of a digest; ``None``: nothing is left to tell."""
    options = resolve(operator, delivery.preferences)
    if delivery.is_silent:
        options = replace(options, sound=Sound.SILENT)
    digest, words = digest_of(delivery, options, translator, now)
    part = next(digest_parts(digest, words, fallback), None)
    if part is None or options.sound is Sound.LOUD:
        return part
    return replace(part, message=replace(part.message, is_silent=True))


def digest_of(
    delivery: DigestDelivery, options: Options, translator: Translator, now: datetime
) -> tuple[Digest, DigestWords]:
    """What a digest says, and its words."""
    say = partial(translator.plain, options.language)
    is_continued = bool(delivery.message_ids)
    items = delivery.items
    arrangement = arrange(items, with_top=not is_continued)
    writer = _Writer(options, now)
    feeds = len({item.feed.id for item in items})
    heading = say("digest-heading", items=len(items), feeds=feeds)
    continued = say("digest-continued", items=len(items))
    notes: tuple[str, ...] = ()
    if delivery.filtered and not is_continued:
        notes = (say("digest-filtered", count=delivery.filtered),)
    digest = Digest(
        continued if is_continued else heading,
        tuple(writer.sections(arrangement, say("digest-most-told"))),
        notes,
        continued,
        MOST_OF_FEED,
    )
    return digest, DigestWords(say("digest-also"), lambda count: say("digest-more", count=count))


class _Writer:
    """Writes the entries of a digest for one chat."""

    def __init__(self, options: Options, now: datetime) -> None:
        self._options = options
        self._now = now

    def sections(self, arrangement: Arrangement, most_told: str) -> list[Section]:
        sections = []
        if arrangement.most_told:
            entries = tuple(self._entry(item, shows_source=True) for item in arrangement.most_told)
            sections.append(Section(most_told, (Group("", entries),), is_open=True))
        for part in arrangement.parts:
            if part.hashtag:
                groups = tuple(self._group(feed) for feed in part.feeds)
                name = f"#{part.hashtag}"
            else:
                [feed] = part.feeds
                groups = (replace(self._group(feed), name=""),)
                name = self._story(feed[0]).source
            sections.append(Section(name, groups, arrangement.is_open))
        return sections

    def _group(self, items: Sequence[GatheredItem]) -> Group:
        return Group(self._story(items[0]).source, tuple(map(self._entry, items)))

    def _entry(self, item: GatheredItem, *, shows_source: bool = False) -> Entry:
        story = self._story(item)
        return Entry(
            title=_title(story),
            link=item.item.link or story.site,
            row=item.row_id,
            source=story.source if shows_source else "",
            when=self._when(item),
            also=tuple(Source(other.source, other.link) for other in item.also),
        )

    def _when(self, item: GatheredItem) -> str:
        if item.item.day is not None:
            return ""
        options = self._options
        return write_moment(item.item.published, self._now, options.time_zone, options.language)

    def _story(self, item: GatheredItem) -> Story:
        return story_of(item.item, item.feed, self._options)


def _title(story: Story) -> str:
    if is_visible(story.title):
        return story.title
    blocks = sanitise(story.item.html[:_BEGINNING], story.base, title="").blocks
    found, _ = untitled(blocks)
    return found or story.stand_in
