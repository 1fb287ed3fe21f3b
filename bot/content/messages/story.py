"""What an item and its feed say of themselves: title, source, author, date, tags."""

import html
import re
import unicodedata
from dataclasses import dataclass
from datetime import UTC, date, time
from functools import cached_property, lru_cache

from bot.content.addresses import absolute, host_of, is_public
from bot.content.endings import Known
from bot.content.html.flow import clean, trim
from bot.content.link_targets import link_target
from bot.content.localize import Wording, write_date, write_day
from bot.content.measure import TEXT_LIMIT, is_visible, take, units
from bot.content.split.boundaries import first_sentence, word_end
from bot.model import AlsoIn, FeedRef, Item, Options, Shown
from bot.model.document import MOMENT, Blocks, Paragraph, Run, Runs, skip, text_of
from bot.public_url import public_base

MAX_TITLE = 700
"""Units: with source, author, date and the gaps it always fits into a caption."""
MAX_TAGS = 5
_MAX_LINE = 8 * TEXT_LIMIT
"""Characters of an untrusted line that are cleaned; no line shows as many."""
_MAX_SOURCE = 64
_MAX_AUTHOR = 64
MOST_OTHERS = 3
"""Other feeds that tell the story, by name; the rest is a number."""
_MAX_OTHER = 32
_MAX_FIRST_SENTENCE = 200
_MAX_TAG = 32
_MAX_WRITTEN_TAG = 200
_MAX_WRITTEN_TAGS = 50
"""Characters of a tag, and tags of an item, that are read at all: feeds are untrusted."""
_EMPTY_TAGS = frozenset({
    "uncategorized", "uncategorised", "未分类", "未分類", "allgemein", "non_classé",
    "sin_categoría", "sin_categorizar", "sem_categoria", "senza_categoria", "geen_categorie",
    "bez_kategorii", "без_рубрики", "без_категорії", "カテゴリーなし", "미분류", "دسته_بندی_نشده",
})  # fmt: skip
_TAG_JOINTS = re.compile(r"(?:[\s\-–—/&+.:|,_]|·(?!\w)|(?<!\w)·)+")
_JOINERS = "_·\u200c"
"""What hashtags may hold between letters: also the dot of Catalan and the half-space of Persian."""
_ENTITY = re.compile(
    r"&(?:#\d+|#x[0-9a-f]+|amp|lt|gt|quot|apos|nbsp|hellip|[lr][sd]quo|[mn]dash);", re.IGNORECASE
)
_PAIR = re.compile(
    r"<(b|i|em|strong|sup|sub|span|u|a|font|mark)(?:\s[^<>]*)?>([^<>]*)</\1>", re.IGNORECASE
)
_MAILBOX = re.compile(r"\S+@\S+\s*\((.+)\)|(.+?)\s*[<(](?:\S+@\S+|hidden)[>)]|(\S+)@\S+")


# Without slots, for what it keeps once it has been asked.
@dataclass(frozen=True)
class Story:
    """An item with what it says of itself; texts are clean lines, addresses are safe, or empty."""

    item: Item
    feed: FeedRef
    options: Options
    title: str
    """As its feed gives it; it may show nothing."""
    link: str | None
    """The page of the item."""
    site: str | None
    """The page of the feed."""
    base: str | None
    """What relative addresses of the body belong to."""
    others: Runs = ()
    """Other feeds that tell the same story where it goes, each with the link of its item."""

    @property
    def source(self) -> str:
        """The name of the feed, or the host that it is from."""
        return _named_source(self.options.title or self.feed.title) or _host(
            self.feed.link, self.item.link, self.feed.url
        )

    @property
    def shown_source(self) -> str:
        """The source, unless nobody wants to read it."""
        return "" if self.options.source is Shown.OFF else self.source

    @property
    def author(self) -> str:
        """Whom the item is by, as its feed says; perhaps the source once more."""
        return _author_in(self.item.author)

    @property
    def other_author(self) -> str:
        """The author, unless the source names it already."""
        author = self.author
        return "" if author.casefold() in self.source.casefold() else author

    @property
    def shown_author(self) -> str:
        """The author as it is wanted: of its own accord only where it says something new."""
        match self.options.author:
            case Shown.OFF:
                return ""
            case Shown.ON:
                return self.author
            case Shown.AUTO:
                # Where no source is shown, none can have named the author.
                return self.other_author if self.shown_source else self.author

    @property
    def shown_date(self) -> Run:
        """The date (``dated``), unless nobody wants to read it."""
        return Run("") if self.options.date is Shown.OFF else self.dated

    @property
    def date(self) -> str:
        """When the item was published, in the zone and language of its chat."""
        day = _day_of(self.item)
        if day:
            return write_day(day, self.options.language)
        options = self.options
        return write_date(
            self.item.published,
            options.time_zone,
            options.language,
            shows_time=options.shows_time,
        )

    @property
    def dated(self) -> Run:
        """The date; of a moment, clients tell the time as well, in the reader's own zone."""
        published, text = self.item.published, self.date
        if published is None or not text or _day_of(self.item):
            return Run(text)
        seconds = int(published.timestamp())
        # Telegram reads them as a number of 32 bits.
        return Run(text, link=f"{MOMENT}{seconds}" if 0 < seconds < 2**31 else None)

    @property
    def tags(self) -> Runs:
        """Hashtags on a line: the chat's own, then the item's."""
        return hashtags(self.item.tags if self.options.tags else (), self.options.hashtags)

    @cached_property
    def known(self) -> Known:
        """What the message says beside the text."""
        kinds = {file.kind.partition("/")[0] for file in self.item.enclosures if "/" in file.kind}
        return Known(
            title=self.title,
            published=self.item.published,
            link=self.link,
            site=self.site,
            source=self.source,
            footers=self.options.footers,
            plays="audio" in kinds or "video" in kinds,
            shows="image" in kinds,
        )

    @property
    def stand_in(self) -> str:
        """What an item without a title is called."""
        return host_of(self.link or "") or self.source or line(self.item.link or "") or "—"


