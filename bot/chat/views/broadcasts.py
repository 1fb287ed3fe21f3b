"""A broadcast before it goes, on its way, and when it is over, as replies. Does no I/O."""

from collections.abc import Sequence

from bot.chat.context import Localizer
from bot.model import Broadcast, BroadcastResult, BroadcastState
from bot.telegram.keyboards import Reply, button, keyboard

ALL = "all"
"""Stands for every language on a button."""


def preview(
    localizer: Localizer, broadcast: Broadcast, count: int, languages: Sequence[str]
) -> Reply:
    """What it will look like, how many chats it goes to, and whom else it could go to."""
    head = localizer.html("broadcast-preview", count=count, language=_name(localizer, broadcast))
    choices = [
        button(
            _language_name(localizer, language), "broadcast-language", broadcast.id, language or ALL
        )
        for language in ("", *languages)
        if language != broadcast.language
    ]
    send = [
        button(localizer.plain("button-broadcast", count=count), "broadcast-send", broadcast.id)
    ]
    drop = [button(localizer.plain("button-broadcast-drop"), "broadcast-drop", broadcast.id)]
    rows = keyboard(send if count else (), choices, drop)
    return Reply(f"{head}\n\n{broadcast.html}", rows)


def progress(localizer: Localizer, broadcast: Broadcast, result: BroadcastResult) -> Reply:
    """How far it is, with a button to stop it; or what became of it."""
    facts = {
        "sent": result.sent,
        "refused": result.refused,
        "held": result.held,
        "stopped": result.stopped,
        "queued": broadcast.queued,
        "total": max(broadcast.total, broadcast.queued),
    }
    match broadcast.state:
        case BroadcastState.SENT:
            return Reply(localizer.html("broadcast-sent", **facts))
        case BroadcastState.STOPPED:
            return Reply(localizer.html("broadcast-stopped", **facts))
        case _:
            stop = [
                button(localizer.plain("button-broadcast-stop"), "broadcast-stop", broadcast.id)
            ]
            return Reply(localizer.html("broadcast-sending", **facts), keyboard(stop))


def _name(localizer: Localizer, broadcast: Broadcast) -> str:
    return _language_name(localizer, broadcast.language) if broadcast.language else ALL


def _language_name(localizer: Localizer, language: str) -> str:
    if not language:
        return localizer.plain("button-broadcast-all")
    return localizer.translator.plain(language, "language-name")
