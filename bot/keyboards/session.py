"""Buttons of a trainee's sessions: the list, the history, the card, and cancelling."""

from datetime import datetime

from aiogram.filters.callback_data import CallbackData
from aiogram.types import InlineKeyboardButton

from bot.chat import Rows
from bot.keyboards import completion
from bot.keyboards.booking import OpenBooking
from bot.keyboards.button import Count, Key, Style, back, button, home
from bot.keyboards.slot import PickType
from bot.words import Words
from domain.session import Answer, Booking, Status

PAGE = 8


class OpenSessions(CallbackData, prefix="bk.l"):
    """The trainee's upcoming sessions."""


class OpenHistory(CallbackData, prefix="bk.h"):
    """A page of the trainee's past sessions."""

    page: Count = 0


class OpenCard(CallbackData, prefix="bk.c"):
    """One session's card."""

    booking: Key


class OpenPast(CallbackData, prefix="bk.p"):
    """One past session's card; `page` is the page of the history to go back to."""

    booking: Key
    page: Count


class AskCancel(CallbackData, prefix="bk.x"):
    """Show what cancelling means."""

    booking: Key


class Cancel(CallbackData, prefix="bk.xx"):
    """Cancel it at the cost that the button named."""

    booking: Key
    units: Count


def upcoming(words: Words, booked: list[Booking]) -> Rows:
    rows = tuple((button(_line(words, each), OpenCard(booking=each.id)),) for each in booked)
    return (
        *rows,
        (button(words.plain("Book a session"), OpenBooking(), Style.PRIMARY),),
        (button(words.plain("History"), OpenHistory()), home(words)),
    )


def history(words: Words, past: list[Booking], page: int, *, more: bool, outcomes: list[str]) -> Rows:
    """What was, each with how it ended."""
    rows = tuple(
        (button(_past(words, each, outcome), OpenPast(booking=each.id, page=page)),)
        for each, outcome in zip(past, outcomes, strict=True)
    )
    turns: list[InlineKeyboardButton] = []
    if page:
        turns.append(button(words.plain("◂ Later"), OpenHistory(page=page - 1)))
    if more:
        turns.append(button(words.plain("Earlier ▸"), OpenHistory(page=page + 1)))
    return (*rows, *((tuple(turns),) if turns else ()), (back(words, OpenSessions()), home(words)))


def card(words: Words, booked: Booking) -> Rows:
    """Its actions while it can still be changed; a past one can only be looked at."""
    last = (button(words.plain("‹ My sessions"), OpenSessions()), home(words))
    if not booked.active or words.now >= booked.starts_at:
        return (last,)
    cost = booked.cancel_cost(words.now)
    move = PickType(trainer=booked.trainer_id, type=booked.type_id, moving=booked.id)
    movable = () if cost else ((button(words.plain("Move"), move, Style.PRIMARY),),)
    cancel = button(cancel_label(words, cost, booked.free_until), AskCancel(booking=booked.id), Style.DANGER)
    return (*movable, (cancel,), last)


def past(words: Words, booked: Booking, page: int) -> Rows:
    """Book the same again, or say what is wrong with what was used."""
    again = PickType(trainer=booked.trainer_id, type=booked.type_id)
    used = booked.status in {Status.COMPLETED, Status.MISSED}
    disputed = booked.receipt is Answer.DISPUTED
    answer = completion.right_after_all(words, booked.id) if disputed else completion.wrong(words, booked.id)
    return (
        (button(words.plain("Book again"), again, Style.PRIMARY),),
        *(((answer,),) if used else ()),
        (button(words.plain("‹ History"), OpenHistory(page=page)), home(words)),
    )


def cancelling(words: Words, booked: Booking) -> Rows:
    cost = booked.cancel_cost(words.now)
    label = (
        words.plain("Yes, cancel · costs {units}", units=words.units(cost))
        if cost
        else words.plain("Yes, cancel · free")
    )
    return (
        (button(label, Cancel(booking=booked.id, units=cost), Style.DANGER),),
        (button(words.plain("‹ Keep it"), OpenCard(booking=booked.id)), home(words)),
    )


def cancelled(words: Words) -> Rows:
    return (
        (button(words.plain("Book another time"), OpenBooking(), Style.PRIMARY),),
        (button(words.plain("‹ My sessions"), OpenSessions()), home(words)),
    )


def cancel_label(words: Words, units: int, free_until: datetime) -> str:
    """What cancelling costs now, or until when it costs nothing."""
    if units:
        return words.plain("Cancel · costs {units}", units=words.units(units))
    return words.plain("Cancel · free until {when}", when=words.dated(free_until))


def _past(words: Words, booked: Booking, outcome: str) -> str:
    return words.plain(
        "{when} · {trainer} · {outcome}",
        when=words.dated(booked.starts_at),
        trainer=words.short(booked.trainer_name),
        outcome=outcome,
    )


def _line(words: Words, booked: Booking) -> str:
    return words.plain(
        "{when} · {minutes} min · {trainer}",
        when=words.when(booked.starts_at),
        minutes=booked.minutes,
        trainer=words.short(booked.trainer_name),
    )
