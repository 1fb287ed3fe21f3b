"""An item's tags as Telegram's hashtags."""

import re
import unicodedata
from functools import lru_cache

from bot.content.document import Run, Runs

MAX_TAGS = 5
_MAX_LENGTH = 32
_EMPTY = frozenset(
    {
        "uncategorized",
        "uncategorised",
        "未分类",
        "未分類",
        "allgemein",
        "non_classé",
        "sin_categoría",
        "без_рубрики",
    }
)
_JOINTS = re.compile(r"[\s\-–—/&+.:·|,_]+")


def hashtags(tags: tuple[str, ...]) -> Runs:
    """Up to five hashtags on a line; tags that Telegram would cut in the middle are left out."""
    names = dict.fromkeys(name for tag in tags[:50] if (name := _name(tag[:200])))
    unique = {name.casefold(): name for name in reversed(names)}
    kept = [name for name in names if unique[name.casefold()] == name][:MAX_TAGS]
    return (Run(" ".join(f"#{name}" for name in kept)),) if kept else ()


@lru_cache(maxsize=1024)
def _name(tag: str) -> str:
    """Letters, digits and underscores of any script, not digits alone (TDLib, is_hashtag_letter); else empty."""
    text = unicodedata.normalize("NFC", tag.strip().lstrip("#"))
    if any(one in "+#" or unicodedata.category(one)[0] == "M" for one in text):
        return ""
    text = "".join(
        one for one in _JOINTS.sub("_", text) if one == "_" or one.isalpha() or one.isdecimal()
    ).strip("_")
    return (
        text
        if text.casefold() not in _EMPTY
        and len(text) <= _MAX_LENGTH
        and any(one.isalpha() for one in text)
        else ""
    )
