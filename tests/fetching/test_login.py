"""A login that fails says why: a wrong password, or a way to log in that nobody here knows."""

import pytest

from tests.support.bot_under_test import RunningBot
from tests.support.feed_server import FeedServer
from tests.support.reading import has
from tests.support.telegram_world import TelegramWorld


@pytest.mark.parametrize(
    ("login", "challenge", "words"),
    [
        ("", 'Basic realm="news"', "asks for a name and a password"),
        ("", "", "asks for a name and a password"),
        ("ann:wrong@", 'Basic realm="news"', "does not accept this name and password"),
        ("ann:wrong@", "", "does not accept this name and password"),
        ("ann:wrong@", 'Digest realm="news", nonce="1"', "does not accept this name"),
        ("ann:wrong@", 'Digest realm="a", nonce="1", algorithm=MD4', "in a way that I do not know"),
        ("ann:wrong@", 'Negotiate, Digest realm="a", nonce="1"', "in a way that I do not know"),
        ("ann:wrong@", "Negotiate", "(Negotiate)"),
        ("", 'Bearer realm="news"', "(Bearer)"),
        ("ann:wrong@", 'Digest nonce="1", Basic realm="a"', "does not accept this name"),
    ],
)
async def test_a_refused_login_is_told_with_its_cure(
    world: TelegramWorld,
    server: FeedServer,
    bot: RunningBot,
    login: str,
    challenge: str,
    words: str,
) -> None:
    headers = {"WWW-Authenticate": challenge} if challenge else {}
    server.behave("/news.xml", status=401, headers=headers)
    await world.say(f"/sub {server.url('/news.xml').replace('://', f'://{login}')}")
    told = await world.wait_for(has(words))

    assert "wrong" not in told["text"]
