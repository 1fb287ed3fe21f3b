"""Which command somebody meant who typed something near it. Pure."""

import re
from collections.abc import Collection, Mapping
from difflib import get_close_matches

from bot.settings.typed import plain

ALIASES: Mapping[str, str] = {
    "add": "sub",
    "subscribe": "sub",
    "follow": "sub",
    "new": "sub",
    "addfeed": "sub",
    "add_feed": "sub",
    "remove": "unsub",
    "delete": "unsub",
    "del": "unsub",
    "rm": "unsub",
    "unsubscribe": "unsub",
    "unfollow": "unsub",
    "removefeed": "unsub",
    "remove_feed": "unsub",
    "feeds": "list",
    "subs": "list",
    "subscriptions": "list",
    "lists": "list",
    "ls": "list",
    "show": "list",
    "my": "list",
    "feed": "list",
    "info": "list",
    "status": "list",
    "check": "list",
    "checks": "list",
    "history": "list",
    "search": "list",
    "find": "list",
    "test": "preview",
    "latest": "preview",
    "styles": "style",
    "look": "style",
    "edit": "settings",
    "options": "settings",
    "config": "settings",
    "format": "template",
    "templates": "template",
    "frequency": "interval",
    "intervals": "interval",
    "every": "interval",
    "like": "more",
    "upvote": "more",
    "dislike": "less",
    "downvote": "less",
    "fewer": "less",
    "mute": "pause",
    "stop": "pause",
    "unpause": "resume",
    "continue": "resume",
    "unmute": "resume",
    "manage": "channel",
    "channels": "channel",
    "set_channel": "channel",
    "done": "cancel",
    "exit": "cancel",
    "language": "lang",
    "languages": "lang",
    "commands": "help",
    "menu": "help",
    "h": "help",
}
"""What people type who know other bots: to the command that does it here."""
_NUMBERED = re.compile(r"([a-z_]+?)_?(\d+)")
_SLASHED = re.compile(r"\s*(?:[/\\!.．／＼！]|/)\s*([^\W\d]+)\s*(.*)", re.DOTALL)
_MENTIONED = re.compile(r"(?:^|\s)/([a-z_]{2,32})\b", re.IGNORECASE)
NEAR = 0.6
"""How alike a typing error and its command are at the least, from 0 to 1 (``difflib``)."""


def read_name(name: str, known: Collection[str]) -> tuple[str, tuple[str, ...]]:
    """A command by one of its names, and the number that was glued to it ("unsub1").

    Returns:
        The name as it was typed, where it is no command's.
    """
    found = _NUMBERED.fullmatch(name)
    bare, numbers = (found[1], (found[2],)) if found else (name, ())
    command = ALIASES.get(bare, bare)
    return (command, numbers) if command in known else (name, ())


def suggest(name: str, known: Collection[str]) -> str:
    """The command that was probably meant by a name that is none; empty where none is near."""
    wanted = plain(name)
    command, _ = read_name(wanted, known)
    if command in known:
        return command
    # "subs-cribe" and "list_all" begin with what was meant.
    names = [*known, *ALIASES]
    near = get_close_matches(wanted, names, n=1, cutoff=NEAR)
    if near:
        return ALIASES.get(near[0], near[0])
    return ""


def read_slashed(text: str, known: Collection[str]) -> tuple[str, str] | None:
    """The command and the rest of a text that begins with a slash that Telegram does not know.

    Such are a full-width slash, one with a space behind it, and a backslash.
    """
    found = _SLASHED.fullmatch(text)
    if found is None:
        return None
    command, _ = read_name(plain(found[1]), known)
    return (command, found[2]) if command in known else None


def suggest_in(text: str, known: Collection[str]) -> str:
    """The command that a text speaks of: in its middle, or as its first word without a slash."""
    for mentioned in _MENTIONED.findall(text):
        command, _ = read_name(mentioned.casefold(), known)
        if command in known:
            return command
    first = re.match(r"[^\W\d]+", plain(text).strip())
    if first is None:
        return ""
    command, _ = read_name(first[0], known)
    return command if command in known else ""
