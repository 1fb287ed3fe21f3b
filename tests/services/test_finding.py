"""Feeds that several people follow can be found by others, and what is anybody's secret cannot."""

from pathlib import Path

from bot.discovery.catalogue import Catalogue, KnownFeed
from bot.model import Chat, ChatKind, FeedUpdate, Target
from bot.services.finding import Finding
from bot.store import Store, Tx, chats, feeds, subscriptions
from tests.support.stored import NOW, item, opened, put_feed

ASKING = 77


def follow(tx: Tx, url: str, title: str, *readers: tuple[int, int | None]) -> None:
    """A feed that ``(chat, person)`` pairs read."""
    feed = put_feed(tx, title)
    tx.execute("UPDATE feeds SET url = :url WHERE id = :id", url=url, id=feed.id)
    for chat, person in readers:
        chats.upsert(tx, Chat(chat, ChatKind.SUPERGROUP, "A chat"), NOW)
        subscriptions.subscribe(tx, Target(chat), feed.id, NOW, user_id=person)


async def found(store: Store, query: str) -> list[str]:
    finding = Finding(store, Catalogue([KnownFeed("Tea", "https://known.example/")]), lambda: NOW)
    await store.run(chats.upsert, Chat(ASKING, ChatKind.PRIVATE, "Ann"), NOW)
    return [hit.feed.url for hit in await finding.find(ASKING, query, "en")]


async def test_what_three_people_follow_in_three_chats_is_found(tmp_path: Path) -> None:
    async with opened(tmp_path) as store:
        await store.run(
            follow, "https://tea.example.com/feed", "Tea diary", (-1, 1), (-2, 2), (-3, None)
        )
        assert await found(store, "tea diary") == ["https://tea.example.com/feed"]


async def test_what_fewer_follow_is_not_nor_what_one_person_follows_in_many(tmp_path: Path) -> None:
    async with opened(tmp_path) as store:
        await store.run(follow, "https://a.example.com/", "Tea diary one", (-1, 1), (-2, 2))
        await store.run(
            follow, "https://b.example.com/", "Tea diary two", (-1, 1), (-2, 1), (-3, 1), (-4, 2)
        )
        assert await found(store, "tea diary") == []


async def test_what_holds_a_secret_or_is_on_a_private_host_is_never_found(tmp_path: Path) -> None:
    readers = ((-1, 1), (-2, 2), (-3, 3))
    async with opened(tmp_path) as store:
        for number, url in enumerate((
            "https://ann:word@tea.example.com/feed",
            "https://tea.example.com/feed?token=0123456789abcdef",
            "https://tea.example.com/private/9f8a7b6c5d4e3f2a1b0c9d8e7f6a5b4c",
            "http://192.168.1.5/feed",
            "http://127.0.0.1/feed",
            "http://nas/feed",
            "http://nas.local/feed",
            "http://localhost/feed",
            "http://[fd00::1]/feed",
        )):  # fmt: skip
            await store.run(follow, url, f"Tea diary {number}", *readers)
        assert await found(store, "tea diary") == []


async def test_a_hit_names_the_newest_item_where_the_feed_is_polled(tmp_path: Path) -> None:
    async with opened(tmp_path) as store:
        await store.run(follow, "https://known.example/", "Tea", (-1, 1))
        finding = Finding(
            store, Catalogue([KnownFeed("Tea", "https://known.example/")]), lambda: NOW
        )
        await store.run(chats.upsert, Chat(ASKING, ChatKind.PRIVATE, "Ann"), NOW)
        (before,) = await finding.find(ASKING, "tea", "en")
        await store.run(publish)
        (after,) = await finding.find(ASKING, "tea", "en")

    assert before.newest is None
    assert after.newest is not None
    assert after.newest.title == "Post green"


def publish(tx: Tx) -> None:
    feed = feeds.find(tx, "https://known.example/")
    assert feed is not None
    feeds.apply(tx, FeedUpdate(feed, items=(item("green"),), deliver=True), NOW)
