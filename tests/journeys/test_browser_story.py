"""The whole story in a real browser, on the real demo: buy, book, be reminded, train, get the receipt."""

import re

import pytest
from playwright.sync_api import Browser, Page, expect

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


def test_an_empty_studio_is_set_up_on_phones() -> None:
    """The owner invites, the trainer sets hours, the trainee books (A2, C3)."""
    with browse.studio(EMPTY="1") as url, browse.chromium() as browser:
        olga, tess, mia = (_on_a_phone(browser, url, name) for name in ("Olga", "Tess", "Mia"))
        _starts(olga)
        olga.sees("You run this studio", "invite a trainer", "put units on sale")
        olga.taps("Invite staff")
        olga.taps("Trainer")
        link = re.search(r"start=(join-[\w-]+)", olga.newest.inner_text())
        assert link

        _starts(tess)
        tess.sends(f"/start {link.group(1)}")
        tess.sees("You have been invited")
        tess.taps("Yes, call me")
        tess.taps("Yes, .* time")
        tess.sees("You are in")
        tess.taps("hours")
        tess.taps("Mon–Fri")
        olga.sees("Tess", "joined: trainer")

        _starts(mia)
        mia.taps("Yes, call me")
        mia.taps("Yes, .* time")
        olga.sends("/adjust")
        olga.taps("Mia")
        olga.taps(r"\+3|\+5")
        olga.taps("[Gg]oodwill")
        olga.taps("Yes|Give|Confirm")
        mia.sees("added")

        mia.sends("/book")
        mia.taps("20 min · 1 unit")
        mia.taps("^16:00$")
        mia.taps("Book it")
        mia.sees("Booked")
        tess.sees("New booking", "Mia")


def _on_a_phone(browser: Browser, url: str, name: str) -> Column:
    page = browse.opened(browser, url, name, size=browse.PHONE)
    return Column(page, browse.person_id(page, name))


def _starts(somebody: Column) -> None:
    somebody.box.locator("[data-role=start]").click()
    expect(somebody.newest).to_be_visible(timeout=browse.PATIENCE_MS)
