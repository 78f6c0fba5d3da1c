"""The trainer's day: the pinned card, other days, the week."""

from datetime import date

from bot.action import Actions, Turn
from bot.keyboards.button import day_of
from bot.keyboards.day import OpenDay, OpenDayOf, OpenWeek
from bot.ports import Work
from bot.screens import day as screens
from domain import card, day
from domain.card import Card
from domain.day import Day
from domain.ids import BookingId
from domain.permission import Permission
from domain.person import Person

on = Actions()


@on.command("today", may=Permission.TEACH)
async def today(turn: Turn[str]) -> None:
    """Send a new card below, pin it, and take the earlier one away."""
    plan = await turn.read(day.today, turn.actor.id)
    await turn.show(screens.day(turn.words, plan, on_card=True))
    assert turn.shown is not None, "the card was just sent"
    made = Card(trainer_id=turn.actor.id, message_id=turn.shown, on=plan.on)
    earlier = await turn.transact(card.keep, made, plan.changes_at())
    await turn.chat.pin(made.message_id)
    if earlier is not None:
        await turn.chat.unpin(earlier.message_id)
        await turn.chat.delete(earlier.message_id)


@on.tap(OpenDay, may=Permission.TEACH)
async def open_day(turn: Turn[OpenDay]) -> None:
    await turn.show(screens.day(turn.words, await turn.read(_on, turn.actor, turn.data.day)))


@on.tap(OpenDayOf, may=Permission.TEACH)
async def open_day_of(turn: Turn[OpenDayOf]) -> None:
    await turn.show(screens.day(turn.words, await turn.read(_of, turn.actor, turn.data.booking)))


@on.tap(OpenWeek, may=Permission.TEACH)
async def open_week(turn: Turn[OpenWeek]) -> None:
    await turn.show(screens.week(turn.words, await turn.read(_week, turn.actor, turn.data.day)))


def _on(work: Work, trainer: Person, number: int) -> Day:
    return day.plan(work, trainer.id, _date(work, trainer, number))


def _of(work: Work, trainer: Person, booking_id: int) -> Day:
    return day.of(work, day.taught(work, trainer, BookingId(booking_id)))


def _week(work: Work, trainer: Person, number: int) -> day.Week:
    return day.week(work, trainer.id, _date(work, trainer, number))


def _date(work: Work, trainer: Person, number: int) -> date:
    return day_of(number) if number else day.date_on(work, trainer.id, work.now)
