"""At and after a session: the trainer completes, notes a no-show, undoes; the trainee answers reminder and receipt."""

from collections.abc import Callable
from typing import Any

from bot.action import Actions, Turn
from bot.chat import Screen
from bot.keyboards.completion import (
    AskLater,
    Complete,
    CompleteOne,
    ConfirmNoShow,
    ConfirmReceipt,
    DisputeReceipt,
    NoShow,
    PickComplaint,
    SettleAny,
    SettleTaught,
    Undo,
    UndoOne,
    WillCome,
)
from bot.ports import Work
from bot.screens import completion as screens
from bot.screens import day as day_screens
from bot.screens import problem, session, taught
from domain import asking, completion, day, ledger, nudge, reminder
from domain.booking import BookingEnded
from domain.completion import NotBegun, TooLateToUndo
from domain.day import Day
from domain.ids import BookingId
from domain.lot import Balance
from domain.permission import Permission
from domain.person import Person
from domain.session import Booking, own

on = Actions()
ON_DAY = (Complete, Undo)
"""The buttons under a day; those under one session show it again."""
Act = Callable[[Any, Person, BookingId], Booking]


async def review(turn: Turn[Any]) -> None:
    """A confirmation that comes too late shows the session as it is now."""
    await _show(turn, *await turn.read(_with_day, day.taught, turn.actor, turn.data.booking))


@on.tap(Complete, may=Permission.TEACH, late=review)
@on.tap(CompleteOne, may=Permission.TEACH, late=review)
async def complete(turn: Turn[Any]) -> None:
    await _act(turn, completion.complete, screens.redeemed)


@on.tap(NoShow, may=Permission.TEACH)
async def ask_no_show(turn: Turn[NoShow]) -> None:
    booked, plan = await turn.read(_with_day, day.taught, turn.actor, turn.data.booking)
    drawn = taught.ask_no_show if completion.waits(booked, turn.now) else taught.card
    await turn.show(drawn(turn.words, booked, plan.zone))


@on.tap(ConfirmNoShow, may=Permission.TEACH, late=review)
async def no_show(turn: Turn[ConfirmNoShow]) -> None:
    await _act(turn, completion.no_show, screens.redeemed)


@on.tap(Undo, may=Permission.TEACH, late=review)
@on.tap(UndoOne, may=Permission.TEACH, late=review)
async def undo(turn: Turn[Any]) -> None:
    await _act(turn, completion.undo, screens.undone)


@on.tap(AskLater, may=Permission.TEACH)
async def ask_later(turn: Turn[AskLater]) -> None:
    booked, plan = await turn.read(_with_day, day.taught, turn.actor, turn.data.booking)
    if not completion.waits(booked, turn.now):
        await turn.show(taught.card(turn.words, booked, plan.zone))
        return
    due_at = await turn.transact(nudge.later, booked)
    await turn.show(taught.asked_later(turn.words, booked, plan.zone, due_at))


@on.tap(ConfirmReceipt, may=Permission.MEMBER)
async def confirm_receipt(turn: Turn[ConfirmReceipt]) -> None:
    await _answer(turn, turn.data.booking, completion.confirm)


@on.tap(DisputeReceipt, may=Permission.MEMBER)
async def ask_complaint(turn: Turn[DisputeReceipt]) -> None:
    try:
        ended = await turn.transact(_ask_complaint, turn.actor, turn.data.booking)
    except BookingEnded:
        await _show_own(turn, turn.data.booking)
    else:
        await turn.show(screens.ask_complaint(turn.words, ended))


@on.tap(PickComplaint, may=Permission.MEMBER)
async def pick_complaint(turn: Turn[PickComplaint]) -> None:
    await _answer(turn, turn.data.booking, completion.dispute, turn.data.complaint.value)


@on.typed("complaint", may=Permission.MEMBER)
async def typed_complaint(turn: Turn[str | None]) -> None:
    await _answer(turn, turn.asked_number("booking"), completion.dispute, turn.data or "")


