"""Chromium, as the tests drive it."""

import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
from playwright.async_api import Browser, async_playwright

QUIET = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
"""Options without which the browser asks its maker's servers, or a container forbids it."""


@asynccontextmanager
async def chromium() -> AsyncIterator[Browser]:
    """A browser of its own; the test fails with the cure where there is none."""
    path = shutil.which("chromium")
    if path is None:
        pytest.fail(
            "A browser is needed: install Debian's package chromium (apt-get install chromium)"
        )
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=path, args=QUIET)
        yield browser
        await browser.close()
