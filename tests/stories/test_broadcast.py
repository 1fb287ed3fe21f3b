"""An operator tells every chat something: seen first, sent once to each, stoppable, never lost."""

import asyncio
from pathlib import Path

import pytest

from tests.support.bot_under_test import RunningBot
from tests.support.feed_server import FeedServer
from tests.support.reading import buttons, has, subscribe
from tests.support.telegram_world import ANN, LILEI, TEA_HOUSE, Json, TelegramWorld

OPERATED = {"admins": [ANN]}


async def people(world: TelegramWorld, count: int) -> list[int]:
    """So many people who have written to the bot."""
    found = [await world.make_user(started=True) for _ in range(count)]
    for person in found:
        await world.say("/help", chat=person)
    for person in found:
        await world.wait_for(has("/sub"), chat=person)
    return found


async def drafted(world: TelegramWorld, text: str) -> Json:
    """What the operator is shown of a broadcast before it goes."""
    await world.say(f"/broadcast {text}")
    return await world.wait_for(has("it looks like this"))


async def received(world: TelegramWorld, text: str, chats: list[int]) -> list[int]:
    """How often each of the chats got it."""
    return [len([m for m in await world.from_bot(chat) if has(text)(m)]) for chat in chats]


async def test_every_private_chat_and_group_gets_it_once_and_no_channel(
    world: TelegramWorld, server: FeedServer, tmp_path: Path
) -> None:
    async with RunningBot(world, tmp_path, access=OPERATED):
        others = await people(world, 12)
        server.feed("/news.xml", items=["Old"], title="City news")
        await subscribe(world, server.url("/news.xml"), TEA_HOUSE)
        channel = await world.make_group(type="channel", title="Paper")
        await subscribe(world, server.url("/news.xml"), channel)
        await world.block(others[0])
        shown = await drafted(world, "We move\nto a new <server> tonight.")
        assert await received(world, "tonight", [TEA_HOUSE, *others]) == [0] * 13
        await world.tap(shown, "Send to")
        done = await world.wait_for(has("✅ Sent to"), timeout=30)

    # Whoever blocked the bot is not counted: Telegram told of it.
    assert "13 of 13" in done["text"]
    assert await received(world, "to a new <server> tonight", [TEA_HOUSE, *others[1:]]) == [1] * 12
    assert await received(world, "tonight", [channel, others[0]]) == [0, 0]
    assert buttons(done) == []


async def test_a_reply_sends_the_words_of_that_message(
    world: TelegramWorld, tmp_path: Path
) -> None:
    async with RunningBot(world, tmp_path, access=OPERATED):
        others = await people(world, 1)
        words = await world.say("Thank you for a year!")
        await world.say("/broadcast", reply_to=words["message_id"])
        shown = await world.wait_for(has("it looks like this"))
        await world.tap(shown, "Send to")
        await world.wait_for(has("Thank you for a year!"), chat=others[0])


async def test_only_those_of_a_language_get_it_where_one_is_chosen(
    world: TelegramWorld, tmp_path: Path
) -> None:
    async with RunningBot(world, tmp_path, access=OPERATED):
        [english] = await people(world, 1)
        await world.say("/help", chat=LILEI)
        await world.wait_for(has("/sub"), chat=LILEI)
        shown = await drafted(world, "今晚维护")
        await world.tap(shown, "简体中文")
        chosen = await world.wait_for(has("those in 简体中文"))
        await world.tap(chosen, "Send to one chat")
        await world.wait_for(has("今晚维护"), chat=LILEI)
        await world.wait_for(has("✅ Sent to 1 of 1"), timeout=30)

    assert await received(world, "今晚维护", [english]) == [0]


