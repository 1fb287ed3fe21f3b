"""What response headers say, as plain values: pauses, validators, links.

Sources: RFC 9110 (Retry-After, validators), RFC 9111 (Cache-Control, Expires, Age), RFC 8288
(Link).
"""

import re
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime

from multidict import CIMultiDictProxy

from bot.fetching.url import resolve
from bot.model import Validators

LONGEST_HINT = timedelta(hours=24)
LONGEST_RETRY = timedelta(days=7)
LONGEST_SCHEME = 20
"""Characters of the name of a way to log in."""
LONGEST_VALIDATOR = 1024
"""Bytes; a longer validator is dropped, never cut."""

_LINK = re.compile(
    r"<([^<>]*)>((?:\s*;\s*[\w!#$&+.^`|~*-]+(?:\s*=\s*(?:\"[^\"]*\"|[^\s\",;]+))?)*)"
)
_PARAMETER = re.compile(r";\s*([\w*-]+)\s*=\s*(?:\"([^\"]*)\"|([^\s\",;]+))")
_AUTH_SCHEME = re.compile(r"(?:^|,)\s*([A-Za-z]+)(?=\s+\w|\s*(?:,|$))")
_DATE = re.compile(r"[A-Z][a-z]{2,8},? ")
"""How an HTTP date begins: with the day of the week."""
_MAKERS = ("server", "x-powered-by", "powered-by", "x-generator", "generator")
_MAKER_PREFIXES = ("x-discourse-", "x-shop", "x-wix-", "x-ghost-", "x-tumblr-", "x-gitlab-")
_FEED_TYPES = ("rss+xml", "atom+xml", "feed+json", "rdf+xml")


def validators(raw: Iterable[tuple[bytes, bytes]], now: datetime) -> Validators:
    """ETag and Last-Modified exactly as sent, from ``ClientResponse.raw_headers``.

    Not what dates the document after the answer itself (RFC 9110, 8.8.2.1, forbids it): sent back,
    it would say for years that nothing has changed.
    """
    by_name = {name.lower(): value for name, value in raw}
    answered = http_date(by_name.get(b"date", b"").decode("latin-1")) or now
    etag, last_modified = (
        _usable(value) if value and not _is_later(value, answered) else None
        for value in (by_name.get(b"etag"), by_name.get(b"last-modified"))
    )
    return Validators(etag=etag, last_modified=last_modified)


def cache_hint(headers: Mapping[str, str], now: datetime) -> timedelta | None:
    """How long the server asks not to be asked again, 0 to 24 h; ``None``: it does not say.

    ``max-age`` less ``Age``, unless ``no-cache`` or ``no-store``; else ``Expires`` less ``Date``.
    """
    control = headers.get("Cache-Control", "").lower()
    # These say that an answer must be asked for anew before it is used, not when to ask again.
    if "no-cache" in control or "no-store" in control:
        return None
    age = re.search(r"(?<![\w-])max-age\s*=\s*\"?(\d{1,10})", control)
    if age:
        return _clamp(
            timedelta(seconds=int(age[1]) - _integer(headers.get("Age", ""))), LONGEST_HINT
        )
    expires = http_date(headers.get("Expires", ""))
    if expires is None:
        return None
    return _clamp(expires - (http_date(headers.get("Date", "")) or now), LONGEST_HINT)


def retry_after(headers: Mapping[str, str], now: datetime) -> timedelta | None:
    """The wait that ``Retry-After`` asks for, seven days at the most.

    ``None`` where it is absent, past or unreadable.
    """
    value = headers.get("Retry-After", "").strip()
    if re.fullmatch(r"\d{1,10}", value):
        return min(timedelta(seconds=int(value)), LONGEST_RETRY)
    # Counted from the server's own ``Date``: its clock may be wrong, but is wrong in both.
    date = http_date(value)
    wait = date - (http_date(headers.get("Date", "")) or now) if date else timedelta(-1)
    return min(wait, LONGEST_RETRY) if wait >= timedelta(0) else None


def links(values: Iterable[str], base: str) -> tuple[tuple[str, str], ...]:
    """``(rel, absolute address)`` pairs of the ``Link`` headers; of ``alternate`` only feeds."""
    pairs: list[tuple[str, str]] = []
    for reference, written in _LINK.findall(", ".join(values)[:65536]):
        parameters = {
            name.lower(): quoted or bare for name, quoted, bare in _PARAMETER.findall(written)
        }
        address = resolve(base, reference)
        rels = parameters.get("rel", "").lower().split()
        if address is None or (
            "alternate" in rels and not parameters.get("type", "").lower().endswith(_FEED_TYPES)
        ):
            continue
        pairs += [(rel, address) for rel in rels]
    return tuple(pairs)


def generator_hints(headers: Mapping[str, str]) -> str:
    """The headers that tell what made an answer, as ``name: value`` lines in lower case."""
    pairs = ((name.lower(), value.lower()[:200]) for name, value in headers.items())
    lines = [
        f"{name}: {value}"
        for name, value in pairs
        if name in _MAKERS or name.startswith(_MAKER_PREFIXES)
    ]
    wordpress = "https://api.w.org/" in ", ".join(
        v for n, v in headers.items() if n.lower() == "link"
    )
    return "\n".join([*lines, "link: https://api.w.org/"] if wordpress else lines)


def is_challenge(headers: Mapping[str, str]) -> bool:
    """Whether it is a check that only browsers pass (Cloudflare marks it by ``cf-mitigated``)."""
    return headers.get("cf-mitigated", "").strip().lower() == "challenge"


def login_schemes(headers: "CIMultiDictProxy[str]") -> list[str]:
    """How a 401 takes a name and a password (RFC 9110, 11.3), as it writes them."""
    # Without what is quoted: a realm may say anything.
    offers = re.sub(r'"[^"]*"', '""', ", ".join(headers.getall("WWW-Authenticate", ())))
    return [scheme[:LONGEST_SCHEME] for scheme in _AUTH_SCHEME.findall(offers)]


def wants_digest(headers: "CIMultiDictProxy[str]") -> bool:
    """Whether a 401 asks for HTTP Digest (RFC 7616) and takes nothing simpler."""
    schemes = {scheme.lower() for scheme in login_schemes(headers)}
    return "digest" in schemes and "basic" not in schemes


def http_date(value: str) -> datetime | None:
    """An HTTP date (RFC 9110, 5.6.7) as aware UTC, or ``None``."""
    try:
        date = parsedate_to_datetime(value)
        return date.astimezone(UTC) if date.tzinfo else date.replace(tzinfo=UTC)
    except (ValueError, TypeError, IndexError, OverflowError):
        return None


def _is_later(validator: bytes, moment: datetime) -> bool:
    """Whether a validator is a date, or an ETag that is one, later than that."""
    text = validator.decode("latin-1").strip().removeprefix("W/").strip('"')
    date = http_date(text) if _DATE.match(text) else None
    return date is not None and date > moment


def _usable(value: bytes | None) -> bytes | None:
    """The validator, if it can be sent back byte for byte: aiohttp writes headers as UTF-8."""
    if not value or len(value) > LONGEST_VALIDATOR:
        return None
    try:
        value.decode()
    except UnicodeDecodeError:
        return None
    return value


def _integer(value: str) -> int:
    return int(value) if re.fullmatch(r"\d{1,10}", value.strip()) else 0


def _clamp(value: timedelta, top: timedelta) -> timedelta:
    return max(timedelta(0), min(value, top))
