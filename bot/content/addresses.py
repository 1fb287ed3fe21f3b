"""Which addresses may stand in a message, and what a relative one means."""

import re
from functools import lru_cache
from ipaddress import ip_address
from urllib.parse import urljoin

MAX_LENGTH = 8192
"""Characters of an address; TDLib keeps links of 9000."""

# What TDLib takes for a link: http(s), a host with a dot or an IP, a port of five digits (Bot API,
# HTML style).
_ADDRESS = re.compile(
    r"(https?)://(?:[^/?#@\\]*@)?"
    r"([^\s/?#@:|\\<>\"'`{}^\[\]%\x00-\x20\x7f]+"
    r"\.[^\s/?#@:|\\<>\"'`{}^\[\]%\x00-\x20\x7f]+|\[[0-9a-f:.]*:[0-9a-f:.]*\])"
    r"(:\d{1,5})?(?=[/?#]|$)",
    re.IGNORECASE,
)
_NUMERIC = re.compile(r"\[|(?:.*\.)?\d+$")
_LOCAL = (".local", ".localhost")
_SCHEME = re.compile(r"[a-z][a-z0-9+.-]*:", re.IGNORECASE)
_BREAKS = re.compile(r"[\t\r\n]")
_UNSAFE = re.compile(r"[\x00-\x20\x7f\"<>\u0085\xa0\u2000-\u200a\u2028-\u202e\u3000\ud800-\udfff]")
# Most addresses are such, and nothing has to be changed in them.
_CLEAN = re.compile(r"https?://(?:[a-z0-9-]+\.)+[a-z0-9-]+(?:/[!#$&-;=?-Z_a-z~%]*)?", re.IGNORECASE)
# What joining only puts behind the site: no dot segments, no second slash, nothing empty behind
# ``;``, ``?`` or ``#``. ``urljoin`` takes ten times as long.
_ROOTED = re.compile(r"(?!//|.*/\.)/[^;?#]*(?:\?[^#]+)?", re.DOTALL)


def absolute(url: str) -> str | None:
    """The address as Telegram takes it, without credentials; ``None``: it would lose the link."""
    if len(url) > MAX_LENGTH:
        return None
    if _CLEAN.fullmatch(url):
        return url
    address = _ADDRESS.match(url)
    if address is None:
        return None
    scheme, host, port = address.groups()
    if port and not 0 < int(port[1:]) < 65536:
        return None
    rest = _UNSAFE.sub(_escaped, url[address.end() :])
    return f"{scheme.lower()}://{host}{port or ''}{rest}"


def _escaped(unsafe: re.Match[str]) -> str:
    """A character as its bytes in UTF-8, percent-encoded (RFC 3986, 2.1)."""
    return "".join(f"%{byte:02X}" for byte in unsafe[0].encode(errors="ignore"))


def resolve(href: str, base: str | None) -> str | None:
    """The absolute address that ``href`` means on the page ``base`` (RFC 3986, 5.2).

    ``None``: it is no web page.
    """
    if len(href) <= MAX_LENGTH and _CLEAN.fullmatch(href):
        return href
    href = _BREAKS.sub("", href.strip())
    if href[:4].lower() == "http":
        return absolute(href)
    if href[:4].lower() == "www.":
        return absolute(f"https://{href}")
    if base is None and href.startswith("//"):
        return absolute(f"https:{href}")
    if not href or base is None or _SCHEME.match(href):
        return None
    try:
        if _ROOTED.fullmatch(href):
            return absolute(_site(base) + href)
        return absolute(urljoin(base, href))
    except ValueError:
        return None


@lru_cache(maxsize=64)
def _site(base: str) -> str:
    return urljoin(base, "/")[:-1]


def host_of(url: str) -> str:
    """The host of an absolute address, without ``www.``; empty where there is none."""
    address = _ADDRESS.match(url)
    return address[2].removeprefix("www.") if address else ""


def is_public(url: str) -> bool:
    """Whether an absolute address may stand in a rich message.

    Telegram refuses the whole message for one link to a local host.
    """
    address = _ADDRESS.match(url)
    if address is None:
        return False
    host = address[2].lower().rstrip(".")
    if not _NUMERIC.match(host):
        return not host.endswith(_LOCAL)
    try:
        return ip_address(host.strip("[]")).is_global
    except ValueError:
        return False
