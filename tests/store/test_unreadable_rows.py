"""A row that cannot be read is settled alone, with its reason; everybody else is served."""

from collections import Counter
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest
from prometheus_client import generate_latest
from prometheus_client.parser import text_string_to_metric_families
from structlog.testing import capture_logs

from bot.model import (
    NO_CHOICES,
    AlertKind,
    ChatKind,
    FailureStage,
    FeedAlert,
    HostBackoff,
    MediaKind,
    PollResult,
    Sent,
    TelegramFile,
    WebSubSubscription,
)
from bot.polling.health import FeedHealth, health_of
from bot.store import (
    Store,
    Tx,
    alerts,
    feeds,
    files,
    host_backoff,
    items,
    moves,
    outbox,
    subscriptions,
    websub,
)
from bot.telemetry import Metrics
from tests.support.stored import (
    DAY,
    ENGLISH,
    LEASE,
    NOW,
    SECOND,
    claim,
    publish,
    put_feed,
    put_reader,
)

CHATS = range(1, 7)
DAMAGED = 3
"""The chat, or its row, that is damaged."""


@pytest.fixture
def metrics() -> Metrics:
    return Metrics()


@pytest.fixture
async def store(tmp_path: Path, metrics: Metrics) -> AsyncIterator[Store]:
    """Six chats that read one feed, each with one message that waits."""
    store = Store.open(tmp_path / "tidings.db", metrics=metrics)
    await store.run(_fill)
    try:
        yield store
    finally:
        await store.close()


def _fill(tx: Tx) -> None:
    feed = put_feed(tx)
    for chat_id in CHATS:
        put_reader(tx, feed, chat_id)
    publish(tx, feed, "a")


async def damage(store: Store, table: str, assignment: str, where: str) -> None:
    sql = f"UPDATE {table} SET {assignment} WHERE {where}"
    assert await store.run(lambda tx: tx.execute(sql)) >= 1


def unreadable(metrics: Metrics, table: str) -> float:
    families = text_string_to_metric_families(generate_latest(metrics.registry).decode())
    return next(
        sample.value
        for family in families
        for sample in family.samples
        if sample.name == "tidings_unreadable_rows_total" and sample.labels == {"table": table}
    )


async def serve(store: Store) -> list[int]:
    """Send whatever waits until nothing does; the chats, in the order in which they are served."""
    served = []
    moment = NOW
    while claimed := await store.run(outbox.claim, moment, 16, LEASE):
        for delivery in claimed:
            served.append(delivery.target.chat_id)
            await store.run(outbox.settle, delivery, Sent((1,)), moment, timedelta())
        moment += SECOND
    return served


@pytest.mark.parametrize(
    "assignment",
    [
        "begun = '{'",
        "begun = '[]'",
        "begun = '{\"v\":1}'",
        'begun = \'{"v":1,"sent":"many"}\'',
        "created = 'yesterday'",
        "created = 9223372036854775807",
    ],
)
async def test_a_damaged_message_is_refused_with_its_reason_and_the_others_are_sent(
    store: Store, metrics: Metrics, assignment: str
) -> None:
    await damage(store, "outbox", assignment, f"chat_id = {DAMAGED}")
    with capture_logs() as logs:
        served = await serve(store)

    assert served == [chat for chat in CHATS if chat != DAMAGED]
    [row] = await store.run(
        lambda tx: tx.query("SELECT * FROM outbox WHERE chat_id = :id", id=DAMAGED)
    )
    assert (row["state"], row["settled"] is not None) == ("refused", True)
    assert row["reason"].startswith("cannot be read: ")
    [event] = [entry for entry in logs if entry["event"] == "row_unreadable"]
    assert (event["table"], event["id"], event["log_level"]) == ("outbox", row["id"], "error")
    assert unreadable(metrics, "outbox") == 1


async def test_the_next_message_of_a_chat_follows_a_damaged_one_at_once(store: Store) -> None:
    await damage(store, "outbox", "begun = '{'", f"chat_id = {DAMAGED}")
    feed = await store.run(feeds.find, "https://example.org/news.xml")
    assert feed is not None
    await store.run(publish, feed, "b")

    served = Counter(await serve(store))

    assert served == {chat: 1 if chat == DAMAGED else 2 for chat in CHATS}


