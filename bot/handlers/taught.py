"""One session as its trainer sees it, and a trainer's cancelling. Moving goes through the screens of booking."""

from typing import Any

from bot.action import Actions, Turn
from bot.keyboards.day import OpenTaught
from bot.keyboards.taught import AskCancelTaught, CancelTaught
from bot.ports import Work
from bot.screens import day as day_screens
from bot.screens import problem
from bot.screens import taught as screens
from domain import booking, day, ledger
from domain.booking import Booked, BookingEnded
from domain.day import Day
from domain.ids import BookingId
from domain.lot import Lapse
from domain.permission import Permission
from domain.person import Person
from domain.session import Booking, Status

on = Actions()


@on.tap(OpenTaught, may=Permission.TEACH)
async def open_taught(turn: Turn[OpenTaught]) -> None:
    await _show(turn)


@on.tap(AskCancelTaught, may=Permission.TEACH)
async def ask_cancel(turn: Turn[AskCancelTaught]) -> None:
    booked, zone, lapse = await turn.read(_cancelling, turn.actor, turn.data.booking)
    if booked.active:
        await turn.show(screens.cancelling(turn.words, booked, zone, lapse))
    else:
        await turn.show(screens.card(turn.words, booked, zone))


async def review_cancel(turn: Turn[CancelTaught]) -> None:
    """A confirmation that comes too late shows the session again."""
    await _show(turn)


@on.tap(CancelTaught, may=Permission.TEACH, late=review_cancel)
async def cancel(turn: Turn[CancelTaught]) -> None:
    try:
        done, plan = await turn.transact(_cancel, turn.actor, turn.data.booking)
    except BookingEnded as refusal:
        booked, zone = await turn.read(_taught, turn.actor, turn.data.booking)
        if booked.status is Status.CANCELLED:
            plan = await turn.read(day.of, booked)
            await turn.show(day_screens.day(turn.words, plan, screens.cancelled(turn.words, booked, zone)))
            return
        await turn.refuse(problem.words_for(turn.words, refusal), screens.card(turn.words, booked, zone))
    else:
        told = screens.cancelled(turn.words, done.booking, plan.zone, done.lapse)
        toast = screens.cancelled_toast(turn.words, done.booking)
        await turn.show(day_screens.day(turn.words, plan, told), toast=toast)


async def _show(turn: Turn[Any]) -> None:
    booked, zone = await turn.read(_taught, turn.actor, turn.data.booking)
    await turn.show(screens.card(turn.words, booked, zone))


def _taught(work: Work, trainer: Person, booking_id: int) -> tuple[Booking, str]:
    """The trainer's own session, and the zone it is shown in."""
    return day.taught(work, trainer, BookingId(booking_id)), work.trainers.get(trainer.id).zone


def _cancelling(work: Work, trainer: Person, booking_id: int) -> tuple[Booking, str, Lapse | None]:
    """The session, with what of its units would not go back."""
    booked, zone = _taught(work, trainer, booking_id)
    return booked, zone, ledger.lapse(work, booked.trainee_id, booked.id) if booked.active else None


def _cancel(work: Work, trainer: Person, booking_id: int) -> tuple[Booked, Day]:
    taught = day.taught(work, trainer, BookingId(booking_id))
    done = booking.cancel(work, trainer, taught.id, agreed_units=0)
    return done, day.of(work, done.booking)
