"""Databases of released versions go on where those versions stopped.

``tests/cases/databases/*.sql`` were written by 0.1.0 and 0.2.0 themselves.
"""

import json
import sqlite3
from collections import Counter
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bot.model import (
    Claim,
    Delivery,
    Fallback,
    MediaKind,
    PartSent,
    Sent,
    Style,
    TelegramFile,
)
from bot.store import (
    Store,
    Tx,
    chats,
    feeds,
    files,
    host_backoff,
    item_keys,
    items,
    moves,
    outbox,
    pages,
    places,
    subscriptions,
    websub,
)
from bot.store.rows import to_ms
from tests.support.stored import LEASE, MINUTE, SECOND, key

DATABASES = Path("tests/cases/databases")
VERSIONS = ["0.1.0", "0.2.0"]
WRITTEN = datetime(2026, 11, 24, 12, tzinfo=UTC)
URL = "https://example.org/news.xml"
CHATS = 1_000
ITEMS = 10
Sending = tuple[int, int]
"""The ids of a chat and of an item."""


def restore(folder: Path, version: str) -> Path:
    path = folder / "tidings.db"
    with sqlite3.connect(path) as connection:
        connection.executescript((DATABASES / f"{version}.sql").read_text())
    connection.close()
    return path


async def drain(store: Store) -> list[Delivery]:
    """Send whatever waits until nothing does, each message whole; what was sent, in order."""
    sent = []
    moment = WRITTEN + MINUTE
    while claimed := await store.run(outbox.claim, moment, 200, LEASE):
        for delivery in claimed:
            assert isinstance(delivery, Delivery)
            sent.append(delivery)
        await store.run(_settle_all, claimed, moment)
        moment += SECOND
    return sent


def _settle_all(tx: Tx, claimed: Sequence[Claim], moment: datetime) -> None:
    for delivery in claimed:
        outbox.settle(tx, delivery, Sent((delivery.id,)), moment, timedelta())


def sendings(tx: Tx, *states: str) -> Counter[Sending]:
    rows = tx.query("SELECT chat_id, item_id, state FROM outbox")
    return Counter((row["chat_id"], row["item_id"]) for row in rows if row["state"] in states)


def settled(tx: Tx) -> list[dict[str, object]]:
    return tx.query(
        """
        SELECT id, state, reason, message_ids, settled FROM outbox
        WHERE state IN ('sent', 'refused', 'cancelled') ORDER BY id
        """
    )


@pytest.mark.parametrize("version", VERSIONS)
async def test_what_waits_is_sent_once_and_what_was_settled_never_again(
    tmp_path: Path, version: str
) -> None:
    store = Store.open(restore(tmp_path, version))
    await store.run(feeds.release_all)
    waiting = await store.run(sendings, "waiting")
    before = await store.run(settled)

    sent = await drain(store)

    assert Counter((one.chat.id, one.item.id) for one in sent) == waiting
    after = {row["id"]: row for row in await store.run(settled)}
    assert [after[row["id"]] for row in before] == before
    assert await store.run(sendings, "waiting") == Counter()
    assert {row["state"] for row in before} == {"sent", "refused", "cancelled"}
    [item] = [one.item for one in sent if one.item.title == "Post c"][:1]
    assert (item.html, item.tags, item.author) == ("<p>Text of c, ü</p>", ("tag",), "Ann")
    assert [enclosure.size for enclosure in item.enclosures] == [1234]
    assert item.is_adult == (version == "0.2.0")
    await store.close()


@pytest.mark.parametrize("version", VERSIONS)
async def test_what_is_open_knows_its_subscription_from_now_on(
    tmp_path: Path, version: str
) -> None:
    store = Store.open(restore(tmp_path, version))
    rows = await store.run(
        lambda tx: tx.query(
            """
            SELECT o.state, o.begun, o.kind, o.item_id IS NOT NULL AS has_item,
                s.id IS NOT NULL AS is_known
            FROM outbox o LEFT JOIN subscriptions s ON s.id = o.subscription_id
                AND s.chat_id = o.chat_id AND s.feed_id = o.feed_id
            """
        )
    )
    open_rows = [row for row in rows if row["state"] in ("waiting", "held", "refused")]
    assert {row["state"] for row in open_rows} == {"waiting", "held", "refused"}
    assert any(row["begun"] for row in open_rows) == (version != "0.1.0")
    assert all(row["is_known"] for row in open_rows if row["has_item"])
    assert all(row["kind"] == ("item" if row["has_item"] else "alert") for row in rows)
    await store.close()


