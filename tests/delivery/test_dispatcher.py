"""The loop that empties the outbox, against a strict Bot API."""

import asyncio
import time
from collections.abc import AsyncIterator, Callable, Sequence
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from telegram.error import BadRequest, NetworkError

from bot.clock import now
from bot.delivery.circuit import SEVERAL
from bot.delivery.media.routing import Packed
from bot.delivery.rate_limit import Pace
from bot.model import (
    NO_PREFERENCES,
    Chat,
    ChatKind,
    Feed,
    FeedUpdate,
    Item,
    Message,
    NewItem,
    ParsedItem,
    Receipt,
    RichMessage,
    Target,
)
from bot.store import Store, Tx, feeds, outbox
from tests.support.feed_server import FeedServer
from tests.support.sender_at_work import UNHURRIED, gateway, sending
from tests.support.stored import key, put_feed, put_reader, states
from tests.support.telegram_world import ANN, LILEI, Json, TelegramWorld


@pytest.fixture
async def store(tmp_path: Path) -> AsyncIterator[Store]:
    store = Store.open(tmp_path / "tidings.db")
    yield store
    await store.close()


def publish(tx: Tx, feed: Feed, *titles: str, html: str = "<p>Words.</p>") -> int:
    found = tuple(
        NewItem(ParsedItem(title, f"https://example.org/{title}", title, html=html), key(title))
        for title in titles
    )
    return feeds.apply(tx, FeedUpdate(feed, (), found, deliver=True), now())


async def until(true: Callable[[], object], seconds: float = 10) -> None:
    end = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < end, "not within the time"
        await asyncio.sleep(0.01)


async def until_empty(store: Store, seconds: float = 10) -> None:
    end = time.monotonic() + seconds
    while await store.run(outbox.count_waiting):
        assert time.monotonic() < end, "messages wait still"
        await asyncio.sleep(0.02)


def first_lines(messages: Sequence[Json]) -> list[str]:
    return [(m.get("text") or m.get("caption", "")).splitlines()[0] for m in messages]


class Telegram:
    """Where messages go in place of Telegram; ``answer`` may raise or wait."""

    def __init__(self, answer: Callable[[Target, Message], object] = lambda *_: None) -> None:
        self.sent: list[tuple[int, str]] = []
        self.attempts: list[tuple[int, str, int]] = []
        self._answer = answer

    async def send(
        self, target: Target, message: Message | RichMessage, files: Sequence[Packed], reply_to: int
    ) -> Receipt:
        assert not reply_to
        assert isinstance(message, Message)
        title = message.html.removeprefix("<b>").split("\n")[0].split("</")[0].rpartition(">")[2]
        self.attempts.append((target.chat_id, title, len(files)))
        answer = self._answer(target, message)
        if asyncio.iscoroutine(answer):
            await answer
        self.sent.append((target.chat_id, title))
        return Receipt((len(self.sent),), tuple(None for _ in files))

    def titles(self, chat_id: int) -> list[str]:
        return [title for chat, title in self.sent if chat == chat_id]


# ---------------------------------------------------------------- with Telegram's limits


async def test_five_messages_for_three_chats_break_no_limit_and_keep_their_order(
    store: Store,
) -> None:
    async with TelegramWorld(flood=True) as world, gateway(world) as telegram:
        people = [await world.make_user(started=True) for _ in range(2)]
        group = await world.make_group()
        feed = await store.run(put_feed)
        for chat in people:
            await store.run(put_reader, feed, chat)
        await store.run(put_reader, feed, group, 0, ChatKind.SUPERGROUP)
        titles = [f"Item {number}" for number in range(5)]
        await store.run(publish, feed, *titles)
        async with sending(store, telegram.send, UNHURRIED):
            await until_empty(store, 30)
        log = await world.log()

        for chat in (*people, group):
            assert first_lines(await world.from_bot(chat)) == titles
        assert log["violations"] == []
        assert log["refusals"] == []


async def test_a_slow_picture_holds_up_nobody_else_and_is_fetched_once_for_all(
    store: Store,
) -> None:
    async with TelegramWorld() as world, FeedServer() as server, gateway(world) as telegram:
        picture = server.picture("/slow.png")
        arrives = asyncio.Event()
        server.behave("/slow.png", until=arrives)
        illustrated, plain = (
            await store.run(put_feed, "illustrated"),
            await store.run(put_feed, "plain"),
        )
        await store.run(put_reader, illustrated, ANN)
        await store.run(
            publish, illustrated, "With picture", html=f'<img src="{picture}"><p>Look.</p>'
        )
        async with sending(store, telegram.send) as work:
            await until(lambda: server.requests("/slow.png"))
            await store.run(put_reader, plain, LILEI)
            await store.run(publish, plain, "Without")
            work.dispatcher.notify()
            await world.wait_for(lambda m: "Without" in m.get("text", ""), chat=LILEI)
            arrives.set()
            first = await world.wait_for(lambda m: m.get("photo"))
            await store.run(put_reader, illustrated, LILEI)
            await store.run(
                publish, illustrated, "Once more", html=f'<img src="{picture}"><p>Again.</p>'
            )
            work.dispatcher.notify()
            second = await world.wait_for(lambda m: "Once more" in m.get("caption", ""), chat=LILEI)

        assert second["photo"][-1]["file_unique_id"] == first["photo"][-1]["file_unique_id"]
        assert len(server.requests("/slow.png")) == 1


