"""Many items in few messages: sections that unfold, a line for each item, the most told first.

What goes into it in which order was decided before (``bot.digests``, ``services.catching_up``);
here it becomes messages that Telegram takes, each item in exactly one of them.
"""

from collections import deque
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import chain, groupby

from bot.content.addresses import absolute, is_public
from bot.content.link_targets import link_target
from bot.content.measure import ENTITY_LIMIT, TEXT_LIMIT, is_visible, units
from bot.content.messages.article import is_right_to_left
from bot.content.messages.story import clipped, isolated, line
from bot.content.messages.styles import ARTICLE_FALLBACKS
from bot.content.render import classic
from bot.content.split.engine import Cost
from bot.content.split.rich_limits import LIMITS, cost_of
from bot.model import Fallback, Message, RichMessage
from bot.model.document import (
    Block,
    Blocks,
    Details,
    Heading,
    Listing,
    ListItem,
    Paragraph,
    Run,
    Runs,
    TextStyle,
    styled,
    texts_of,
)

MAX_SOURCES = 5
"""Other feeds that a line names; of the rest it says how many there are."""
_MAX_TITLE, _MAX_NAME = 250, 64
"""UTF-16 units."""
_MARKUP_ROOM = 11_000
"""Bytes of tags in a classic message; ``render.classic`` leaves out what is beyond 12 000."""
_LONGEST_LINK = 1_500
"""Characters of an address: with longer ones, a single line could take all that room."""


@dataclass(frozen=True, slots=True)
class Source:
    """Another feed that tells the same story; the address is untrusted, ``None``: it has none."""

    name: str
    link: str | None = None


@dataclass(frozen=True, slots=True)
class Entry:
    """A line of a digest, made of untrusted text."""

    title: str
    link: str | None = None
    row: int = 0
    """What it stands for: the id of a row of the outbox, say."""
    source: str = ""
    """Its feed, where no group says so."""
    when: str = ""
    """A moment, as it is to be read; empty where it would tell nothing."""
    also: tuple[Source, ...] = ()


@dataclass(frozen=True, slots=True)
class Group:
    """The entries of one feed; ``name`` is empty where it is the name of its section."""

    name: str
    entries: tuple[Entry, ...]


@dataclass(frozen=True, slots=True)
class Section:
    """What unfolds together; ``is_open``: it is shown unfolded."""

    name: str
    groups: tuple[Group, ...]
    is_open: bool = False


@dataclass(frozen=True, slots=True)
class Digest:
    """What a digest says; ``continued`` is the heading of its messages after the first."""

    heading: str
    sections: tuple[Section, ...]
    notes: tuple[str, ...] = ()
    """Lines below the heading."""
    continued: str = ""
    most_of_group: int = 10
    """Entries of a group that are shown before the others, which unfold once more; 0: all."""


@dataclass(frozen=True, slots=True)
class DigestWords:
    """What the lines of a digest say, in the language of the chat."""

    also: str = "also"
    more: Callable[[int], str] = "and {} more".format
    """What unfolds into so many entries, or stands for so many names."""


@dataclass(frozen=True, slots=True)
class Part:
    """One message of a digest, and the rows that it tells of."""

    message: Message | RichMessage
    rows: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class _Line:
    section: Section
    group: Group
    entry: Entry
    blocks: Blocks


@dataclass(frozen=True, slots=True)
class _Form:
    """How messages are measured and written, rich or classic."""

    room: Cost
    cost: Callable[[Block], Cost]
    """Of a block, with what parts it from the next one. A classic message counts UTF-16 units,
    entities (``runs``) and the bytes of its tags (``blocks``)."""
    write: Callable[[Blocks], Message | RichMessage]
    is_rich: bool = False
    is_plain: bool = False

    def link(self, url: str | None) -> str | None:
        """An untrusted address as this kind of message may hold it; ``None``: it may not."""
        address = _address(url)
        if address is None or (self.is_rich and not is_public(address)):
            return None
        return link_target(address)


