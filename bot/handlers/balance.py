"""The balance, page by page: what is left of what, and where every unit went."""

from typing import Any, NamedTuple

from bot.action import Actions, Turn
from bot.keyboards.balance import OpenBalance, OpenLots, OpenMovements
from bot.ports import Work
from bot.screens import balance as screens
from domain import lot
from domain.ids import BookingId
from domain.ledger import Movement
from domain.lot import Balance, Lot
from domain.permission import Permission
from domain.person import Person
from domain.session import Booking

LOTS_A_PAGE = 6
MOVEMENTS_A_PAGE = 8
on = Actions()


class Owned(NamedTuple):
    """The balance, a page of lots with those that still hold something first, and whether more follow."""

    balance: Balance
    lots: list[Lot]
    more: bool


class History(NamedTuple):
    """A page of movements, newest first, with the bookings behind them, and whether more follow."""

    movements: list[Movement]
    bookings: dict[BookingId, Booking]
    more: bool


@on.command("balance", may=Permission.MEMBER)
@on.tap(OpenBalance, may=Permission.MEMBER)
async def balance(turn: Turn[Any]) -> None:
    await _show(turn, 0)


@on.tap(OpenLots, may=Permission.MEMBER)
async def lots(turn: Turn[OpenLots]) -> None:
    await _show(turn, turn.data.page)


@on.tap(OpenMovements, may=Permission.MEMBER)
async def movements(turn: Turn[OpenMovements]) -> None:
    page = turn.data.page
    found = await turn.read(_history, turn.actor, page)
    await turn.show(screens.movements(turn.words, found.movements, found.bookings, page, more=found.more))


async def _show(turn: Turn[Any], page: int) -> None:
    owned = await turn.read(_owned, turn.actor, page)
    today = turn.studio.date_of(turn.now)
    await turn.show(screens.balance(turn.words, owned.balance, owned.lots, today, page, more=owned.more))


def _owned(work: Work, somebody: Person, page: int) -> Owned:
    today = work.studio.get().date_of(work.now)
    found = work.ledger.list_lots(somebody.id)
    ordered = sorted(lot.by_expiry(found), key=lambda each: each.left_on(today) == 0)
    first, after = page * LOTS_A_PAGE, (page + 1) * LOTS_A_PAGE
    return Owned(lot.balance(found, today), ordered[first:after], len(ordered) > after)


def _history(work: Work, somebody: Person, page: int) -> History:
    """One more than a page is read, to know whether there is an older one."""
    found = work.ledger.list_movements(somebody.id, MOVEMENTS_A_PAGE + 1, page * MOVEMENTS_A_PAGE)
    shown = found[:MOVEMENTS_A_PAGE]
    booking_ids = {step.booking_id for step in shown if step.booking_id is not None}
    bookings = {booking_id: work.bookings.get(booking_id) for booking_id in booking_ids}
    return History(shown, bookings, len(found) > len(shown))
