"""The forms of a web address: as typed, as stored and fetched, as shown.

The stored form is what goes over the wire: ASCII, host in punycode, path and query exactly as
written (a signed address survives), no fragment. It may hold credentials; ``bot.public_url`` is the
form for people and logs.
"""

import re
from functools import lru_cache
from urllib.parse import SplitResult, quote, urljoin, urlsplit, urlunsplit

import idna

from bot.errors import BadAddress
from bot.public_url import public_url

LONGEST = 4096
"""Characters of an address at the most."""

_WRAPPING = "<>()[]{}\"'`“”‘’«»„「」『』《》〈〉（）【】"
_TRAILING = ".,;:!?…，。；：！？、"
# ``example.com:8080/x`` begins with a host and a port, not with a scheme.
_SCHEME = re.compile(r"([a-z][a-z0-9+.-]*):(?!\d+(?:/|$))", re.IGNORECASE)
_FEED_SCHEME = re.compile(r"(?:feed|rss|pcast|itpc):(?://)?", re.IGNORECASE)
_HOST = re.compile(r"[a-z0-9_](?:[a-z0-9._-]*[a-z0-9_])?\.?")
_FEDIVERSE = re.compile(r"@([\w.-]+)@([\w-]+(?:\.[\w-]+)+)")
_MENTION = re.compile(r"@([a-z]\w{3,31})", re.IGNORECASE)
"""A public name of Telegram."""
_CHANNEL_LINK = re.compile(r"tg://resolve/?\?domain=(\w+).*", re.IGNORECASE)
# Longer than the list in ``identity``, which cannot grow: the keys of stored items depend on it.
_TRACKER = re.compile(
    r"(?:utm_\w+|fbclid|gclid|dclid|msclkid|yclid|mc_[ce]id|igshid|igsh|_hsenc|_hsmi|xtor)(?:=.*)?",
    re.IGNORECASE,
)
# Most addresses of feeds are such: splitting one and putting it together changes nothing. No more
# characters than a host may have, no punycode, no numbers for a name, nothing empty behind ``?``.
_PLAIN = re.compile(
    r"(?=.{1,253}\Z)https?://(?:[a-z0-9]+(?:-[a-z0-9]+)*\.)+[a-z]{2,}"
    r"/[!-\"$-:<->@-\[\]-~]*(?:\?[!-\"$-\[\]-~]+)?"
)
_DEFAULT_PORTS = {"http": 80, "https": 443}
_AS_WRITTEN = "".join(map(chr, range(0x21, 0x7F)))


def normalise(text: str) -> str:
    """The address that a person meant, in its stored form.

    ``example.com/x`` becomes ``https://example.com/x``, ``@ann@social.example`` its page, ``@name``
    that of a channel in Telegram; ``feed:`` schemes, wrapping brackets and quotes, trailing
    punctuation, trackers, the fragment and a default port go; a Unicode host becomes punycode
    (UTS-46).

    Raises:
        BadAddress: the text is no http(s) address.
    """
    bare = _unwrap(text) if len(text) <= LONGEST else text
    bare = _FEED_SCHEME.sub("", bare, count=1) if _FEED_SCHEME.match(bare) else bare
    bare = _FEDIVERSE.sub(r"https://\2/@\1", bare) if _FEDIVERSE.fullmatch(bare) else bare
    bare = _MENTION.sub(r"https://t.me/\1", bare) if _MENTION.fullmatch(bare) else bare
    bare = _CHANNEL_LINK.sub(r"https://t.me/\1", bare) if _CHANNEL_LINK.fullmatch(bare) else bare
    if not _SCHEME.match(bare):
        bare = f"https://{bare.removeprefix('//')}"
    parts = split(bare)
    # A bare word is no address, but ``localhost`` may be meant where the operator has opened it.
    if (
        "." not in _hostname(parts)
        and ":" not in _hostname(parts)
        and _hostname(parts) != "localhost"
    ):
        raise _bad(bare)
    return urlunsplit(parts._replace(query=_without_trackers(parts.query)))