@pytest.mark.parametrize("version", VERSIONS)
async def test_what_was_held_goes_out_when_its_chat_comes_back(
    tmp_path: Path, version: str
) -> None:
    store = Store.open(restore(tmp_path, version))
    await store.run(feeds.release_all)
    await drain(store)
    [paused] = await store.run(subscriptions.of_chat, 6)
    assert paused.paused == "user"

    await store.run(subscriptions.resume, 6, [paused.id], WRITTEN)
    await store.run(places.reactivate, 3, WRITTEN)

    sent = [(one.chat.id, one.item.id) for one in await drain(store)]
    assert sorted(sent) == [(chat, item) for chat in (3, 6) for item in (1, 2, 3)]
    await store.close()


@pytest.mark.parametrize("version", VERSIONS)
async def test_feeds_and_what_is_known_of_them_stay(tmp_path: Path, version: str) -> None:
    store = Store.open(restore(tmp_path, version))
    await store.run(feeds.release_all)
    feed = await store.run(feeds.find, URL)
    assert feed is not None
    known = await store.run(item_keys.known, feed.id, [key("a"), key("old"), key("never")])

    assert (feed.title, feed.has_baseline, feed.validators.etag) == ("News", True, b'"e"')
    assert known == {key("a"), key("old")}
    assert [item.title for item in await store.run(items.newest, feed.id, 2)] == [
        "Post c",
        "Post b",
    ]
    due = await store.run(feeds.claim_due, WRITTEN + MINUTE * 20, 10, LEASE)
    assert "Quiet" in {one.title for one in due}
    [failing] = [one for one in due if one.title == "Quiet"]
    assert (failing.failures, failing.last_error) == (3, "example.net answered 503")
    known_files = await store.run(files.known, ["https://example.org/p.jpg"], WRITTEN)
    photo = TelegramFile("file-1", MediaKind.PHOTO)
    assert known_files == {"https://example.org/p.jpg": (photo,)}
    assert await store.run(chats.chosen, 1, 1) == "https://example.org/other.xml"
    [group] = await store.run(subscriptions.of_chat, -100)
    assert (group.target.topic_id, group.feed.title) == (7, "Quiet")
    await store.close()


async def test_what_0_2_had_begun_goes_on_after_the_parts_that_are_there(tmp_path: Path) -> None:
    store = Store.open(restore(tmp_path, "0.2.0"))
    await store.run(feeds.release_all)
    claimed = await store.run(outbox.claim, WRITTEN + MINUTE, 20, LEASE)
    [begun] = [one for one in claimed if isinstance(one, Delivery) and one.progress]

    assert begun.progress is not None
    assert (begun.chat.id, begun.progress.parts, begun.progress.last_id) == (5, 1, 501)
    assert begun.progress.preferences.chat["style"] == Style.RICH
    assert begun.progress.fallback is Fallback.FULL
    assert begun.progress.post_hash == "digest-of-the-whole"
    await store.run(outbox.settle, begun, PartSent(begun.progress), WRITTEN, timedelta())
    stored = await store.run(lambda tx: tx.value("SELECT begun FROM outbox WHERE id = 5"))
    assert json.loads(stored)["v"] == 1
    await store.close()


async def test_pages_backoffs_hubs_moves_and_caches_of_0_2_stay(tmp_path: Path) -> None:
    store = Store.open(restore(tmp_path, "0.2.0"))
    feed = await store.run(feeds.find, URL)
    assert feed is not None

    assert await store.run(pages.url_of, 1) == "https://telegra.ph/a"
    assert await store.run(pages.token_for, "https://api.telegra.ph") == "token"
    assert [one.domain for one in await store.run(host_backoff.load)] == ["slow.example"]
    assert await store.run(websub.known) == {feed.id: ("https://hub.example", URL)}
    assert await store.run(feeds.item_cache, feed.id) == b"packed"
    [quiet] = await store.run(subscriptions.of_chat, -100)
    assert await store.run(moves.undo, quiet.feed.id, WRITTEN) == "https://example.net/quiet.xml"
    barred = await store.run(files.barred, ["https://example.org/gone.jpg"], WRITTEN)
    assert barred == {"https://example.org/gone.jpg": {files.Party.US}}
    await store.close()


