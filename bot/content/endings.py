"""Endings that programs put below what an author wrote, known by their shape in any language.

What they lead to tells: the item's own page, the start of its site, a host's page on privacy.
"""

import re
import unicodedata
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from urllib.parse import urlsplit

from bot.content.addresses import host_of
from bot.content.html.flow import trim
from bot.content.links import grouped
from bot.model.document import Block, Divider, Figure, Paragraph, Run, Runs, cut, skip, text_of

_MAX_OWN_LINK = 40
"""Characters of a link to the item itself that only says so."""
_MAX_WORDS = 100
"""Characters around the links to an item and its site."""
_MAX_NOTICE = 300
"""Characters of what the host of a podcast says of itself."""
_MAX_SIGN = 4
"""Characters of a sign that links to the item."""
_MIN_TITLE = 12
"""Letters of a title that a text hardly says by chance."""
_MAX_BETWEEN = 40
"""Letters around the names of an item and its site where neither is a link."""

_TRACKING = re.compile(r"(?<=[?&])(?:utm_\w+|source|ref|rss)=[^&#]*&?")
_MORE = re.compile(r"more-\d+")
_ELLIPSIS = re.compile(r"(?:…|\.\.\.|[\[(]\s*(?:…|&hellip;|\.{3})\s*[\])])\s*$")
# As in "74 posts - 43 participants": two numbers, each of something.
_COUNTS = re.compile(r"\d[\d.,\s]*[^\W\d][^\d]{0,30}[-–—·•|,/;]\s*\d[\d.,\s]*[^\W\d][^\d]{0,30}")
_ADDRESS = re.compile(r"(?:https?://)?(?:[\w-]+\.)+[a-z]{2,}\b(?:/\S*)?", re.IGNORECASE)
_PRIVACY = re.compile(
    r"privacy|privacidad|confidential|datenschutz|integritet|personvern|gizlilik|prywatn|adchoices"
    r"|ad-choices|opt-?out|/listener\b|/subscribe\?utm_",
    re.IGNORECASE,
)
_HOSTED = re.compile(
    r"\W*(?:hosted (?:by|on)|powered by|advertis\w+ inquiries|sponsor\w* inquiries)\b"
    r"|\bpersonal(?:i[sz]ed)? (?:data|information)\b",
    re.IGNORECASE,
)
"""What hosts say whose address does not tell."""
_SUPPORT = re.compile(r"/(?:support|message)/?$", re.IGNORECASE)
_ASCII_MARKS = {code: None for code in range(128) if not chr(code).isalnum()}
_RULE = re.compile(r"\s*[-–—_]{2,}\s")


@dataclass(frozen=True, slots=True)
class Known:
    """What a message says beside the text, which the text need not say again."""

    title: str = ""
    published: datetime | None = None
    link: str | None = None
    """The page of the item."""
    site: str | None = None
    """The page of its feed."""
    source: str = ""
    """The name of its feed."""
    footers: tuple[str, ...] = ()
    """Expressions for whole paragraphs that the operator leaves out."""
    plays: bool = False
    """Whether there is a sound or a film beside the text."""
    shows: bool = False
    """Whether there is a picture beside the text."""


def without_endings(blocks: list[Block], known: Known) -> list[Block]:
    """Blocks without what programs put below the last words of the author."""
    kept = list(blocks)
    is_below_link = False
    while True:
        index = _last_text(kept)
        if index is None:
            return kept
        last = kept[index]
        if not isinstance(last, Paragraph):
            return kept
        start = text_of(last.runs).rfind("\n") + 1
        line = trim(skip(last.runs, start))
        is_own = _is_own_link(line, known)
        # A text that is nothing but a link to its page is the only one there is.
        is_alone = not start and index == 0 and len(kept) == 1
        if is_own and is_alone:
            return kept
        if not (is_own or is_ending(line, known) or (is_below_link and _is_counts(line))):
            rest = _without_own_tail(last.runs, known)
            if rest != last.runs:
                kept[index] = Paragraph(rest, last.name)
            return kept
        is_below_link = is_own
        before = trim(cut(last.runs, start))
        kept[index : index + 1] = [Paragraph(before, last.name)] if before else []


def _last_text(blocks: list[Block]) -> int | None:
    """Where the last text is; pictures may stand behind it."""
    for index in range(len(blocks) - 1, -1, -1):
        if not isinstance(blocks[index], Figure | Divider):
            return index
    return None


def may_end(block: Block, known: Known) -> bool:
    """Whether a block, or its last line, would be left out if it were the last."""
    if not isinstance(block, Paragraph):
        return False
    runs = block.runs
    text = text_of(runs)
    start = text.rfind("\n") + 1
    # Most paragraphs are without links, and what only links could be need not be asked of them.
    if not _has_links(runs):
        last = text[start:].strip() if start else text
        return _is_unlinked_ending(last, known) or _COUNTS.fullmatch(last) is not None
    line = trim(skip(runs, start)) if start else runs
    if _is_own_link(line, known) or is_ending(line, known) or _is_counts(line):
        return True
    return _without_own_tail(runs, known) != runs


def _has_links(runs: Runs) -> bool:
    for run in runs:  # noqa: SIM110 - ``any`` takes twice as long, and this is asked of every line
        if run.link:
            return True
    return False


def is_ending(line: Runs, known: Known) -> bool:
    """Whether a line is an ending of a program."""
    if not _has_links(line):
        return _is_unlinked_ending(text_of(line), known)
    if _names_the_item(line, known) or _is_sign(line, known):
        return True
    return known.plays and _is_of_host(line)