def _day_of(item: Item) -> date | None:
    """The day that a feed gives, where it gives no time: it is the same in every zone."""
    if item.day or item.published is None:
        return item.day
    # Of items that an earlier version stored, midnight is what tells.
    moment = item.published.astimezone(UTC)
    return moment.date() if moment.time() == time() else None


def story_of(item: Item, feed: FeedRef, options: Options, *, is_rich: bool = False) -> Story:
    """What there is to say of an item.

    ``is_rich``: for a rich message, which Telegram refuses with a link to a local host.
    """
    safe = _public if is_rich else absolute
    link = safe(item.link) if item.link else None
    link = link_target(link) if link else None
    site = safe(feed.link) if feed.link else None
    base = link or site or absolute(public_base(feed.url))
    return Story(
        item, feed, options, line(item.title), link, site, base, _others(item.also, is_rich=is_rich)
    )


def _others(also: tuple[AlsoIn, ...], *, is_rich: bool) -> Runs:
    safe = _public if is_rich else absolute
    runs = []
    for other in also[:MOST_OTHERS]:
        link = safe(other.link) if other.link else None
        name = clipped(line(other.source), _MAX_OTHER) or host_of(link or "") or "—"
        runs.append(isolated(Run(name, link=link_target(link) if link else None)))
    return tuple(runs)


def also_line(story: Story, wording: Wording) -> Runs:
    """What marks an item, and which other feeds tell its story, on a line.

    Of many feeds the first, and how many more.
    """
    runs: list[Run] = []
    mark = story.options.mark
    if mark:
        runs += [isolated(Run(mark)), Run(" · ")] if story.others else [isolated(Run(mark))]
    for position, run in enumerate(story.others):
        runs += [Run(" · " if position else f"{wording.also}: "), run]
    more = len(story.item.also) - len(story.others)
    return (*runs, Run(f" +{more}")) if more > 0 else tuple(runs)


def _public(url: str) -> str | None:
    address = absolute(url)
    return address if address and is_public(address) else None


def _host(*addresses: str | None) -> str:
    for address in addresses:
        host = host_of(address) if address else ""
        if host:
            return clipped(host, _MAX_SOURCE)
    return ""


@lru_cache(maxsize=512)
def _named_source(title: str) -> str:
    """The name of a feed: feeds are few, and their names come with every item."""
    name = line(title)
    return clipped(name, _MAX_SOURCE) if is_visible(name) else ""


@lru_cache(maxsize=512)
def _author_in(written: str) -> str:
    """The name out of ``mail (name)``, ``name <mail>`` or a bare address (RSS 2.0, author)."""
    # Bounded, as feeds are untrusted and the expression below backtracks.
    author = line(written[:1024])
    if "@" in author or "hidden" in author:
        mailbox = _MAILBOX.fullmatch(author)
        if mailbox:
            author = (mailbox[1] or mailbox[2] or mailbox[3]).strip()
    return clipped(author, _MAX_AUTHOR) if is_visible(author) else ""


