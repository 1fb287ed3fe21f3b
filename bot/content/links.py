"""Links that a page does not write as such: to media that is not shown, addresses in the text."""

import re
from collections.abc import Iterator
from itertools import groupby
from operator import attrgetter

from bot.content.addresses import MAX_LENGTH, absolute
from bot.content.html.embedded import is_embedded
from bot.model.document import Embed, Image, Media, Run, Runs, TextStyle

_MAX_NAME = 64
_ADDRESS = re.compile(
    r"https?://[^\s<>\"“”„‘’«»「」『』（）【】《》，。、；：！？…\u3000]+", re.IGNORECASE
)
_SURE_ENDS = ".,;:!?'*_|"
_PAIRS = {")": "(", "]": "[", "}": "{"}
_VERBATIM = frozenset({TextStyle.CODE, TextStyle.FORMULA})


def link_to(media: Media) -> Runs:
    """A symbol for its kind, then its name as a link."""
    if isinstance(media, Embed):
        return (Run("▶ "), Run(media.title or media.site, link=media.url))
    address = media.sources[0]
    if is_embedded(address):
        # No address leads to it.
        return (Run("🖼 "), Run(media.alt if isinstance(media, Image) else ""))
    name = address.rsplit("/", 1)[-1].partition("?")[0] or address
    if isinstance(media, Image):
        return (Run("🖼 "), Run((media.alt or name)[:_MAX_NAME], link=address))
    return (Run("▶ "), Run(name, link=address))


def grouped(runs: Runs) -> Iterator[tuple[str | None, list[Run]]]:
    """Neighbours that lead to one address, and where to; spaces alone lead nowhere."""
    for link, group in groupby(runs, key=attrgetter("link")):
        neighbours = list(group)
        leads = link is not None and any(run.text.strip() for run in neighbours)
        yield link if leads else None, neighbours


def with_links(runs: Runs) -> Runs:
    """Runs whose addresses are links too, for messages in which Telegram does not look for them."""
    if not any("://" in run.text for run in runs):
        return runs
    return tuple(part for run in runs for part in _with_links(run))


def _with_links(run: Run) -> Iterator[Run]:
    text = run.text
    if run.link is not None or run.styles & _VERBATIM or "://" not in text:
        yield run
        return
    begin = 0
    for match in _ADDRESS.finditer(text):
        address = _bare(match[0])
        link = absolute(address)
        if not link:
            continue
        if match.start() > begin:
            yield Run(text[begin : match.start()], run.styles)
        yield Run(address, run.styles, link)
        begin = match.start() + len(address)
    if begin < len(text):
        yield Run(text[begin:], run.styles)


def _bare(address: str) -> str:
    """An address without what only follows it: punctuation, brackets that it did not open."""
    if len(address) > MAX_LENGTH:
        return ""
    end = len(address)
    while end and (address[end - 1] in _SURE_ENDS or _closes_more(address[:end])):
        end -= 1
    return address[:end]


def _closes_more(address: str) -> bool:
    closer = address[-1]
    return closer in _PAIRS and address.count(closer) > address.count(_PAIRS[closer])
