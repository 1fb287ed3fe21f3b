"""Telegram's flood limits under a clock of our own, and how they reach a bot."""

import asyncio
import time

import pytest

from playground.errors import ApiError
from playground.state.flood_control import FloodControl
from tests.support.telegram_world import ANN, LILEI, TEA_HOUSE, TelegramWorld

PERSON, GROUP = 5, -5


pytestmark = pytest.mark.telegram(flood=True)


def test_a_person_gets_three_at_once_then_one_a_second() -> None:
    flood = FloodControl()
    assert [flood.reserve(100.0, PERSON) for _ in range(5)] == [0, 0, 0, 1, 2]
    assert flood.reserve(110.0, PERSON) == 0


def test_waits_over_eight_seconds_become_429_and_reserve_nothing() -> None:
    flood = FloodControl()
    waits = [flood.reserve(100.0, PERSON) for _ in range(11)]
    assert waits[-1] == 8
    for _ in range(3):
        with pytest.raises(ApiError, match="retry after 9") as caught:
            flood.reserve(100.0, PERSON)
        assert caught.value.parameters == {"retry_after": 9}
    assert flood.reserve(101.0, PERSON) == 8


def test_a_group_gets_twenty_in_any_minute() -> None:
    flood = FloodControl()
    for second in range(20):
        assert flood.reserve(100.0 + second, GROUP) == 0
    with pytest.raises(ApiError, match="retry after 40"):
        flood.reserve(120.0, GROUP)
    assert flood.reserve(155.0, GROUP) == 5


def test_an_album_counts_its_items() -> None:
    flood = FloodControl()
    assert flood.reserve(0.0, GROUP, 10) == 0
    assert flood.reserve(1.0, GROUP, 10) == 0
    with pytest.raises(ApiError, match="retry after 58"):
        flood.reserve(2.0, GROUP)


def test_thirty_a_second_over_all_chats() -> None:
    flood = FloodControl()
    waits = [flood.reserve(100.0, person) for person in range(1, 62)]
    assert waits == [0.0] * 30 + [1.0] * 30 + [2.0]


def test_other_chats_do_not_wait_for_a_full_one() -> None:
    flood = FloodControl()
    for _ in range(3):
        flood.reserve(100.0, PERSON)
    assert flood.reserve(100.0, PERSON) == 1
    assert flood.reserve(100.0, PERSON + 1) == 0


def test_switched_off_nothing_waits() -> None:
    flood = FloodControl(on=False)
    assert {flood.reserve(0.0, GROUP) for _ in range(1000)} == {0.0}


async def test_a_short_wait_is_a_request_that_hangs(world: TelegramWorld) -> None:
    begin = time.monotonic()
    answers = await asyncio.gather(
        *(world.call("sendMessage", chat_id=ANN, text="x") for _ in range(4))
    )
    assert all(answer["ok"] for answer in answers)
    assert 0.9 < time.monotonic() - begin < 15


async def test_a_long_wait_is_refused_with_its_seconds(world: TelegramWorld) -> None:
    for _ in range(20):
        await world.call("sendMessage", chat_id=TEA_HOUSE, text="x")
    answer = await world.call("sendMessage", chat_id=TEA_HOUSE, text="x")
    assert answer["error_code"] == 429
    assert 50 < answer["parameters"]["retry_after"] <= 60
    await world.call("sendMessage", chat_id=TEA_HOUSE, text="at once again")
    assert "before retry_after was over" in (await world.log())["violations"][0]["rule"]
    await world.flood(on=False)
    assert (await world.call("sendMessage", chat_id=TEA_HOUSE, text="x"))["ok"]


async def test_edits_count_in_groups_only(world: TelegramWorld) -> None:
    here = (await world.call("sendMessage", chat_id=TEA_HOUSE, text="x"))["result"]["message_id"]
    there = (await world.call("sendMessage", chat_id=LILEI, text="x"))["result"]["message_id"]
    for number in range(19):
        assert (
            await world.call(
                "editMessageText", chat_id=TEA_HOUSE, message_id=here, text=str(number)
            )
        )["ok"]
        assert (
            await world.call("editMessageText", chat_id=LILEI, message_id=there, text=str(number))
        )["ok"]
    refused = await world.call(
        "editMessageText", chat_id=TEA_HOUSE, message_id=here, text="one too many"
    )
    assert refused["error_code"] == 429


async def test_slow_mode_holds_a_plain_member_back(world: TelegramWorld) -> None:
    group = await world.make_group(slow_mode=30, bot="member")
    assert (await world.call("sendMessage", chat_id=group, text="x"))["ok"]
    refused = await world.call("sendMessage", chat_id=group, text="x")
    assert refused["parameters"]["retry_after"] == 30
