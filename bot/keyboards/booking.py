"""Buttons from choosing a trainer to booking or moving. Each carries all it needs, so an old one works after a restart.

`trainer` 0 means any trainer; `moving` is the booking that gets another time, 0 where a new one is made; `start` is
minutes since 1970 UTC and `day` days since then.
"""

from datetime import date, datetime

from aiogram.filters.callback_data import CallbackData
from aiogram.types import InlineKeyboardButton

from bot.chat import Rows
from bot.keyboards.button import Nothing, Style, back, button, day_number, day_of, grid, home
from bot.keyboards.day import OpenDay
from bot.keyboards.hours import OpenHours, OpenTimeOff
from bot.keyboards.purchase import OpenShop, slot_for
from bot.words import Words
from domain.availability import minute_of
from domain.quote import Quote
from domain.schedule import Offer
from domain.session import Booking
from domain.session_type import SessionType
from domain.shortcut import Choices, Shortcut
from domain.trainer import Trainer

ANY_TRAINER = 0
STRIP_DAYS = 4
TIMES_A_PAGE = 40
TIME_COLUMNS = 4
BLANK = "\u2800"
"""Looks empty and is no white space, which Telegram would refuse as a label."""


class OpenBooking(CallbackData, prefix="bk"):
    """Begin booking: with whom?"""


class PickTrainer(CallbackData, prefix="bk.w"):
    """Then: how long?"""

    trainer: int


class PickType(CallbackData, prefix="bk.t"):
    """Then: when? On the first day that has something free."""

    trainer: int
    type: int
    moving: int = 0


class PickDay(CallbackData, prefix="bk.d"):
    """Show a page of the times of a day."""

    trainer: int
    type: int
    day: int
    moving: int = 0
    page: int = 0


class PickMonth(CallbackData, prefix="bk.m"):
    """Show a month; the day is any of it. `shown` is the day whose times were open, to go back to."""

    trainer: int
    type: int
    day: int
    moving: int = 0
    shown: int


class ClosedDay(CallbackData, prefix="bk.no"):
    """Say that nothing is free on that day."""

    day: int


class PickTime(CallbackData, prefix="bk.s"):
    """Show what booking (or moving to) this start means."""

    trainer: int
    type: int
    start: int
    moving: int = 0


class Book(CallbackData, prefix="bk.ok"):
    """Book it with this trainer; `anyone` where any trainer would do."""

    trainer: int
    type: int
    anyone: bool = False
    start: int


class Move(CallbackData, prefix="bk.mv"):
    """Move it."""

    booking: int
    start: int


class OpenSessions(CallbackData, prefix="bk.l"):
    """The trainee's upcoming sessions."""


class OpenHistory(CallbackData, prefix="bk.h"):
    """A page of the trainee's past sessions."""

    page: int = 0


class OpenCard(CallbackData, prefix="bk.c"):
    """One session's card."""

    booking: int


class AskCancel(CallbackData, prefix="bk.x"):
    """Show what cancelling means."""

    booking: int


class Cancel(CallbackData, prefix="bk.xx"):
    """Cancel it at the cost that the button named."""

    booking: int
    units: int


class WillCome(CallbackData, prefix="bk.y"):
    """The reminder's "I'll be there"."""

    booking: int


def trainers(words: Words, choices: Choices) -> Rows:
    names = [button(one.name, PickTrainer(trainer=one.id)) for one in choices.trainers]
    anyone = (button(words.plain("Any trainer"), PickTrainer(trainer=ANY_TRAINER)),) if len(names) > 1 else ()
    return (*shortcuts(words, choices), *grid(names, 2), *((anyone,) if anyone else ()), (home(words),))


def lengths(words: Words, choices: Choices, trainer: int, *, first: bool, online: bool) -> Rows:
    rows = tuple((_length(words, kind, choices.available, trainer, online=online),) for kind in choices.kinds)
    way_back = home(words) if first else back(words, OpenBooking())
    return (*(shortcuts(words, choices) if first else ()), *rows, (way_back,))


def shortcuts(words: Words, choices: Choices) -> Rows:
    """Starts that skip the questions, where there are any."""
    rows: list[tuple[InlineKeyboardButton, ...]] = []
    if choices.as_last_time:
        label = words.plain("Same as last time: {slot}", slot=_slot(words, choices.as_last_time))
        rows.append((_shortcut(choices.as_last_time, label),))
    if choices.first_free:
        label = words.plain("First free: {slot}", slot=_slot(words, choices.first_free))
        rows.append((_shortcut(choices.first_free, label),))
    return tuple(rows)


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


