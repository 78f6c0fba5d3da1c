"""Booking and moving a session, from "with whom?" to "booked"."""

import calendar
from datetime import date, datetime
from functools import wraps
from typing import Any

from aiogram.filters.callback_data import CallbackData

from bot.action import Actions, Handler, Turn
from bot.chat import Screen
from bot.keyboards.booking import OpenBooking, PickTrainer
from bot.keyboards.button import day_number, day_of
from bot.keyboards.day import OpenTaught
from bot.keyboards.quote import Book, Move
from bot.keyboards.session import OpenCard
from bot.keyboards.slot import ANY_TRAINER, ClosedDay, PickDay, PickMonth, PickTime, PickType
from bot.ports import Work
from bot.screens import booking as screens
from bot.screens import problem, slot, zone
from bot.screens import quote as quote_screens
from bot.screens import session as session_screens
from bot.screens import taught as taught_screens
from bot.words import Words
from domain import booking, quote, schedule, shortcut
from domain.availability import Minute, instant_of
from domain.booking import BookingEnded, SlotGone, TooLateToMove
from domain.error import NotFound
from domain.ids import BookingId, PersonId, TypeId
from domain.lot import NotEnoughUnits
from domain.permission import Permission
from domain.person import Person
from domain.quote import Free, Quote
from domain.schedule import Offer, Wish
from domain.session import Booking, TimeTaken
from domain.session_type import SessionType
from domain.shortcut import Choices
from domain.trainer import Trainer

on = Actions()


def _or_session(run: Handler) -> Handler:
    """Where the session that is to be moved cannot be (any more), say why and show it as it is."""

    @wraps(run)
    async def guarded(turn: Turn[Any]) -> None:
        try:
            await run(turn)
        except (BookingEnded, TooLateToMove) as refusal:
            moving = turn.data.booking if isinstance(turn.data, Move) else turn.data.moving
            booked = await turn.read(booking.visible, turn.actor, BookingId(moving))
            if quote.by_trainer(turn.actor, booked):
                shown = taught_screens.card(turn.words, booked, booked.trainer_zone)
            else:
                shown = session_screens.card(turn.words, booked, turn.studio)
            await turn.refuse(problem.words_for(turn.words, refusal), shown)

    return guarded


@on.command("book", may=Permission.BOOK)
@on.tap(OpenBooking, may=Permission.BOOK)
async def begin(turn: Turn[Any]) -> None:
    choices = await turn.read(shortcut.choices, turn.actor)
    if len(choices.trainers) == 1:
        await _lengths(turn, choices, choices.trainers[0], first=True)
    else:
        await turn.show(screens.trainers(turn.words, choices))


@on.tap(PickTrainer, may=Permission.BOOK)
async def pick_trainer(turn: Turn[PickTrainer]) -> None:
    choices, trainer = await turn.read(_choices_with, turn.actor, turn.data.trainer)
    first = len(choices.trainers) == 1
    await _lengths(turn, choices, trainer, first=first)


@on.tap(PickType, may=Permission.MEMBER)
@_or_session
async def pick_type(turn: Turn[PickType]) -> None:
    at = PickDay(trainer=turn.data.trainer, type=turn.data.type, moving=turn.data.moving)
    await turn.show(await _times(turn, at))


@on.tap(PickDay, may=Permission.MEMBER)
@_or_session
async def pick_day(turn: Turn[PickDay]) -> None:
    await turn.show(await _times(turn, turn.data))


@on.tap(PickMonth, may=Permission.MEMBER)
@_or_session
async def pick_month(turn: Turn[PickMonth]) -> None:
    at = turn.data
    free = await turn.read(_free, turn.actor, PickDay(**at.model_dump(exclude={"shown"})))
    words = _words(turn, free.moving)
    weeks = _weeks(day_of(at.day), words.today)
    by_trainer = quote.by_trainer(turn.actor, free.moving)
    days = set(free.days)
    await turn.show(slot.month(words, at, free.trainer, free.kind, free.moving, weeks, days, by_trainer=by_trainer))


