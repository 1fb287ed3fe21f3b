"""While Telegram, its answers or the database fail nobody waits for others, and nothing doubles."""

import asyncio
import sqlite3
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import closing
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from bot.clock import now
from bot.model import ChatKind, FeedUpdate, NewItem, ParsedItem
from bot.settings import Operator
from bot.store import Store, Tx, feeds, outbox
from bot.telegram.application import Server
from bot.telegram.gateway import Gateway
from tests.support.sender_at_work import HURRIED, gateway, sending
from tests.support.stored import key, publish, put_feed, put_reader, states
from tests.support.telegram_world import ANN, LILEI, TelegramWorld

FOREVER = 10_000


@pytest.fixture
async def store(tmp_path: Path) -> AsyncIterator[Store]:
    store = Store.open(tmp_path / "tidings.db", busy_timeout=0.1)
    yield store
    await store.close()


@pytest.fixture(autouse=True)
def durations(monkeypatch: pytest.MonkeyPatch) -> None:
    """As ``bot.app`` sets it, or the library warns at each flood wait."""
    monkeypatch.setenv("PTB_TIMEDELTA", "true")


async def people(world: TelegramWorld, count: int) -> list[int]:
    return [await world.make_user(started=True) for _ in range(count)]


async def queue(store: Store, chats: Sequence[int], *names: object, feed: str = "news") -> None:
    """A feed that these chats read brings items."""
    found = await store.run(put_feed, feed)
    for chat in chats:
        await store.run(put_reader, found, chat, 0, ChatKind.PRIVATE)
    await store.run(publish, found, *names)


async def got(world: TelegramWorld, chat: int) -> list[str]:
    return [str(m.get("text", "")).splitlines()[0] for m in await world.from_bot(chat)]


async def settled(store: Store, chats: Sequence[int], seconds: float = 8) -> None:
    """Until nothing waits for these chats."""

    def is_done(tx: Tx) -> bool:
        return not any("waiting" in states(tx, chat) for chat in chats)

    end = time.monotonic() + seconds
    while not await store.run(is_done):
        assert time.monotonic() < end, "messages wait still"
        await asyncio.sleep(0.02)


# ---------------------------------------------------------------- one chat and the others


@pytest.mark.parametrize("kind", ["500", "420", "502", "drop_before", "drop_after", "half", "401"])
async def test_a_chat_whose_messages_fail_delays_nobody_else(
    store: Store, world: TelegramWorld, kind: str
) -> None:
    bad, *good = await people(world, 12)
    await world.fault(kind, method="sendMessage", chat=bad, times=FOREVER)
    await queue(store, [bad, *good], *range(8))
    async with gateway(world) as telegram, sending(store, telegram.send):
        await settled(store, good, 12)

    assert [await got(world, chat) for chat in good] == [[f"Post {n}" for n in range(8)]] * 11
    tried = [r for r in (await world.log())["requests"] if r["chat_id"] == bad]
    assert len(tried) <= 4, "ever longer pauses"


async def test_where_every_chat_fails_a_few_are_tried_and_all_get_their_messages_in_the_end(
    store: Store, world: TelegramWorld
) -> None:
    chats = await people(world, 20)
    await world.fault("500", method="sendMessage", times=5)
    await queue(store, chats, "a")
    async with gateway(world) as telegram, sending(store, telegram.send):
        await asyncio.sleep(0.8)
        refused = (await world.log())["refusals"]
        await settled(store, chats, 15)

    assert len(refused) == 3
    assert [await got(world, chat) for chat in chats] == [["Post a"]] * 20


async def test_a_limit_of_the_whole_bot_is_met_by_a_pause_of_all_and_a_slow_start(
    store: Store, world: TelegramWorld
) -> None:
    chats = await people(world, 30)
    await world.fault("429", method="sendMessage", retry_after=1, times=FOREVER)
    await queue(store, chats, "a", "b")
    async with gateway(world) as telegram, sending(store, telegram.send):
        await asyncio.sleep(4)
        refused = (await world.log())["refusals"]
        await world.clear_faults()
        await settled(store, chats, 20)

    assert 2 <= len(refused) <= 8
    assert [await got(world, chat) for chat in chats] == [["Post a", "Post b"]] * 30


