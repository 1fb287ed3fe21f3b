"""The address guard: we never connect to a private, loopback or otherwise special address.

``check`` refuses what an address already shows; ``socket_factory`` sees every resolved address
right before the connection is made, so a name that resolves to a private address, or changes its
mind between look-ups, is refused too.
``ipaddress.is_global`` is not enough: it says yes to NAT64, 6to4, multicast and site-local
addresses.
"""

import ipaddress
import socket
from collections.abc import Callable, Sequence
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network
from typing import Any
from urllib.parse import urlunsplit

from yarl import URL

from bot.errors import BadAddress, ForbiddenAddress
from bot.fetching.url import split
from bot.public_url import public_url
from bot.telemetry import AddressFamily

AddrInfo = tuple[int | socket.AddressFamily, int | socket.SocketKind, int, str, tuple[Any, ...]]

_FORBIDDEN_V4 = tuple(
    ipaddress.IPv4Network(block)
    for block in (  # IANA IPv4 Special-Purpose Address Registry, multicast, reserved
        "0.0.0.0/8",
        "10.0.0.0/8",
        "100.64.0.0/10",
        "127.0.0.0/8",
        "169.254.0.0/16",
        "172.16.0.0/12",
        "192.0.0.0/24",
        "192.0.2.0/24",
        "192.88.99.0/24",
        "192.168.0.0/16",
        "198.18.0.0/15",
        "198.51.100.0/24",
        "203.0.113.0/24",
        "224.0.0.0/3",
    )
)
_GLOBAL_V6 = IPv6Network("2000::/3")  # all that IANA has given out for global unicast
_FORBIDDEN_V6 = tuple(
    IPv6Network(block)
    for block in (
        "2001::/23",  # IETF protocols: Teredo, benchmarking, ORCHID
        "2001:db8::/32",
        "3fff::/20",  # documentation
    )
)
_NAT64 = IPv6Network("64:ff9b::/96")  # RFC 6052: an IPv6-only host reaches all of IPv4 this way

# Services that answer HTTP-like bytes or are harmed by them; 80, 443 and everything else from 1024
# on are open.
_FORBIDDEN_PORTS = frozenset(
    (
        1433,
        1521,
        2049,
        2375,
        2376,
        2379,
        2380,
        3306,
        3389,
        4369,
        5432,
        5672,
        5900,
        5984,
        6000,
        6379,
        6443,
        6667,
        7000,
    )
) | frozenset(
    (7001, 8086, 8500, 9042, 9092, 9200, 9300, 10250, 11211, 15672, 25672, 27017, 27018, 27019)
)


class AddressGuard:
    """Judges addresses.

    Args:
        allow: Networks that the operator opens (a feed on the own network, tests).
        passed: Called for every address that a connection is tried to.
    """

    def __init__(
        self,
        allow: Sequence[IPv4Network | IPv6Network] = (),
        passed: Callable[[AddressFamily], None] = lambda _family: None,
    ) -> None:
        self._allow = tuple(allow)
        self._passed = passed

    def check(self, url: str) -> URL:
        """The address as it will be requested, path and query exactly as written.

        Raises:
            BadAddress: no http(s) address, or a port that no feed lives on.
            ForbiddenAddress: the host is the literal of a forbidden address, in any notation that
            resolvers accept.
        """
        parts = split(url)
        if not _port_is_open(parts.port):
            raise BadAddress(
                f"port {parts.port} is not for feeds: {public_url(url)}", url=public_url(url)
            )
        host = parts.hostname or ""
        literal = _literal(host)
        if literal is not None:
            self._refuse_forbidden(literal, host)
        return URL(urlunsplit(parts), encoded=True)

    def socket_factory(self, addr_info: AddrInfo) -> socket.socket:
        """A socket for one resolved address, unless it is forbidden; for ``aiohttp.TCPConnector``.

        Raises:
            ForbiddenAddress: the address is forbidden.
        """
        family, kind, proto, _, sockaddr = addr_info
        text = str(sockaddr[0]).partition("%")[0]
        address = ipaddress.ip_address(text)
        self._refuse_forbidden(address, text)
        self._passed(AddressFamily(f"ipv{address.version}"))
        return socket.socket(family, kind, proto)

    def _refuse_forbidden(self, address: IPv4Address | IPv6Address, host: str) -> None:
        inner = _unwrapped(address)
        # An operator may open an IPv6 network by its own addresses, or an IPv4 one that is reached
        # through NAT64 or 6to4.
        if any(address in network or inner in network for network in self._allow):
            return
        if not _is_public(inner):
            raise ForbiddenAddress(f"{host} is not a public address", host=host)


def _port_is_open(port: int | None) -> bool:
    return port in (None, 80, 443) or (port >= 1024 and port not in _FORBIDDEN_PORTS)


def _literal(host: str) -> IPv4Address | IPv6Address | None:
    try:
        return ipaddress.ip_address(host)
    except ValueError:
        pass
    # 127.1, 0x7f000001, 2130706433 and 0177.0.0.1 are addresses as well to the resolver.
    try:
        return IPv4Address(socket.inet_aton(host.rstrip(".")))
    except OSError:
        return None


def _unwrapped(address: IPv4Address | IPv6Address) -> IPv4Address | IPv6Address:
    """The IPv4 address inside an IPv4-mapped, NAT64 or 6to4 address; else the address itself."""
    if isinstance(address, IPv4Address):
        return address
    if address.ipv4_mapped is not None:
        return address.ipv4_mapped
    if address.sixtofour is not None:
        return address.sixtofour
    if address in _NAT64:
        return IPv4Address(int(address) & 0xFFFFFFFF)
    return address


def _is_public(address: IPv4Address | IPv6Address) -> bool:
    if isinstance(address, IPv4Address):
        return not any(address in block for block in _FORBIDDEN_V4)
    return address in _GLOBAL_V6 and not any(address in block for block in _FORBIDDEN_V6)
