"""How far an import is, and what came of it, in people's words. Does no I/O."""

import html
from collections.abc import Iterator, Sequence

from bot.chat.context import Localizer
from bot.chat.views.health import failure_reason
from bot.chat.views.menus import TITLE_MAX, shorten, shown_address
from bot.store.imports import BadLine, Import, LineState, Tally
from bot.telegram.keyboards import Reply, button, keyboard

LINES_MAX = 20
"""Lines with a reason that a report holds; the others are in the file alone."""


def progress(localizer: Localizer, import_: Import, tally: Tally) -> Reply:
    """How far it is, with a button that stops it."""
    stop = keyboard([button(localizer.plain("button-import-stop"), "import-stop", import_.id)])
    name = shorten(import_.name, TITLE_MAX)
    if tally.waiting:
        done = tally.total - tally.waiting
        text = localizer.html("import-adding", name=name, number=done, count=tally.total)
        return Reply(text, stop)
    polled = tally.added - tally.unpolled
    text = localizer.html("import-checking", name=name, number=polled, count=tally.added)
    return Reply(text, stop)


def report(localizer: Localizer, import_: Import, tally: Tally, bad: Sequence[BadLine]) -> Reply:
    """What came of it, with buttons to take it back."""
    name = shorten(import_.name, TITLE_MAX)
    paragraphs: list[str] = [localizer.html("import-done", name=name, count=tally.added)]
    for key, count in (
        ("import-known", tally.known),
        ("import-repeats", import_.repeats),
        ("import-unpolled", tally.unpolled),
        ("import-misread", import_.misread),
        ("import-over", tally.over),
        ("import-stopped", tally.stopped),
    ):
        if count:
            paragraphs.append(localizer.html(key, count=count))
    explained = [line for line in bad if line.state in {LineState.ADDED, LineState.UNUSABLE}]
    room = LINES_MAX
    for key, state in (
        ("import-failing", LineState.ADDED),
        ("import-unusable", LineState.UNUSABLE),
    ):
        some = [line for line in explained if line.state == state]
        if not some:
            continue
        lines = [localizer.html(key, count=len(some)), *_reasons(localizer, some[:room])]
        if len(some) > room:
            lines.append(localizer.html("import-more", count=len(some) - room))
        room = max(room - len(some), 0)
        paragraphs.append("\n".join(lines))
    if bad:
        paragraphs.append(localizer.html("import-again"))
    undo = []
    if tally.added:
        undo.append(button(localizer.plain("button-import-undo"), "import-undo", import_.id))
    drop = []
    if tally.failing and tally.failing < tally.added:
        label = localizer.plain("button-import-drop", count=tally.failing)
        drop.append(button(label, "import-drop", import_.id))
    return Reply("\n\n".join(paragraphs), keyboard(undo, drop) if undo else None)


def _reasons(localizer: Localizer, lines: Sequence[BadLine]) -> Iterator[str]:
    for line in lines:
        name = shorten(line.title, TITLE_MAX) or shown_address(line.url)
        yield f"• {html.escape(name)}: {_reason(localizer, line)}"


def _reason(localizer: Localizer, line: BadLine) -> str:
    if line.state == LineState.ADDED:
        return failure_reason(localizer, line.failure)
    return localizer.html("import-line", reason=line.reason.removeprefix("error-"))