async def test_a_chat_that_is_told_to_slow_down_waits_alone(
    store: Store, world: TelegramWorld
) -> None:
    slow, *others = await people(world, 6)
    await world.fault("429", method="sendMessage", chat=slow, retry_after=30, times=FOREVER)
    await queue(store, [slow, *others], *range(5))
    async with gateway(world) as telegram, sending(store, telegram.send):
        await settled(store, others, 4)

    assert await got(world, slow) == []


async def test_chats_that_answer_slowly_leave_room_for_quick_ones(
    store: Store, world: TelegramWorld
) -> None:
    slow, quick = await people(world, 14), await people(world, 5)
    for chat in slow:
        await world.fault("hang", method="sendMessage", chat=chat, seconds=7, times=1)
    await queue(store, slow, "slow", feed="slow")
    await queue(store, quick, "quick", feed="quick")
    async with gateway(world) as telegram, sending(store, telegram.send):
        await settled(store, quick, 5)
        assert not any([await got(world, chat) for chat in slow])
        await settled(store, slow, 10)

    for chat in slow:
        assert await got(world, chat) == ["Post slow"]


# ---------------------------------------------------------------- answers that are lost or odd


@pytest.mark.parametrize("kind", ["drop_after", "half"])
async def test_a_message_whose_answers_are_lost_is_perhaps_sent_and_not_sent_again_without_end(
    store: Store, world: TelegramWorld, kind: str
) -> None:
    await world.fault(kind, method="sendMessage", chat=ANN, times=2)
    await queue(store, [ANN], "a", "b")
    async with gateway(world) as telegram, sending(store, telegram.send, most_unanswered=2):
        await settled(store, [ANN], 9)

    assert await got(world, ANN) == ["Post a", "Post a", "Post b"]
    assert await store.run(states, ANN) == ["unconfirmed", "sent"]
    reasons = await store.run(lambda tx: tx.query("SELECT reason FROM outbox ORDER BY id"))
    assert "perhaps sent" in reasons[0]["reason"]


async def test_in_an_outage_nothing_counts_as_sent_however_often_it_was_tried(
    store: Store, world: TelegramWorld
) -> None:
    for method in ("sendMessage", "getMe"):
        await world.fault("drop_before", method=method, times=3)
    await queue(store, [ANN], "a")
    async with gateway(world) as telegram, sending(store, telegram.send, most_unanswered=1):
        await settled(store, [ANN], 20)

    assert await got(world, ANN) == ["Post a"]
    assert await store.run(states, ANN) == ["sent"]


async def test_where_the_answer_to_one_of_several_messages_is_lost_the_others_follow(
    store: Store, world: TelegramWorld
) -> None:
    feed = await store.run(put_feed)
    await store.run(put_reader, feed, ANN)
    paragraphs = "".join(f"<p>{number} {'word ' * 200}</p>" for number in range(8))
    new = NewItem(ParsedItem("1", "https://example.org/1", "Long", html=paragraphs), key("1"))
    update = FeedUpdate(feed, (), (new,), deliver=True)
    await store.run(feeds.apply, update, now())
    await world.fault("drop_after", method="sendMessage", chat=ANN, times=1)
    long = Operator(summary=20_000)
    async with (
        gateway(world) as telegram,
        sending(store, telegram.send, HURRIED, long, most_unanswered=1),
    ):
        await settled(store, [ANN])
    first, second, *_ = await world.from_bot(ANN)

    assert first["text"].startswith("Long")
    assert not second["text"].startswith("Long")
    assert "reply_to_message" not in second
    assert await store.run(states, ANN) == ["sent"]


