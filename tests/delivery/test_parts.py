"""Items of several messages: each part once, in answer to the one before it."""

import asyncio
import re
import signal
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from telegram.error import BadRequest

from bot.delivery.deliver import Send
from bot.delivery.media.routing import Packed
from bot.delivery.rate_limit import Pace
from bot.model import (
    Attachment,
    Chat,
    ChatKind,
    Choices,
    Feed,
    Message,
    Preferences,
    Receipt,
    RichMessage,
    Scope,
    Style,
    Target,
)
from bot.settings import Operator
from bot.store import Store, Tx, choices, items
from bot.telegram.gateway import Gateway
from tests.delivery.test_dispatcher import publish, until_empty
from tests.support.bot_under_test import process
from tests.support.feed_server import FeedServer
from tests.support.rich_judge import texts
from tests.support.sender_at_work import gateway, sending
from tests.support.stored import put_feed, put_reader, rows
from tests.support.telegram_world import ANN, LILEI, Json, TelegramWorld

SENTENCE = "This is sentence s{}s of a long article, and it says nothing but that it is there. "
LONG = 120_000


def article(size: int = LONG, per_paragraph: int = 6) -> tuple[str, int]:
    """HTML of a size, and how many numbered sentences are in it."""
    count = size // len(SENTENCE.format(1000)) // per_paragraph * per_paragraph
    sentences = [SENTENCE.format(number) for number in range(count)]
    paragraphs = [
        "".join(sentences[start : start + per_paragraph])
        for start in range(0, count, per_paragraph)
    ]
    return "".join(f"<p>{one}</p>" for one in paragraphs), count


def said(messages: Sequence[Json]) -> list[int]:
    """The numbers of the sentences that people read."""
    return [
        int(number) for message in messages for number in re.findall(r"s(\d+)s", words(message))
    ]


def words(message: Json) -> str:
    rich = message.get("rich_message", {}).get("blocks", ())
    return " ".join([message.get("text", ""), message.get("caption", ""), *texts(rich)])


def answered(messages: Sequence[Json]) -> list[int]:
    """The ids that messages answer; 0: none."""
    return [message.get("reply_to_message", {}).get("message_id", 0) for message in messages]


def choose(tx: Tx, style: Style | None, *chat_ids: int) -> None:
    for chat_id in chat_ids:
        choices.change(tx, Scope(chat_id), {"style": style}, datetime.now(UTC))


@pytest.fixture
async def store(tmp_path: Path) -> AsyncIterator[Store]:
    store = Store.open(tmp_path / "tidings.db")
    yield store
    await store.close()


@pytest.fixture
async def telegram(world: TelegramWorld) -> AsyncIterator[Gateway]:
    async with gateway(world) as telegram:
        yield telegram


async def follow(store: Store, chat_id: int = ANN, style: Style = Style.RICH) -> Feed:
    feed = await store.run(put_feed)
    await store.run(put_reader, feed, chat_id)
    await store.run(choose, style, chat_id)
    return feed


# ---------------------------------------------------------------- articles


async def test_a_long_article_comes_in_parts_that_answer_each_other_and_holds_up_nobody(
    store: Store, world: TelegramWorld, telegram: Gateway
) -> None:
    html, count = article()
    forum = await world.make_group(is_forum=True)
    await world.topic(forum, 7, name="News")
    group = await world.make_group()
    long, short = await store.run(put_feed, "long"), await store.run(put_feed, "short")
    await store.run(put_reader, long, group, 0, ChatKind.SUPERGROUP)
    await store.run(put_reader, long, forum, 7, ChatKind.SUPERGROUP)
    await store.run(choose, Style.RICH, group, forum)
    for chat in (ANN, LILEI):
        await store.run(put_reader, short, chat)
    await store.run(publish, long, "Long", html=html)
    await store.run(publish, short, *(f"Short {number}" for number in range(3)))
    pace = Pace(500, timedelta(seconds=0.1), timedelta(seconds=0.1))
    async with sending(store, telegram.send, pace):
        await until_empty(store)
    deliveries = [one["chat_id"] for one in (await world.log())["deliveries"]]

    for chat, topic in ((group, None), (forum, 7)):
        parts = [one for one in await world.from_bot(chat) if "rich_message" in one]
        assert len(parts) == 4
        assert said(parts) == list(range(count))
        assert answered(parts) == [0, *(one["message_id"] for one in parts[:-1])]
        assert {one.get("message_thread_id") for one in parts} == {topic}
        assert "Read original" in words(parts[-1])
    assert set(deliveries[:4]) == {group, forum, ANN, LILEI}
    assert set(deliveries[4:8]) == {group, forum, ANN, LILEI}


async def test_only_the_first_part_makes_a_sound(
    store: Store, world: TelegramWorld, telegram: Gateway
) -> None:
    feed = await follow(store)
    await store.run(publish, feed, "Long", html=article()[0])
    async with sending(store, telegram.send):
        await until_empty(store)

    assert [one["silent"] for one in (await world.log())["requests"]] == [False, True, True, True]


