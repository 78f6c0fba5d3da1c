"""Buttons of the trainer's day and week. The way to the hours is handed in, because their buttons lead here, too."""

from datetime import date, timedelta

from aiogram.filters.callback_data import CallbackData
from aiogram.types import InlineKeyboardButton

from bot.chat import Rows
from bot.keyboards import completion
from bot.keyboards.button import DayNumber, Key, Style, apart, back, button, day_number, grid, home
from bot.words import Words
from domain.completion import can_undo, waits
from domain.day import Count, Day, Week
from domain.session import Booking

COLUMNS = 3
ON_CARD = {completion.Complete.__prefix__, completion.Undo.__prefix__}
"""The buttons that change the pinned card itself."""
MOST_ACTIONS = 5
"""Sessions that can be completed from the day itself; a forgotten pile is worked off from the oldest."""


class OpenDay(CallbackData, prefix="dy"):
    """A day of the trainer's; without one it is today."""

    day: DayNumber = 0


class OpenWeek(CallbackData, prefix="dy.w"):
    """The week that holds the day, or today."""

    day: DayNumber = 0


class OpenDayOf(CallbackData, prefix="dy.o"):
    """The day on which this session is."""

    booking: Key


class OpenTaught(CallbackData, prefix="dy.s"):
    """One session as its trainer sees it."""

    booking: Key


def day(words: Words, plan: Day, to_hours: CallbackData, *, on_card: bool) -> Rows:
    """What needs an answer first, then every session, then the way to other days.

    Completing and undoing change the card; whatever else it leads to is shown below it.
    """
    rows = (*_undoable(words, plan), *_open(words, plan), *_sessions(words, plan), *_ways(words, plan.on, to_hours))
    return tuple(tuple(_on_card(each) for each in row) for row in rows) if on_card else rows


def week(words: Words, plan: Week) -> Rows:
    first = plan.days[0].on
    rows = tuple((button(_counted(words, each), OpenDay(day=day_number(each.on))),) for each in plan.days)
    turns = (
        button(words.plain("◂ Week before"), OpenWeek(day=day_number(first - timedelta(days=7)))),
        button(words.plain("Week after ▸"), OpenWeek(day=day_number(first + timedelta(days=7)))),
    )
    return (*rows, turns, (back(words, OpenDay()), home(words)))


def _on_card(shown: InlineKeyboardButton) -> InlineKeyboardButton:
    stays = (shown.callback_data or "").partition(":")[0] in ON_CARD
    return shown if stays else apart(shown)


def _undoable(words: Words, plan: Day) -> Rows:
    ended = [each for each in (*plan.earlier, *plan.bookings) if can_undo(each, words.now)]
    return tuple(
        (completion.undo(words, each, _when(words, plan, each), completion.Undo(booking=each.id)),) for each in ended
    )


def _open(words: Words, plan: Day) -> Rows:
    waiting = [each for each in (*plan.earlier, *plan.bookings) if waits(each, words.now)]
    return tuple(
        (
            button(
                words.plain(
                    "{when} {name}: Complete · {units}",
                    when=_when(words, plan, each),
                    name=words.short(each.trainee_name),
                    units=words.units(each.units),
                ),
                completion.Complete(booking=each.id),
                Style.SUCCESS,
            ),
            completion.no_show(words, each.id),
        )
        for each in waiting[:MOST_ACTIONS]
    )


def _when(words: Words, plan: Day, each: Booking) -> str:
    """The time, with the date where it is another day's session."""
    return words.time(each.starts_at) if each in plan.bookings else words.dated(each.starts_at)


def _sessions(words: Words, plan: Day) -> Rows:
    labels = [
        button(
            words.plain("{time} {name}", time=words.time(each.starts_at), name=words.short(each.trainee_name)),
            OpenTaught(booking=each.id),
        )
        for each in plan.bookings
    ]
    return grid(labels, COLUMNS)


def _ways(words: Words, on: date, to_hours: CallbackData) -> Rows:
    before, after = on - timedelta(days=1), on + timedelta(days=1)
    return (
        (
            button(words.plain("◂ {day}", day=words.short_day(before)), OpenDay(day=day_number(before))),
            button(words.plain("{day} ▸", day=words.short_day(after)), OpenDay(day=day_number(after))),
            button(words.plain("Week"), OpenWeek(day=day_number(on))),
        ),
        (button(words.plain("Hours"), to_hours), home(words)),
    )


def _counted(words: Words, each: Count) -> str:
    if each.sessions:
        what = words.n("{n} session", "{n} sessions", each.sessions)
    elif each.off:
        what = words.plain("time off")
    else:
        idle = words.plain("free") if each.on >= words.today else words.plain("no session")
        what = idle if each.works else words.plain("closed")
    mark = words.plain("Today") if each.on == words.today else words.day(each.on)
    return words.plain("{day} · {what}", day=mark, what=what)
