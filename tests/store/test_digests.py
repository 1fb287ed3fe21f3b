"""Digests: what waits for them, when they are due, and what becomes of what they tell."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from bot.model import (
    Delivery,
    DigestDelivery,
    DigestSent,
    Feed,
    Refused,
    Scope,
    Sent,
    Subscription,
    Target,
)
from bot.rules import EVERYTHING, Rule, RuleKind
from bot.settings import Operator
from bot.store import Store, Tx, choices, gathered, moments, outbox, rules, subscriptions
from bot.store.unwritten import Arrival
from tests.support.stored import LEASE, opened, publish, put_feed, put_reader

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
MORNING = datetime(2026, 3, 3, 8, tzinfo=UTC)


async def choose(store: Store, text: str | None, now: datetime = NOON, **scope: Any) -> None:
    await store.run(choices.change, Scope(1, **scope), {"digest": text}, now)


async def tick(store: Store, now: datetime) -> None:
    """What the job does, until nothing is due."""
    while await store.run(gathered.queue_due, now, Operator(), 50):
        pass


async def claim(store: Store, now: datetime) -> Sequence[Delivery | DigestDelivery]:
    claims = await store.run(outbox.claim, now, 9, LEASE)
    assert all(isinstance(each, Delivery | DigestDelivery) for each in claims)
    return claims  # type: ignore[return-value]  # as was just seen


async def send(store: Store, now: datetime, at_once: int = 1000) -> list[str]:
    """Send what may be sent; what was sent, the titles of a digest's messages joined."""
    sent = []
    while claims := await claim(store, now):
        for each in claims:
            verdict: Sent = Sent((each.id,))
            if isinstance(each, Delivery):
                sent.append(each.item.title)
            else:
                items = each.items[:at_once]
                sent.append(" + ".join(item.item.title for item in items))
                rows = tuple(item.row_id for item in items)
                has_more = len(items) < len(each.items)
                verdict = DigestSent((*each.message_ids, 7), 1, rows, has_more)
            await store.run(outbox.settle, each, verdict, now, timedelta())
    return sent


def states(tx: Tx) -> list[str]:
    rows = tx.query("SELECT state FROM outbox WHERE item_id IS NOT NULL ORDER BY id")
    return [row["state"] for row in rows]


async def read_one(store: Store) -> tuple[Feed, Subscription]:
    news = await store.run(put_feed, "news")
    return news, await store.run(put_reader, news)


async def test_items_wait_for_the_digest_of_their_chat(tmp_path: Path) -> None:
    async with opened(tmp_path) as store:
        news, _ = await read_one(store)
        await choose(store, "8:00")
        await tick(store, NOON)
        await store.run(publish, news, "a", "b", now=NOON)

        assert await send(store, NOON) == []
        assert await store.run(states) == ["gathered", "gathered"]
        await tick(store, MORNING - timedelta(seconds=1))
        assert await send(store, MORNING) == []

        await tick(store, MORNING)
        assert await send(store, MORNING) == ["Post a + Post b"]
        assert await store.run(states) == ["digested", "digested"]


async def test_a_digest_of_nothing_is_not_sent(tmp_path: Path) -> None:
    async with opened(tmp_path) as store:
        await read_one(store)
        await choose(store, "8:00")
        for days in range(4):
            await tick(store, MORNING + days * DAY)

        assert await send(store, MORNING + 4 * DAY) == []
        assert await store.run(lambda tx: tx.value("SELECT count(*) FROM outbox")) == 0


async def test_digests_missed_while_nothing_ran_come_once(tmp_path: Path) -> None:
    async with opened(tmp_path) as store:
        news, _ = await read_one(store)
        await choose(store, "8:00 20:00")
        await tick(store, NOON)
        await store.run(publish, news, "a", now=NOON)
        later = NOON + 3 * DAY

        await tick(store, later)
        await tick(store, later)

        assert await send(store, later) == ["Post a"]
        due = await store.run(lambda tx: tx.value("SELECT next_due FROM digests"))
        assert due == datetime(2026, 3, 5, 20, tzinfo=UTC).timestamp() * 1000


async def test_a_digest_goes_on_behind_what_was_told_of_it(tmp_path: Path) -> None:
    async with opened(tmp_path) as store:
        news, _ = await read_one(store)
        await choose(store, "8:00")
        await tick(store, NOON)
        await store.run(publish, news, "a", "b", "c", now=NOON)
        await tick(store, MORNING)

        # Its first message arrives, and the process is killed before the second.
        [first] = await claim(store, MORNING)
        assert isinstance(first, DigestDelivery)
        rows = (first.items[0].row_id, first.items[1].row_id)
        verdict = DigestSent((70,), 1, rows, has_more=True)
        await store.run(outbox.settle, first, verdict, MORNING, timedelta())
        await store.run(publish, news, "d", now=MORNING)

        [second] = await claim(store, MORNING + HOUR)
        assert isinstance(second, DigestDelivery)
        assert [item.item.title for item in second.items] == ["Post c"]
        assert second.message_ids == (70,)