async def test_every_message_of_an_item_is_remembered(
    store: Store, world: TelegramWorld, telegram: Gateway
) -> None:
    feed = await follow(store)
    await store.run(publish, feed, "Long", html=article()[0])
    async with sending(store, telegram.send):
        await until_empty(store)
    ids = ",".join(str(one["message_id"]) for one in await world.from_bot())

    assert await store.run(rows, "state, message_ids, begun") == [("sent", ids, "")]


# ---------------------------------------------------------------- classic messages


async def test_a_long_summary_goes_on_below_its_album(
    store: Store, world: TelegramWorld, telegram: Gateway, server: FeedServer
) -> None:
    html, count = article(9_000)
    pictures = [server.picture(f"/{number}.png", width=640 + number) for number in range(3)]
    feed = await follow(store, style=Style.CLASSIC)
    await store.run(
        publish, feed, "Long", html="".join(f'<img src="{one}">' for one in pictures) + html
    )
    async with sending(store, telegram.send, operator=Operator(summary=9_500)):
        await until_empty(store)
    first, second, third, *texts_ = await world.from_bot()

    assert all("photo" in one for one in (first, second, third))
    assert said([first])
    assert not any("photo" in one for one in texts_)
    assert said([first, *texts_]) == list(range(count))
    assert answered(texts_) == [first["message_id"], *(one["message_id"] for one in texts_[:-1])]


@pytest.mark.parametrize("files", [0, 1, 2])
async def test_whatever_goes_on_answers_and_whatever_answers_goes_out_although_that_was_deleted(
    world: TelegramWorld, telegram: Gateway, server: FeedServer, files: int
) -> None:
    await world.say("/start")
    urls = [server.picture(f"/{number}.png") for number in range(files)]
    pictures = [(Attachment(url), url) for url in urls]
    first = await telegram.send(Target(ANN), Message("First"), (), 0)
    await telegram.send(Target(ANN), Message("Second"), pictures, first.message_ids[0])
    await telegram.send(Target(ANN), Message("Third"), pictures, 999_999)
    told = await world.from_bot()

    assert answered(told) == [0] + [first.message_ids[0]] * max(files, 1) + [0] * max(files, 1)
    assert [one["silent"] for one in (await world.log())["requests"]] == [False, True, True]


# ---------------------------------------------------------------- what may happen between two parts


def interrupted(send: Send, after: int, happen: Callable[[], Awaitable[None]]) -> Send:
    """Something happens after so many messages are there."""
    sent = 0

    async def sending(
        target: Target, message: Message | RichMessage, files: Sequence[Packed], reply: int
    ) -> Receipt:
        nonlocal sent
        receipt = await send(target, message, files, reply)
        sent += 1
        if sent == after:
            await happen()
        return receipt

    return sending


async def test_what_was_begun_in_one_style_ends_in_it(
    store: Store, world: TelegramWorld, telegram: Gateway
) -> None:
    html, count = article()
    feed = await follow(store)
    await store.run(publish, feed, "Long", html=html)

    async def change() -> None:
        await store.run(choose, Style.CLASSIC, ANN)

    async with sending(store, interrupted(telegram.send, 2, change)) as work:
        await until_empty(store)
        await store.run(publish, feed, "Next", html=html)
        work.dispatcher.notify()
        await world.wait_for(lambda message: "Next" in message.get("text", ""))
    parts = [one for one in await world.from_bot() if "rich_message" in one]

    assert said(parts) == list(range(count))


async def test_an_item_that_changes_halfway_ends_with_the_way_to_the_rest(
    store: Store, world: TelegramWorld, telegram: Gateway
) -> None:
    feed = await follow(store)
    await store.run(publish, feed, "Long", html=article()[0])

    async def change() -> None:
        await store.run(lambda tx: tx.execute("UPDATE items SET title = 'Longer'"))

    async with sending(store, interrupted(telegram.send, 2, change)):
        await until_empty(store)
    first, second, last = await world.from_bot()

    assert said([first, second]) == list(range(len(said([first, second]))))
    assert (last["text"], answered([last])) == ("… Read the rest", [second["message_id"]])
    assert last["entities"][0]["url"] == "https://example.org/Long"


async def test_a_part_that_is_refused_goes_plainer_and_the_next_ones_as_they_were(
    store: Store, world: TelegramWorld, telegram: Gateway
) -> None:
    refused: list[int] = []

    async def refuse(
        target: Target, message: Message | RichMessage, files: Sequence[Packed], reply: int
    ) -> Receipt:
        if reply and isinstance(message, RichMessage) and not refused:
            refused.append(reply)
            raise BadRequest("RICH_MESSAGE_URL_INVALID")
        return await telegram.send(target, message, files, reply)

    feed = await follow(store)
    await store.run(publish, feed, "Long", html=article()[0])
    async with sending(store, refuse):
        await until_empty(store)
    parts = await world.from_bot()

    assert ["rich_message" in one for one in parts] == [True, False, True, True]
    assert parts[1]["text"].endswith("… Read the rest")
    assert said(parts) == sorted(set(said(parts)))
    assert answered(parts) == [0, *(one["message_id"] for one in parts[:-1])]


