"""Buttons of a trainer's time off."""

from datetime import date

from aiogram.filters.callback_data import CallbackData

from bot.chat import Rows
from bot.keyboards.button import Count, DayNumber, Key, Style, back, button, day_number, home
from bot.keyboards.hours import OpenHours, OpenTimeOff, days
from bot.words import Words
from domain.hours import TimeOff

PAGE = 5


class AskTimeOff(CallbackData, prefix="to"):
    """Pick the first day from a strip, or type both."""

    page: Count = 0


class PickFirstOff(CallbackData, prefix="to.f"):
    """Then pick the last day."""

    first: DayNumber
    page: Count = 0


class ShowTimeOff(CallbackData, prefix="to.s"):
    """Show what time off on these days touches."""

    first: DayNumber
    last: DayNumber


class SaveTimeOff(CallbackData, prefix="to.ok"):
    """Save it and keep the bookings, or cancel them; `seen` is the mark of those that were shown."""

    first: DayNumber
    last: DayNumber
    cancel: bool
    seen: Count


class AskDropTimeOff(CallbackData, prefix="to.x"):
    """Show what taking time off back means."""

    id: Key


class DropTimeOff(CallbackData, prefix="to.xx"):
    """Take it back."""

    id: Key


def listed(words: Words, ahead: list[TimeOff], page: int) -> Rows:
    add = (button(words.plain("Add time off"), AskTimeOff(), Style.PRIMARY),)
    deletes = tuple(
        (
            button(
                words.plain("Delete {days}", days=words.days(each.first_on, each.last_on)), AskDropTimeOff(id=each.id)
            ),
        )
        for each in ahead[page * PAGE : (page + 1) * PAGE]
    )
    earlier = (button(words.plain("◂ earlier"), OpenTimeOff(page=page - 1)),) if page else ()
    later = (button(words.plain("later ▸"), OpenTimeOff(page=page + 1)),) if (page + 1) * PAGE < len(ahead) else ()
    turn = ((*earlier, *later),) if earlier or later else ()
    return (add, *deletes, *turn, (back(words, OpenHours()), home(words)))


def ask_drop(words: Words, which: TimeOff) -> Rows:
    yes = button(words.plain("Delete it"), DropTimeOff(id=which.id), Style.DANGER)
    return ((yes,), (back(words, OpenTimeOff()), home(words)))


def first_day(words: Words, today: date, page: int) -> Rows:
    strip = days(
        words, today, page, (), lambda on: PickFirstOff(first=day_number(on)), lambda other: AskTimeOff(page=other)
    )
    return (*strip, (back(words, OpenTimeOff()),))


def last_day(words: Words, first_on: date, page: int) -> Rows:
    first = day_number(first_on)
    strip = days(
        words,
        first_on,
        page,
        (),
        lambda on: ShowTimeOff(first=first, last=day_number(on)),
        lambda other: PickFirstOff(first=first, page=other),
    )
    return (*strip, (back(words, AskTimeOff()),))


def confirm(words: Words, first_on: date, last_on: date, bookings: int, seen: int) -> Rows:
    def save(*, cancel: bool) -> SaveTimeOff:
        return SaveTimeOff(first=day_number(first_on), last=day_number(last_on), cancel=cancel, seen=seen)

    way_back = (back(words, AskTimeOff()), home(words))
    if not bookings:
        return ((button(words.plain("Save time off"), save(cancel=False), Style.PRIMARY),), way_back)
    kept = words.n("Save, keep the booking", "Save, keep the {n} bookings", bookings)
    ended = words.n("Save, cancel the booking", "Save, cancel all {n} bookings", bookings)
    return (
        (button(kept, save(cancel=False), Style.PRIMARY),),
        (button(ended, save(cancel=True), Style.DANGER),),
        way_back,
    )