# One fetch asks several times for the same address.
@lru_cache(maxsize=256)
def split(url: str) -> SplitResult:
    """The parts of an absolute http(s) address in its stored form, without a fragment.

    Raises:
        BadAddress: another scheme, no host, an impossible host or port, blanks, or too long.
    """
    if len(url) > LONGEST or re.search(r"[\s\x00-\x1f\x7f\\]", url):
        raise _bad(url)
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        raise _bad(url) from None
    scheme = parts.scheme.lower()
    if scheme not in _DEFAULT_PORTS or not parts.hostname or port == 0:
        raise _bad(url)
    userinfo, at, _ = parts.netloc.rpartition("@")
    host = ascii_host(parts.hostname)
    host = f"[{host}]" if ":" in host else host
    suffix = "" if port in (None, _DEFAULT_PORTS[scheme]) else f":{port}"
    try:
        userinfo, path, query = map(_quoted, (userinfo, parts.path, parts.query))
    except UnicodeEncodeError:
        # Half a surrogate pair is no character.
        raise _bad(url) from None
    return SplitResult(scheme, f"{userinfo}{at}{host}{suffix}", path or "/", query, "")


def ascii_host(host: str) -> str:
    """The host as DNS knows it: lower case, punycode.

    UTS-46 also turns ``①②⑦。⓪.⓪.①`` into ``127.0.0.1``.

    Raises:
        BadAddress: no such host can exist.
    """
    # An IPv6 literal: urlsplit took the brackets and checked the form.
    if ":" in host:
        if "%" in host:
            raise BadAddress(f"zone in the host: {host!r}", url=host)
        return host.lower()
    try:
        name = host.lower() if host.isascii() else idna.encode(host, uts46=True).decode("ascii")
    except (idna.IDNAError, UnicodeError):
        raise BadAddress(f"no host name: {host!r}", url=host) from None
    if len(name) > 253 or ".." in name or not _HOST.fullmatch(name):
        raise BadAddress(f"no host name: {host!r}", url=host)
    return name


def resolve(base: str, reference: str) -> str | None:
    """``reference`` (RFC 3986, section 5) as an absolute http(s) address; ``None`` if it is none.

    Blanks inside are what a browser makes of them: line breaks vanish, spaces become ``%20``.
    """
    if _PLAIN.fullmatch(reference):
        return reference
    written = re.sub(r"[\t\r\n]+", "", reference).strip().replace(" ", "%20").replace("\\", "%5C")
    if not written:
        return None
    try:
        joined = urljoin(base, written)
        fragment = urlsplit(joined).fragment
        parts = split(joined)
        return urlunsplit(parts._replace(fragment=_quoted(fragment)))
    except (ValueError, BadAddress):
        return None


def without_userinfo(url: str) -> str:
    """The address without a name and a password, to be compared: it may hold other secrets."""
    try:
        parts = split(url)
    except BadAddress:
        return url
    return urlunsplit(parts._replace(netloc=parts.netloc.rpartition("@")[2]))


# One poll asks eight times for the same address.
@lru_cache(maxsize=1024)
def host_of(url: str) -> str:
    """The host of an address for messages and logs; empty where there is none."""
    try:
        return urlsplit(url).hostname or ""
    except ValueError:
        return ""


def _without_trackers(query: str) -> str:
    """The query without trackers; the rest exactly as written, as it may be signed."""
    return "&".join(part for part in query.split("&") if not _TRACKER.fullmatch(part))


def _unwrap(text: str) -> str:
    bare = text.strip().strip("\u200b\u200e\u200f\ufeff")
    bare = bare.lstrip(_WRAPPING)
    while bare and (bare[-1] in _TRAILING or (bare[-1] in _WRAPPING and _unbalanced(bare))):
        bare = bare[:-1]
    return bare


def _unbalanced(bare: str) -> bool:
    # https://en.wikipedia.org/wiki/Set_(mathematics) keeps its bracket.
    return bare[-1] not in ")]}" or bare.count(bare[-1]) > bare.count(
        {")": "(", "]": "[", "}": "{"}[bare[-1]]
    )


def _quoted(part: str) -> str:
    return part if part.isascii() else quote(part, safe=_AS_WRITTEN, errors="surrogateescape")


def _hostname(parts: SplitResult) -> str:
    return parts.hostname or ""


def _bad(url: str) -> BadAddress:
    shown = public_url(url)[:200]
    return BadAddress(f"not a web address: {shown!r}", url=shown)
