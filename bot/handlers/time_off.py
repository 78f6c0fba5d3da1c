"""A trainer's time off: which days, what they touch, and taking them back."""

from datetime import date
from functools import wraps
from typing import Any

from bot import reading_time
from bot.action import Actions, Handler, Turn
from bot.chat import Screen
from bot.keyboards.button import day_of
from bot.keyboards.hours import OpenTimeOff
from bot.keyboards.time_off import AskDropTimeOff, AskTimeOff, DropTimeOff, PickFirstOff, SaveTimeOff, ShowTimeOff
from bot.ports import Work
from bot.screens import problem
from bot.screens import time_off as screens
from domain import asking, card, hours, time_off
from domain.error import NotFound, Refusal
from domain.hours import TimeOff, Timetable
from domain.ids import TimeOffId
from domain.permission import Permission
from domain.person import Person
from domain.session import Booking
from domain.time_off import BookingsChanged, Taken

on = Actions()


def _or_asks_again(step: Handler) -> Handler:
    """A step on days that can be told; those that cannot be taken are asked for again."""

    @wraps(step)
    async def taken(turn: Turn[Any]) -> None:
        try:
            await step(turn)
        except Refusal as refusal:
            timetable = await turn.transact(_ask, turn.actor)
            await turn.refuse(problem.words_for(turn.words, refusal), screens.ask_first(turn.words, timetable, 0))

    return taken


@on.tap(OpenTimeOff, may=Permission.TEACH)
async def listed(turn: Turn[OpenTimeOff]) -> None:
    await turn.show(await _listed(turn, turn.data.page))


@on.tap(AskTimeOff, may=Permission.TEACH)
async def ask_first(turn: Turn[AskTimeOff]) -> None:
    timetable = await turn.transact(_ask, turn.actor)
    await turn.show(screens.ask_first(turn.words, timetable, turn.data.page))


@on.typed("time_off", may=Permission.TEACH)
@_or_asks_again
async def typed(turn: Turn[str | None]) -> None:
    timetable = await turn.read(hours.timetable, turn.actor.id)
    first_on, last_on = reading_time.days(turn.data or "", timetable.today, turn.actor.language)
    await turn.show(await _confirm(turn, first_on, last_on))


@on.tap(PickFirstOff, may=Permission.TEACH)
@_or_asks_again
async def ask_last(turn: Turn[PickFirstOff]) -> None:
    first_on = day_of(turn.data.first)
    timetable = await turn.read(hours.timetable, turn.actor.id)
    hours.check_dates(timetable.today, first_on, first_on)
    await turn.show(screens.ask_last(turn.words, first_on, turn.data.page))


@on.tap(ShowTimeOff, may=Permission.TEACH)
@_or_asks_again
async def confirm(turn: Turn[Any]) -> None:
    await turn.show(await _confirm(turn, day_of(turn.data.first), day_of(turn.data.last)))


@on.tap(SaveTimeOff, may=Permission.TEACH, late=confirm)
@_or_asks_again
async def save(turn: Turn[SaveTimeOff]) -> None:
    asked = turn.data
    first_on, last_on = day_of(asked.first), day_of(asked.last)
    try:
        taken, timetable = await turn.transact(_take, turn.actor, first_on, last_on, asked.cancel, asked.seen)
    except BookingsChanged as changed:
        await turn.refuse(problem.words_for(turn.words, changed), await _confirm(turn, first_on, last_on))
        return
    said = screens.saved(turn.words, first_on, last_on, taken.cancelled)
    await turn.show(screens.listed(turn.words, timetable, 0, said))


@on.tap(AskDropTimeOff, may=Permission.TEACH)
async def ask_drop(turn: Turn[Any]) -> None:
    timetable = await turn.read(hours.timetable, turn.actor.id)
    try:
        which = timetable.find_time_off(TimeOffId(turn.data.id))
    except NotFound as gone:
        await turn.refuse(problem.words_for(turn.words, gone), screens.listed(turn.words, timetable, 0))
    else:
        await turn.show(screens.ask_drop(turn.words, timetable, which))


@on.tap(DropTimeOff, may=Permission.TEACH, late=ask_drop)
async def drop(turn: Turn[DropTimeOff]) -> None:
    try:
        before, which, timetable = await turn.transact(_drop, turn.actor, TimeOffId(turn.data.id))
    except NotFound as gone:
        await turn.refuse(problem.words_for(turn.words, gone), await _listed(turn, 0))
    else:
        said = screens.dropped(turn.words, before, which)
        await turn.show(screens.listed(turn.words, timetable, 0, said))


async def _listed(turn: Turn[Any], page: int) -> Screen:
    timetable = await turn.read(hours.timetable, turn.actor.id)
    return screens.listed(turn.words, timetable, page)


async def _confirm(turn: Turn[Any], first_on: date, last_on: date) -> Screen:
    timetable, touched = await turn.read(_touched, turn.actor, first_on, last_on)
    return screens.confirm(turn.words, timetable, first_on, last_on, touched)


def _touched(work: Work, actor: Person, first_on: date, last_on: date) -> tuple[Timetable, list[Booking]]:
    timetable = hours.timetable(work, actor.id)
    hours.check_dates(timetable.today, first_on, last_on)
    return timetable, time_off.touched(work, actor.id, first_on, last_on)


def _take(work: Work, actor: Person, first_on: date, last_on: date, cancel: bool, seen: int) -> tuple[Taken, Timetable]:
    taken = time_off.take(work, actor, first_on, last_on, cancel=cancel, seen=seen)
    return taken, hours.timetable(work, actor.id)


def _drop(work: Work, actor: Person, time_off_id: TimeOffId) -> tuple[Timetable, TimeOff, Timetable]:
    """Take it back; the timetable before and after it."""
    before = hours.timetable(work, actor.id)
    which = before.find_time_off(time_off_id)
    return before, which, card.redrawing(work, hours.drop_time_off, actor, time_off_id)


def _ask(work: Work, actor: Person) -> Timetable:
    asking.ask(work, actor.id, "time_off")
    return hours.timetable(work, actor.id)
