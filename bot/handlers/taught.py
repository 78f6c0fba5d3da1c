"""One session as its trainer sees it, and a trainer's cancelling. Moving goes through the screens of booking."""

from typing import Any

from bot.action import Actions, Turn
from bot.keyboards.day import OpenTaught
from bot.keyboards.taught import AskCancelTaught, CancelTaught
from bot.screens import day as day_screens
from bot.screens import problem
from bot.screens import taught as screens
from domain import booking, day
from domain.booking import BookingEnded
from domain.day import Day
from domain.ids import BookingId
from domain.permission import Permission
from domain.person import Person
from domain.session import Booking

on = Actions()


@on.tap(OpenTaught, may=Permission.TEACH)
async def open_taught(turn: Turn[OpenTaught]) -> None:
    await _show(turn)


@on.tap(AskCancelTaught, may=Permission.TEACH)
async def ask_cancel(turn: Turn[AskCancelTaught]) -> None:
    booked, zone = await turn.read(_taught, turn.actor, turn.data.booking)
    drawn = screens.cancelling if booked.active else screens.card
    await turn.show(drawn(turn.words, booked, zone))


async def review_cancel(turn: Turn[CancelTaught]) -> None:
    """A confirmation that comes too late shows the session again."""
    await _show(turn)


@on.tap(CancelTaught, may=Permission.TEACH, late=review_cancel)
async def cancel(turn: Turn[CancelTaught]) -> None:
    try:
        ended, plan = await turn.transact(_cancel, turn.actor, turn.data.booking)
    except BookingEnded as refusal:
        booked, zone = await turn.read(_taught, turn.actor, turn.data.booking)
        await turn.refuse(problem.words_for(turn.words, refusal), screens.card(turn.words, booked, zone))
    else:
        told = screens.cancelled(turn.words, ended, plan.zone)
        await turn.show(day_screens.day(turn.words, plan, told), toast=screens.cancelled_toast(turn.words, ended))


async def _show(turn: Turn[Any]) -> None:
    booked, zone = await turn.read(_taught, turn.actor, turn.data.booking)
    await turn.show(screens.card(turn.words, booked, zone))


def _taught(work: Any, trainer: Person, booking_id: int) -> tuple[Booking, str]:
    """The trainer's own session, and the zone it is shown in."""
    return day.taught(work, trainer, BookingId(booking_id)), work.trainers.get(trainer.id).zone


def _cancel(work: Any, trainer: Person, booking_id: int) -> tuple[Booking, Day]:
    taught = day.taught(work, trainer, BookingId(booking_id))
    ended = booking.cancel(work, trainer, taught.id, agreed_units=0).booking
    return ended, day.of(work, ended)
