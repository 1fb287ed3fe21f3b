"""What a feed leaves to read only its new items is recorded with the poll that made it."""

from dataclasses import replace
from pathlib import Path

import pytest

from bot.model import FeedUpdate, NewItem
from bot.store import feeds, item_keys
from tests.support.stored import NOW, feed_row, item, key, opened, put_feed


async def test_the_last_item_cache_of_a_feed_is_kept(tmp_path: Path) -> None:
    async with opened(tmp_path) as store:
        feed, other = await store.run(put_feed), await store.run(put_feed, "other")
        for packed in (b"first", b"second", b"second"):
            await store.run(feeds.apply, FeedUpdate(feed), NOW, item_cache=packed)
        assert await store.run(feeds.item_cache, feed.id) == b"second"
        assert await store.run(feeds.item_cache, other.id) == b""
        await store.run(lambda tx: tx.execute("DELETE FROM feeds WHERE id = :id", id=feed.id))
        assert await store.run(feeds.item_cache, feed.id) == b""


async def test_an_item_cache_comes_with_its_poll_or_not_at_all(tmp_path: Path) -> None:
    async with opened(tmp_path) as store:
        feed = await store.run(put_feed)
        broken = NewItem(replace(item("b").item, published="no date"), key("b"))  # type: ignore[arg-type]  # the fault
        with pytest.raises(TypeError):
            await store.run(
                feeds.apply,
                FeedUpdate(replace(feed, title="x"), (), (broken,)),
                NOW,
                item_cache=b"cache",
            )
        assert await store.run(feeds.item_cache, feed.id) == b""
        assert (await store.run(feed_row, feed))["title"] == "news"


async def test_a_key_is_marked_as_seen_once_a_day(tmp_path: Path) -> None:
    async with opened(tmp_path) as store:
        feed = await store.run(put_feed)
        seen = []
        for hours in (0, 23, 25, 26):
            moment = NOW + item_keys.REFRESH * hours / 24
            await store.run(feeds.apply, FeedUpdate(feed, (key("a"),)), moment)
            seen.append(await store.run(lambda tx: tx.value("SELECT last_seen FROM item_keys")))
        assert seen[0] == seen[1] < seen[2] == seen[3]