# ---------------------------------------------------------------- faults


async def test_one_unexpected_error_costs_its_chat_a_minute_and_the_others_nothing(
    store: Store,
) -> None:
    def fail(target: Target, _: Message) -> None:
        if target.chat_id == 1:
            raise ZeroDivisionError

    telegram = Telegram(fail)
    feed = await store.run(put_feed)
    for chat in (1, 2, 3):
        await store.run(put_reader, feed, chat)
    await store.run(publish, feed, "A", "B")
    async with sending(store, telegram.send):
        await until(lambda: len(telegram.sent) == 4)
        await asyncio.sleep(0.2)

    assert telegram.titles(2) == telegram.titles(3) == ["A", "B"]
    assert [attempt[0] for attempt in telegram.attempts].count(1) == 1
    assert await store.run(states, 1) == ["waiting", "waiting"]


async def test_the_loop_survives_a_store_that_cannot_work_for_a_while(store: Store) -> None:
    telegram = Telegram()
    feed = await store.run(put_feed)
    await store.run(put_reader, feed)
    await store.run(publish, feed, "A")
    await store.run(lambda tx: tx.execute("ALTER TABLE outbox RENAME TO elsewhere"))
    async with sending(store, telegram.send):
        await asyncio.sleep(0.3)
        assert telegram.sent == []
        await store.run(lambda tx: tx.execute("ALTER TABLE elsewhere RENAME TO outbox"))
        await until(lambda: telegram.sent == [(1, "A")])


async def test_a_message_goes_down_the_ladder_without_waiting_a_second_on_each_rung(
    store: Store,
) -> None:
    def refuse(_: Target, message: Message) -> object:
        async def slowly() -> None:
            await asyncio.sleep(0.1)
            if "<b>" in message.html:
                raise BadRequest("wrong file identifier/HTTP URL specified")

        return slowly()

    telegram = Telegram(refuse)
    feed = await store.run(put_feed)
    await store.run(put_reader, feed)
    picture = '<img src="http://127.0.0.1:1/a.png"><p>Words.</p>'
    await store.run(publish, feed, "A", html=picture)
    # By a clock that stands still, whatever is due a second later is never sent.
    moment = now()
    async with sending(store, telegram.send, clock=lambda: moment):
        await until(lambda: telegram.sent)

    assert [pictures for _, _, pictures in telegram.attempts] == [1, 0, 0]


async def test_while_telegram_is_away_nobody_is_tried_in_vain(store: Store) -> None:
    def fail(*_: object) -> None:
        raise NetworkError("httpx.ConnectError: ")

    telegram = Telegram(fail)
    feed = await store.run(put_feed)
    for chat in range(1, 11):
        await store.run(put_reader, feed, chat)
    await store.run(publish, feed, "A", "B")
    async with sending(store, telegram.send):
        await asyncio.sleep(0.7)

    assert len(telegram.attempts) == SEVERAL
    assert await store.run(outbox.count_waiting) == 20


async def test_a_stop_lets_what_is_under_way_arrive_and_gives_the_other_leases_back(
    store: Store,
) -> None:
    def slowly(*_: object) -> object:
        return asyncio.sleep(0.4)

    telegram = Telegram(slowly)
    feed = await store.run(put_feed)
    for chat in range(1, 17):
        await store.run(put_reader, feed, chat)
    await store.run(publish, feed, "A")
    async with sending(store, telegram.send):
        await until(lambda: len(telegram.attempts) >= 3)
    sent = len(telegram.sent)

    assert sent == len(telegram.attempts) < 16
    assert await store.run(outbox.count_waiting) == 16 - sent
    assert (
        await store.run(lambda tx: tx.value("SELECT count(*) FROM chats WHERE leased_until > 0"))
        == 0
    )


async def test_answers_to_people_make_bulk_messages_wait(store: Store) -> None:
    telegram = Telegram()
    feed = await store.run(put_feed)
    for chat in range(1, 6):
        await store.run(put_reader, feed, chat)
    await store.run(publish, feed, "A")
    async with sending(store, telegram.send, Pace(10, timedelta(), timedelta())) as work:
        work.limiter.spend(8)
        await asyncio.sleep(0.5)
        assert len(telegram.sent) <= 1
        await until(lambda: len(telegram.sent) == 5)


@pytest.mark.parametrize(("refusals", "taken"), [(0, True), (1, True), (9, False)])
async def test_a_preview_goes_down_the_ladder_too_and_says_whether_it_arrived(
    store: Store, refusals: int, *, taken: bool
) -> None:
    def refuse(*_: object) -> None:
        if len(telegram.attempts) <= refusals:
            raise BadRequest("can't parse entities")

    telegram = Telegram(refuse)
    moment = datetime.fromisoformat("2026-03-01T00:00:00+00:00")
    item = Item(0, 0, None, "A", "", None, moment, "<p>x</p>")
    feed = Feed(0, "https://example.org/")
    async with sending(store, telegram.send) as work:
        shown = await work.deliverer.show(
            Target(1), Chat(1, ChatKind.PRIVATE), NO_PREFERENCES, feed, item
        )

    assert shown is taken
    assert len(telegram.attempts) == min(refusals + 1, 2)