def digest_parts(
    digest: Digest, words: DigestWords, fallback: Fallback = Fallback.FULL
) -> Iterator[Part]:
    """The messages of a digest, one after the other; each entry is in exactly one.

    Rich as long as ``fallback`` allows it, then classic, then plain text; classic also where an
    entry leads into a private network, whose addresses no rich message may hold. Without an entry
    there is no message.
    """
    form = _form_of(fallback)
    if form.is_rich and any(map(_is_private, _links(digest))):
        form = _form_of(Fallback.TEXT)
    lines = deque(_lines(digest, words, form))
    heading = digest.heading
    notes = digest.notes
    while lines:
        top: Blocks = (Heading(3, _name_of(heading, _MAX_TITLE)),)
        top += tuple(Paragraph(_name_of(note, _MAX_TITLE)) for note in notes)
        taken = _take(lines, form.room - _total(top, form), words, form)
        blocks = (*top, *_laid_out(taken, digest.most_of_group, words, form))
        yield Part(form.write(blocks), tuple(each.entry.row for each in taken))
        heading, notes = digest.continued or digest.heading, ()


def _take(lines: deque[_Line], room: Cost, words: DigestWords, form: _Form) -> list[_Line]:
    """The first lines, at least one, as many as there is room for."""
    taken: list[_Line] = []
    while lines:
        first = lines[0]
        # The list itself is a part of the group's frame.
        price = _total(first.blocks, form) - form.cost(Listing(()))
        before = taken[-1] if taken else None
        if before is None or before.section is not first.section:
            price += _section_frame(first.section, form)
        if before is None or before.group is not first.group:
            price += _group_frame(first.group, words, form)
        if taken and not price.fits(room):
            break
        room -= price
        taken.append(lines.popleft())
    return taken


# ---------------------------------------------------------------- what it says


def _lines(digest: Digest, words: DigestWords, form: _Form) -> Iterator[_Line]:
    for section in digest.sections:
        for group in section.groups:
            for entry in group.entries:
                paragraph = Paragraph(_runs(entry, words, form))
                item = Listing((ListItem((paragraph,)),))
                yield _Line(section, group, entry, (item,))


def _runs(entry: Entry, words: DigestWords, form: _Form) -> Runs:
    runs = list(_linked(entry.title or entry.link or "", entry.link, _MAX_TITLE, form))
    for text in (entry.source, entry.when):
        name = clipped(line(text), _MAX_NAME)
        if is_visible(name):
            runs += [Run(" · "), isolated(Run(name))]
    if entry.also:
        runs.append(Run(f" · {words.also}: "))
        for index, source in enumerate(entry.also[:MAX_SOURCES]):
            if index:
                runs.append(Run(", "))
            runs += _linked(source.name, source.link, _MAX_NAME, form)
        others = len(entry.also) - MAX_SOURCES
        if others > 0:
            runs.append(Run(f" {words.more(others)}"))
    return tuple(runs)


def _linked(text: str, url: str | None, limit: int, form: _Form) -> Runs:
    """A text that leads to an address; in plain text, the address stands behind it."""
    name = clipped(line(text), limit)
    if not is_visible(name):
        name = "—"
    link = form.link(url)
    run = isolated(Run(name))
    if link is None:
        return (run,)
    if form.is_plain:
        return (run, Run(f" {link}"))
    return (run._replace(link=link),)


def _laid_out(lines: Sequence[_Line], most: int, words: DigestWords, form: _Form) -> Blocks:
    blocks: list[Block] = []
    # By identity: two sections, or two groups of a section, may be alike.
    for _, of_section in groupby(lines, lambda each: id(each.section)):
        inside = list(of_section)
        section = inside[0].section
        content: list[Block] = []
        for _, of_group in groupby(inside, lambda each: id(each.group)):
            entries = list(of_group)
            name = entries[0].group.name
            if name:
                content.append(Paragraph(_name(name, form)))
            content += _entries(entries, most, words, form)
        if section.is_open:
            blocks += [Heading(4, _name_of(section.name)), *content]
        else:
            summary = (*_name_of(section.name), Run(f" · {len(inside)}"))
            blocks.append(Details(summary, tuple(content)))
    return tuple(blocks)


def _entries(lines: Sequence[_Line], most: int, words: DigestWords, form: _Form) -> Blocks:
    """Entries of a group; those beyond ``most`` unfold by themselves where that can be."""
    # Classic messages fold but once, and one entry more takes no more room than what leads to it.
    if not form.is_rich or not most or len(lines) <= most + 1:
        return (_listing(lines),)
    rest = lines[most:]
    return (
        _listing(lines[:most]),
        Details((Run(words.more(len(rest))),), (_listing(rest),)),
    )


