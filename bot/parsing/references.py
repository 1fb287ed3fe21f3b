"""References of a feed as addresses, also where they were escaped twice or lost their scheme."""

import re

from bot.fetching.url import resolve

_AMPERSAND = re.compile(r"&(?:amp|#0*38|#x0*26);", re.IGNORECASE)
_ESCAPED = 3
"""How often an address may have been escaped too much."""
_WHOLE = re.compile(r"https?://(?!https?[:/])\w")
# Such as one slash too few, no colon, no name, or the scheme twice.
_BROKEN_SCHEME = re.compile(r"(?:(https?)(?::/*|//+)|:?//+)+", re.IGNORECASE)
_HOST = re.compile(r"(?:[\w-]+\.)+([^\W\d_]{2,})(?::\d{1,5})?(?=[/?#]|\Z)")
# A reference such as "index.php/2026/one" begins with a file of the site, not with a host.
_FILE_ENDINGS = frozenset({
    "html", "htm", "xhtml", "shtml", "php", "phtml", "asp", "aspx", "jsp", "jspx", "cgi", "cfm",
    "xml", "rss", "atom", "rdf", "json", "txt", "pdf", "jpg", "jpeg", "png", "gif", "webp", "avif",
    "svg", "mov", "zip",
})  # fmt: skip


def address_of(base: str, reference: str) -> str | None:
    """A reference as an absolute http(s) address; ``None`` if it is none.

    ``x.example/one`` is taken for a host and a path: hardly any feed has a folder of such a name,
    and many forget the scheme of their site.
    """
    written = reference.strip()
    if not written:
        return None
    if "&" in written:
        for _ in range(_ESCAPED):
            written = _AMPERSAND.sub("&", written)
    # Nearly every reference is whole.
    if _WHOLE.match(written):
        return resolve(base, written)
    scheme = _BROKEN_SCHEME.match(written)
    rest = written[scheme.end() :] if scheme else written
    if _begins_with_host(rest):
        written = f"{scheme[1]}://{rest}" if scheme and scheme[1] else f"//{rest}"
    return resolve(base, written)


def _begins_with_host(written: str) -> bool:
    host = _HOST.match(written)
    return host is not None and host[1].lower() not in _FILE_ENDINGS
