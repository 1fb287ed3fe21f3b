"""Addresses as typed, as stored, as shown."""

import pytest

from bot.errors import BadAddress
from bot.fetching.url import normalise, resolve


@pytest.mark.parametrize(
    ("typed", "stored"),
    [
        ("example.com", "https://example.com/"),
        ("example.com/x", "https://example.com/x"),
        ("example.com:8080/x", "https://example.com:8080/x"),
        ("  HTTP://Example.COM/Feed  ", "http://example.com/Feed"),
        ("https://example.com:443/x#top", "https://example.com/x"),
        ("http://example.com:80", "http://example.com/"),
        ("//example.com/x", "https://example.com/x"),
        ("feed:https://example.com/x", "https://example.com/x"),
        ("feed://example.com/x", "https://example.com/x"),
        ("<https://example.com/x>", "https://example.com/x"),
        ("(https://example.com/x).", "https://example.com/x"),
        ("《https://example.com/x》，", "https://example.com/x"),
        (
            "https://en.wikipedia.org/wiki/Set_(mathematics)",
            "https://en.wikipedia.org/wiki/Set_(mathematics)",
        ),
        ("https://bücher.example/ä?ö=ü", "https://xn--bcher-kva.example/%C3%A4?%C3%B6=%C3%BC"),
        ("例え.jp", "https://xn--r8jz45g.jp/"),
        ("127。0。0。1/x", "https://127.0.0.1/x"),
        ("https://user:p%40ss@example.com/x", "https://user:p%40ss@example.com/x"),
        ("https://example.com/x?sig=a%2Bb+c%3D", "https://example.com/x?sig=a%2Bb+c%3D"),
        ("localhost:8080/x", "https://localhost:8080/x"),
    ],
)
def test_what_people_type_becomes_the_stored_form(typed: str, stored: str) -> None:
    assert normalise(typed) == stored
    assert normalise(stored) == stored


@pytest.mark.parametrize(
    "typed",
    [
        "",
        "hello",
        "hello world",
        "two words.com",
        "mailto:a@b.example",
        "javascript:alert(1)",
        "ftp://example.com",
        "...",
        "http://",
        "https://?",
        "data:text/html,x",
        "tel:+123",
        "http://-.example/",
        "https://[::1",
        "a" * 5000 + ".com",
        "https://example.com/\ud800",
    ],
)
def test_what_is_no_address_is_refused(typed: str) -> None:
    with pytest.raises(BadAddress):
        normalise(typed)


def test_a_refusal_never_shows_credentials() -> None:
    with pytest.raises(BadAddress) as caught:
        normalise("https://user:secret@exa mple.com/")
    assert "secret" not in f"{caught.value} {caught.value.args_}"


@pytest.mark.parametrize(
    ("reference", "address"),
    [
        ("/p/1", "https://example.com/p/1"),
        ("p/1", "https://example.com/d/p/1"),
        ("//other.example/p", "https://other.example/p"),
        ("https://other.example/p#c", "https://other.example/p#c"),
        (" https://other.example/a b\n", "https://other.example/a%20b"),
        ("javascript:alert(1)", None),
        ("mailto:a@b.example", None),
        ("", None),
        ("http://[bad", None),
    ],
)
def test_references_resolve_to_web_addresses_or_to_nothing(
    reference: str, address: str | None
) -> None:
    assert resolve("https://example.com/d/feed.xml", reference) == address
