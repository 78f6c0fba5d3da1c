"""A trainer's hours: the usual week, single dates that differ, and the zone they are kept in."""

from collections.abc import Callable
from datetime import date
from functools import wraps
from typing import Any, NamedTuple

from bot import reading_time
from bot.action import Actions, Handler, Turn
from bot.chat import Screen
from bot.keyboards.hours import (
    AskBreak,
    AskCopy,
    AskHoursZone,
    AskWindows,
    BeginHours,
    Copy,
    DropDate,
    OpenDates,
    OpenHours,
    OpenWindows,
    PickBreak,
    PickWindow,
    SetHoursZone,
    weekdays_of,
    which_of,
)
from bot.ports import Work
from bot.screens import hours as screens
from bot.screens import problem
from domain import asking, card, hours, time_off
from domain.error import NotFound, Refusal
from domain.hours import DatesPast, Timetable, Which
from domain.permission import Permission
from domain.person import Person

on = Actions()
Change = Callable[..., object]


class Seen(NamedTuple):
    """What the screen of a day shows: the hours, and how many sessions are booked where it is one date."""

    timetable: Timetable
    booked: int


def _while_ahead(step: Handler) -> Handler:
    """A step that changes a day; where that is a date which has passed meanwhile, the week is shown instead."""

    @wraps(step)
    async def taken(turn: Turn[Any]) -> None:
        try:
            await step(turn)
        except DatesPast as over:
            await turn.refuse(problem.words_for(turn.words, over), await _week(turn))

    return taken


@on.command("hours", may=Permission.TEACH)
@on.tap(OpenHours, may=Permission.TEACH)
async def week(turn: Turn[Any]) -> None:
    await turn.show(await _week(turn))


@on.tap(BeginHours, may=Permission.TEACH)
async def begin(turn: Turn[BeginHours]) -> None:
    timetable = await turn.transact(card.redrawing, hours.begin, turn.actor)
    await turn.show(screens.week(turn.words, timetable, turn.actor.zone, screens.begun(turn.words)))


@on.tap(OpenWindows, may=Permission.TEACH)
async def day(turn: Turn[Any]) -> None:
    try:
        await turn.show(await _day(turn, which_of(turn.data.day)))
    except Refusal as refusal:
        await turn.refuse(problem.words_for(turn.words, refusal), await _week(turn))


@on.tap(PickWindow, may=Permission.TEACH)
@_while_ahead
async def pick_window(turn: Turn[PickWindow]) -> None:
    picked = turn.data
    windows = (hours.window(picked.start, picked.end),) if picked.start != picked.end else ()
    await _change_day(turn, which_of(picked.day), hours.set_day, windows)


@on.tap(AskWindows, may=Permission.TEACH)
@_while_ahead
async def ask_windows(turn: Turn[AskWindows]) -> None:
    which = which_of(turn.data.day)
    await turn.transact(_ask, turn.actor, "hours", turn.data.day)
    await turn.show(screens.ask_windows(turn.words, which))


@on.typed("hours", may=Permission.TEACH)
@_while_ahead
async def typed_windows(turn: Turn[str | None]) -> None:
    which = which_of(turn.asked_number("day"))
    try:
        await _change_day(turn, which, hours.set_day, reading_time.windows(turn.data or ""))
    except DatesPast:
        raise
    except Refusal as refusal:
        await turn.refuse(problem.words_for(turn.words, refusal), screens.ask_windows(turn.words, which))


@on.tap(AskBreak, may=Permission.TEACH)
@_while_ahead
async def ask_break(turn: Turn[AskBreak]) -> None:
    which = which_of(turn.data.day)
    timetable = await turn.transact(_ask, turn.actor, "break", turn.data.day)
    await turn.show(screens.ask_break(turn.words, timetable, which))


@on.tap(PickBreak, may=Permission.TEACH)
@_while_ahead
async def pick_break(turn: Turn[PickBreak]) -> None:
    which, pause = which_of(turn.data.day), hours.window(turn.data.start, turn.data.end)
    try:
        await _change_day(turn, which, hours.add_break, (pause,))
    except Refusal as refusal:
        await turn.refuse(problem.words_for(turn.words, refusal), await _day(turn, which))


@on.typed("break", may=Permission.TEACH)
@_while_ahead
async def typed_break(turn: Turn[str | None]) -> None:
    which = which_of(turn.asked_number("day"))
    try:
        await _change_day(turn, which, hours.add_break, reading_time.windows(turn.data or ""))
    except DatesPast:
        raise
    except Refusal as refusal:
        timetable = await turn.read(hours.timetable, turn.actor.id)
        await turn.refuse(problem.words_for(turn.words, refusal), screens.ask_break(turn.words, timetable, which))


