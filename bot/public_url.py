"""The public form of an address: what identifies it, and nothing that lets somebody in. Pure.

Whoever knows the whole address of a private feed can read it: a name and a password may stand in
it, a token in its query, a long random part in its path. Chats, logs and errors show this form.
"""

import re
from functools import lru_cache
from urllib.parse import quote, unquote

import idna

HIDDEN = "…"
"""Stands for what is not shown."""

_SCHEME = re.compile(r"(?:[a-z][a-z0-9+.-]*:)?//|[a-z][a-z0-9+.-]*://", re.IGNORECASE)
_USERINFO = re.compile(r"[^/?#]*@")
_BROKEN_USERINFO = re.compile(r"[^/?#@\[\]]*:(?!\d*(?:[/?#]|$)).*@", re.DOTALL)
"""A password with a slash or a hash in it: where a port would stand is none."""
_SECRET_NAME = re.compile(
    r"auth(?!ors?\b)|token|secret|pass|pwd|cred|session|jwt|hmac|bearer|private|access|hash"
    r"|signature|key(?!w)|^(?:[kth]|pw|sid|sig|sign|code|pin|otp|jsessionid)$",
    re.IGNORECASE,
)
_PUBLIC_NAMES = frozenset({"channel_id", "playlist_id", "channel", "playlist"})
"""What follows them looks random and is known to everybody: YouTube's ids."""
_EXTENSION = re.compile(r"\.[a-z]{2,5}", re.IGNORECASE)
_WORD = re.compile(r"[^\W_]+")
_NUMBERED = re.compile(r"(?:[a-z]{1,12}|[A-Z][a-z]{0,11}|[A-Z]{1,5})\d{1,4}|\d{1,4}[a-z]{1,4}")
"""Words such as "rss2" and "10th"."""
_NAMED = re.compile(r"[a-z]*(?:[A-Z][a-z]{2,})*[A-Z]{0,3}|[A-Z]+(?:[a-z]{3,})?")
"""Words such as "feed", "WordPress", "OpenAI", "RSS" and "JSONFeed"."""
_LONG_PART, _LONG_VALUE = 16, 10
"""Characters from which a part of a path, or a value of a query, may be a random one."""
_RANDOM_MIN = 8
"""Characters in words that nobody reads make a text random."""
_CHANGES = re.compile(
    r"[a-z](?=[A-Z0-9])|[A-Z](?=[0-9])|[0-9](?=[A-Za-z])|(?<=[a-z])[A-Z](?=[A-Z])"
)
"""From small letters to capital ones, from letters to digits or back, without a gap."""
_CHANGES_MIN = 4
_NUMBER_MAX = 19
"""Digits of a number that counts something."""
_WORD_MAX = 16
_KEPT = 4
"""Characters of a random text that stay, to tell two such addresses from one another."""


@lru_cache(maxsize=4096)  # a poll and its log lines ask several times
def public_url(url: str) -> str:
    """An address as members and logs may see it, with ``…`` for what lets somebody in.

    Also of what is no address: of words that somebody typed, with the same things left out. The
    host is in Unicode where that cannot deceive; a fragment is left out.
    """
    scheme = _SCHEME.match(url)
    start = scheme.end() if scheme else 0
    rest = _without_userinfo(url[start:]).partition("#")[0]
    before, mark, query = rest.partition("?")
    host, slash, path = before.partition("/")
    shown_query = "&".join(map(_public_pair, query.split("&")))
    return f"{url[:start]}{_public_host(host)}{slash}{_public_path(path)}{mark}{shown_query}"


def public_link(url: str) -> str:
    """An address that everybody may follow: the site's front page where something is hidden."""
    shown = public_url(url)
    if HIDDEN not in shown:
        return shown
    scheme, separator, rest = shown.partition("://")
    host = re.split(r"[/?]", rest, maxsplit=1)[0]
    return f"{scheme}{separator}{host}/"


def public_base(url: str) -> str:
    """What relative addresses in a document may be counted from, as they are shown to everybody."""
    return public_link(url.partition("?")[0])


def has_secrets(url: str) -> bool:
    """Whether the public form leaves something out that lets somebody in."""
    rest = _SCHEME.sub("", url, count=1)
    return HIDDEN in public_url(url) or rest != _without_userinfo(rest)


def _without_userinfo(rest: str) -> str:
    """What follows the scheme, without a name and a password."""
    found = _USERINFO.match(rest) or _BROKEN_USERINFO.match(rest)
    return rest[found.end() :] if found else rest


def _public_path(path: str) -> str:
    parts: list[str] = []
    previous = ""
    for part in path.split("/"):
        parts.append(_public_part(part, previous))
        previous = part
    return "/".join(parts)


def _public_part(part: str, previous: str) -> str:
    if previous in _PUBLIC_NAMES:
        return part
    if "=" in part:
        return _public_pair(part)
    # "/token/abc": what the part before announces.
    if part and _SECRET_NAME.fullmatch(previous):
        return HIDDEN
    return _shortened(part, _LONG_PART)


def _public_pair(pair: str) -> str:
    """``name=value`` of a query or a path."""
    name, mark, value = pair.partition("=")
    if not mark:
        return _shortened(pair, _LONG_VALUE)
    name_shown = _shortened(name, _LONG_VALUE)
    if name.casefold() in _PUBLIC_NAMES or not value:
        return f"{name_shown}{mark}{value}"
    if _SECRET_NAME.search(name.rpartition(";")[2]):
        return f"{name_shown}{mark}{HIDDEN}"
    inner = unquote(value)
    if "://" in inner:  # an address inside the address, for a bridge or a proxy
        shown = public_url(inner)
        if shown != inner:
            value = quote(shown, safe="/:?=").replace(quote(HIDDEN), HIDDEN)
        return f"{name_shown}{mark}{value}"
    return f"{name_shown}{mark}{_shortened(value, _LONG_VALUE)}"


def _shortened(text: str, long: int) -> str:
    """The beginning of a random text; any other text as it is."""
    extension = _EXTENSION.search(text, max(len(text) - 6, 0))
    stem = text[: extension.start()] if extension and extension.end() == len(text) else text
    if len(stem) < long or not _is_random(unquote(stem)):
        return text
    return f"{stem[:_KEPT]}{HIDDEN}{text[len(stem) :]}"


def _is_random(text: str) -> bool:
    if sum(map(str.isdigit, text)) > _NUMBER_MAX or len(_CHANGES.findall(text)) >= _CHANGES_MIN:
        return True
    words = _WORD.findall(text)
    return sum(len(word) for word in words if not _is_readable(word)) >= _RANDOM_MIN


def _is_readable(word: str) -> bool:
    """Whether a word looks like one of a language, a number or a name."""
    if not word.isascii() or word.isdigit() or _NUMBERED.fullmatch(word):
        return True
    return len(word) < _WORD_MAX and _NAMED.fullmatch(word) is not None


def _public_host(host: str) -> str:
    # A label that mixes scripts (a Cyrillic "а" among Latin letters) stays in punycode, as in
    # browsers.
    return ".".join(map(_public_label, host.split("."))) if "xn--" in host else host


def _public_label(label: str) -> str:
    if not label.startswith("xn--"):
        return label
    name, colon, port = label.partition(":")
    try:
        decoded = idna.decode(name)
    except (idna.IDNAError, UnicodeError):
        return label
    # Letters of Greek, Cyrillic and Armenian resemble Latin ones.
    lookalike = re.search(r"[\u0370-\u052f\u0530-\u058f]", decoded)
    return label if lookalike else f"{decoded}{colon}{port}"