async def test_the_nearest_choice_holds(tmp_path: Path) -> None:
    async with opened(tmp_path) as store:
        news, of_news = await read_one(store)
        blog = await store.run(put_feed, "blog")
        await store.run(put_reader, blog)
        await choose(store, "8:00")
        await choose(store, "off", subscriptions=(of_news.id,))
        await tick(store, NOON)
        await store.run(publish, news, "a", now=NOON)
        await store.run(publish, blog, "b", now=NOON)

        assert await send(store, NOON) == ["Post a"]
        await tick(store, MORNING)
        assert await send(store, MORNING) == ["Post b"]


async def test_feeds_of_one_schedule_share_a_digest(tmp_path: Path) -> None:
    async with opened(tmp_path) as store:
        news, of_news = await read_one(store)
        blog = await store.run(put_feed, "blog")
        of_blog = await store.run(put_reader, blog)
        await choose(store, "8:00", subscriptions=(of_news.id, of_blog.id))
        await tick(store, NOON)
        await store.run(publish, news, "a", now=NOON)
        await store.run(publish, blog, "b", now=NOON)
        await tick(store, MORNING)

        assert await send(store, MORNING) == ["Post a + Post b"]


async def test_a_highlight_never_waits(tmp_path: Path) -> None:
    async with opened(tmp_path) as store:
        news, _ = await read_one(store)
        await choose(store, "8:00")
        await store.run(publish, news, "a", now=NOON)

        assert await store.run(states) == ["gathered"]
        await store.run(
            lambda tx: tx.execute("UPDATE outbox SET state = 'waiting', is_highlight = 1")
        )
        assert await send(store, NOON + HOUR) == []
        await store.run(lambda tx: tx.execute("UPDATE chats SET ready = 0"))
        assert await send(store, NOON + HOUR) == ["Post a"]


async def test_what_waits_comes_by_the_clock_of_the_chat(tmp_path: Path) -> None:
    async with opened(tmp_path) as store:
        news, _ = await read_one(store)
        await choose(store, "8:00")
        await tick(store, NOON)
        await store.run(choices.change, Scope(1), {"time_zone": "Asia/Shanghai"}, NOON)
        await store.run(publish, news, "a", now=NOON)
        await tick(store, NOON)
        midnight = datetime(2026, 3, 3, tzinfo=UTC)

        await tick(store, midnight - timedelta(seconds=1))
        assert await send(store, midnight) == []
        await tick(store, midnight)
        assert await send(store, midnight) == ["Post a"]


async def test_what_loses_its_digest_comes_when_that_would_have_come(tmp_path: Path) -> None:
    async with opened(tmp_path) as store:
        news, _ = await read_one(store)
        await choose(store, "8:00")
        await tick(store, NOON)
        await store.run(publish, news, "a", "b", now=NOON)
        await choose(store, "off")
        await store.run(publish, news, "c", now=NOON)

        assert await send(store, NOON) == ["Post c"]
        assert len(await store.run(gathered.left_behind, 1)) == 2
        await tick(store, MORNING)
        assert await send(store, MORNING) == ["Post a + Post b"]
        assert await store.run(lambda tx: tx.value("SELECT count(*) FROM digests")) == 0


async def test_what_lost_its_digest_is_sent_as_people_say(tmp_path: Path) -> None:
    async with opened(tmp_path) as store:
        news, _ = await read_one(store)
        await choose(store, "8:00")
        await tick(store, NOON)
        await store.run(publish, news, "a", "b", now=NOON)
        await choose(store, "off")
        rows = await store.run(gathered.left_behind, 1)

        assert await store.run(gathered.drop, 1, rows, NOON) == 2
        assert await store.run(states) == ["cancelled", "cancelled"]
        assert await store.run(gathered.put_back, 1, rows, NOON) == 2
        assert await store.run(gathered.send_single, 1, rows[:1], NOON) == 1
        assert await send(store, NOON) == ["Post a"]
        assert await store.run(gathered.send_together, 1, rows, NOON) == 1
        assert await send(store, NOON) == ["Post b"]


async def test_what_waits_can_be_had_at_once(tmp_path: Path) -> None:
    async with opened(tmp_path) as store:
        news, _ = await read_one(store)
        await choose(store, "8:00")
        await tick(store, NOON)
        await store.run(publish, news, "a", "b", now=NOON)

        assert await store.run(gathered.queue_now, 1, NOON) == 2
        assert await store.run(gathered.queue_now, 1, NOON) == 0
        assert await send(store, NOON) == ["Post a + Post b"]


async def test_what_is_over_a_cap_comes_in_the_morning(tmp_path: Path) -> None:
    async with opened(tmp_path) as store:
        news, _ = await read_one(store)
        await store.run(choices.change, Scope(1), {"cap": "1 a day"}, NOON)
        await store.run(publish, news, "a", "b", "c", now=NOON)

        assert await send(store, NOON) == ["Post a"]
        await tick(store, MORNING)
        assert await send(store, MORNING) == ["Post b + Post c"]