@pytest.mark.parametrize(
    "content", ["'{'", "'[]'", '\'{"v":1,"html":7}\'', '\'{"v":1,"files":[{}]}\'', "x'00ff'"]
)
async def test_a_damaged_item_is_refused_everywhere_and_the_next_one_is_sent(
    store: Store, content: str
) -> None:
    await damage(store, "items", f"content = {content}", "title = 'Post a'")
    feed = await store.run(feeds.find, "https://example.org/news.xml")
    assert feed is not None
    await store.run(publish, feed, "b")

    assert await serve(store) == list(CHATS)
    assert [item.title for item in await store.run(items.newest, feed.id, 5)] == ["Post b"]
    reasons = await store.run(
        lambda tx: tx.query("SELECT DISTINCT state FROM outbox WHERE item_id = 1")
    )
    assert reasons == [{"state": "refused"}]


@pytest.mark.parametrize("assignment", ["form = 'hologram'", "begun = ''"])
async def test_a_message_with_a_word_of_a_newer_version_is_sent(
    store: Store, assignment: str
) -> None:
    await damage(store, "outbox", assignment, f"chat_id = {DAMAGED}")

    assert await serve(store) == list(CHATS)


@pytest.mark.parametrize("assignment", ["kind = 'forum'", 'choices = \'{"v":1,"style"\''])
async def test_a_chat_with_a_word_of_a_newer_version_is_served(
    store: Store, assignment: str
) -> None:
    await damage(store, "chats", assignment, f"id = {DAMAGED}")
    claimed = await claim(store)

    assert [delivery.chat.id for delivery in claimed] == list(CHATS)
    damaged = claimed[DAMAGED - 1].chat
    expected = NO_CHOICES if "choices" in assignment else ENGLISH
    assert (damaged.kind, damaged.choices) == (ChatKind.PRIVATE, expected)


async def put_others(store: Store) -> None:
    for name in ("b", "c", "d", "e", "f"):
        feed = await store.run(put_feed, name)
        await store.run(put_reader, feed, 1)
    await damage(store, "feeds", f"next_due = {_ms()}, leased_until = 0", "1 = 1")


def _ms() -> int:
    return int(NOW.timestamp() * 1000)


@pytest.mark.parametrize(
    "column", ["skip_hours", "skip_days", "interval_ms", "not_before", "created"]
)
async def test_a_damaged_feed_is_set_aside_for_a_day_and_the_others_are_polled(
    store: Store, metrics: Metrics, column: str
) -> None:
    await put_others(store)
    await damage(store, "feeds", f"{column} = 'x'", "id = 1")
    with capture_logs() as logs:
        claimed = await store.run(feeds.claim_due, NOW, 50, LEASE)
        again = await store.run(feeds.claim_due, NOW + LEASE, 50, LEASE)
        much_later = await store.run(feeds.claim_due, NOW + feeds.UNREADABLE_PAUSE, 50, LEASE)

    assert sorted(feed.title for feed in claimed) == ["b", "c", "d", "e", "f"]
    assert 1 not in {feed.id for feed in (*again, *much_later)}
    assert [entry["id"] for entry in logs if entry["event"] == "row_unreadable"] == [1, 1]
    assert unreadable(metrics, "feeds") == 2
    row = await store.run(lambda tx: tx.one("SELECT * FROM feeds WHERE id = 1"))
    assert row is not None
    assert row["last_error"].startswith("its row cannot be read: ")


async def test_a_damaged_feed_is_shown_as_one_that_fails(store: Store) -> None:
    await put_others(store)
    await damage(store, "feeds", "skip_hours = 'x'", "id = 1")
    listed = await store.run(subscriptions.of_chat, 1)

    assert [one.feed.title for one in listed] == ["news", "b", "c", "d", "e", "f"]
    damaged = listed[0].feed
    assert health_of(damaged, NOW) is FeedHealth.FALTERING
    assert damaged.last_failure is not None
    assert damaged.last_failure.reason == "error-unreadable-row"
    assert await store.run(subscriptions.unsubscribe, 1, [listed[0].id], NOW) == [listed[0]]


