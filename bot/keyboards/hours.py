"""Buttons of a trainer's hours.

A `day` is a weekday (0 to 6, Monday is 0) or, from 7 on, one date in days since 1970. Windows are in minutes after
midnight.
"""

from collections.abc import Callable, Container, Iterable
from datetime import date, timedelta

from aiogram.filters.callback_data import CallbackData
from aiogram.types import InlineKeyboardButton

from bot.chat import Rows
from bot.keyboards.button import Count, DayNumber, Style, back, button, day_number, day_of, grid, home
from bot.words import Words
from domain.availability import Window, Windows
from domain.hours import DAYS_AHEAD, WEEKDAYS, WORKDAYS, Timetable, Which

QUICK = (Window(480, 720), Window(540, 1020), Window(840, 1200))
BREAKS = (Window(720, 750), Window(720, 780), Window(750, 810), Window(780, 840), Window(900, 915), Window(1020, 1080))
STRIP_DAYS = 8
LAST_PAGE = DAYS_AHEAD // STRIP_DAYS - 1


class OpenHours(CallbackData, prefix="hr"):
    """The week as it is now."""


class BeginHours(CallbackData, prefix="hr.go"):
    """Start with the usual hours."""


class OpenWindows(CallbackData, prefix="hr.d"):
    """The windows of a weekday or of one date, and what can be changed."""

    day: DayNumber


class PickWindow(CallbackData, prefix="hr.w"):
    """Give the day this one window; an empty one closes it."""

    day: DayNumber
    start: Count
    end: Count


class AskWindows(CallbackData, prefix="hr.t"):
    """Let the trainer type the day's windows."""

    day: DayNumber


class AskBreak(CallbackData, prefix="hr.b"):
    """Offer breaks, or let the trainer type one."""

    day: DayNumber


class PickBreak(CallbackData, prefix="hr.bp"):
    """Cut this break out of the day."""

    day: DayNumber
    start: Count
    end: Count


class AskCopy(CallbackData, prefix="hr.c"):
    """Choose the weekdays that get the same windows; `chosen` has a bit for each, Monday is the lowest."""

    day: DayNumber
    chosen: Count = 0


class Copy(CallbackData, prefix="hr.cc"):
    """Give the chosen weekdays the same windows."""

    day: DayNumber
    chosen: Count


class OpenDates(CallbackData, prefix="hr.x"):
    """A strip of dates to pick a special one from."""

    page: Count = 0


class DropDate(CallbackData, prefix="hr.xx"):
    """Let the date follow its weekday again."""

    day: DayNumber


class AskHoursZone(CallbackData, prefix="hr.z"):
    """Show what keeping the hours in the trainer's own zone means."""


class SetHoursZone(CallbackData, prefix="hr.zz"):
    """Keep the hours in this zone."""

    zone: str


class OpenTimeOff(CallbackData, prefix="hr.o"):
    """A page of the time off that lies ahead."""

    page: Count = 0


def number_of(which: Which) -> int:
    """The weekday or date as a button carries it."""
    return day_number(which) if isinstance(which, date) else which


def which_of(number: int) -> Which:
    """The weekday or date that a button carries."""
    return number if number in WEEKDAYS else day_of(number)


def weekdays_of(chosen: int) -> list[int]:
    """The weekdays whose bits are set."""
    return [weekday for weekday in WEEKDAYS if chosen >> weekday & 1]


def mask_of(weekdays: Iterable[int]) -> int:
    """A bit for each of the weekdays."""
    return sum(1 << weekday for weekday in weekdays)


def week(words: Words, timetable: Timetable, own_zone: str) -> Rows:
    names = [button(words.weekday(each, "abbreviated"), OpenWindows(day=each)) for each in WEEKDAYS]
    start = ((button(words.plain("Mon–Fri 09:00–17:00"), BeginHours(), Style.PRIMARY),),) if timetable.empty else ()
    zone = (
        ((button(words.plain("Use {city} time", city=words.city(own_zone)), AskHoursZone()),),)
        if own_zone != timetable.hours.zone
        else ()
    )
    dated = (button(words.plain("Special date"), OpenDates()), button(words.plain("Time off"), OpenTimeOff()))
    return (*start, *grid(names, 4), dated, *zone, (home(words),))


def day(words: Words, timetable: Timetable, which: Which) -> Rows:
    number = number_of(which)
    quick = [
        button(short(window), PickWindow(day=number, start=window.start_minute, end=window.end_minute))
        for window in QUICK
    ]
    closed = button(words.plain("Closed"), PickWindow(day=number, start=0, end=0))
    typed = button(words.plain("Other times"), AskWindows(day=number))
    pause = (button(words.plain("Add a break"), AskBreak(day=number)),) if timetable.on(which) else ()
    return ((*quick, closed), (typed, *pause), *_of_its_kind(words, timetable, which), _last(words, which))


