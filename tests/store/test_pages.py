"""Where items stand as pages, and the account they belong to."""

from datetime import timedelta
from pathlib import Path

from bot.store import Tx, items, pages
from bot.store.database import Store
from tests.support.stored import DAY, NOW, opened, publish, put_feed, put_reader


async def prepared(store: Store) -> list[int]:
    """The ids of two items."""
    feed = await store.run(put_feed)
    await store.run(put_reader, feed)
    await store.run(publish, feed, "A", "B")
    return await store.run(
        lambda tx: [row["id"] for row in tx.query("SELECT id FROM items ORDER BY id")]
    )


async def test_an_item_has_one_page_the_last_that_was_made(tmp_path: Path) -> None:
    async with opened(tmp_path) as store:
        first, second = await prepared(store)
        for url in ("https://telegra.ph/A", "https://telegra.ph/A-2"):
            await store.run(pages.keep, first, url, NOW)

        assert await store.run(pages.url_of, first) == "https://telegra.ph/A-2"
        assert await store.run(pages.url_of, second) is None


async def test_a_page_whose_item_is_gone_is_not_kept(tmp_path: Path) -> None:
    async with opened(tmp_path) as store:
        await prepared(store)
        await store.run(pages.keep, 4711, "https://telegra.ph/A", NOW)

        assert await store.run(pages.url_of, 4711) is None


async def test_pages_go_with_the_content_of_their_items(tmp_path: Path) -> None:
    async with opened(tmp_path) as store:
        first, second = await prepared(store)
        await store.run(pages.keep, first, "https://telegra.ph/A", NOW - 2 * DAY)
        await store.run(pages.keep, second, "https://telegra.ph/B", NOW)
        changed = await store.run(items.prune, NOW - DAY, NOW - DAY, 10)

        assert changed == 1
        assert await store.run(pages.url_of, first) is None
        assert await store.run(pages.url_of, second) == "https://telegra.ph/B"


async def test_pages_go_with_their_items(tmp_path: Path) -> None:
    def forget(tx: Tx) -> None:
        tx.execute("DELETE FROM items")

    async with opened(tmp_path) as store:
        first, _ = await prepared(store)
        await store.run(pages.keep, first, "https://telegra.ph/A", NOW + timedelta(hours=1))
        await store.run(forget)

        assert await store.run(lambda tx: tx.value("SELECT count(*) FROM pages")) == 0


async def test_the_token_of_one_server_is_never_another_ones(tmp_path: Path) -> None:
    async with opened(tmp_path) as store:
        await store.run(pages.keep_token, "https://api.telegra.ph", "old")
        await store.run(pages.keep_token, "https://api.telegra.ph", "new")

        assert await store.run(pages.token_for, "https://api.telegra.ph") == "new"
        assert await store.run(pages.token_for, "https://api.graph.example") is None
