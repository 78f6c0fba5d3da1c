"""Reading what people type about time: stretches of a day, a date, a first and a last day.

What the figures then have to keep to is `domain/hours.py`; amounts of money are read elsewhere.
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date
from functools import lru_cache
from typing import ClassVar

from babel import Locale
from babel.core import UnknownLocaleError
from babel.dates import get_day_names, get_month_names

from domain import hours
from domain.availability import Window
from domain.error import Refusal

CLOSED = frozenset({"closed", "off", "none"})
DASH = r"\s*(?:-|\b(?:to|until|till)\b)\s*"
TIME = r"(\d{1,2})(?:[:.h]?(\d{2})|h)?(?:\s*([ap])(?![a-z]))?"
WINDOW = re.compile(rf"(?<!\d){TIME}{DASH}{TIME}(?!\d)")
BETWEEN = re.compile(r"(?:[\s,;&+/]|\band\b)*")
ISO = re.compile(r"(\d{4})([-./])(\d{1,2})\2(\d{1,2})")
HYPHENATED = re.compile(r"\b(\d{1,2})-(\d{1,2})-(\d{4})\b")
SPACED_DOT = re.compile(r"\.\s+(?=\d)")
NUMERIC = re.compile(r"(\d{1,2})(?:[./](\d{1,2})(?:[./](\d{4}|\d{2})?)?)?\.?")
ORDINAL = re.compile(r"(?<=\d)(?:st|nd|rd|th)\b")
FILLERS = frozenset({"of", "the", "de"})
LEAP_YEARS_APART = 8


class TimesUnreadable(Refusal):
    """The text is no list of stretches like `9-12 13:30-18`."""

    code: ClassVar[str] = "times_unreadable"


class DateUnreadable(Refusal):
    """The text is no date, or the calendar has no such day."""

    code: ClassVar[str] = "date_unreadable"


@dataclass(frozen=True, slots=True)
class _Part:
    """What was written of a date; the month may stand at the other end of a range, the year nowhere."""

    day: int
    month: int | None = None
    year: int | None = None


def windows(text: str) -> tuple[Window, ...]:
    """The stretches of a day in the order they were typed; none where it says closed.

    Raises `TimesUnreadable`, or what `hours.window` makes of figures that are no window.
    """
    plain = re.sub(r"(?<=[ap])\.?m\b\.?", "", _plain(text))
    if plain in CLOSED:
        return ()
    found = list(WINDOW.finditer(plain))
    if not found or not BETWEEN.fullmatch(WINDOW.sub(" ", plain)):
        raise TimesUnreadable
    return tuple(_window(*match.groups()) for match in found)


def day(text: str, today: date, language: str) -> date:
    """One date. Raises `DateUnreadable`."""
    first_on, last_on = days(text, today, language)
    if first_on != last_on:
        raise DateUnreadable
    return first_on


def days(text: str, today: date, language: str) -> tuple[date, date]:
    """A first and a last day; a single one is both. Without a year the next such day is meant.

    Raises `DateUnreadable`.
    """
    plain = HYPHENATED.sub(r"\1.\2.\3", ISO.sub(r"\4.\3.\1", SPACED_DOT.sub(".", _plain(text))))
    parts = [_part(each, language) for each in re.split(DASH, plain)]
    if len(parts) > 2:
        raise DateUnreadable
    first, last = parts[0], parts[-1]
    month = first.month or last.month
    last = replace(last, month=last.month or month)
    if last.year is not None and first.year is None:
        last_on = _next(last, today)
        return _latest(replace(first, month=month), last_on), last_on
    first_on = _next(replace(first, month=month), today)
    return first_on, _next(last, first_on) if len(parts) == 2 else first_on


def _plain(text: str) -> str:
    """Small letters, one kind of dash, and none of the marks that cannot be seen."""
    seen = "".join(
        "-" if unicodedata.category(c) == "Pd" or c == "−" else c for c in text if unicodedata.category(c) != "Cf"
    )
    return " ".join(seen.casefold().split())


def _window(hour: str, minute: str, half: str, end_hour: str, end_minute: str, end_half: str) -> Window:
    end = _minutes(end_hour, end_minute, end_half or "")
    if half or not end_half:
        start = _minutes(hour, minute, half or "")
    else:
        start = _minutes(hour, minute, end_half)
        start = start if start < end else _minutes(hour, minute, "a")
    closes_at_midnight = end == 0 and start > 0
    return hours.window(start, 24 * 60 if closes_at_midnight else end)


def _minutes(hour: str, minute: str | None, half: str) -> int:
    """Minutes after midnight; `half` is the `a` or `p` of twelve-hour time, or empty."""
    shown, minutes = int(hour), int(minute or 0)
    if minutes > 59 or (half and not 1 <= shown <= 12):
        raise TimesUnreadable
    if half:
        shown = shown % 12 + (12 if half == "p" else 0)
    return shown * 60 + minutes


def _part(text: str, language: str) -> _Part:
    if match := NUMERIC.fullmatch(text):
        day_, month, year = match.groups()
        return _Part(int(day_), int(month) if month else None, _year(year) if year else None)
    months, weekdays = _names(language)
    words = [w for w in re.split(r"[\s.,]+", ORDINAL.sub("", text)) if w and w not in FILLERS | weekdays]
    figures = [word for word in words if word.isdecimal()]
    named = [_month(word, months) for word in words if not word.isdecimal()]
    if len(named) != 1 or not 1 <= len(figures) <= 2:
        raise DateUnreadable
    return _Part(_day(figures[0]), named[0], _year(figures[1]) if len(figures) == 2 else None)


def _year(text: str) -> int:
    if len(text) not in {2, 4}:
        raise DateUnreadable
    return int(text) if len(text) == 4 else 2000 + int(text)


def _day(text: str) -> int:
    if len(text) > 2:
        raise DateUnreadable
    return int(text)


def _month(word: str, months: dict[str, int]) -> int:
    """The month of a name or of its first three letters or more, where only one begins with them."""
    fitting = {number for name, number in months.items() if name == word or (len(word) > 2 and name.startswith(word))}
    if len(fitting) != 1:
        raise DateUnreadable
    return fitting.pop()


def _next(part: _Part, since: date) -> date:
    """The date that was written; where no year was, the first such day on or after `since`."""
    if part.year is not None:
        return _first(part, [part.year], date.min)
    return _first(part, range(since.year, since.year + LEAP_YEARS_APART + 1), since)


def _latest(part: _Part, until: date) -> date:
    """The last such day on or before `until`; without one, the mistake shows as a range that ends before it begins."""
    before = [each for year in (until.year, until.year - 1) for each in _dates(part, [year]) if each <= until]
    return before[0] if before else _first(part, [until.year], date.min)


def _first(part: _Part, years: Iterable[int], since: date) -> date:
    found = next((each for each in _dates(part, years) if each >= since), None)
    if found is None:
        raise DateUnreadable
    return found


def _dates(part: _Part, years: Iterable[int]) -> Iterator[date]:
    """The part's day in each of the years that has it."""
    for year in years:
        try:
            yield date(year, part.month or 0, part.day)
        except ValueError:
            continue


@lru_cache
def _names(language: str) -> tuple[dict[str, int], frozenset[str]]:
    """The months' names with their numbers, and the weekdays', in English and in the reader's language."""
    months: dict[str, int] = {}
    weekdays: set[str] = set()
    for locale in (Locale("en"), _locale(language)):
        for width in ("wide", "abbreviated"):
            for context in ("format", "stand-alone"):
                found = get_month_names(width, context, locale).items()
                months |= {name.casefold().strip("."): number for number, name in found}
                weekdays |= {name.casefold().strip(".") for name in get_day_names(width, context, locale).values()}
    return months, frozenset(weekdays)


def _locale(language: str) -> Locale:
    try:
        return Locale.parse(language)
    except (UnknownLocaleError, ValueError):
        return Locale("en")
