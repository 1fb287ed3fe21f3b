"""Where else an item leads: files that neither show nor play, comments, the page it is about."""

import re
from collections.abc import Iterator
from urllib.parse import unquote

from bot.content.addresses import host_of, resolve
from bot.content.endings import Known
from bot.content.link_targets import link_target
from bot.content.localize import Wording, write_size
from bot.content.media.pictures import is_picture
from bot.content.messages.story import Story, clipped, line
from bot.content.repair import is_boilerplate
from bot.model import COMMENTS, RELATED, Enclosure
from bot.model.document import Blocks, Paragraph, Run, Runs

_MOST_FILES = 5
_MAX_NAME = 64
_MAX_LABEL = 24
"""Characters of ``12 comments`` and its like."""
_SHOWN = ("image", "audio", "video", "text/html")
"""How the types of files begin that are shown, played or opened elsewhere."""
_TO_COMMENTS = re.compile(r"\W*(?:\d+\s*)?(?:comments?|discuss(?:ion)?)\W*", re.IGNORECASE)
_TO_PAGE = re.compile(r"\W*(?:link|source)\W*", re.IGNORECASE)
_LABEL = re.compile(f"{_TO_COMMENTS.pattern}|{_TO_PAGE.pattern}", re.IGNORECASE)
_SAME = re.compile(r"https?://(?:www\.|old\.)?|/?(?:#.*)?$", re.IGNORECASE)


def further_links(
    blocks: Blocks, story: Story, wording: Wording, language: str
) -> tuple[Runs, ...]:
    """A line for each: files by name and size, the page that it is about, where it is discussed.

    Args:
        blocks: The body, boilerplate included: a line such as ``[link] [comments]`` is left out of
            what is shown, but leads to pages that nothing else leads to.
        story: The item.
        wording: Words in the language of the chat.
        language: Of numbers.
    """
    files, related, comments = _of_enclosures(story)
    labelled = [block for block in blocks if isinstance(block, Paragraph) and _is_labelled(block)]
    # Most items have neither: to judge what is boilerplate takes time.
    if labelled or related or comments:
        wanted = {_page(address) for address, _ in (*related, *comments)}
        wanted.update(_page(run.link) for block in labelled for run in block.runs if run.link)
        shown = {_page(story.link)}
        for run, is_left_out in _linking(blocks, wanted, story.known):
            if not is_left_out:
                shown.add(_page(run.link))
            elif _TO_COMMENTS.fullmatch(run.text):
                comments.append((run.link or "", ""))
            elif _TO_PAGE.fullmatch(run.text):
                related.append((run.link or "", ""))
        related, comments = _new(related, shown), _new(comments, shown)
    lines = [_file_line(file, address, language) for file, address in files[:_MOST_FILES]]
    for address, _ in related:
        lines += [(Run("🔗 "), Run(clipped(host_of(address), _MAX_NAME), link=address))]
    for address, count in comments:
        number = (Run(f" · {count}"),) if count else ()
        lines += [(Run("💬 "), Run(wording.comments, link=address), *number)]
    return tuple(lines)


_Pages = list[tuple[str, str]]
"""Addresses, each with what is said of it."""


def _of_enclosures(story: Story) -> tuple[list[tuple[Enclosure, str]], _Pages, _Pages]:
    """Files, pages that the item is about, and its comments, with their addresses."""
    files: list[tuple[Enclosure, str]] = []
    related: _Pages = []
    comments: _Pages = []
    for enclosure in story.item.enclosures:
        address = resolve(enclosure.url, story.base)
        kind = enclosure.kind.lower()
        if address is None or kind.startswith(_SHOWN) or is_picture(kind, address):
            continue
        if enclosure.kind == COMMENTS:
            comments.append((address, enclosure.title))
        elif enclosure.kind == RELATED:
            related.append((link_target(address), ""))
        elif address != story.link:
            files.append((enclosure, address))
    return files, related, comments


def _linking(blocks: Blocks, wanted: set[str], known: Known) -> Iterator[tuple[Run, bool]]:
    """The links to some pages, and whether their paragraph is left out as boilerplate."""
    for block in blocks:
        if isinstance(block, Paragraph):
            links = [run for run in block.runs if run.link and _page(run.link) in wanted]
            is_left_out = bool(links) and is_boilerplate(block, known)
            for run in links:
                yield run, is_left_out


def _is_labelled(block: Paragraph) -> bool:
    """Whether a link in it is called what leads to comments, or to what an item is about."""
    for run in block.runs:
        if run.link and len(run.text) <= _MAX_LABEL and _LABEL.fullmatch(run.text):
            return True
    return False


def _new(pages: _Pages, shown: set[str]) -> _Pages:
    """The first page that nothing else leads to, if there is one."""
    return [page for page in pages if _page(page[0]) not in shown][:1]


def _page(address: str | None) -> str:
    """What tells pages apart: neither the scheme nor a place within the page."""
    return _SAME.sub("", address or "")


def _file_line(file: Enclosure, address: str, language: str) -> Runs:
    """``📎 report.pdf · 90 kB``."""
    name = line(file.title) or _name_in(address) or host_of(address)
    runs = (Run("📎 "), Run(clipped(name, _MAX_NAME), link=address))
    return (*runs, Run(f" · {write_size(file.size, language)}")) if file.size else runs


def _name_in(address: str) -> str:
    path = address.partition("://")[2].partition("#")[0].partition("?")[0]
    return line(unquote(path.partition("/")[2].rstrip("/").rpartition("/")[2]))
