"""Times and dates as people type them."""

from datetime import date

import pytest

from bot import reading_time
from bot.reading_time import DateUnreadable, TimesUnreadable
from domain.error import Refusal
from domain.hours import WindowOffGrid, WindowUnusable

TODAY = date(2026, 11, 30)


def read(text: str) -> str:
    """The windows in one plain way of writing them."""
    return " ".join(
        "-".join(f"{minute // 60}:{minute % 60:02}" for minute in (each.start_minute, each.end_minute))
        for each in reading_time.windows(text)
    )


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("9-12 13:30-18", "9:00-12:00 13:30-18:00"),
        ("09:00–17:00", "9:00-17:00"),
        ("9 to 12, 14.00 — 18.30", "9:00-12:00 14:00-18:30"),
        ("9-12;13-14/15-16 & 17-18", "9:00-12:00 13:00-14:00 15:00-16:00 17:00-18:00"),
        ("0900 until 1700", "9:00-17:00"),
        ("9h30-12h", "9:30-12:00"),
        ("9am-5pm", "9:00-17:00"),
        ("9-5 pm", "9:00-17:00"),
        ("1-5pm", "13:00-17:00"),
        ("9 a.m. - 12 p.m. and 1 p.m. to 6 p.m.", "9:00-12:00 13:00-18:00"),
        ("10pm-12am", "22:00-24:00"),
        ("12am-1am", "0:00-1:00"),
        ("0-24", "0:00-24:00"),
        ("20-0", "20:00-24:00"),
        ("\u200f۹−۱۷", "9:00-17:00"),
        ("Closed", ""),
    ],
)
def test_windows_are_read_in_many_ways_of_writing(text: str, meant: str) -> None:
    assert read(text) == meant


@pytest.mark.parametrize(
    ("text", "refusal"),
    [
        ("", TimesUnreadable),
        ("whenever", TimesUnreadable),
        ("Mon 9-17", TimesUnreadable),
        ("9-12-15", TimesUnreadable),
        ("9.5-12", TimesUnreadable),
        ("9:75-12", TimesUnreadable),
        ("13pm-2pm", TimesUnreadable),
        ("9" * 4000 + "-12", TimesUnreadable),
        ("9-5", WindowUnusable),
        ("22-2", WindowUnusable),
        ("9-9", WindowUnusable),
        ("25-26", WindowUnusable),
        ("9:02-12", WindowOffGrid),
    ],
)
def test_what_is_no_window_is_refused_with_its_reason(text: str, refusal: type[Refusal]) -> None:
    with pytest.raises(refusal):
        reading_time.windows(text)


@pytest.mark.parametrize(
    "text",
    [
        "24 Dec",
        "24.12.",
        "24.12",
        "24/12/26",
        "24. 12. 2026",
        "24-12-2026",
        "2026-12-24",
        "Dec 24, 2026",
        "december 24",
        "the 24th of December",
        "Thu 24 Dec",
    ],
)
def test_a_date_is_read_in_many_ways_of_writing(text: str) -> None:
    assert reading_time.day(text, TODAY, "en") == date(2026, 12, 24)


@pytest.mark.parametrize(("text", "language"), [("24. Dezember", "de"), ("24 déc.", "fr"), ("24 декабря", "ru")])
def test_months_are_known_in_the_readers_language(text: str, language: str) -> None:
    assert reading_time.day(text, TODAY, language) == date(2026, 12, 24)


@pytest.mark.parametrize(
    ("text", "meant"), [("30 Nov", (2026, 11, 30)), ("29 Nov", (2027, 11, 29)), ("29 Feb", (2028, 2, 29))]
)
def test_a_date_without_a_year_is_the_next_such_day(text: str, meant: tuple[int, int, int]) -> None:
    assert reading_time.day(text, TODAY, "en") == date(*meant)


@pytest.mark.parametrize(
    ("text", "first", "last"),
    [
        ("24 Dec - 2 Jan", "2026-12-24", "2027-01-02"),
        ("24.12.–2.1.", "2026-12-24", "2027-01-02"),
        ("24-28 Dec", "2026-12-24", "2026-12-28"),
        ("Dec 24-28", "2026-12-24", "2026-12-28"),
        ("2026-12-24 - 2027-01-02", "2026-12-24", "2027-01-02"),
        ("2026-12-24 to 2027-01-02", "2026-12-24", "2027-01-02"),
        ("28 Dec - 2 Jan 2028", "2027-12-28", "2028-01-02"),
        ("24.12.2026 - 2.1.", "2026-12-24", "2027-01-02"),
        ("3-5 Jan 2028", "2028-01-03", "2028-01-05"),
        ("2 Jan 2027 - 24 Dec 2026", "2027-01-02", "2026-12-24"),
        ("24 Dec", "2026-12-24", "2026-12-24"),
    ],
)
def test_a_range_is_read_with_what_one_end_leaves_to_the_other(text: str, first: str, last: str) -> None:
    assert reading_time.days(text, TODAY, "en") == (date.fromisoformat(first), date.fromisoformat(last))


@pytest.mark.parametrize(
    "text",
    [
        "",
        "-",
        "24",
        "31 Nov",
        "32.1.",
        "0 Dec",
        "soon",
        "5 ju",
        "1 - 2 - 3",
        "24 Dec 99999999999",
        "24 Dec 0000",
        "<b>",
    ],
)
def test_what_is_no_day_is_refused(text: str) -> None:
    with pytest.raises(DateUnreadable):
        reading_time.days(text, TODAY, "en")


def test_a_range_is_no_single_date() -> None:
    with pytest.raises(DateUnreadable):
        reading_time.day("24 Dec - 2 Jan", TODAY, "en")
