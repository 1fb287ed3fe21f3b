"""Which addresses Telegram takes as links, and how it writes them (by TDLib's rules)."""

import ipaddress
import re

_USER_LINK = re.compile(r"tg:(?://)?user\?(?:[^#]*&)?id=([0-9]+)", re.IGNORECASE)
_SCHEME = re.compile(r"[^:/?#@\[\]]*")
_AUTHORITY = re.compile(r"[^/?#]*")
_HOST = re.compile(r"(?:[A-Za-z0-9.\-_!$,~*'();&+=\u0080-\U0010ffff]|%[0-9A-Fa-f]{2})*")
_INTERNAL = re.compile(r"(tg|tonsite|ton):(?://)?", re.IGNORECASE)


class InvalidLink(ValueError):
    """Not an address that Telegram links to; the text is Telegram's own word for the fault."""


def user_of_link(url: str) -> int:
    """The id in ``tg://user?id=N``, or 0."""
    match = _USER_LINK.fullmatch(url)
    user_id = int(match[1]) if match else 0
    return user_id if user_id < 1 << 52 else 0


def check_link(url: str) -> str:
    """The address as Telegram stores it.

    Raises:
        InvalidLink: with Telegram's word for the fault, such as "Wrong HTTP URL".
    """
    internal = _INTERNAL.match(url)
    rest = url[internal.end() :] if internal else url
    scheme, userinfo, host, port, query = _split(rest)
    if internal is None:
        if ("." not in host or host == ".") and not host.startswith("["):
            raise InvalidLink("Wrong HTTP URL")
        login = f"{userinfo}@" if userinfo else ""
        suffix = f":{port}" if port else ""
        return f"{scheme}://{login}{host}{suffix}{query}"
    kind = internal[1].lower()
    if (
        rest.lower().startswith("http://")
        or scheme == "https"
        or userinfo
        or port
        or host.startswith("[")
    ):
        raise InvalidLink(f"Wrong {kind} URL")
    allowed = r"[A-Za-z0-9._-]+" if kind == "tonsite" else r"[A-Za-z0-9_-]+"
    if not re.fullmatch(allowed, host):
        raise InvalidLink("Unallowed characters in URL host")
    # There is no path before the query: "tg://resolve?domain=x".
    if query.startswith("/?"):
        query = query[1:]
    return f"{kind}://{host}{query}"


def _split(url: str) -> tuple[str, str, str, int, str]:
    """``(scheme, userinfo, host, port, path and query)``, as TDLib's ``parse_url`` splits it."""
    scheme = _SCHEME.match(url)
    word = scheme[0].lower() if scheme else ""
    if url[len(word) :].startswith("://"):
        if word not in {"http", "https"}:
            raise InvalidLink("Unsupported URL protocol")
        url = url[len(word) + 3 :]
    else:
        word = "http"
    match = _AUTHORITY.match(url)
    authority = match[0] if match else ""
    userinfo, host, port = _authority(authority)
    return word, userinfo, host, port, _query(url[len(authority) :])


def _authority(authority: str) -> tuple[str, str, int]:
    last = max(authority.rfind(character) for character in ":]@")
    port = 0
    if last > 0 and authority[last] == ":":
        digits = authority[last + 1 :]
        # More digits than a port can have are not worth reading.
        port = int(digits) if re.fullmatch(r"[0-9]{1,9}", digits) else 0
        if not 0 < port <= 65535:
            raise InvalidLink("Wrong port number specified in the URL")
        authority = authority[:last]
    userinfo, _, host = authority.rpartition("@")
    if not host:
        raise InvalidLink("URL host is empty")
    if host.startswith("[") and host.endswith("]"):
        _check_ipv6(host)
    elif not _HOST.fullmatch(host):
        raise InvalidLink("Disallowed character in URL host")
    if not _HOST.fullmatch(userinfo.replace(":", "")):
        raise InvalidLink("Disallowed character in URL userinfo")
    return userinfo, _lower(host), port


def _check_ipv6(host: str) -> None:
    try:
        ipaddress.IPv6Address(host[1:-1])
    except ValueError as error:
        raise InvalidLink("Wrong IPv6 address specified in the URL") from error


def _query(rest: str) -> str:
    rest = rest.rstrip(" \t\r\n\v\0") or "/"
    if not rest.startswith("/"):
        rest = f"/{rest}"
    return "".join(
        f"%{ord(character):02X}" if character <= " " else character for character in rest
    )


def _lower(text: str) -> str:
    return "".join(character.lower() if character.isascii() else character for character in text)
