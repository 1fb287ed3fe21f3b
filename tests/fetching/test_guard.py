"""The address guard: every notation of a forbidden address, before and after resolution."""

import socket
from ipaddress import IPv4Network, IPv6Network

import pytest

from bot.errors import BadAddress, ForbiddenAddress
from bot.fetching.client import Fetcher
from bot.fetching.guard import AddressGuard
from tests.support.feed_server import FeedServer

FORBIDDEN = """
127.0.0.1 127.1 127.0.1 2130706433 0x7f000001 0x7f.1 0177.0.0.1 017700000001 0 0.0.0.0 127.0.0.1.
①②⑦.⓪.⓪.① 127。0。0。1 １２７.0.0.1 127．0．0．1
10.0.0.1 100.64.0.1 169.254.169.254 172.16.0.1 172.31.255.255
192.0.0.8 192.0.2.1 192.88.99.1 192.168.1.1
198.18.0.1 198.51.100.1 203.0.113.1 224.0.0.1 239.255.255.255 240.0.0.1 255.255.255.255
[::] [::1] [::127.0.0.1] [::ffff:127.0.0.1] [::ffff:7f00:1] [::ffff:0:127.0.0.1]
[64:ff9b::7f00:1] [64:ff9b::a00:1]
[64:ff9b:1::1] [100::1] [2001::1] [2001:db8::1]
[2002:7f00:1::] [2002:c0a8:101::1] [3fff::1] [5f00::1]
[fc00::1] [fd12:3456::1] [fe80::1] [fec0::1] [ff02::1]
""".split()  # noqa: SIM905 (readable as a table)

PUBLIC = """
8.8.8.8 1.1.1.1 100.128.0.1 172.32.0.1 192.0.1.1 223.255.255.255 134744072
[2606:4700:4700::1111] [2a00:1450:4001:80b::200e] [64:ff9b::808:808]
[::ffff:8.8.8.8] [2002:808:808::1]
example.com bücher.example localhost
""".split()  # noqa: SIM905 (readable as a table)


@pytest.mark.parametrize("host", FORBIDDEN)
def test_a_forbidden_literal_is_refused_in_every_notation(host: str) -> None:
    with pytest.raises(ForbiddenAddress):
        AddressGuard().check(f"http://{host}/feed")


@pytest.mark.parametrize("host", PUBLIC)
def test_public_literals_and_names_pass_the_first_look(host: str) -> None:
    assert AddressGuard().check(f"http://{host}/feed").path == "/feed"


@pytest.mark.parametrize(
    "url",
    [
        "ftp://example.com/feed",
        "file:///etc/passwd",
        "gopher://example.com/",
        "http://",
        "http:///feed",
        "//example.com/feed",
        "http://example.com:22/",
        "http://example.com:25/",
        "http://example.com:6379/",
        "http://example.com:0/",
        "http://example.com:99999/",
        "http://example.com:port/",
        "http://exa mple.com/",
        "http://example.com/\r\nHost: other",
        "http://example.com\\@127.0.0.1/",
        "http://[::1/",
        "http://[fe80::1%25eth0]/",
        "http://a..b/",
        "http://xn--/" + "a" * 5000,
    ],
)
def test_what_is_no_address_for_feeds_is_refused(url: str) -> None:
    with pytest.raises(BadAddress):
        AddressGuard().check(url)


def test_a_checked_address_keeps_path_and_query_as_written() -> None:
    url = "https://example.com/a%2Fb/~x/%E4%BD%A0;p=1?sig=a%2Bb+c%3D&x=%7E'()*!,[]"
    assert str(AddressGuard().check(url)) == url


def test_unusual_ports_of_feeds_are_open() -> None:
    assert AddressGuard().check("http://example.com:1200/x").port == 1200


def test_the_allow_list_opens_exactly_its_networks() -> None:
    guard = AddressGuard(allow=[IPv4Network("192.168.1.0/24"), IPv6Network("fd00::/8")])
    assert guard.check("http://192.168.1.7/")
    assert guard.check("http://[fd12::1]/")
    assert guard.check("http://[::ffff:192.168.1.7]/")
    with pytest.raises(ForbiddenAddress):
        guard.check("http://192.168.2.7/")


@pytest.mark.parametrize(
    "address", ["127.0.0.1", "10.0.0.1", "::1", "fe80::1%eth0", "::ffff:10.0.0.1"]
)
def test_no_socket_is_made_for_a_forbidden_address(address: str) -> None:
    family = socket.AF_INET6 if ":" in address else socket.AF_INET
    with pytest.raises(ForbiddenAddress):
        AddressGuard().socket_factory((family, socket.SOCK_STREAM, 0, "", (address, 80)))


def test_a_socket_is_made_for_a_public_address() -> None:
    made = AddressGuard().socket_factory(
        (socket.AF_INET, socket.SOCK_STREAM, 0, "", ("8.8.8.8", 80))
    )
    made.close()
    assert made.family == socket.AF_INET


async def test_a_name_that_resolves_to_loopback_is_refused_before_the_connection() -> None:
    async with FeedServer() as server, _fetcher(AddressGuard()) as fetcher:
        server.feed("/feed")
        with pytest.raises(ForbiddenAddress):
            await fetcher.fetch(server.url("/feed", host="localhost"))
        assert server.requests() == []


async def test_a_redirect_to_a_forbidden_address_is_not_followed() -> None:
    guard = AddressGuard(allow=[IPv4Network("127.0.0.1/32")])
    async with FeedServer() as server, _fetcher(guard) as fetcher:
        for target in (
            "http://169.254.169.254/latest/meta-data/",
            "http://127.0.0.2/",
            "http://[::1]/",
        ):
            with pytest.raises(ForbiddenAddress):
                await fetcher.fetch(server.behave("/feed", redirect=target))


async def test_a_redirect_to_another_scheme_is_refused() -> None:
    guard = AddressGuard(allow=[IPv4Network("127.0.0.1/32")])
    async with FeedServer() as server, _fetcher(guard) as fetcher:
        with pytest.raises(BadAddress):
            await fetcher.fetch(server.behave("/feed", redirect="file:///etc/passwd"))


def _fetcher(guard: AddressGuard) -> Fetcher:
    return Fetcher(guard, user_agent="Tidings/test", timeout=5, max_size=1_000_000)


def test_connections_are_counted_by_family_and_what_is_refused_is_not() -> None:
    seen: list[str] = []
    guard = AddressGuard((), seen.append)
    for family, address in (
        (socket.AF_INET, "93.184.215.14"),
        (socket.AF_INET6, "2606:4700::1111"),
    ):
        guard.socket_factory((family, socket.SOCK_STREAM, 0, "", (address, 443))).close()
    with pytest.raises(ForbiddenAddress):
        guard.socket_factory((socket.AF_INET, socket.SOCK_STREAM, 0, "", ("127.0.0.1", 443)))

    assert seen == ["ipv4", "ipv6"]
