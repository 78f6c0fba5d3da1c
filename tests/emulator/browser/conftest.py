"""A real Chromium with the page of a stand-in of its own; skipped, with the reason, where there is no Chromium."""

import shutil
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path

import aiohttp
import pytest
import pytest_asyncio
from playwright.async_api import Browser, async_playwright

from emulator import browser_chat
from emulator.chat import Telegram
from emulator.clock import Clock
from emulator.server import Emulator
from tests.emulator.browser.studio import STORY, Studio

FLAGS = ["--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking"]
FLAGS += ["--disable-component-update", "--disable-sync"]


@pytest.fixture(scope="session")
def chromium() -> str:
    """Where Chromium is."""
    found = shutil.which("chromium") or "/usr/bin/chromium"
    if not Path(found).exists():
        pytest.skip("Chromium is not installed (Debian: apt-get install chromium)")
    return found


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def browser(chromium: str) -> AsyncIterator[Browser]:
    """One browser for all tests; each has a context of its own."""
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=chromium, args=FLAGS)
        yield browser
        await browser.close()


@pytest_asyncio.fixture(loop_scope="session")
async def studio(browser: Browser) -> AsyncIterator[Studio]:
    """The stand-in, its clock standing still, and a page without errors."""
    clock = Clock(datetime(2026, 12, 1, 9, 0, tzinfo=UTC), running=False)
    emulator = Emulator(Telegram(clock=clock))
    emulator.app.add_routes(browser_chat.routes(emulator.telegram, STORY))
    await emulator.start()
    page = await browser.new_page(timezone_id="UTC")
    errors: list[str] = []
    page.on("pageerror", lambda error: errors.append(str(error)))
    async with aiohttp.ClientSession() as http:
        yield Studio(emulator, http, page)
    await page.close()
    await emulator.stop()
    assert errors == []