@on.tap(ClosedDay, may=Permission.MEMBER)
async def closed_day(turn: Turn[ClosedDay]) -> None:
    await turn.answer(slot.closed_day(turn.words, day_of(turn.data.day)))


@on.tap(PickTime, may=Permission.MEMBER)
@_or_session
async def pick_time(turn: Turn[PickTime]) -> None:
    await _review(turn, turn.data)


async def review_booking(turn: Turn[Book]) -> None:
    """A confirmation that comes too late shows the terms again."""
    await _review(turn, _chosen(turn.data))


@on.tap(Book, may=Permission.BOOK, late=review_booking)
async def book(turn: Turn[Book]) -> None:
    at = turn.data
    starts_at = _instant(at.start)
    try:
        done = await turn.transact(booking.book, turn.actor, PersonId(at.trainer), TypeId(at.type), starts_at)
    except (SlotGone, TimeTaken):
        await _taken(turn, at)
    except NotEnoughUnits:
        await _review(turn, _chosen(at))
    else:
        other = done.booking.type_id != at.type
        toast = screens.booked_toast(turn.words, other=other)
        await turn.show(screens.booked(turn.words, done, turn.studio, other=other), toast=toast)


@_or_session
async def review_move(turn: Turn[Move]) -> None:
    """A confirmation that comes too late shows the terms again."""
    await _review(turn, await _target(turn))


@on.tap(Move, may=Permission.MEMBER, late=review_move)
@_or_session
async def move(turn: Turn[Move]) -> None:
    starts_at = _instant(turn.data.start)
    try:
        done = await turn.transact(booking.move, turn.actor, BookingId(turn.data.booking), starts_at)
    except (SlotGone, TimeTaken):
        await _gone(turn, await _target(turn))
    except NotEnoughUnits:
        await _review(turn, await _target(turn))
    else:
        words = _words(turn, done.booking)
        by_trainer = quote.by_trainer(turn.actor, done.booking)
        shown = screens.moved_by_trainer(words, done) if by_trainer else screens.moved(words, done, turn.studio)
        await turn.show(shown)


def _words(turn: Turn[Any], moving: Booking | None) -> Words:
    """A trainer who moves a session reads it in the zone of their hours."""
    return zone.taught(turn.words, moving) if moving and quote.by_trainer(turn.actor, moving) else turn.words


async def _lengths(turn: Turn[Any], choices: Choices, trainer: Trainer | None, *, first: bool) -> None:
    await turn.show(
        screens.lengths(turn.words, choices, trainer, turn.studio, first=first, online=turn.settings.online)
    )


async def _times(turn: Turn[Any], at: PickDay) -> Screen:
    free = await turn.read(_free, turn.actor, at)
    way_back = _way_back(turn.actor, at, free.moving)
    words, by_trainer = _words(turn, free.moving), quote.by_trainer(turn.actor, free.moving)
    if not free.days:
        nothing = slot.nothing_free_to_trainer if by_trainer else slot.nothing_free
        return nothing(words, free.trainer, free.kind, turn.studio, free.moving, way_back)
    shown = at.model_copy(update={"day": day_number(free.on)})
    notice = _notice_minutes(turn, free.moving)
    return slot.times(
        words,
        shown,
        free.trainer,
        free.kind,
        free.days,
        free.offers,
        free.moving,
        notice,
        way_back,
        by_trainer=by_trainer,
    )


def _way_back(actor: Person, at: PickDay, moving: Booking | None) -> CallbackData:
    """To the session that is moved, as its trainer or its trainee sees it, or to the lengths."""
    if moving is None:
        return PickTrainer(trainer=at.trainer)
    return OpenTaught(booking=moving.id) if quote.by_trainer(actor, moving) else OpenCard(booking=moving.id)


async def _review(turn: Turn[Any], at: PickTime) -> None:
    """Show what the start would mean, or that it is gone and what is near."""
    try:
        terms, kinds = await turn.read(_terms, turn.actor, at)
    except SlotGone:
        await _gone(turn, at)
    else:
        words = _words(turn, terms.moving)
        await turn.show(quote_screens.confirm(words, terms, at, turn.studio, kinds, online=turn.settings.online))