def add_crowd(path: Path) -> None:
    """Ten thousand rows of the outbox in the tables of 0.2: chats with ten each, in every state."""
    begun = {
        "parts": 1,
        "message_ids": [7],
        "last": 7,
        "chat": {
            "id": 1,
            "kind": "private",
            "title": "",
            "language": "",
            "style": None,
            "template": None,
            "suspended": "",
        },
        "form": "full",
        "digest": "d",
    }
    values = {"now": to_ms(WRITTEN), "chats": CHATS, "items": ITEMS, "begun": json.dumps(begun)}
    with sqlite3.connect(path) as connection:
        connection.execute(
            """
            WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < :items)
            INSERT INTO items (id, feed_id, title, author, first_seen, content)
            SELECT 100 + i, 1, 'Post ' || i, '', :now, '{"html": "x", "enclosures": []}' FROM n
            """,
            values,
        )
        connection.execute(  # every fifth chat is away
            """
            WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < :chats)
            INSERT INTO chats (id, kind, created, ready, suspended, suspended_since)
            SELECT 1000 + i, 'private', :now, CASE WHEN i % 5 = 0 THEN NULL ELSE :now END,
                CASE WHEN i % 5 = 0 THEN 'blocked' ELSE '' END,
                CASE WHEN i % 5 = 0 THEN :now END
            FROM n
            """,
            values,
        )
        connection.execute(
            """
            INSERT INTO subscriptions (chat_id, feed_id, created)
            SELECT id, 1, :now FROM chats WHERE id > 1000
            """,
            values,
        )
        connection.execute(
            """
            INSERT INTO outbox (chat_id, topic_id, item_id, created, state, settled, message_ids,
                reason, form, begun)
            SELECT chat, 0, item, :now, state,
                CASE WHEN state IN ('sent', 'refused', 'cancelled') THEN :now END,
                CASE WHEN state = 'sent' OR is_begun THEN '7' ELSE '' END,
                CASE WHEN state = 'refused' THEN 'Bad Request' ELSE '' END,
                CASE WHEN item % 2 = 0 THEN 'text' ELSE 'full' END,
                CASE WHEN is_begun THEN :begun ELSE '' END
            FROM (
                SELECT c.id AS chat, i.id AS item, i.id = 104 AND c.id % 3 = 0 AS is_begun, CASE
                    WHEN i.id = 101 THEN 'sent'
                    WHEN i.id = 102 THEN 'refused'
                    WHEN i.id = 103 THEN 'cancelled'
                    WHEN c.suspended <> '' THEN 'held'
                    ELSE 'waiting'
                END AS state
                FROM chats c JOIN items i ON c.id > 1000 AND i.id > 100
            ) AS crossed
            """,
            values,
        )
    connection.close()


async def test_ten_thousand_rows_of_0_2_go_on_without_a_loss_or_a_repeat(tmp_path: Path) -> None:
    path = restore(tmp_path, "0.2.0")
    add_crowd(path)
    store = Store.open(path)
    await store.run(feeds.release_all)
    assert await store.run(lambda tx: tx.value("SELECT count(*) FROM outbox")) > CHATS * ITEMS
    waiting, held = await store.run(sendings, "waiting"), await store.run(sendings, "held")
    before = await store.run(settled)

    sent = await drain(store)

    assert Counter((one.chat.id, one.item.id) for one in sent) == waiting
    begun = [one for one in sent if one.progress is not None]
    assert len(begun) == 1 + sum(
        1 for chat in range(1001, 1001 + CHATS) if chat % 3 == 0 and (chat - 1000) % 5 != 0
    )
    assert all(one.progress and one.progress.message_ids for one in begun)
    order: dict[int, list[int]] = {}
    for one in sent:
        order.setdefault(one.chat.id, []).append(one.item.id)
    assert all(ids == sorted(ids) for ids in order.values())
    assert await store.run(sendings, "held") == held
    await store.run(
        lambda tx: [places.reactivate(tx, chat, WRITTEN) for chat in {chat for chat, _ in held}]
    )
    released = Counter((one.chat.id, one.item.id) for one in await drain(store))
    assert released == Counter(sending for sending in held if sending[0] != 6)  # 6 paused it
    after = {row["id"]: row for row in await store.run(settled)}
    assert [after[row["id"]] for row in before] == before
    await store.close()
