"""A newcomer's first minute in a real browser: open, /sub, see the push, unsubscribe."""

import re
import signal
import subprocess
import sys
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from playwright.async_api import Page, expect

from tests.support.bot_under_test import RunningBot
from tests.support.browser import chromium
from tests.support.telegram_world import TelegramWorld

pytestmark = pytest.mark.telegram(flood=True, sample_every=2)


@pytest.fixture
async def page(world: TelegramWorld) -> AsyncIterator[Page]:
    async with chromium() as browser:
        page = await browser.new_page(viewport={"width": 1000, "height": 800})
        await page.goto(world.url)
        yield page


async def say(page: Page, text: str) -> None:
    await page.fill("#input", text)
    await page.press("#input", "Enter")


async def test_a_newcomer_subscribes_sees_a_push_with_its_picture_and_unsubscribes(
    world: TelegramWorld, page: Page, tmp_path: Path
) -> None:
    async with RunningBot(world, tmp_path, sending={"rate": 28, "private_pause": "1s"}):
        await say(page, "/start")
        await expect(page.locator("#log")).to_contain_text("Send me a link")
        await say(page, f"/sub {world.sample_feed}")
        answer = page.locator("[data-message-id]").filter(has_text=re.compile("Following"))
        await expect(answer).to_be_visible(timeout=10_000)
        shown = await page.locator("[data-message-id] img").count()
        pictures = page.locator("#log [data-message-id] img")
        await expect(pictures.nth(shown)).to_be_visible(timeout=10_000)
        loaded = await pictures.nth(shown).evaluate(
            "image => image.decode().then(() => image.naturalWidth)"
        )
        await answer.get_by_role("button", name="Undo").click()
        await expect(page.locator("#log")).to_contain_text("Not following this any more")

        assert loaded > 100
        await say(page, "/list")
        await expect(page.locator("#log")).to_contain_text("No feeds here yet")


async def test_a_channel_is_chosen_by_the_key_of_the_bot_and_managed(
    world: TelegramWorld, page: Page, tmp_path: Path
) -> None:
    async with RunningBot(world, tmp_path):
        await say(page, "/channel")
        await page.get_by_role("button", name="A channel").click()
        await page.get_by_role("button", name="Morning paper").click()
        await expect(page.locator("#log")).to_contain_text("You are managing Morning paper now")
        await say(page, "/list")
        await expect(page.locator("#log")).to_contain_text("No feeds here yet")


async def test_the_card_of_a_message_opens_its_page_of_telegraph(
    world: TelegramWorld, page: Page, tmp_path: Path
) -> None:
    async with RunningBot(world, tmp_path, message={"style": "telegraph"}):
        await say(page, f"/sub {world.url}/feeds/quiet.atom")
        card = page.locator('#log a.card[href*="/telegraph/"]')
        await expect(card).to_be_visible(timeout=10_000)
        async with page.context.expect_page() as opened:
            await card.click()
        shown = await opened.value
        await expect(shown.locator("address")).to_have_text("The Quiet Sample")
        await expect(shown.locator("body")).to_contain_text("Read original")


def test_the_playground_command_answers_in_a_browser_and_ends_on_a_signal(tmp_path: Path) -> None:
    process = subprocess.Popen(
        [
            sys.executable,
            "-m",
            "bot",
            "playground",
            "--port",
            "0",
            "--data",
            str(tmp_path / "tidings.db"),
        ],
        stderr=subprocess.PIPE,
        text=True,
    )
    assert process.stderr is not None
    try:
        lines = iter(process.stderr.readline, "")
        welcome = next(line for line in lines if "in a browser" in line)
        process.send_signal(signal.SIGTERM)
        rest = process.stderr.read()
        assert process.wait(20) == 0
    finally:
        process.kill()
        process.wait()
        process.stderr.close()
    assert "http://127.0.0.1:" in welcome
    assert "stopped" in rest