def _is_unlinked_ending(line: str, known: Known) -> bool:
    """Whether a line without links is an ending."""
    if len(line) > _MAX_NOTICE + len(known.title):
        return False
    return _says_both_names(line, known) or (known.plays and _is_of_host((Run(line),)))


def _is_own_link(line: Runs, known: Known) -> bool:
    """Whether a line is nothing but a short link to the page of the item, whatever it says."""
    # Most lines are longer, which is soon seen.
    if len(text_of(line)) > _MAX_OWN_LINK:
        return False
    links = list(grouped(line))
    return len(links) == 1 and links[0][0] is not None and _is_page(links[0][0], known.link)


def _is_counts(line: Runs) -> bool:
    return _COUNTS.fullmatch(text_of(line)) is not None


def _names_the_item(line: Runs, known: Known) -> bool:
    """Whether a line says on which site which item was first, and nothing more.

    It links to both, or says both names where feeds leave out links.
    """
    if _says_much(line):
        return False
    links: list[str] = []
    around = 0
    for link, runs in grouped(line):
        if link is None:
            around += sum(len(run.text) for run in runs)
        else:
            links.append(link)
    if not links:
        return _says_both_names(text_of(line), known)
    if len(links) < 2 or not 0 < around <= _MAX_WORDS:
        return False
    of_item = [_is_page(link, known.link) for link in links]
    of_site = [_is_start(link, known) for link in links]
    is_all = all(item or site for item, site in zip(of_item, of_site, strict=True))
    return is_all and any(of_item) and any(of_site)


def _says_much(line: Runs) -> bool:
    """Whether there are too many words around its links for names alone."""
    around = 0
    for run in line:
        if run.link is None:
            around += len(run.text)
    return around > _MAX_WORDS and _has_links(line)


def _says_both_names(text: str, known: Known) -> bool:
    # A line so long says more.
    if len(text) > len(known.title) + len(known.source) + 2 * _MAX_BETWEEN:
        return False
    title, source = letters_of_name(known.title), letters_of_name(known.source)
    if len(title) < _MIN_TITLE or not source:
        return False
    # Letters of ASCII stay as many as they are.
    if text.isascii() and len(text) < len(title) + len(source):
        return False
    line = letters_of(text)
    if title not in line:
        return False
    around = line.replace(title, "", 1)
    return source in around and 0 < len(around) - len(source) <= _MAX_BETWEEN


def letters_of(text: str) -> str:
    """Letters and digits alone, for comparing what people wrote twice."""
    if text.isascii():
        return text.lower().translate(_ASCII_MARKS)
    return "".join(filter(str.isalnum, unicodedata.normalize("NFKC", text).casefold()))


# Of one item and its feed, which every line of its text is compared with.
letters_of_name = lru_cache(maxsize=64)(letters_of)


def _is_sign(line: Runs, known: Known) -> bool:
    """Whether a line is a sign without letters that links to a page of the site."""
    text = text_of(line).strip()
    if len(text) > _MAX_SIGN or any(map(str.isalnum, text)):
        return False
    links = {run.link for run in line if run.text.strip()}
    return len(links) == 1 and _is_of_site(links.pop(), known)


def _is_of_host(line: Runs) -> bool:
    """Whether a line is what the host of a podcast says below each episode."""
    text = text_of(line)
    if len(text) > _MAX_NOTICE:
        return False
    addresses = [run.link for run in line if run.link] or _ADDRESS.findall(text)
    if any(_PRIVACY.search(_path(address)) for address in addresses):
        return True
    if addresses and (_HOSTED.match(text) or (len(addresses) == 1 and _HOSTED.search(text))):
        return True
    return bool(_RULE.match(text)) and any(_SUPPORT.search(address) for address in addresses)


def _path(address: str) -> str:
    """What follows the host in an address that may have no scheme."""
    return address.split("://", 1)[-1].partition("/")[2].join(("/", ""))


def _without_own_tail(runs: Runs, known: Known) -> Runs:
    """Runs without a sign, or a way to the rest, that links to the item behind the last words."""
    if not runs or runs[-1].link is None:
        return runs
    links = list(grouped(runs))
    if len(links) < 2 or links[-1][0] is None:
        return runs
    tail = tuple(links[-1][1])
    length = sum(len(run.text) for _, group in links[:-1] for run in group)
    before = cut(runs, length)
    if _is_sign(tail, known):
        return trim(before)
    ends_open = _ELLIPSIS.search(text_of(before)) is not None
    if ends_open and _is_own_link(tail, known):
        return trim(before)
    return runs


# ---------------------------------------------------------------- addresses


def _is_page(address: str, page: str | None) -> bool:
    """Whether an address is that of a page, but for what counts visitors and where it begins."""
    return page is not None and _bare(address) == _bare(page)


def _bare(address: str) -> str:
    page, _, fragment = address.partition("#")
    bare = _TRACKING.sub("", page).partition("://")[2].removeprefix("www.").rstrip("/?&")
    # Where it begins: behind what the reader has seen. Another part of a page is another thing.
    return bare if not fragment or _MORE.fullmatch(fragment) else f"{bare}#{fragment}"


def _is_start(address: str, known: Known) -> bool:
    """Whether an address is that of the site."""
    if _is_page(address, known.site):
        return True
    return _is_of_site(address, known) and urlsplit(address).path in ("", "/")


def _is_of_site(address: str | None, known: Known) -> bool:
    hosts = {host_of(page) for page in (known.link, known.site) if page}
    return address is not None and host_of(address) in hosts
