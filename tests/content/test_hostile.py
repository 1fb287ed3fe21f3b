"""Input made to stop a parser: none costs more than two seconds of one core."""

import time

import pytest

from bot.content.messages.summary import compose
from bot.model import Feed, Item, Options
from tests.support.any_items import NOW
from tests.support.hostile_html import HOSTILE, SECONDS


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_bodies_cost_little(name: str) -> None:
    html = HOSTILE[name]
    item = Item(
        1,
        1,
        "https://a.example/",
        "w " * 100_000,
        "a@b" * 10_000,
        NOW,
        NOW,
        html,
        ("x" * 100_000,) * 100,
    )

    began = time.process_time()
    message = compose(item, Feed(1, "https://f.example/", "t" * 100_000), Options())

    assert time.process_time() - began < SECONDS
    assert message.html


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_titles_cost_little(name: str) -> None:
    title = HOSTILE[name][:400_000]
    item = Item(1, 1, title, title, title, NOW, NOW, f"<p>{title[:2000]}</p>", (title,))

    began = time.process_time()
    message = compose(item, Feed(1, "https://f.example/", title, title), Options())

    assert time.process_time() - began < SECONDS
    assert message.html
