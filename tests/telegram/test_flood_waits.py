"""Answers to people while Telegram asks to wait (429, retry_after)."""

import time

import pytest

from tests.support.bot_under_test import RunningBot
from tests.support.telegram_world import ANN, Json, TelegramWorld

pytestmark = pytest.mark.story


def is_help(message: Json) -> bool:
    return "/sub" in message.get("text", "")


async def test_a_short_flood_wait_delays_an_answer_and_does_not_double_it(
    world: TelegramWorld, bot: RunningBot
) -> None:
    await world.fault("429", method="sendMessage", chat=ANN, times=1, retry_after=1)
    begun = time.monotonic()
    await world.say("/help")
    await world.wait_for(is_help)
    passed = time.monotonic() - begun

    assert passed >= 1
    assert len(await world.from_bot()) == 1


async def test_a_long_flood_wait_costs_one_answer_and_the_next_one_comes(
    world: TelegramWorld, bot: RunningBot
) -> None:
    await world.fault("429", method="sendMessage", chat=ANN, times=1, retry_after=3600)
    await world.say("/help")
    await world.say("/help")
    await world.wait_for(is_help)

    assert len(await world.from_bot()) == 1


async def test_a_flood_wait_of_an_edit_is_waited_out_too(
    world: TelegramWorld, bot: RunningBot
) -> None:
    await world.say("/style")
    menu = await world.wait_for(lambda message: "put:" in str(message.get("reply_markup")))
    await world.fault("429", method="editMessageText", chat=ANN, times=1, retry_after=1)
    begun = time.monotonic()
    await world.tap(menu, "Telegraph")
    await world.wait_for(
        lambda message: message["message_id"] == menu["message_id"] and message != menu
    )

    assert time.monotonic() - begun >= 1
    assert len(await world.from_bot()) == 1