async def test_a_digest_refused_in_every_form_comes_as_posts(tmp_path: Path) -> None:
    async with opened(tmp_path) as store:
        news, _ = await read_one(store)
        await choose(store, "8:00")
        await tick(store, NOON)
        await store.run(publish, news, "a", "b", now=NOON)
        await tick(store, MORNING)
        [digest] = await claim(store, MORNING)

        await store.run(outbox.settle, digest, Refused("no"), MORNING, timedelta())

        assert await send(store, MORNING) == ["Post a", "Post b"]


async def test_pausing_and_resuming_a_feed_keeps_what_waits(tmp_path: Path) -> None:
    async with opened(tmp_path) as store:
        news, own = await read_one(store)
        await choose(store, "8:00")
        await tick(store, NOON)
        await store.run(publish, news, "a", now=NOON)
        await store.run(subscriptions.pause, 1, [own.id], "manual", NOON)
        assert await store.run(states) == ["held"]
        await store.run(subscriptions.resume, 1, [own.id], NOON)

        assert await store.run(states) == ["gathered"]
        await tick(store, MORNING)
        assert await send(store, MORNING) == ["Post a"]


async def test_a_topic_has_a_digest_of_its_own(tmp_path: Path) -> None:
    async with opened(tmp_path) as store:
        news = await store.run(put_feed, "news")
        await store.run(put_reader, news)
        await store.run(put_reader, news, 1, 5)
        await choose(store, "8:00")
        await choose(store, "20:00", topic_id=5)
        await tick(store, NOON)
        await store.run(publish, news, "a", now=NOON)
        evening = datetime(2026, 3, 2, 20, tzinfo=UTC)

        await tick(store, evening)
        [digest] = await claim(store, evening)
        assert digest.target == Target(1, 5)


async def test_after_the_clock_went_back_digests_are_due_by_it(tmp_path: Path) -> None:
    async with opened(tmp_path) as store:
        news, _ = await read_one(store)
        await choose(store, "8:00")
        ahead = NOON + 30 * DAY
        await store.run(moments.keep, ahead)
        await tick(store, ahead)
        await store.run(moments.keep, NOON)
        await store.run(publish, news, "a", now=NOON)
        await tick(store, NOON)

        await tick(store, MORNING)
        assert await send(store, MORNING) == ["Post a"]


async def test_once_a_week_a_digest_says_how_much_rules_kept_back(tmp_path: Path) -> None:
    async with opened(tmp_path) as store:
        news, _ = await read_one(store)
        await choose(store, "8:00")
        await tick(store, NOON)
        rule = Rule(RuleKind.EXCLUDE, "title:b")
        await store.run(rules.add, 1, EVERYTHING, "", rule, NOON, 9)
        told = []
        for day in range(9):
            now = NOON + day * DAY
            await store.run(publish, news, f"a {day}", f"b {day}", now=now)
            await tick(store, MORNING + day * DAY)
            [digest] = await claim(store, MORNING + day * DAY)
            assert isinstance(digest, DigestDelivery)
            told.append(digest.filtered)
            sent = DigestSent((1,), 1, tuple(item.row_id for item in digest.items))
            await store.run(outbox.settle, digest, sent, MORNING + day * DAY, timedelta())

        assert told == [1, 0, 0, 0, 0, 0, 0, 7, 0]


async def test_a_digest_that_arrived_unwritten_is_written_down_at_the_next_start(
    tmp_path: Path,
) -> None:
    async with opened(tmp_path) as store:
        news, _ = await read_one(store)
        await choose(store, "8:00")
        await tick(store, NOON)
        await store.run(publish, news, "a", "b", "c", now=NOON)
        await tick(store, MORNING)
        [digest] = await claim(store, MORNING)
        assert isinstance(digest, DigestDelivery)
        told = tuple(item.row_id for item in digest.items[:2])
        arrival = Arrival.of(digest, DigestSent((7,), 1, told, has_more=True))
        assert arrival is not None
        kept = Arrival.from_line(arrival.line())

    async with opened(tmp_path) as store:
        assert await store.run(outbox.recover, [kept], MORNING) == 1
        assert await store.run(states) == ["digested", "digested", "gathered"]
        await store.run(outbox.release, [1])
        # What follows tells of the rest alone.
        assert await send(store, MORNING + HOUR) == ["Post c"]
        assert await store.run(states) == ["digested"] * 3


async def test_what_a_rule_highlights_waits_for_no_digest(tmp_path: Path) -> None:
    async with opened(tmp_path) as store:
        news, _ = await read_one(store)
        await choose(store, "8:00")
        rule = Rule(RuleKind.HIGHLIGHT, "harbour")
        await store.run(rules.add, 1, EVERYTHING, "", rule, NOON, 9)
        await tick(store, NOON)
        await store.run(publish, news, "a", "the harbour", now=NOON)

        assert await send(store, NOON) == ["Post the harbour"]
        assert await store.run(states) == ["gathered", "sent"]