@pytest.mark.parametrize("column", ["history", "arrivals"])
@pytest.mark.parametrize("text", ["{", "7", '{"v":1}', '[["x"]]'])
async def test_a_feed_goes_on_without_what_it_remembered_of_its_polls(
    store: Store, column: str, text: str
) -> None:
    await put_others(store)
    await damage(store, "feeds", f"{column} = '{text}'", "id = 1")
    claimed = await store.run(feeds.claim_due, NOW, 50, LEASE)

    assert len(claimed) == 6
    [feed] = [feed for feed in claimed if feed.id == 1]
    assert (feed.history, feed.arrivals, feed.failures) == ((), (), 0)


@pytest.mark.parametrize("assignment", ["introduction = 'poem'", "trouble = 'haunted'"])
async def test_a_feed_with_a_word_of_a_newer_version_is_polled(
    store: Store, assignment: str
) -> None:
    await put_others(store)
    await damage(store, "feeds", assignment, "id = 1")

    assert len(await store.run(feeds.claim_due, NOW, 50, LEASE)) == 6


async def test_a_result_of_a_newer_version_is_left_out_of_the_history(store: Store) -> None:
    await damage(store, "feeds", 'history = \'[[1,"dreamt",0,0],[2,"same",0,0]]\'', "id = 1")
    feed = await store.run(feeds.find, "https://example.org/news.xml")

    assert feed is not None
    assert [poll.result for poll in feed.history] == [PollResult.SAME]


@pytest.mark.parametrize("assignment", ["facts = '{'", "kind = 'rumour'", "since = 'x'"])
async def test_a_damaged_alert_is_refused_and_the_items_are_sent(
    store: Store, assignment: str
) -> None:
    alert = FeedAlert(AlertKind.TROUBLE, FailureStage.FAILING, NOW)
    await store.run(alerts.publish, 1, alert, NOW)
    await damage(store, "notices", assignment, "id = 1")

    assert await serve(store) == list(CHATS)
    refused = await store.run(
        lambda tx: tx.value("SELECT count(*) FROM outbox WHERE state = 'refused'")
    )
    assert refused == len(CHATS)


async def test_a_damaged_agreement_with_a_hub_stops_no_other(store: Store) -> None:
    await put_others(store)
    for feed_id in (1, 2):
        agreed = WebSubSubscription(feed_id, "https://hub.example", "topic", f"path{feed_id}", "s")
        await store.run(websub.offer, agreed, NOW)
    await damage(store, "pushes", "expires = 'x'", "feed_id = 1")

    assert [one.feed_id for one in await store.run(websub.claim_due, NOW, 5)] == [2]
    assert await store.run(websub.by_path, "path1") is None


async def test_a_damaged_backoff_of_a_host_stops_no_other(store: Store) -> None:
    for domain in ("a.example", "b.example"):
        await store.run(host_backoff.keep, HostBackoff(domain, NOW + DAY))
    await damage(store, "hosts", "closed_until = 'x'", "domain = 'a.example'")

    assert [one.domain for one in await store.run(host_backoff.load)] == ["b.example"]


async def test_a_file_of_a_kind_that_only_a_newer_version_knows_is_as_good_as_unknown(
    store: Store,
) -> None:
    urls = ["https://example.org/1", "https://example.org/2"]
    known = {url: TelegramFile("file", MediaKind.PHOTO) for url in urls}
    await store.run(files.remember, known, NOW)
    await damage(store, "files", "kind = 'hologram'", f"url = '{urls[0]}'")

    assert list(await store.run(files.known, urls, NOW)) == urls[1:]


async def test_a_damaged_move_can_be_taken_back_all_the_same(store: Store) -> None:
    await store.run(moves.move, 1, "https://example.org/new.xml", NOW)
    await damage(store, "moves", "subscriptions = '{'", "feed_id = 1")

    assert await store.run(moves.undo, 1, NOW) == "https://example.org/news.xml"


async def test_commits_are_timed_on_the_thread_of_the_store(store: Store, metrics: Metrics) -> None:
    def count() -> float:
        return metrics.registry.get_sample_value("tidings_transaction_seconds_count") or 0

    before = count()
    await store.run(lambda tx: tx.value("SELECT 1"))
    await store.run(lambda tx: tx.value("SELECT 1"))

    assert count() == before + 2
