"""Using the demo as a person does: the real `session-tracker demo`, in a real Chromium, by what can be seen."""

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager

from playwright.sync_api import Browser, Locator, Page, expect, sync_playwright

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or ""
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
PHONE = {"width": 390, "height": 844}
DESK = {"width": 1440, "height": 900}
GOOD_CARD, DECLINED_CARD = "4242424242424242", "4000000000000002"
PATIENCE_MS = 20_000


class Column:
    """One person's chat on the page."""

    def __init__(self, page: Page, person_id: str) -> None:
        self.page = page
        self.box = page.locator(f'[data-role=chat][data-person="{person_id}"]')

    def sends(self, text: str) -> None:
        self.box.locator("[data-role=composer]").fill(text)
        self.box.locator("[data-role=send]").click()

    def taps(self, label: str) -> None:
        """Tap the newest button with this label and wait until the bot has answered."""
        found = self.box.locator("button[data-row]").filter(has_text=re.compile(label)).last
        found.click()
        expect(self.box.locator("button[aria-busy=true]")).to_have_count(0, timeout=PATIENCE_MS)

    def sees(self, *texts: str) -> None:
        """Every text stands in the newest message of the bot."""
        for text in texts:
            expect(self.newest).to_contain_text(text, timeout=PATIENCE_MS)

    @property
    def newest(self) -> Locator:
        return self.box.locator(".message[data-from=bot]").last

    def pays(self, card: str) -> None:
        """Choose a test card in the payment sheet and pay."""
        self.page.locator(f'[data-card="{card}"]').click()
        self.page.locator("[data-role=pay]").click()


@contextmanager
def studio(**settings: str) -> Iterator[str]:
    """The demo in a process of its own; yields its address."""
    command = [sys.executable, "-m", "app", "demo"]
    environment = os.environ | {"DEMO_PORT": "0", "PYTHONUNBUFFERED": "1"} | settings
    with subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        found = next((match for line in process.stdout if (match := re.search(r"http://\S+:\d+", line))), None)
        try:
            assert found, "the demo did not start"
            yield found.group()
        finally:
            process.terminate()
            process.stdout.read()
            assert process.wait(20) == 0, "the demo did not end cleanly"


@contextmanager
def chromium() -> Iterator[Browser]:
    """A headless Chromium."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        try:
            yield browser
        finally:
            browser.close()


def person_id(page: Page, name: str) -> str:
    """The id of somebody in the list of people."""
    found = page.locator("[data-open-person]").filter(has_text=name).first.get_attribute("data-open-person")
    assert found
    return found


def opened(browser: Browser, url: str, *names: str, size: dict[str, int] = DESK, scheme: str = "light") -> Page:
    """The page with these people's chats side by side."""
    context = browser.new_context(viewport=size, timezone_id="Europe/Berlin", color_scheme=scheme)  # type: ignore[arg-type]
    page = context.new_page()
    page.goto(url)
    page.wait_for_selector("[data-open-person]", state="attached")
    ids = ",".join(person_id(page, name) for name in names)
    page.goto(f"{url}/?people={ids}")
    page.wait_for_selector("[data-role=chat]")
    return page