async def _taken(turn: Turn[Any], at: Book) -> None:
    """Where any trainer would do, show the same start with another; otherwise what is near."""
    chosen = _chosen(at)
    try:
        lost, terms, kinds = await turn.read(_terms_without, turn.actor, at)
    except SlotGone:
        await _gone(turn, chosen)
    else:
        text = quote_screens.other_trainer(turn.words, lost, terms)
        await turn.refuse(
            text, quote_screens.confirm(turn.words, terms, chosen, turn.studio, kinds, online=turn.settings.online)
        )


async def _gone(turn: Turn[Any], at: PickTime) -> None:
    nearest, moving = await turn.read(_nearest, turn.actor, at)
    wanted, words = _instant(at.start), _words(turn, moving)
    day = day_number(words.local(wanted).date())
    again = PickDay(trainer=at.trainer, type=at.type, day=day, moving=at.moving)
    text = slot.taken(words, wanted, nearest, _notice_minutes(turn, moving))
    await turn.refuse(text, await _times(turn, again))


def _notice_minutes(turn: Turn[Any], moving: Booking | None) -> int:
    """The notice that binds who books or moves; a trainer is bound by none."""
    return 0 if quote.by_trainer(turn.actor, moving) else turn.studio.minimum_notice_minutes


def _weeks(day: date, today: date) -> list[list[date | None]]:
    """The month's weeks from the current one on, with None for the days of other months."""
    weeks = calendar.Calendar().monthdatescalendar(day.year, day.month)
    return [[each if each.month == day.month else None for each in week] for week in weeks if week[-1] >= today]


def _choices_with(work: Work, actor: Person, trainer: int) -> tuple[Choices, Trainer | None]:
    return shortcut.choices(work, actor), work.trainers.get(PersonId(trainer)) if trainer else None


def _wish(work: Work, actor: Person, at: PickDay | PickTime) -> Wish:
    trainer_id = PersonId(at.trainer) if at.trainer else None
    return quote.wish(work, actor, trainer_id, TypeId(at.type), BookingId(at.moving) if at.moving else None)


def _free(work: Work, actor: Person, at: PickDay) -> Free:
    on_day = day_of(at.day) if at.day else None
    return quote.free(work, actor, _wish(work, actor, at), on_day)


def _terms(work: Work, actor: Person, at: PickTime) -> tuple[Quote, list[SessionType]]:
    """The terms of a start, and what else could be booked there."""
    return quote.of(work, _wish(work, actor, at), _instant(at.start)), work.types.list_published()


def _terms_without(work: Work, actor: Person, at: Book) -> tuple[Trainer, Quote, list[SessionType]]:
    wish = _wish(work, actor, _chosen(at))
    return *quote.elsewhere(work, wish, PersonId(at.trainer), _instant(at.start)), work.types.list_published()


def _nearest(work: Work, actor: Person, at: PickTime) -> tuple[list[Offer], Booking | None]:
    """The nearest starts, and the session that is moved, if one is."""
    wish = _wish(work, actor, at)
    return schedule.nearest(work, wish, _instant(at.start)), wish.moving


async def _target(turn: Turn[Move]) -> PickTime:
    """The start that the session was to be moved to."""
    moving = await turn.read(booking.visible, turn.actor, BookingId(turn.data.booking))
    return PickTime(trainer=moving.trainer_id, type=moving.type_id, start=turn.data.start, moving=moving.id)


def _chosen(at: Book) -> PickTime:
    """The start as it was chosen: with this trainer, or with any."""
    return PickTime(trainer=ANY_TRAINER if at.anyone else at.trainer, type=at.type, start=at.start)


def _instant(start: int) -> datetime:
    """The start a button names; a forged one outside the calendar does not exist."""
    try:
        return instant_of(Minute(start))
    except (OverflowError, ValueError):
        raise NotFound from None