def breaks(words: Words, which: Which, windows: Windows) -> Rows:
    """The usual breaks that lie within open hours."""
    number = number_of(which)
    fitting = [each for each in BREAKS if any(_lies_within(each, window) for window in windows)]
    picks = [
        button(short(each), PickBreak(day=number, start=each.start_minute, end=each.end_minute)) for each in fitting
    ]
    return (*grid(picks, 3), (back(words, OpenWindows(day=number)),))


def copies(words: Words, weekday: int, chosen: frozenset[int]) -> Rows:
    """Weekdays to tap on and off, the copy they make, and the two usual choices at once."""

    def named(each: int) -> str:
        return words.weekday(each, "abbreviated")

    toggles = [
        button(
            f"✓ {named(each)}" if each in chosen else named(each), AskCopy(day=weekday, chosen=mask_of(chosen ^ {each}))
        )
        for each in WEEKDAYS
        if each != weekday
    ]
    label = words.plain("Copy to {days}", days=", ".join(map(named, sorted(chosen))))
    confirm = ((button(label, Copy(day=weekday, chosen=mask_of(chosen)), Style.PRIMARY),),) if chosen else ()
    presets = (
        button(words.plain("Copy to Mon–Fri"), Copy(day=weekday, chosen=mask_of(WORKDAYS))),
        button(words.plain("Copy to all days"), Copy(day=weekday, chosen=mask_of(WEEKDAYS))),
    )
    return (*confirm, *grid(toggles, 3), presets, (back(words, OpenWindows(day=weekday)),))


def dates(words: Words, timetable: Timetable, page: int) -> Rows:
    def opened(on: date) -> CallbackData:
        return OpenWindows(day=number_of(on))

    strip = days(words, timetable.today, page, timetable.special, opened, lambda other: OpenDates(page=other))
    return (*strip, (back(words, OpenHours()),))


def strip_days(first: date, page: int) -> list[date]:
    """The days on a page of the strip that begins with `first`; a page too far is the last one."""
    skipped = min(max(page, 0), LAST_PAGE) * STRIP_DAYS
    return [first + timedelta(days=skipped + nth) for nth in range(STRIP_DAYS)]


def days(
    words: Words,
    first: date,
    page: int,
    marked: Container[date],
    data: Callable[[date], CallbackData],
    turned: Callable[[int], CallbackData],
) -> Rows:
    """A page of a strip of days from `first` on, those that are `marked` with a dot, and the ways to other pages."""
    picks = [button(f"{'•' if on in marked else ''}{words.short_day(on)}", data(on)) for on in strip_days(first, page)]
    earlier = (button(words.plain("◂ earlier"), turned(page - 1)),) if page > 0 else ()
    later = (button(words.plain("later ▸"), turned(page + 1)),) if page < LAST_PAGE else ()
    return (*grid(picks, 4), (*earlier, *later))


def zone(words: Words, own_zone: str) -> Rows:
    label = words.plain("Use {city} time", city=words.city(own_zone))
    return ((button(label, SetHoursZone(zone=own_zone), Style.PRIMARY),), (back(words, OpenHours()),))


def cancel_typing(words: Words, which: Which) -> Rows:
    return ((button(words.plain("Cancel"), OpenWindows(day=number_of(which))),),)


def short(window: Window) -> str:
    """`09–17` or `12:30–13:30`, as short as a button wants it."""
    ends = (window.start_minute, window.end_minute)
    whole = all(minute % 60 == 0 for minute in ends)
    return "–".join(f"{minute // 60:02}" if whole else clock(minute) for minute in ends)


def clock(minute: int) -> str:
    """`09:00`; the end of the day is `24:00`."""
    return f"{minute // 60:02}:{minute % 60:02}"


def _of_its_kind(words: Words, timetable: Timetable, which: Which) -> Rows:
    """A weekday can be copied; a date with hours of its own can follow its weekday again."""
    if not isinstance(which, date):
        return ((button(words.plain("Copy to…"), AskCopy(day=which)),),)
    if which not in timetable.special:
        return ()
    label = words.plain("Like every {weekday}", weekday=words.weekday(which.weekday(), "wide"))
    return ((button(label, DropDate(day=number_of(which))),),)


def _last(words: Words, which: Which) -> tuple[InlineKeyboardButton, ...]:
    way_back = OpenDates() if isinstance(which, date) else OpenHours()
    return (back(words, way_back), home(words))


def _lies_within(inner: Window, outer: Window) -> bool:
    return outer.start_minute <= inner.start_minute and inner.end_minute <= outer.end_minute