def untitled(blocks: Blocks) -> tuple[str, Blocks]:
    """The title of an item that has none, and the rest: its first sentence.

    A long one stays where it is, and there is no title.
    """
    for index, block in enumerate(blocks):
        if not isinstance(block, Paragraph):
            continue
        text = text_of(block.runs)
        if not is_visible(text):
            continue
        end = 0
        # A title leads to the item, so a sentence with links of its own would lose them.
        if not any(run.link for run in block.runs):
            end = first_sentence(text, _MAX_FIRST_SENTENCE)
        if not end:
            return "", blocks
        rest = trim(skip(block.runs, end))
        kept = (Paragraph(rest),) if rest else ()
        return line(text[:end]), (*blocks[:index], *kept, *blocks[index + 1 :])
    return "", blocks


def last_line(link: str | None, wording: Wording, *, is_cut: bool) -> Paragraph:
    """The link to the original, which also says that the end is missing."""
    runs: list[Run] = []
    if is_cut:
        runs.append(Run("… " if link else "…"))
    if link:
        runs.append(Run(wording.rest if is_cut else wording.original, link=link))
    return Paragraph(tuple(runs))


def line(text: str) -> str:
    """Untrusted plain text as one clean line; feeds that escape twice are understood."""
    if "&" in text and _ENTITY.search(text):
        text = html.unescape(text)
    # Pairs may nest, and each round takes out the innermost ones.
    while "<" in text:
        bare = _PAIR.sub(r"\2", text)
        if bare == text:
            break
        text = bare
    return clean(text[:_MAX_LINE]).strip()


def clipped(text: str, limit: int) -> str:
    """A line of ``limit`` units at the most."""
    if units(text) <= limit:
        return text
    end = word_end(text, take(text, limit - 1))
    return f"{text[:end].rstrip()}…"


def isolated(run: Run) -> Run:
    """A name that runs from right to left must not turn the date behind it (UAX 9, 2.4)."""
    return Run(isolate(run.text), run.styles, run.link)


def isolate(name: str) -> str:
    """As ``isolated``, for a name alone."""
    return f"\u2068{name}\u2069" if _turns(name) else name


@lru_cache(maxsize=1024)
def _turns(name: str) -> bool:
    """Whether any of it runs from right to left; names are few, and come with every item."""
    if name.isascii():
        return False
    return any(unicodedata.bidirectional(character) in {"R", "AL"} for character in name)


def hashtags(tags: tuple[str, ...], own: tuple[str, ...] = ()) -> Runs:
    """Up to five hashtags on a line; tags that Telegram would cut in the middle are left out.

    ``own``: hashtags that stand before them, sound already and however many.
    """
    names = {name.casefold(): name for name in own}
    most = MAX_TAGS + len(names)
    for tag in tags[:_MAX_WRITTEN_TAGS]:
        if len(names) == most:
            break
        name = _hashtag(tag[:_MAX_WRITTEN_TAG])
        if name:
            names.setdefault(name.casefold(), name)
    if not names:
        return ()
    return (Run(" ".join([f"#{name}" for name in names.values()])),)


@lru_cache(maxsize=1024)
def _hashtag(tag: str) -> str:
    """Letters, digits and underscores of any script, not digits alone; else empty.

    As TDLib finds hashtags (``is_hashtag_letter``).
    """
    text = unicodedata.normalize("NFC", tag.strip().lstrip("#＃"))
    if _would_be_cut(text):
        return ""
    joined = _TAG_JOINTS.sub("_", text)
    text = "".join(filter(_is_hashtag_letter, joined)).strip(_JOINERS)
    if text.casefold() in _EMPTY_TAGS or len(text) > _MAX_TAG:
        return ""
    return text if any(map(str.isalpha, text)) else ""


def _would_be_cut(tag: str) -> bool:
    # Other scripts have signs that have to be looked at one by one.
    if tag.isascii():
        return "+" in tag or "#" in tag
    return any(map(_ends_hashtag, tag))


def _ends_hashtag(character: str) -> bool:
    """Whether leaving a character out would make another word of it: a vowel's sign, ``C++``."""
    is_mark = unicodedata.category(character)[0] == "M"
    return character in "+#" or (is_mark and not _is_sinhala(character))


def _is_hashtag_letter(character: str) -> bool:
    is_letter = character.isalpha() or character.isdecimal()
    return is_letter or character in _JOINERS or _is_sinhala(character)


def _is_sinhala(character: str) -> bool:
    return "\u0d80" <= character <= "\u0dff"
