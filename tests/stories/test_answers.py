"""What people asked for is done, and they hear of it, whatever Telegram does to the answers."""

import time

import pytest

from tests.support.bot_under_test import RunningBot
from tests.support.feed_server import FeedServer
from tests.support.reading import buttons, has, subscribe
from tests.support.telegram_world import ANN, LILEI, TEA_HOUSE, Json, TelegramWorld

FAULTS = [
    "502",
    "500",
    "401",
    "404",
    "409",
    "420",
    "drop_before",
    "drop_after",
    "half_whole",
    "429",
]
ODD_RESULTS: list[object] = [{}, [], True, "sent"]
"""What Telegram never answers, and a server between might."""


def is_menu(message: Json) -> bool:
    return "put:" in str(message.get("reply_markup"))


@pytest.mark.parametrize("kind", FAULTS)
async def test_a_subscription_is_made_and_told_though_the_first_words_fail(
    world: TelegramWorld, server: FeedServer, bot: RunningBot, kind: str
) -> None:
    server.feed("/news.xml", items=["One"])
    await world.fault(kind, method="sendMessage", chat=ANN, times=1, retry_after=1)
    await subscribe(world, server.url("/news.xml"))
    await world.wait_for(has("One"))


async def test_the_work_does_not_wait_for_the_first_words(
    world: TelegramWorld, server: FeedServer, bot: RunningBot
) -> None:
    server.feed("/news.xml", items=["One"])
    await world.fault("hang", method="sendMessage", chat=ANN, times=1, seconds=5)
    begun = time.monotonic()
    await world.say(f"/sub {server.url('/news.xml')}")
    while not server.requests("/news.xml"):
        assert time.monotonic() - begun < 4
        await world.log()
    await world.wait_for(has("Following"))


@pytest.mark.parametrize("method", ["sendMessage", "editMessageText"])
@pytest.mark.parametrize("result", ODD_RESULTS)
async def test_the_result_is_told_once_though_nobody_can_read_what_telegram_says_to_it(
    world: TelegramWorld, server: FeedServer, bot: RunningBot, method: str, result: object
) -> None:
    server.feed("/news.xml", items=["One"])
    server.behave("/news.xml", delay=0.3)
    await world.fault("odd", method=method, chat=ANN, times=1, result=result)
    await subscribe(world, server.url("/news.xml"))
    await world.wait_for(has("One"))

    assert len([m for m in await world.from_bot() if "Following" in m.get("text", "")]) == 1


@pytest.mark.parametrize("kind", ["502", "401", "409", "drop_before", "429"])
async def test_the_result_is_told_though_edits_fail_for_a_while(
    world: TelegramWorld, server: FeedServer, bot: RunningBot, kind: str
) -> None:
    server.feed("/news.xml", items=["One"])
    server.behave("/news.xml", delay=0.3)
    await world.fault(kind, method="editMessageText", chat=ANN, times=2, retry_after=1)
    await subscribe(world, server.url("/news.xml"))

    assert not [m for m in await world.from_bot() if "Looking at" in m.get("text", "")]


@pytest.mark.parametrize(
    "description",
    [
        "MESSAGE_ID_INVALID",
        "message to edit not found",
        "message can't be edited",
        "some reason that nobody has heard of",
    ],
)
async def test_a_result_that_cannot_be_edited_in_is_sent_anew(
    world: TelegramWorld, server: FeedServer, bot: RunningBot, description: str
) -> None:
    server.feed("/news.xml", items=["One"])
    server.behave("/news.xml", delay=0.3)
    await world.fault("400", method="editMessageText", chat=ANN, times=1, description=description)
    await subscribe(world, server.url("/news.xml"))


