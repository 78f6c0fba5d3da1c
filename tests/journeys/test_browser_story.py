"""The whole story in a real browser, on the real demo: buy, book, be reminded, train, get the receipt."""

import re

import pytest
from playwright.sync_api import Page, expect

from scripts import browse
from scripts.browse import DECLINED_CARD, GOOD_CARD, Column

pytestmark = [
    pytest.mark.browser,
    pytest.mark.timeout(240),
    pytest.mark.skipif(not browse.CHROMIUM, reason="Chromium is not installed"),
]


def _forward_until(page: Page, column: Column, text: str) -> None:
    """Press Next until the person sees it, as somebody who follows the story would."""
    for _ in range(40):
        if re.search(text, column.newest.inner_text()):
            return
        page.locator("[data-role=clock-next]").click()
        expect(page.locator("[data-role=clock-next]")).to_be_enabled(timeout=browse.PATIENCE_MS)
        page.wait_for_timeout(150)
    raise AssertionError(f"{text!r} never came; the last message was {column.newest.inner_text()!r}")


def test_the_story_from_buying_to_the_receipt() -> None:
    with browse.studio() as url, browse.chromium() as browser:
        page = browse.opened(browser, url, "Mia", "Tess")
        mia, tess = (Column(page, browse.person_id(page, name)) for name in ("Mia", "Tess"))

        mia.sends("/buy")
        mia.taps("10 units")
        mia.taps("Pay")
        mia.taps("Pay")
        mia.pays(DECLINED_CARD)
        expect(page.locator("[data-role=payment-trouble]")).to_be_visible(timeout=browse.PATIENCE_MS)
        mia.pays(GOOD_CARD)
        mia.sees("10 units added")

        mia.sends("/book")
        mia.taps("^Tess$")
        mia.taps("40 min")
        mia.taps("Later|▸")
        mia.taps("^10:00$")
        mia.sees("2 units will be held; 8 stay free")
        mia.taps("Book it")
        mia.sees("Booked", "8 free · 2 held")
        tess.sees("New booking", "Mia")

        _forward_until(page, mia, "I'll be there")
        mia.sees("40 min with Tess")
        for _ in range(2):
            page.locator("[data-role=clock-day-forward]").click()
            expect(page.locator("[data-role=clock-day-forward]")).to_be_enabled(timeout=browse.PATIENCE_MS)
        tess.taps("Complete")
        _forward_until(page, mia, "That's right")
        mia.sees("2 units used")
        mia.taps("That's right")

        mia.sends("/balance")
        mia.sees("8 free", "0 held")
        mia.sends("/sessions")
        mia.taps("History")
        mia.sees("2 units used")


def test_an_empty_studio_can_be_set_up_on_a_phone() -> None:
    with browse.studio(EMPTY="1") as url, browse.chromium() as browser:
        page = browse.opened(browser, url, "Olga", size=browse.PHONE)
        olga = Column(page, browse.person_id(page, "Olga"))
        olga.sees("You run this studio", "Invite a trainer")
