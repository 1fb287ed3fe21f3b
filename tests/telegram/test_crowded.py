"""Requests that hang: the first are waited for patiently, those beyond many others less."""

import asyncio

from telegram.error import TelegramError

from bot.telegram.application import request
from tests.support.telegram_world import TelegramWorld

CONNECTIONS = 10


async def test_many_requests_that_hang_free_a_connection_before_their_patience_ends(
    world: TelegramWorld,
) -> None:
    await world.fault("hang", method="sendMessage", seconds=20, times=CONNECTIONS)
    url = f"{world.base_url}{world.token}"
    patient = request(CONNECTIONS, read_timeout=6, crowded_timeout=1)
    async with patient:
        hanging = [
            asyncio.create_task(patient.post(f"{url}/sendMessage")) for _ in range(CONNECTIONS)
        ]
        await asyncio.sleep(0.2)
        answer = await patient.post(f"{url}/getMe")
        still = sum(not task.done() for task in hanging)
        ends = await asyncio.gather(*hanging, return_exceptions=True)

    assert isinstance(answer, dict)
    # Whoever waits for the patience of the first to end is answered when none of them hangs.
    assert still >= 4, "those that came first are waited for longer"
    assert all(isinstance(end, TelegramError) for end in ends)
