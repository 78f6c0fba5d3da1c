"""A trainee's sessions: list, history, card, cancel."""

from typing import Any

from bot.action import Actions, Turn
from bot.keyboards.session import PAGE, AskCancel, Cancel, OpenCard, OpenHistory, OpenPast, OpenSessions
from bot.ports import Work
from bot.screens import problem
from bot.screens import session as screens
from domain import booking, ledger, session
from domain.booking import Booked, BookingEnded, SessionBegun, TermsChanged
from domain.error import NotFound
from domain.ids import BookingId
from domain.permission import Permission
from domain.person import Person
from domain.session import Booking, Status

on = Actions()
PAGES_LIMIT = 10_000


@on.command("sessions", may=Permission.BOOK)
@on.tap(OpenSessions, may=Permission.BOOK)
async def sessions(turn: Turn[Any]) -> None:
    await turn.show(screens.upcoming(turn.words, await turn.read(_upcoming, turn.actor)))


@on.tap(OpenHistory, may=Permission.BOOK)
async def history(turn: Turn[OpenHistory]) -> None:
    page = turn.data.page
    if not 0 <= page < PAGES_LIMIT:
        raise NotFound
    past = await turn.read(_past, turn.actor, page)
    await turn.show(screens.history(turn.words, past[:PAGE], page, more=len(past) > PAGE))


@on.tap(OpenCard, may=Permission.BOOK)
async def card(turn: Turn[OpenCard]) -> None:
    booked = await turn.read(session.own, turn.actor, BookingId(turn.data.booking))
    await turn.show(screens.card(turn.words, booked, turn.studio))


@on.tap(OpenPast, may=Permission.BOOK)
async def past(turn: Turn[OpenPast]) -> None:
    booked = await turn.read(session.own, turn.actor, BookingId(turn.data.booking))
    await turn.show(screens.past(turn.words, booked, turn.studio, turn.data.page))


@on.tap(AskCancel, may=Permission.BOOK)
async def ask_cancel(turn: Turn[AskCancel]) -> None:
    await _review(turn, turn.data.booking)


async def review_cancel(turn: Turn[Cancel]) -> None:
    """A confirmation that comes too late shows the terms again."""
    await _review(turn, turn.data.booking)


@on.tap(Cancel, may=Permission.BOOK, late=review_cancel)
async def cancel(turn: Turn[Cancel]) -> None:
    await turn.read(session.own, turn.actor, BookingId(turn.data.booking))
    try:
        done = await turn.transact(booking.cancel, turn.actor, BookingId(turn.data.booking), turn.data.units)
    except (BookingEnded, SessionBegun) as refusal:
        before = await turn.read(_done, turn.actor, turn.data.booking)
        booked = before.booking
        if booked.status in {Status.CANCELLED, Status.CANCELLED_LATE}:
            await turn.show(screens.cancelled(turn.words, before))
            return
        await turn.refuse(problem.words_for(turn.words, refusal), screens.card(turn.words, booked, turn.studio))
    except TermsChanged as changed:
        booked = await turn.read(session.own, turn.actor, BookingId(turn.data.booking))
        await turn.refuse(problem.words_for(turn.words, changed), screens.cancelling(turn.words, booked))
    else:
        await turn.show(screens.cancelled(turn.words, done))


async def _review(turn: Turn[Any], booking_id: int) -> None:
    booked = await turn.read(session.own, turn.actor, BookingId(booking_id))
    if booked.active and turn.now < booked.starts_at:
        await turn.show(screens.cancelling(turn.words, booked))
    else:
        await turn.show(screens.card(turn.words, booked, turn.studio))


def _done(work: Work, actor: Person, booking_id: int) -> Booked:
    """The booking as an earlier tap left it."""
    return Booked(session.own(work, actor, BookingId(booking_id)), ledger.balance_of(work, actor.id), again=True)


def _upcoming(work: Work, actor: Person) -> list[Booking]:
    booked: list[Booking] = work.bookings.list_upcoming(actor.id, work.now)
    return booked


def _past(work: Work, actor: Person, page: int) -> list[Booking]:
    past: list[Booking] = work.bookings.list_past(actor.id, work.now, PAGE + 1, page * PAGE)
    return past
