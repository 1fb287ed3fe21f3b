"""Nobody's feed, site or document keeps the others waiting."""

import asyncio
import time

from tests.support.bot_under_test import RunningBot
from tests.support.feed_server import FeedServer
from tests.support.files_made import noise
from tests.support.reading import has, subscribe
from tests.support.telegram_world import ANN, LILEI, TelegramWorld

ENDLESS = b"<rss version='2.0'><channel><title>%d</title>" + b"<x>" * 3_000_000


async def test_endless_pictures_of_one_feed_delay_no_picture_of_another(
    world: TelegramWorld, server: FeedServer, bot: RunningBot
) -> None:
    server.feed("/endless.xml", items=["Old"])
    server.feed("/quick.xml", items=["Old"])
    lake = server.file("/lake.webp", noise((320, 200), "WEBP"), content_type="image/webp")
    await subscribe(world, server.url("/endless.xml"), chat=ANN)
    await subscribe(world, server.url("/quick.xml"), chat=LILEI)
    async with FeedServer("127.0.0.2") as elsewhere:
        urls = [_endless(elsewhere, f"/{number}.webp") for number in range(10)]
        html = "".join(f'<p>Words.</p><img src="{url}">' for url in urls)
        server.publish("/endless.xml", "Slow", html=html)
        await _asked(elsewhere)
        server.publish("/quick.xml", "Quick", html=f'<img src="{lake}"><p>Here.</p>')
        quick = await world.wait_for(has("Quick"), chat=LILEI, timeout=8)

    assert quick["photo"]


def _endless(server: FeedServer, path: str) -> str:
    server.behave(path, drip=0.2)
    return server.file(path, noise((320, 200), "WEBP"), content_type="image/webp")


async def test_documents_that_hang_the_parser_delay_no_item_and_are_refused_at_once_the_next_time(
    world: TelegramWorld, server: FeedServer, bot: RunningBot
) -> None:
    server.feed("/news.xml", items=["Old"])
    await subscribe(world, server.url("/news.xml"))
    people = [await world.make_user(started=True) for _ in range(3)]
    for person in people:
        server.file(f"/{person}.xml", ENDLESS % person)
        await world.say(f"/preview {server.url(f'/{person}.xml')}", chat=person)
    await _asked(server, f"/{people[0]}.xml")
    server.publish("/news.xml", title="Fresh")
    started = time.monotonic()
    await world.wait_for(has("Fresh"), timeout=15)
    delay = time.monotonic() - started
    await world.wait_for(has("too tangled"), chat=people[0], timeout=15)
    started = time.monotonic()
    await world.say(f"/preview {server.url(f'/{people[0]}.xml')}", chat=ANN)
    await world.wait_for(has("too tangled"), timeout=15)

    assert delay < 4
    assert time.monotonic() - started < 3


async def test_many_previews_of_one_address_are_one_request(
    world: TelegramWorld, server: FeedServer, bot: RunningBot
) -> None:
    url = server.feed("/news.xml", items=["Hello"])
    server.behave("/news.xml", delay=0.5)
    people = [await world.make_user(started=True) for _ in range(40)]
    for person in people:
        await world.say(f"/preview {url}", chat=person)
    for person in people:
        await world.wait_for(has("Hello"), chat=person, timeout=15)

    assert len(server.requests("/news.xml")) == 1


async def _asked(server: FeedServer, path: str | None = None) -> None:
    async with asyncio.timeout(8):
        while not server.requests(path):
            await asyncio.sleep(0.05)
