"""What members and logs see of an address: enough to know it, nothing that lets anybody in."""

import base64
import random
import string
import uuid
from collections.abc import Callable
from contextlib import suppress
from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.errors import BadAddress
from bot.fetching.url import normalise
from bot.public_url import has_secrets, public_link, public_url

WHOLE = [
    "https://example.org/",
    "https://example.org/blog/how-to-write-a-good-commit-message-2024/feed.xml",
    "https://example.org/2024/11/30/index.rss",
    "https://example.org/feed?format=rss&category=world-news&lang=zh-hans",
    "https://example.org/?feed=rss2&author=ann&p=12345",
    "https://www.youtube.com/feeds/videos.xml?channel_id=UCuAXFkgsw1L7xaCfnd5JJOg",
    "https://www.youtube.com/channel/UCuAXFkgsw1L7xaCfnd5JJOg",
    "https://github.com/python-telegram-bot/python-telegram-bot/releases.atom",
    "https://rsshub.example.org/telegram/channel/awesomeRSSHub",
    "https://www.reddit.com/r/MachineLearning/.rss?limit=25",
    "https://example.org/wiki/%E6%AF%8F%E6%97%A5%E6%96%B0%E9%97%BB/feed",
    "https://mastodon.example.org/@ann/109876543210987654.rss",
    "http://[2001:db8::1]:8080/feed",
]


@pytest.mark.parametrize("url", WHOLE)
def test_an_address_without_secrets_is_shown_whole(url: str) -> None:
    assert public_url(url) == public_link(url) == url
    assert not has_secrets(url)


@pytest.mark.parametrize(
    ("url", "shown"),
    [
        ("https://example.org/feed?auth=abc123", "https://example.org/feed?auth=…"),
        ("https://example.org/feed?a=1&KEY=abc&b=2", "https://example.org/feed?a=1&KEY=…&b=2"),
        ("https://example.org/feed?api_key=x", "https://example.org/feed?api_key=…"),
        ("https://example.org/feed?feed_token=x#top", "https://example.org/feed?feed_token=…"),
        ("https://example.org/token/abc/feed.xml", "https://example.org/token/…/feed.xml"),
        ("https://example.org/feed#access_token=abc", "https://example.org/feed"),
        ("https://example.org/a;jsessionid=abc/feed", "https://example.org/a;jsessionid=…/feed"),
        ("https://ann:pa/ss@example.org/feed", "https://example.org/feed"),
        ("https://ann:pa#s?s@example.org/feed", "https://example.org/feed"),
        ("ann:sesame@example.org/feed", "example.org/feed"),
        ("example.org/feed?token=abc", "example.org/feed?token=…"),
        (
            "https://example.org/private-8f3a9c0b1d2e4f5a6b7c/basic.ics",
            "https://example.org/priv…/basic.ics",
        ),
        (
            "https://bridge.example.org/?url=https%3A%2F%2Fexample.org%2Ffeed%3Ftoken%3Dabc",
            "https://bridge.example.org/?url=https://example.org/feed?token=…",
        ),
    ],
)
def test_what_lets_somebody_in_is_left_out(url: str, shown: str) -> None:
    assert public_url(url) == shown


def test_a_link_with_a_secret_leads_to_the_front_page() -> None:
    assert public_link("https://ann:pw@example.org/feed?token=abc") == "https://example.org/"
    assert public_link("https://ann:pw@example.org/feed") == "https://example.org/feed"


KINDS: list[Callable[[random.Random], str]] = [
    lambda chance: chance.randbytes(16).hex(),
    lambda chance: chance.randbytes(20).hex().upper(),
    lambda chance: str(uuid.UUID(bytes=chance.randbytes(16), version=4)),
    lambda chance: base64.urlsafe_b64encode(chance.randbytes(18)).decode(),
    lambda chance: base64.b32encode(chance.randbytes(15)).decode().lower(),
    lambda chance: "".join(chance.choices(string.ascii_letters + string.digits, k=20)),
    lambda chance: "".join(chance.choices(string.ascii_lowercase, k=24)),
]
"""Secrets as servers make them."""
PLACES = [
    "https://example.org/{}",
    "https://example.org/feeds/{}/news.xml",
    "https://example.org/{}.rss",
    "https://example.org/feed-{}.atom",
    "https://example.org/news.xml?{}",
    "https://example.org/news.xml?u={}&format=rss",
    "https://example.org/news.xml?format=rss&token={}",
    "https://example.org/news.xml#{}",
    "https://{}@example.org/news.xml",
    "https://ann:{}@example.org/news.xml",
    "feed://{}:x@example.org/news.xml",
    "example.org/{}?format=rss",
]


@pytest.mark.parametrize("place", PLACES)
@given(st.integers(0, 2**32), st.sampled_from(KINDS))
def test_a_random_secret_is_nowhere_shown(
    place: str, seed: int, kind: Callable[[random.Random], str]
) -> None:
    secret = kind(random.Random(seed))
    shown = public_url(place.format(secret))

    assert "example.org" in shown
    assert all(secret[start : start + 8] not in shown for start in range(len(secret) - 7))
    assert public_url(shown) == shown


@pytest.mark.parametrize(
    "name", ["auth", "key", "token", "apikey", "api-key", "sig", "password", "X-Auth-Token", "k"]
)
@given(st.text(string.ascii_letters + string.digits + "-_.~@:/?% ", min_size=4, max_size=40))
def test_the_value_of_a_secret_name_is_never_shown(name: str, secret: str) -> None:
    shown = public_url(f"https://example.org/feed?a=1&{name}={quote(secret, safe='')}&b=2")

    assert shown == f"https://example.org/feed?a=1&{name}=…&b=2"


@given(st.text(max_size=60))
def test_whatever_was_typed_has_a_public_form(text: str) -> None:
    public_url(text)
    public_link(text)
    with suppress(BadAddress):
        stored = normalise(text)
        assert "#" not in public_url(stored)


@pytest.mark.parametrize(
    ("url", "shown"),
    [
        ("https://user:secret@example.com/x?y=1", "https://example.com/x?y=1"),
        ("https://xn--bcher-kva.example:8080/x", "https://bücher.example:8080/x"),
        ("https://xn--r8jz45g.jp/", "https://例え.jp/"),
        ("https://xn--pple-43d.com/", "https://xn--pple-43d.com/"),  # аpple with a Cyrillic а
        ("ftp://user:secret@example.com/", "ftp://example.com/"),
    ],
)
def test_the_shown_form_has_no_credentials_and_no_lookalikes(url: str, shown: str) -> None:
    assert public_url(url) == shown
