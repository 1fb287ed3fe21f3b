"""A chat that reads thousands of feeds is answered as quickly as others, and stops nobody."""

import time
from datetime import UTC, datetime
from pathlib import Path

from bot.store import Store
from tests.support.bot_under_test import RunningBot
from tests.support.crowded import fill_chat
from tests.support.reading import has
from tests.support.telegram_world import ANN, LILEI, Json, TelegramWorld

FEEDS = 5000
PATIENCE = 8.0
"""Seconds for one answer; on a quiet machine it takes a fifth of one."""


async def test_every_command_of_a_crowded_chat_is_answered_soon(
    world: TelegramWorld, tmp_path: Path
) -> None:
    bot = RunningBot(world, tmp_path)
    store = Store.open(bot.path)
    await store.run(fill_chat, ANN, FEEDS, datetime.now(UTC))
    await store.close()
    slow: dict[str, float] = {}

    async def ask(command: str, answer: str) -> Json:
        started = time.monotonic()
        await world.say(command)
        message = await world.wait_for(has(answer))
        if time.monotonic() - started > PATIENCE:
            slow[command] = time.monotonic() - started
        return message

    async with bot:
        await ask("/list", f"{FEEDS:,} feeds")
        await ask("/interval 4999 30m", "Feed number 4999")
        await ask("/pause number 4998", "Feed number 4998")
        await ask("/unsub https://host4997.example.org/", "Not following this")
        await ask("/pause all", "Paused:")
        await world.say("/help", chat=LILEI)
        await world.wait_for(has("/unsub"), chat=LILEI)
        resumed = await ask("/resume all", "Running again:")
        assert "and 4,949 more" in resumed["text"]
        asked = await ask("/unsub all", f"all {FEEDS - 1:,} feeds")
        started = time.monotonic()
        await world.tap(asked, "Yes, all of them")
        ended = await world.wait_for(has("Not following these"))
        await world.tap(ended, "Undo")
        again = await world.wait_for(has("again, as if nothing had been"))
        if time.monotonic() - started > 2 * PATIENCE:
            slow["end and undo"] = time.monotonic() - started
        await ask("/list", f"{FEEDS - 1:,} feeds")

    assert "and 4,949 more" in again["text"]
    assert slow == {}