async def test_a_broadcast_goes_on_after_a_restart_and_nobody_gets_it_twice(
    world: TelegramWorld, tmp_path: Path
) -> None:
    async with RunningBot(world, tmp_path, access=OPERATED) as bot:
        others = await people(world, 25)
        shown = await drafted(world, "Once and only once")
        await world.tap(shown, "Send to")
        async with asyncio.timeout(20):
            while not sum(await received(world, "Once and only once", others)):
                await asyncio.sleep(0.05)
        await bot.stop()
        before = sum(await received(world, "Once and only once", others))
        await bot.start()
        await world.wait_for(has("✅ Sent to"), timeout=40)

    assert before < 25
    assert await received(world, "Once and only once", others) == [1] * 25


async def test_a_broadcast_that_is_stopped_reaches_nobody_else(
    world: TelegramWorld, tmp_path: Path
) -> None:
    async with RunningBot(world, tmp_path, access=OPERATED):
        others = await people(world, 40)
        shown = await drafted(world, "A mistake")
        await world.tap(shown, "Send to")
        sending = await world.wait_for(has("On its way"))
        await world.tap(sending, "Stop")
        await world.wait_for(has("Stopped. It was sent to"))
        await asyncio.sleep(1)
        after = sum(await received(world, "A mistake", others))
        await asyncio.sleep(2.5)

    assert after < 40
    assert sum(await received(world, "A mistake", others)) == after


async def test_a_draft_is_dropped_and_no_button_of_it_works_any_more(
    world: TelegramWorld, tmp_path: Path
) -> None:
    async with RunningBot(world, tmp_path, access=OPERATED):
        others = await people(world, 1)
        shown = await drafted(world, "Never mind")
        await world.tap(shown, "Do not send")
        await world.wait_for(has("Not sent."))
        await world.tap(shown, "Send to")
        await world.wait_for(has("There is no such message any more"))

    assert await received(world, "Never mind", others) == [0]


@pytest.mark.parametrize("place", ["private", "group"])
async def test_nobody_else_sends_or_stops_one(
    world: TelegramWorld, tmp_path: Path, place: str
) -> None:
    chat = LILEI if place == "private" else TEA_HOUSE
    async with RunningBot(world, tmp_path, access=OPERATED):
        await drafted(world, "Mine")
        await world.say("/help", chat=chat, user=LILEI)
        shown = await world.wait_for(has("/sub"), chat=chat)
        for data in ("broadcast-send:1", "broadcast-stop:1", "broadcast-drop:1"):
            row = [{"text": data, "callback_data": data}]
            forged = shown | {"reply_markup": {"inline_keyboard": [row]}}
            toast = await world.tap(forged, data, user=LILEI)
            assert toast
            assert "运营者" in toast["text"]
        await world.say("/broadcast")
        await world.wait_for(has("/broadcast TEXT"))

    assert await received(world, "Mine", [LILEI, TEA_HOUSE]) == [0, 0]


async def test_words_keep_their_formatting_and_what_telegram_refuses_goes_out_plain(
    world: TelegramWorld, tmp_path: Path
) -> None:
    async with RunningBot(world, tmp_path, access=OPERATED):
        others = await people(world, 1)
        shown = await drafted(world, 'Look: <b>5 < 6</b> & "so" on\n\nhttps://example.org/?a=1&b=2')
        words = "Bad Request: can't parse entities"
        await world.fault("400", method="sendMessage", chat=others[0], description=words)
        await world.tap(shown, "Send to")
        got = await world.wait_for(has("Look:"), chat=others[0], timeout=20)

    assert got["text"] == 'Look: <b>5 < 6</b> & "so" on\n\nhttps://example.org/?a=1&b=2'


async def test_a_second_broadcast_need_not_wait_for_a_chat_that_holds_up_the_first(
    world: TelegramWorld, tmp_path: Path
) -> None:
    async with RunningBot(world, tmp_path, access=OPERATED):
        others = await people(world, 3)
        for text in ("First", "Second"):
            shown = await drafted(world, f"{text} word")
            await world.tap(shown, "Send to")
        for person in others:
            await world.wait_for(has("First word"), chat=person, timeout=20)
            await world.wait_for(has("Second word"), chat=person, timeout=20)