async def test_an_answer_that_takes_too_long_is_one_that_was_lost(
    store: Store, world: TelegramWorld
) -> None:
    await world.fault("hang", method="sendMessage", chat=ANN, seconds=1.5, times=1)
    await queue(store, [ANN], "a", "b")
    async with (
        gateway(world, read_timeout=0.5) as telegram,
        sending(store, telegram.send, most_unanswered=1),
    ):
        await settled(store, [ANN])
        await asyncio.sleep(1.5)

    assert sorted(await got(world, ANN)) == ["Post a", "Post b"]
    assert await store.run(states, ANN) == ["unconfirmed", "sent"]


async def test_a_request_that_never_arrived_is_repeated_until_it_does(
    store: Store, world: TelegramWorld
) -> None:
    await queue(store, [ANN], "a")
    nowhere = Gateway(Server(world.token, "http://127.0.0.1:1/bot", ""), 10)
    await nowhere.open()
    async with sending(store, nowhere.send, most_unanswered=1):
        await asyncio.sleep(1.5)
    await nowhere.close()
    tried = await store.run(lambda tx: tx.value("SELECT attempts FROM outbox"))
    assert tried >= 2
    async with gateway(world) as telegram, sending(store, telegram.send):
        await settled(store, [ANN])

    assert await got(world, ANN) == ["Post a"]


@pytest.mark.parametrize(
    "result",
    [{"message_id": 77}, {"message_id": "x", "chat": []}, {}, [], True, None, "words", [1, {}]],
)
async def test_once_telegram_said_ok_a_message_is_sent_whatever_comes_with_it(
    store: Store, world: TelegramWorld, result: Any
) -> None:
    await world.fault("odd", method="sendMessage", chat=ANN, times=1, result=result)
    await queue(store, [ANN], "a", "b")
    async with gateway(world) as telegram, sending(store, telegram.send):
        await settled(store, [ANN])

    assert await got(world, ANN) == ["Post a", "Post b"]
    assert await store.run(states, ANN) == ["sent", "sent"]


async def test_half_an_answer_that_says_ok_is_enough(store: Store, world: TelegramWorld) -> None:
    await world.fault("half_whole", method="sendMessage", chat=ANN, times=1)
    await queue(store, [ANN], "a", "b")
    async with gateway(world) as telegram, sending(store, telegram.send):
        await settled(store, [ANN])

    assert await got(world, ANN) == ["Post a", "Post b"]
    assert await store.run(states, ANN) == ["sent", "sent"]


# ---------------------------------------------------------------- the database


async def test_what_was_sent_while_the_database_is_locked_is_written_down_afterwards(
    store: Store, world: TelegramWorld, tmp_path: Path
) -> None:
    chats = await people(world, 8)
    for chat in chats:
        await world.fault("hang", method="sendMessage", chat=chat, seconds=0.6, times=1)
    await queue(store, chats, "a", "b")
    async with gateway(world) as telegram, sending(store, telegram.send):
        await asyncio.sleep(0.4)
        with closing(sqlite3.connect(tmp_path / "tidings.db", isolation_level=None)) as other:
            other.execute("BEGIN IMMEDIATE")
            await asyncio.sleep(1.5)
            sent = [await got(world, chat) for chat in chats]
            other.execute("ROLLBACK")
        await settled(store, chats, 8)

    assert sent == [["Post a"]] * 8
    assert [await got(world, chat) for chat in chats] == [["Post a", "Post b"]] * 8


async def test_a_delivery_that_outlives_its_lease_is_not_begun_again(
    store: Store, world: TelegramWorld
) -> None:
    await world.fault("hang", method="sendMessage", chat=ANN, seconds=1.5, times=1)
    await queue(store, [ANN, LILEI], "a", "b")
    lease = timedelta(seconds=0.2)
    async with gateway(world) as telegram, sending(store, telegram.send, HURRIED, lease=lease):
        await settled(store, [ANN, LILEI])

    for chat in (ANN, LILEI):
        assert await got(world, chat) == ["Post a", "Post b"]
        assert await store.run(states, chat) == ["sent", "sent"]
    assert await store.run(outbox.count_waiting) == 0