async def test_a_part_that_is_refused_in_every_form_is_followed_by_the_way_to_the_rest(
    store: Store, world: TelegramWorld, telegram: Gateway
) -> None:
    async def refuse(
        target: Target, message: Message | RichMessage, files: Sequence[Packed], reply: int
    ) -> Receipt:
        if reply and "s400s" in str(message):
            raise BadRequest("strange content")
        return await telegram.send(target, message, files, reply)

    feed = await follow(store)
    await store.run(publish, feed, "Long", html=article()[0])
    async with sending(store, refuse):
        await until_empty(store)
    first, last = await world.from_bot()

    assert said([first])[0] == 0
    assert (last["text"], answered([last])) == ("… Read the rest", [first["message_id"]])
    assert await store.run(rows, "state, message_ids") == [
        ("sent", f"{first['message_id']},{last['message_id']}")
    ]


async def test_a_server_that_knows_no_articles_gets_every_part_of_the_summary(
    store: Store, world: TelegramWorld, telegram: Gateway
) -> None:
    await world.level("10.0")
    html, count = article(9_000)
    feed = await follow(store)
    await store.run(publish, feed, "Long", html=html)
    async with sending(store, telegram.send, operator=Operator(summary=10_000)):
        await until_empty(store)
        assert said(await world.from_bot()) == list(range(count))
        await store.run(publish, feed, "Again", html=html)
        await until_empty(store)
    parts = await world.from_bot()

    assert said(parts) == [*range(count), *range(count)]


async def test_a_group_that_moves_between_two_parts_gets_the_others_in_its_new_place(
    store: Store, world: TelegramWorld, telegram: Gateway
) -> None:
    html, count = article()
    group = await world.make_group(type="group")
    feed = await store.run(put_feed)
    await store.run(put_reader, feed, group, 0, ChatKind.GROUP)
    await store.run(choose, Style.RICH, group)
    await store.run(publish, feed, "Long", html=html)

    async def move() -> None:
        await world.set_state(group, "migrated", to=-100_777)

    async with sending(store, interrupted(telegram.send, 2, move)):
        await until_empty(store)
    here = [one for one in await world.from_bot(-100_777) if "rich_message" in one]

    assert said([*(await world.from_bot(group)), *here]) == list(range(count))
    assert answered(here) == [0, here[0]["message_id"]]


async def test_a_preview_shows_every_part(
    store: Store, world: TelegramWorld, telegram: Gateway
) -> None:
    html, count = article()
    feed = await follow(store)
    await store.run(publish, feed, "Long", html=html)
    (item,) = await store.run(items.newest, feed.id, 1)
    await store.run(lambda tx: tx.execute("DELETE FROM outbox"))
    chat, rich = Chat(ANN, ChatKind.PRIVATE), Preferences(Choices({"style": "rich"}))
    async with sending(store, telegram.send) as work:
        assert await work.deliverer.show(Target(ANN), chat, rich, feed, item)
    parts = await world.from_bot()

    assert said(parts) == list(range(count))
    assert answered(parts) == [0, *(one["message_id"] for one in parts[:-1])]


# ---------------------------------------------------------------- a crash


@pytest.mark.story
@pytest.mark.timeout(120)
async def test_killed_between_two_parts_it_sends_the_missing_ones_and_doubles_one_at_the_most(
    world: TelegramWorld, server: FeedServer, tmp_path: Path
) -> None:
    html, count = article()
    config = tmp_path / "config.toml"
    config.write_text(
        f"""
        [telegram]
        token = "{world.token}"
        base_url = "{world.base_url}"
        [storage]
        url = "sqlite:///{tmp_path / "tidings.db"}"
        [polling]
        default_interval = "1s"
        min_interval = "1s"
        [fetch]
        allow_networks = ["127.0.0.0/8"]
        [sending]
        private_pause = "300ms"
        [message]
        style = "rich"
        """
    )
    url = server.feed("/long.xml", items=[])
    async with process(config, tmp_path / "log") as bot:
        await world.say(f"/sub {url}")
        # The bot's first start, in a process of its own, takes its time on a busy machine.
        await world.wait_for(lambda message: "Following" in message.get("text", ""), timeout=60)
        server.publish("/long.xml", title="Long", html=html)
        await world.wait_for(lambda message: said([message])[:1] == [0], timeout=30)
        bot.send_signal(signal.SIGKILL)
    for seen in (2, 3):
        async with process(config, tmp_path / "log") as bot:
            while len([one for one in await world.from_bot() if "rich_message" in one]) < seen:
                await asyncio.sleep(0.005)
            bot.send_signal(signal.SIGKILL)
    async with process(config, tmp_path / "log"):
        await world.wait_for(lambda message: count - 1 in said([message]), timeout=30)
    parts = [tuple(said([one])) for one in await world.from_bot() if "rich_message" in one]

    assert sorted({number for part in parts for number in part}) == list(range(count))
    assert list(dict.fromkeys(parts)) == sorted(set(parts))
    assert len(parts) - len(set(parts)) <= 3
