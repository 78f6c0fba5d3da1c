"""Buttons from choosing a length to choosing a start. Each carries all it needs, so an old one works after a restart.

`trainer` 0 means any trainer; `moving` is the booking that gets another time, 0 where a new one is made; `start` is
minutes since 1970 UTC.
"""

from datetime import date, datetime

from aiogram.filters.callback_data import CallbackData
from aiogram.types import InlineKeyboardButton

from bot.chat import Rows
from bot.keyboards.button import Count, DayNumber, Key, Nothing, back, button, day_number, day_of, grid, home
from bot.keyboards.hours import OpenHours, OpenTimeOff
from bot.words import Words
from domain.availability import minute_of
from domain.schedule import Offer
from domain.session import Booking
from domain.trainer import Trainer

ANY_TRAINER = 0
STRIP_DAYS = 4
TIMES_A_PAGE = 40
TIME_COLUMNS = 4
BLANK = "\u2800"
"""Looks empty and is no white space, which Telegram would refuse as a label."""


class PickType(CallbackData, prefix="bk.t"):
    """Then: when? On the first day that has something free."""

    trainer: Key
    type: Key
    moving: Key = 0


class PickDay(CallbackData, prefix="bk.d"):
    """Show a page of the times of a day; without one, of the first that has something free."""

    trainer: Key
    type: Key
    day: DayNumber = 0
    moving: Key = 0
    page: Count = 0


class PickMonth(CallbackData, prefix="bk.m"):
    """Show a month; the day is any of it. `shown` is the day whose times were open, to go back to."""

    trainer: Key
    type: Key
    day: DayNumber
    moving: Key = 0
    shown: DayNumber


class ClosedDay(CallbackData, prefix="bk.no"):
    """Say that nothing is free on that day."""

    day: DayNumber


class PickTime(CallbackData, prefix="bk.s"):
    """Show what booking (or moving to) this start means."""

    trainer: Key
    type: Key
    start: Count
    moving: Key = 0


def times(
    words: Words,
    at: PickDay,
    days: list[date],
    offers: list[Offer],
    moving: Booking | None,
    way_back: CallbackData,
) -> Rows:
    """The strip of days around the chosen one, a page of its times, and the ways on."""
    shown = offers[at.page * TIMES_A_PAGE : (at.page + 1) * TIMES_A_PAGE]
    picks = [button(_time_label(words, offer, moving), _time(at, offer)) for offer in shown]
    return (
        *_strip(words, at, days),
        *grid(picks, TIME_COLUMNS),
        *_pages(words, at, len(offers)),
        *_around(words, at, days),
        (back(words, way_back), home(words)),
    )


def month(words: Words, at: PickMonth, weeks: list[list[date | None]], open_days: set[date]) -> Rows:
    """A calendar of the month; days with nothing free are dots."""
    names = tuple(button(words.weekday(i), Nothing()) for i in range(7))
    rows = [tuple(_calendar_day(at, day, open_days) for day in week) for week in weeks]
    turn = _month_turns(words, at, day_of(at.day).replace(day=1), open_days)
    last = PickDay(trainer=at.trainer, type=at.type, day=at.shown, moving=at.moving)
    return (names, *rows, *((turn,) if turn else ()), (back(words, last), home(words)))


def nothing_free(words: Words, way_back: CallbackData) -> Rows:
    return ((back(words, way_back), home(words)),)


def nothing_free_to_trainer(words: Words, way_back: CallbackData) -> Rows:
    ways = (button(words.plain("Hours"), OpenHours()), button(words.plain("Time off"), OpenTimeOff()))
    return (ways, *nothing_free(words, way_back))


def trainer_name(words: Words, trainer: Trainer | None) -> str:
    return trainer.name if trainer else words.plain("any trainer")


def other_time(words: Words, at: PickTime, starts_at: datetime) -> InlineKeyboardButton:
    day = day_number(words.local(starts_at).date())
    data = PickDay(trainer=at.trainer, type=at.type, day=day, moving=at.moving)
    return button(words.plain("‹ Other time"), data)


def _time(at: PickDay, offer: Offer) -> PickTime:
    return PickTime(trainer=at.trainer, type=at.type, start=minute_of(offer.starts_at), moving=at.moving)


def _time_label(words: Words, offer: Offer, moving: Booking | None) -> str:
    """The time; where a session is moved, the one it has now is marked."""
    time = words.time(offer.starts_at)
    return f"•{time}•" if moving and moving.starts_at == offer.starts_at else time


def _strip(words: Words, at: PickDay, days: list[date]) -> Rows:
    chosen = day_of(at.day)
    page = _strip_page(days, chosen)
    shown = days[page * STRIP_DAYS : (page + 1) * STRIP_DAYS]
    return (
        tuple(
            button(f"•{words.short_day(day)}•" if day == chosen else words.short_day(day), _day(at, day))
            for day in shown
        ),
    )


def _strip_page(days: list[date], chosen: date) -> int:
    return sum(day < chosen for day in days) // STRIP_DAYS


def _around(words: Words, at: PickDay, days: list[date]) -> Rows:
    first = _strip_page(days, day_of(at.day)) * STRIP_DAYS
    to_month = PickMonth(trainer=at.trainer, type=at.type, day=at.day, moving=at.moving, shown=at.day)
    row = [button(words.plain("Month"), to_month)]
    if first > 0:
        row.insert(0, button(words.plain("◂ Earlier"), _day(at, days[first - 1])))
    if first + STRIP_DAYS < len(days):
        row.append(button(words.plain("Later ▸"), _day(at, days[first + STRIP_DAYS])))
    return (tuple(row),)


def _pages(words: Words, at: PickDay, count: int) -> Rows:
    row = []
    if at.page:
        row.append(button(words.plain("◂ Earlier times"), at.model_copy(update={"page": at.page - 1})))
    if (at.page + 1) * TIMES_A_PAGE < count:
        row.append(button(words.plain("Later times ▸"), at.model_copy(update={"page": at.page + 1})))
    return (tuple(row),) if row else ()


def _day(at: PickDay | PickMonth, day: date) -> PickDay:
    return PickDay(trainer=at.trainer, type=at.type, day=day_number(day), moving=at.moving)


def _calendar_day(at: PickMonth, day: date | None, open_days: set[date]) -> InlineKeyboardButton:
    if day is None:
        return button(BLANK, Nothing())
    if day not in open_days:
        return button("·", ClosedDay(day=day_number(day)))
    return button(str(day.day), _day(at, day))


def _month_turns(words: Words, at: PickMonth, first: date, open_days: set[date]) -> tuple[InlineKeyboardButton, ...]:
    before = [day for day in open_days if day < first]
    after = [day for day in open_days if (day.year, day.month) > (first.year, first.month)]
    row = []
    if before:
        row.append(button(words.plain("◂ {month}", month=words.month(max(before))), _month(at, max(before))))
    if after:
        row.append(button(words.plain("{month} ▸", month=words.month(min(after))), _month(at, min(after))))
    return tuple(row)


def _month(at: PickMonth, day: date) -> PickMonth:
    return at.model_copy(update={"day": day_number(day)})