@on.tap(AskCopy, may=Permission.TEACH)
async def ask_copy(turn: Turn[Any]) -> None:
    weekday = _weekday(turn.data.day)
    chosen = frozenset(weekdays_of(turn.data.chosen)) - {weekday}
    timetable = await turn.read(hours.timetable, turn.actor.id)
    await turn.show(screens.ask_copy(turn.words, timetable, weekday, chosen))


@on.tap(Copy, may=Permission.TEACH, late=ask_copy)
async def copy(turn: Turn[Copy]) -> None:
    weekday = _weekday(turn.data.day)
    others = [each for each in weekdays_of(turn.data.chosen) if each != weekday]
    timetable = await turn.transact(card.redrawing, hours.copy_weekday, turn.actor, weekday, others)
    await turn.show(screens.week(turn.words, timetable, turn.actor.zone, screens.copied(turn.words, others)))


@on.tap(OpenDates, may=Permission.TEACH)
async def ask_date(turn: Turn[OpenDates]) -> None:
    timetable = await turn.transact(_ask_date, turn.actor)
    await turn.show(screens.ask_date(turn.words, timetable, turn.data.page))


@on.typed("date", may=Permission.TEACH)
async def typed_date(turn: Turn[str | None]) -> None:
    timetable = await turn.read(hours.timetable, turn.actor.id)
    try:
        which = reading_time.day(turn.data or "", timetable.today, turn.actor.language)
        await turn.show(await _day(turn, which))
    except Refusal as refusal:
        await turn.refuse(problem.words_for(turn.words, refusal), screens.ask_date(turn.words, timetable, 0))


@on.tap(DropDate, may=Permission.TEACH, late=day)
@_while_ahead
async def drop_date(turn: Turn[DropDate]) -> None:
    await _change_day(turn, which_of(turn.data.day), _drop_date)


@on.tap(AskHoursZone, may=Permission.TEACH)
async def ask_zone(turn: Turn[Any]) -> None:
    timetable = await turn.read(hours.timetable, turn.actor.id)
    if timetable.hours.zone == turn.actor.zone:
        await turn.show(screens.week(turn.words, timetable, turn.actor.zone))
    else:
        await turn.show(screens.ask_zone(turn.words, timetable, turn.actor.zone))


@on.tap(SetHoursZone, may=Permission.TEACH, late=ask_zone)
async def set_zone(turn: Turn[SetHoursZone]) -> None:
    if turn.data.zone != turn.actor.zone:
        await ask_zone(turn)
        return
    timetable = await turn.transact(card.redrawing, hours.set_zone, turn.actor, turn.data.zone)
    await turn.show(screens.week(turn.words, timetable, turn.actor.zone, screens.moved_zone(turn.words, timetable)))


async def _week(turn: Turn[Any]) -> Screen:
    timetable = await turn.read(hours.timetable, turn.actor.id)
    return screens.week(turn.words, timetable, turn.actor.zone)


async def _day(turn: Turn[Any], which: Which) -> Screen:
    seen = await turn.read(_see, turn.actor, which)
    return screens.day(turn.words, seen.timetable, which, seen.booked)


async def _change_day(turn: Turn[Any], which: Which, change: Change, *args: Any) -> None:
    """Change a day's windows and show what they are now."""
    seen = await turn.transact(_changed, turn.actor, which, change, *args)
    said = screens.changed_day(turn.words)
    await turn.show(screens.day(turn.words, seen.timetable, which, seen.booked, said))


def _changed(work: Work, actor: Person, which: Which, change: Change, *args: Any) -> Seen:
    card.redrawing(work, change, actor, which, *args)
    return _see(work, actor, which)


def _see(work: Work, actor: Person, which: Which) -> Seen:
    timetable = hours.timetable(work, actor.id)
    if not isinstance(which, date):
        return Seen(timetable, 0)
    hours.check_dates(timetable.today, which, which)
    return Seen(timetable, len(time_off.touched(work, actor.id, which, which)))


def _drop_date(work: Work, actor: Person, which: Which) -> None:
    if not isinstance(which, date):
        raise NotFound
    hours.drop_date(work, actor, which)


def _ask(work: Work, actor: Person, question: str, number: int) -> Timetable:
    """Ask for the hours or a break of a day that is not over."""
    asking.ask(work, actor.id, question, {"day": number})
    return _see(work, actor, which_of(number)).timetable


def _ask_date(work: Work, actor: Person) -> Timetable:
    asking.ask(work, actor.id, "date")
    return hours.timetable(work, actor.id)


def _weekday(number: int) -> int:
    which = which_of(number)
    if isinstance(which, date):
        raise NotFound
    return which