def _listing(lines: Sequence[_Line]) -> Listing:
    items: list[ListItem] = []
    for each in lines:
        for block in each.blocks:
            if isinstance(block, Listing):
                items += block.items
    return Listing(tuple(items))


def _name_of(name: str, limit: int = _MAX_NAME) -> Runs:
    shown = clipped(line(name), limit)
    return (isolated(Run(shown if is_visible(shown) else "—")),)


def _name(name: str, form: _Form) -> Runs:
    shown = _name_of(name)
    return shown if form.is_plain else styled(shown, TextStyle.BOLD)


def _links(digest: Digest) -> Iterator[str | None]:
    """Where its entries lead to."""
    for section in digest.sections:
        for group in section.groups:
            for entry in group.entries:
                yield entry.link
                yield from (source.link for source in entry.also)


def _address(url: str | None) -> str | None:
    return absolute(url) if url and len(url) <= _LONGEST_LINK else None


def _is_private(url: str | None) -> bool:
    address = _address(url)
    return address is not None and not is_public(address)


# ---------------------------------------------------------------- how much room it takes


def _form_of(fallback: Fallback) -> _Form:
    if fallback in ARTICLE_FALLBACKS:
        limits = LIMITS.halved() if fallback is Fallback.HALVED else LIMITS
        return _Form(limits.room, lambda block: cost_of((block,)), _rich, is_rich=True)
    room = Cost(TEXT_LIMIT, _MARKUP_ROOM, 1, ENTITY_LIMIT)
    if fallback is Fallback.PLAIN:
        return _Form(room, _classic_cost, _plain, is_plain=True)
    return _Form(room, _classic_cost, _classic)


def _rich(blocks: Blocks) -> RichMessage:
    return RichMessage(blocks, is_rtl=is_right_to_left(texts_of(blocks)))


def _classic(blocks: Blocks) -> Message:
    return Message(classic.render(blocks).html)


def _plain(blocks: Blocks) -> Message:
    return Message(classic.escape(classic.render(blocks).text))


def _total(blocks: Blocks, form: _Form) -> Cost:
    return sum(map(form.cost, blocks), Cost())


def _section_frame(section: Section, form: _Form) -> Cost:
    """What a section takes beside its entries: its name, the number of them, and its own block."""
    number = Run(" · 99999")
    return form.cost(Details((*_name_of(section.name), number), ()))


def _group_frame(group: Group, words: DigestWords, form: _Form) -> Cost:
    """The name of a group, and what unfolds its rest."""
    lists = Listing(()), Listing(())
    price = _total((Details((Run(words.more(99_999)),), ()), *lists), form)
    if group.name:
        price += form.cost(Paragraph(_name(group.name, form)))
    return price


_GAP = 2
"""Units between blocks; a line of a list takes one less, and three for its bullet."""
_BULLET = 3
_FOLDED = Cost(0, 60, 0, 2)
"""A quotation that unfolds, and its bold line: two tags."""


def _classic_cost(block: Block) -> Cost:
    match block:
        case Listing():
            runs = _runs_of_list(block)
            return _runs_cost(runs, _BULLET * len(block.items))
        case Details():
            return _runs_cost(block.summary, _GAP) + _FOLDED
        case Paragraph() | Heading():
            return _runs_cost(block.runs, _GAP) + Cost(0, 8, runs=1)
        case _:
            return Cost()


def _runs_of_list(block: Listing) -> Runs:
    paragraphs = chain.from_iterable(item.blocks for item in block.items)
    return tuple(run for each in paragraphs if isinstance(each, Paragraph) for run in each.runs)


def _runs_cost(runs: Runs, beside: int) -> Cost:
    length, entities, tags = beside, 0, 0
    for run in runs:
        length += units(run.text)
        if run.link is not None:
            entities += 1
            # As ``render.classic`` counts: the address twice, escaped.
            tags += 2 * len(run.link.replace("&", "&amp;").encode()) + 23
    return Cost(length, tags, 0, entities)
