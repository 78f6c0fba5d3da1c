"""Draws the pictures of the docs: the demo's own screens, in Chromium, into docs/pictures."""

import sys
from pathlib import Path

from playwright.sync_api import Browser, Page, expect

from scripts import browse
from scripts.browse import GOOD_CARD, PHONE, Column

PICTURES = Path(__file__).parent.parent / "docs" / "pictures"
STORY = {"width": 1320, "height": 820}


def main() -> None:
    """Draw all pictures; ends with a line that says why when there is no Chromium."""
    if not browse.CHROMIUM:
        sys.exit("Chromium is not installed; on Debian: apt-get install chromium")
    PICTURES.mkdir(parents=True, exist_ok=True)
    with browse.chromium() as browser:
        with browse.studio() as url:
            _story(browser, url)
        with browse.studio() as url:
            _screens(browser, url)
        with browse.studio(EMPTY="1") as url:
            _empty(browser, url)
    print(f"{len(list(PICTURES.glob('*.png')))} pictures in {PICTURES}")


def _story(browser: Browser, url: str) -> None:
    page = browse.opened(browser, url, "Mia", "Tess", size=STORY)
    mia, tess = (_column(page, name) for name in ("Mia", "Tess"))
    _buys(mia)
    _books(mia)
    _next_until(page, mia, "I'll be there")
    _press(page, "clock-day-forward")
    _press(page, "clock-hour")
    tess.taps("Complete")
    _next_until(page, mia, "used")
    _draw(page, "story")


def _screens(browser: Browser, url: str) -> None:
    page = browse.opened(browser, url, "Mia", size=PHONE)
    mia = _column(page, "Mia")
    mia.sends("/buy")
    mia.sees("€220")
    _draw(page, "shop")
    mia.taps("10 units")
    mia.taps("Pay")
    mia.taps("Pay")
    expect(page.locator("[data-role=payment]")).to_be_visible()
    _draw(page, "payment")
    mia.pays(GOOD_CARD)
    mia.sees("10 units added")
    mia.sends("/book")
    mia.taps("^Tess$")
    mia.sees("How long")
    _draw(page, "length")
    mia.taps("40 min")
    mia.sees("times in")
    _draw(page, "times")
    mia.taps("^Thu")
    mia.taps("^10:00$")
    mia.sees("will be held")
    _draw(page, "confirm")
    mia.taps("Book it")
    mia.sees("Booked")
    mia.sends("/sessions")
    mia.taps("Tess")
    mia.sees("held")
    _draw(page, "session")
    mia.sends("/balance")
    mia.sees("free")
    _draw(page, "balance")
    for name, command, sign, picture in (
        ("Tess", "/today", "session", "today"),
        ("Tess", "/hours", "Mon", "hours"),
        ("Olga", "/admin", "Studio", "admin"),
    ):
        page = browse.opened(browser, url, name, size=PHONE, scheme="dark" if picture == "today" else "light")
        column = _column(page, name)
        column.sends(command)
        column.sees(sign)
        _draw(page, picture)


def _empty(browser: Browser, url: str) -> None:
    page = browse.opened(browser, url, "Olga", size=PHONE)
    olga = _column(page, "Olga")
    olga.box.locator("[data-role=start]").click()
    olga.sees("You run this studio")
    _draw(page, "empty")


def _buys(mia: Column) -> None:
    mia.sends("/buy")
    mia.taps("10 units")
    mia.taps("Pay")
    mia.taps("Pay")
    mia.pays(GOOD_CARD)
    mia.sees("10 units added")


def _books(mia: Column) -> None:
    mia.sends("/book")
    mia.taps("^Tess$")
    mia.taps("40 min")
    mia.taps("^Tue")
    mia.taps("^10:00$")
    mia.taps("Book it")
    mia.sees("Booked")


def _column(page: Page, name: str) -> Column:
    return Column(page, browse.person_id(page, name))


def _next_until(page: Page, column: Column, text: str) -> None:
    for _ in range(40):
        if text in column.newest.inner_text():
            return
        _press(page, "clock-next")
        page.wait_for_timeout(150)
    sys.exit(f"{text!r} never came")


def _press(page: Page, role: str) -> None:
    page.locator(f"[data-role={role}]").click()
    expect(page.locator(f"[data-role={role}]")).to_be_enabled(timeout=browse.PATIENCE_MS)


def _draw(page: Page, name: str) -> None:
    expect(page.locator("[data-role=toast]")).to_have_count(0, timeout=browse.PATIENCE_MS)
    page.mouse.move(0, 0)
    page.wait_for_timeout(500)
    page.screenshot(path=PICTURES / f"{name}.png")


if __name__ == "__main__":
    main()