@on.tap(SettleTaught, may=Permission.TEACH)
async def settle_taught(turn: Turn[SettleTaught]) -> None:
    booked, zone = await turn.transact(_settled, turn.actor, turn.data.booking)
    await turn.show(taught.card(turn.words, booked, zone), toast=screens.settled_toast(turn.words, booked))


@on.tap(SettleAny, may=Permission.ADJUST)
async def settle_any(turn: Turn[SettleAny]) -> None:
    booked = await turn.transact(completion.settle, turn.actor, BookingId(turn.data.booking))
    await turn.show(screens.settled(turn.words, booked))


@on.tap(WillCome, may=Permission.MEMBER)
async def will_come(turn: Turn[WillCome]) -> None:
    """Nobody is told: coming is what everybody expects. What has changed since the reminder is shown instead."""
    booked = await turn.transact(reminder.will_come, turn.actor, BookingId(turn.data.booking))
    if booked.coming:
        await turn.show(screens.will_come(turn.words, booked, turn.studio.place))
    else:
        await turn.show(session.card(turn.words, booked, turn.studio))


async def _act(turn: Turn[Any], act: Act, toast: Callable[..., str]) -> None:
    """Do it and show the day or the session; a refusal shows it as it is now as well."""
    try:
        booked, plan = await turn.transact(_with_day, act, turn.actor, turn.data.booking)
    except (BookingEnded, NotBegun, TooLateToUndo) as refusal:
        booked, plan = await turn.read(_with_day, day.taught, turn.actor, turn.data.booking)
        await turn.refuse(problem.words_for(turn.words, refusal), _drawn(turn, booked, plan))
    else:
        await _show(turn, booked, plan, toast(turn.words, booked))


async def _show(turn: Turn[Any], booked: Booking, plan: Day, toast: str = "") -> None:
    await turn.show(_drawn(turn, booked, plan), toast=toast)


def _drawn(turn: Turn[Any], booked: Booking, plan: Day) -> Screen:
    """The day where a button of the day was tapped, otherwise the one session."""
    if isinstance(turn.data, ON_DAY) and (booked.status in day.SHOWN or turn.origin.on_card):
        return day_screens.day(turn.words, plan, on_card=turn.origin.on_card)
    return taught.card(turn.words, booked, plan.zone)


async def _answer(turn: Turn[Any], booking_id: int, answer: Callable[..., Booking], *said: str) -> None:
    try:
        ended, left = await turn.transact(_answered, turn.actor, booking_id, answer, *said)
    except BookingEnded:
        await _show_own(turn, booking_id)
    else:
        await turn.show(screens.receipt(turn.words, ended, left))


async def _show_own(turn: Turn[Any], booking_id: int) -> None:
    booked = await turn.read(own, turn.actor, BookingId(booking_id))
    await turn.show(session.card(turn.words, booked, turn.studio))


def _with_day(work: Work, act: Act, trainer: Person, booking_id: int) -> tuple[Booking, Day]:
    booked = act(work, trainer, BookingId(booking_id))
    return booked, day.settling(work, booked)


def _answered(
    work: Work, trainee: Person, booking_id: int, answer: Callable[..., Booking], *said: str
) -> tuple[Booking, Balance]:
    ended = answer(work, trainee, BookingId(booking_id), *said)
    return ended, ledger.balance_of(work, trainee.id)


def _settled(work: Work, trainer: Person, booking_id: int) -> tuple[Booking, str]:
    day.taught(work, trainer, BookingId(booking_id))
    booked = completion.settle(work, trainer, BookingId(booking_id))
    return booked, booked.trainer_zone


def _ask_complaint(work: Work, trainee: Person, booking_id: int) -> Booking:
    ended = completion.redeemed(work, trainee, BookingId(booking_id))
    asking.ask(work, trainee.id, "complaint", {"booking": ended.id})
    return ended
