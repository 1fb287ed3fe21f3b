"""An address out of a JSON document: what the directories of podcasts and packages know. Runs in a worker."""

import json
import re
from typing import Any

from bot.errors import BadAddress
from bot.fetching.url import normalise
from bot.parsing.encoding import decode

# How package.json names a repository (docs.npmjs.com): git+https://…, git@host:owner/repo,
# github:owner/repo.
_SHORT = re.compile(r"(?:(github|gitlab):)?([\w-]+/[\w.-]+)")
_REMOTE = re.compile(
    r"(?:git\+)?(?:(?:ssh|git|https?)://)?(?:[\w-]+@)?([\w.-]+\.\w+)[:/](.+?)(?:\.git)?/?(?:#.*)?"
)


def read_lookup(path: tuple[str, ...], body: bytes, content_type: str, url: str) -> str:
    """The address at ``path`` (keys, and places in lists), in its stored form; empty where there is none."""
    del url  # every reader of a worker has it
    try:
        value: Any = json.loads(decode(body, content_type))
        for step in path:
            value = value[int(step)] if isinstance(value, list) else value[step]
        return _address(value) if isinstance(value, str) else ""
    except (ValueError, LookupError, TypeError, RecursionError, BadAddress):
        return ""


def _address(written: str) -> str:
    short = _SHORT.fullmatch(written)
    if short:
        return f"https://{short[1] or 'github'}.com/{short[2]}"
    remote = _REMOTE.fullmatch(written)
    if remote and (written.startswith(("git", "ssh")) or written.endswith(".git")):
        return normalise(f"https://{remote[1]}/{remote[2]}")
    return normalise(written)