def confirm(words: Words, quote: Quote, at: PickTime) -> Rows:
    start = minute_of(quote.starts_at)
    if quote.moving:
        yes = button(words.plain("Move it"), Move(booking=quote.moving.id, start=start), Style.PRIMARY)
    else:
        anyone = at.trainer == ANY_TRAINER
        data = Book(trainer=quote.trainer.id, type=quote.kind.id, anyone=anyone, start=start)
        yes = button(words.plain("Book it"), data, Style.PRIMARY)
    return ((yes,), (_other_time(words, at, quote.starts_at), home(words)))


def not_enough(words: Words, quote: Quote, at: PickTime, kinds: list[SessionType], *, online: bool) -> Rows:
    """Buy and come back to this very slot where one can pay `online`, or take a length that can be paid.

    Its trainer cannot buy.
    """
    start = minute_of(quote.starts_at)
    other = (_other_time(words, at, quote.starts_at), home(words))
    if quote.moving:
        slot = slot_for(quote.trainer.id, quote.kind.id, start, quote.moving.id)
        buy = button(words.plain("Buy units and move it"), OpenShop(back=slot), Style.PRIMARY)
        return ((buy,), other) if online and not quote.by_trainer else (other,)
    slot = slot_for(quote.trainer.id, quote.kind.id, start)
    buy = button(words.plain("Buy units and book this time"), OpenShop(back=slot), Style.PRIMARY)
    shorter = [
        button(
            words.plain("{minutes} min instead · {units}", minutes=kind.minutes, units=words.units(kind.units)),
            PickTime(trainer=quote.trainer.id, type=kind.id, start=start),
        )
        for kind in kinds
        if kind.units <= quote.available and kind.minutes < quote.kind.minutes
    ]
    return (
        *(((buy,),) if online else ()),
        *((each,) for each in reversed(shorter)),
        other,
    )


def booked(words: Words, booking_id: int) -> Rows:
    return (
        (button(words.plain("Show the session"), OpenCard(booking=booking_id)),),
        (button(words.plain("Book another"), OpenBooking()), home(words)),
    )


def moved_by_trainer(words: Words, start: datetime) -> Rows:
    on = words.local(start).date()
    return ((button(words.day(on), OpenDay(day=day_number(on))), home(words)),)


def nothing_free(words: Words, way_back: CallbackData) -> Rows:
    return ((back(words, way_back), home(words)),)


def nothing_free_to_trainer(words: Words, way_back: CallbackData) -> Rows:
    ways = (button(words.plain("Hours"), OpenHours()), button(words.plain("Time off"), OpenTimeOff()))
    return (ways, *nothing_free(words, way_back))


def no_trainer(words: Words) -> Rows:
    return ((home(words),),)


def trainer_name(words: Words, trainer: Trainer | None) -> str:
    return trainer.name if trainer else words.plain("any trainer")


def _length(words: Words, kind: SessionType, available: int, trainer: int, *, online: bool) -> InlineKeyboardButton:
    cost = words.units(kind.units)
    left = available - kind.units
    if left >= 0:
        label = words.plain("{minutes} min · {units} · leaves {left}", minutes=kind.minutes, units=cost, left=left)
    elif online:
        label = words.plain("{minutes} min · {units} · buy {n} more", minutes=kind.minutes, units=cost, n=-left)
    else:
        label = words.plain("{minutes} min · {units} · {n} missing", minutes=kind.minutes, units=cost, n=-left)
    return button(label, PickType(trainer=trainer, type=kind.id))


def _slot(words: Words, to: Shortcut) -> str:
    return words.plain(
        "{when}, {trainer}, {minutes} min",
        when=words.when(to.starts_at),
        trainer=words.short(to.trainer.name),
        minutes=to.kind.minutes,
    )


def _shortcut(to: Shortcut, label: str) -> InlineKeyboardButton:
    return button(label, PickTime(trainer=to.trainer.id, type=to.kind.id, start=minute_of(to.starts_at)))


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


def _other_time(words: Words, at: PickTime, starts_at: datetime) -> InlineKeyboardButton:
    day = day_number(words.local(starts_at).date())
    data = PickDay(trainer=at.trainer, type=at.type, day=day, moving=at.moving)
    return button(words.plain("‹ Other time"), data)
