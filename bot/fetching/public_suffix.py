"""Whose server a host is: the registrable domain, by the Public Suffix List (https://publicsuffix.org).

``a.tumblr.com`` and ``b.tumblr.com`` share one limit; ``a.github.io`` and ``b.github.io`` belong to
different people.
"""

import ipaddress
from functools import cache, lru_cache

from publicsuffixlist import PublicSuffixList

_PRIVATE = frozenset(
    ("local", "localhost", "lan", "internal", "intranet", "home", "corp", "private")
)
"""Last labels of names that only a network of one's own knows (RFC 6761, RFC 6762, ICANN's
reservations)."""


@lru_cache(maxsize=4096)
def registrable(host: str) -> str | None:
    """The domain that somebody registered, in lower case.

    ``None`` for IP addresses and for names of private networks.
    """
    name = host.lower().rstrip(".")
    if (
        "." not in name
        or _is_address(name)
        or name.rpartition(".")[2] in _PRIVATE
        or name.endswith(".home.arpa")
    ):
        return None
    # A host that is a public suffix itself (``github.io``) stands for itself.
    return _suffixes().privatesuffix(name) or name


@cache
def _suffixes() -> PublicSuffixList:
    """Read once: 0.15 s and 1.4 MB."""
    return PublicSuffixList()


def _is_address(name: str) -> bool:
    try:
        ipaddress.ip_address(name)
    except ValueError:
        return name.replace(".", "").isdigit()
    return True
