"""Nobody's feed, site or document keeps the others waiting."""

import asyncio

from tests.support.bot_under_test import RunningBot
from tests.support.feed_server import FeedServer
from tests.support.files_made import noise
from tests.support.reading import has, subscribe
from tests.support.telegram_world import ANN, LILEI, TelegramWorld


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


async def _asked(server: FeedServer) -> None:
    async with asyncio.timeout(8):
        while not server.requests():
            await asyncio.sleep(0.05)
