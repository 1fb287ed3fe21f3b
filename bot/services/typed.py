"""What people type behind a command: links as they write them, chats that they name. Pure."""

import re
from collections.abc import Sequence

from bot.errors import BadAddress
from bot.fetching.url import normalise

_MARKDOWN_LINK = re.compile(r"!?\[[^\[\]]*\]\(\s*<?((?:[^\s()<>]|\([^\s()]*\))+)>?\s*\)[.,;:!]*")
_CHAT_NAME = re.compile(r"@[a-z]\w{3,31}|-\d{5,}", re.IGNORECASE)
"""A public name, or the id of a group or channel (Bot API, chat_id)."""
_PUBLIC_NAME = re.compile(r"@[a-z]\w{3,31}", re.IGNORECASE)
_TRAILING = ".,;:!"


def plain_links(words: Sequence[str]) -> tuple[str, ...]:
    """The words, with ``[Feed](https://…)`` as the address that it leads to."""
    return tuple(_MARKDOWN_LINK.sub(r" \1 ", " ".join(words)).split())


def named_chat(words: Sequence[str]) -> str:
    """The word beside addresses that names the chat which shall get the feeds; empty without one.

    Whatever stands before the first address is meant as one, too: nobody can tell what else.
    """
    chats = [word for word in words if is_chat_name(word)]
    # Names alone are what shall be followed.
    addresses = [word for word in words if is_address(word) and word not in chats]
    if not addresses or len(words) == 1:
        return ""
    if chats:
        return chats[0]
    return words[0] if words[0] != addresses[0] else ""


def is_chat_name(word: str) -> bool:
    """Whether a word can only name a channel or a group: ``@name``, or an id such as -100…."""
    return _CHAT_NAME.fullmatch(word.rstrip(_TRAILING)) is not None


def are_names(text: str) -> bool:
    """Whether a text is nothing but public names of Telegram: ``@name``, or several."""
    words = text.split()
    return bool(words) and all(_PUBLIC_NAME.fullmatch(word.rstrip(_TRAILING)) for word in words)


def is_address(word: str) -> bool:
    """Whether a word is an address, be it without its scheme."""
    try:
        normalise(word)
    except BadAddress:
        return False
    return True