@pytest.mark.parametrize("kind", ["502", "drop_before", "400", "429"])
async def test_an_end_by_button_shows_its_undo(
    world: TelegramWorld, server: FeedServer, bot: RunningBot, kind: str
) -> None:
    server.feed("/news.xml", items=["One"])
    answer = await subscribe(world, server.url("/news.xml"))
    await world.wait_for(has("One"))
    await world.fault(kind, method="editMessageText", chat=ANN, times=1, retry_after=1)
    await world.tap(answer, "Undo")
    ended = await world.wait_for(has("Not following"))

    assert "Undo" in " ".join(buttons(ended))


async def test_a_button_stops_spinning_though_its_answer_waits(
    world: TelegramWorld, bot: RunningBot
) -> None:
    await world.say("/style")
    menu = await world.wait_for(is_menu)
    await world.fault("429", method="editMessageText", chat=ANN, times=1, retry_after=4)
    begun = time.monotonic()
    await world.tap(menu, "Telegraph")

    assert time.monotonic() - begun < 3
    await world.wait_for(lambda m: m["message_id"] == menu["message_id"] and m != menu)


@pytest.mark.parametrize("kind", ["502", "drop_before"])
async def test_a_tap_is_answered_though_telegram_stumbles(
    world: TelegramWorld, bot: RunningBot, kind: str
) -> None:
    await world.say("/start")
    welcome = await world.wait_for(lambda message: message.get("reply_markup"))
    await world.fault(kind, method="answerCallbackQuery", times=1)
    await world.tap(welcome, "Language")
    await world.wait_for(lambda message: "put:" in str(message.get("reply_markup")))


async def test_typing_delays_no_answer(world: TelegramWorld, bot: RunningBot) -> None:
    await world.fault("hang", method="sendChatAction", times=20, seconds=5)
    begun = time.monotonic()
    await world.say("/help")
    await world.wait_for(has("/sub"))

    assert time.monotonic() - begun < 4


async def test_commands_in_a_group_under_flood_control_are_answered_later(
    world: TelegramWorld, bot: RunningBot
) -> None:
    await world.fault("429", method="sendMessage", chat=TEA_HOUSE, times=6, retry_after=1)
    for _ in range(4):
        await world.say("/help", chat=TEA_HOUSE, user=ANN)
    begun = time.monotonic()
    await world.say("/help", chat=LILEI)
    await world.wait_for(lambda message: "/sub" in message.get("text", ""), chat=LILEI)

    assert time.monotonic() - begun < 4
    await world.wait_count(4, chat=TEA_HOUSE, timeout=15)


@pytest.mark.parametrize("kind", ["502", "401", "drop_before", "429", "odd"])
async def test_an_administrator_is_recognised_though_telegram_stumbles(
    world: TelegramWorld, server: FeedServer, bot: RunningBot, kind: str
) -> None:
    server.feed("/news.xml", items=["One"])
    await world.fault(
        kind, method="getChatMember", chat=TEA_HOUSE, times=1, retry_after=1, result={"odd": 1}
    )
    await subscribe(world, server.url("/news.xml"), chat=TEA_HOUSE)


async def test_an_answer_that_telegram_cannot_read_comes_as_plain_text(
    world: TelegramWorld, bot: RunningBot
) -> None:
    await world.fault(
        "400", method="sendMessage", chat=ANN, times=1, description="can't parse entities"
    )
    await world.say("/help")
    plain = await world.wait_for(has("/sub"))

    assert "<b>" not in plain["text"]


@pytest.mark.parametrize("kind", ["502", "429", "hang", "odd"])
async def test_a_group_is_noted_and_whoever_added_the_bot_hears_it_though_telegram_stumbles(
    world: TelegramWorld, server: FeedServer, bot: RunningBot, kind: str
) -> None:
    server.feed("/news.xml", items=["One"])
    await world.fault(
        kind, method="sendMessage", chat=ANN, times=1, retry_after=1, seconds=9, result={}
    )
    group = await world.make_group(title="Reading room")
    begun = time.monotonic()
    await subscribe(world, server.url("/news.xml"), chat=group)
    waited = time.monotonic() - begun
    await world.wait_for(has("Reading room"), timeout=15)

    assert waited < 7
