"""What quiet hours hold, and when it goes out."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from bot.model import (
    AlertKind,
    FailureStage,
    FeedAlert,
    Scope,
    Sent,
    Target,
)
from bot.settings import Operator
from bot.store import Store, Tx, alerts, choices, moments, outbox, places, quiet, transfer
from tests.support.stored import DAY, LEASE, MINUTE, SECOND, opened, publish, put_feed, put_reader

HOUR = 60 * MINUTE
NIGHT = datetime(2026, 3, 2, 23, 30, tzinfo=UTC)
MORNING = datetime(2026, 3, 3, 7, tzinfo=UTC)
OPERATOR = Operator()


async def choose(
    store: Store, hours: str | None, now: datetime = NIGHT, chat_id: int = 1, **others: str
) -> None:
    await store.run(choices.change, Scope(chat_id), {"quiet": hours, **others}, now)


def states(tx: Tx) -> list[str]:
    return [row["state"] for row in tx.query("SELECT state FROM outbox ORDER BY id")]


def ready(tx: Tx, chat_id: int = 1) -> int | None:
    value: int | None = tx.value("SELECT ready FROM chats WHERE id = :id", id=chat_id)
    return value


async def send(store: Store, now: datetime, operator: Operator = OPERATOR) -> list[Any]:
    """Send what may be sent at a moment; what was sent."""
    sent = []
    while claimed := await store.run(outbox.claim, now, 9, LEASE, (), operator):
        for claim in claimed:
            sent.append(claim)
            await store.run(outbox.settle, claim, Sent((claim.id,)), now, timedelta())
    return sent


def titles(sent: list[Any]) -> list[str]:
    return [claim.item.title for claim in sent]


async def test_what_comes_at_night_waits_until_the_morning(tmp_path: Path) -> None:
    async with opened(tmp_path) as store:
        feed = await store.run(put_feed)
        await store.run(put_reader, feed)
        await choose(store, "23-7")
        await store.run(publish, feed, "a", "b", now=NIGHT)

        assert await send(store, NIGHT) == []
        assert await store.run(states) == ["quiet", "quiet"]
        assert await store.run(quiet.count, 1) == 2
        assert await store.run(outbox.next_ready, NIGHT) == MORNING
        await store.run(publish, feed, "c", now=NIGHT + HOUR)
        assert await send(store, NIGHT + HOUR) == []
        assert await send(store, MORNING - SECOND) == []
        assert titles(await send(store, MORNING)) == ["Post a", "Post b", "Post c"]


async def test_others_get_what_comes_at_night_at_once(tmp_path: Path) -> None:
    async with opened(tmp_path) as store:
        feed = await store.run(put_feed)
        for chat in (1, 2):
            await store.run(put_reader, feed, chat)
        await choose(store, "23-7")
        await store.run(publish, feed, "a", now=NIGHT)

        assert [claim.chat.id for claim in await send(store, NIGHT)] == [2]


async def test_hours_are_those_of_the_chat_or_of_the_operator(tmp_path: Path) -> None:
    async with opened(tmp_path) as store:
        feed = await store.run(put_feed)
        await store.run(put_reader, feed)
        await choose(store, "23-7")
        noon = datetime(2026, 3, 2, 15, tzinfo=UTC)
        shanghai = Operator(time_zone="Asia/Shanghai")
        await store.run(publish, feed, "a", now=noon)
        assert await send(store, noon, shanghai) == []

        await choose(store, "23-7", noon, time_zone="Europe/Berlin")

        assert titles(await send(store, noon, shanghai)) == ["Post a"]


async def test_silent_hours_let_everything_pass_without_a_sound(tmp_path: Path) -> None:
    async with opened(tmp_path) as store:
        feed = await store.run(put_feed)
        await store.run(put_reader, feed)
        await choose(store, "23-7 silent")
        await store.run(publish, feed, "a", now=NIGHT)
        await store.run(publish, feed, "b", now=MORNING)

        assert [(claim.item.title, claim.is_silent) for claim in await send(store, NIGHT)] == [
            ("Post a", True),
            ("Post b", True),
        ]
        await store.run(publish, feed, "c", now=MORNING)
        assert [claim.is_silent for claim in await send(store, MORNING)] == [False]


async def test_highlights_and_what_has_begun_go_on_at_night(tmp_path: Path) -> None:
    async with opened(tmp_path) as store:
        feed = await store.run(put_feed)
        await store.run(put_reader, feed)
        await choose(store, "23-7")
        await store.run(publish, feed, "a", "b", "c", now=NIGHT)
        await store.run(
            lambda tx: tx.execute("UPDATE outbox SET is_highlight = 1 WHERE item_id = 2")
        )

        [urgent] = await send(store, NIGHT)

        assert (urgent.item.title, urgent.is_highlight, urgent.is_silent) == ("Post b", True, False)
        assert await store.run(states) == ["quiet", "sent", "quiet"]


async def test_alerts_wait_too(tmp_path: Path) -> None:
    async with opened(tmp_path) as store:
        feed = await store.run(put_feed)
        await store.run(put_reader, feed)
        await choose(store, "23-7 digest")
        ill = FeedAlert(AlertKind.TROUBLE, FailureStage.FAILING, NIGHT)
        await store.run(alerts.publish, feed.id, ill, NIGHT)
        await store.run(publish, feed, "a", now=NIGHT)

        assert await send(store, NIGHT) == []
        assert await store.run(states) == ["quiet", "gathered"]
        [alert] = await send(store, MORNING)
        assert alert.alert.kind is AlertKind.TROUBLE


async def test_what_shall_be_one_message_is_due_in_the_morning(tmp_path: Path) -> None:
    async with opened(tmp_path) as store:
        feed = await store.run(put_feed)
        await store.run(put_reader, feed)
        await choose(store, "23-7 digest")
        await store.run(publish, feed, "a", "b", now=NIGHT)
        assert await send(store, NIGHT) == []

        rows = await store.run(lambda tx: tx.query("SELECT state, due, reason FROM outbox"))

        due = int(MORNING.timestamp() * 1000)
        assert rows == [{"state": "gathered", "due": due, "reason": "quiet hours"}] * 2
        await choose(store, None, NIGHT + HOUR)
        assert titles(await send(store, NIGHT + HOUR)) == ["Post a", "Post b"]


async def test_other_hours_hold_at_once(tmp_path: Path) -> None:
    async with opened(tmp_path) as store:
        feed = await store.run(put_feed)
        await store.run(put_reader, feed)
        await choose(store, "23-7")
        await store.run(publish, feed, "a", now=NIGHT)
        await send(store, NIGHT)

        await choose(store, "0-6", NIGHT)

        assert titles(await send(store, NIGHT)) == ["Post a"]
        await store.run(publish, feed, "b", now=NIGHT)
        before = await store.run(choices.held, Scope(1))
        await choose(store, "22-8", NIGHT)
        assert await send(store, NIGHT) == []
        await store.run(choices.put_back, Scope(1), before, {}, NIGHT)
        assert titles(await send(store, NIGHT)) == ["Post b"]


async def test_a_clock_that_went_back_keeps_nothing_longer(tmp_path: Path) -> None:
    async with opened(tmp_path) as store:
        feed = await store.run(put_feed)
        await store.run(put_reader, feed)
        await choose(store, "23-7")
        ahead = NIGHT + 30 * DAY
        await store.run(moments.take_up, ahead)
        await store.run(publish, feed, "a", now=ahead)
        assert await send(store, ahead) == []

        await store.run(moments.keep, NIGHT)

        assert await send(store, NIGHT + MINUTE) == []
        assert titles(await send(store, MORNING)) == ["Post a"]


async def test_what_is_due_is_never_lost_whatever_becomes_of_the_chat(tmp_path: Path) -> None:
    async with opened(tmp_path) as store:
        feed = await store.run(put_feed)
        await store.run(put_reader, feed, 1)
        await choose(store, "23-7")
        await store.run(publish, feed, "a", "b", now=NIGHT)
        await send(store, NIGHT)

        await store.run(places.suspend, 1, "Forbidden: blocked", NIGHT)
        assert await store.run(states) == ["held", "held"]
        assert await store.run(ready) is None
        await store.run(places.reactivate, 1, NIGHT + HOUR)
        assert await send(store, NIGHT + HOUR) == []
        assert await store.run(states) == ["quiet", "quiet"]
        assert len(await send(store, MORNING)) == 2


async def test_what_goes_to_another_chat_goes_by_its_hours(tmp_path: Path) -> None:
    async with opened(tmp_path) as store:
        feed, other = await store.run(put_feed), await store.run(put_feed, "other")
        own = await store.run(put_reader, feed, 1)
        await store.run(put_reader, other, 2)
        await choose(store, "23-7")
        await store.run(publish, feed, "a", now=NIGHT)
        await send(store, NIGHT)

        await store.run(transfer.transfer, 1, [own.id], Target(2), NIGHT)

        assert [claim.chat.id for claim in await send(store, NIGHT)] == [2]


async def test_a_night_costs_a_chat_two_statements_more_and_others_none(tmp_path: Path) -> None:
    async with opened(tmp_path) as store:
        feed = await store.run(put_feed)
        for chat in range(1, 4):
            await store.run(put_reader, feed, chat)
        statements: list[str] = []
        connection = store._database.conn

        def counted(tx: Tx, now: datetime) -> int:
            statements.clear()
            connection.set_trace_callback(statements.append)
            outbox.claim(tx, now, 9, LEASE)
            connection.set_trace_callback(None)
            return len(statements)

        await store.run(publish, feed, *range(200), now=NIGHT)
        usual = await store.run(counted, NIGHT)
        await store.run(outbox.release, [1, 2, 3])
        await choose(store, "23-7")
        # Its rows are held at once, however many they are, and another claim finds nothing.
        assert await store.run(counted, NIGHT) <= usual + 8
