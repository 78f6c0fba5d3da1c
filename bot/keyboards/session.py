"""Buttons of a trainee's sessions: the list, the history, the card, and cancelling."""

from aiogram.types import InlineKeyboardButton

from bot.chat import Rows
from bot.keyboards.booking import AskCancel, Cancel, OpenBooking, OpenCard, OpenHistory, OpenSessions, PickType
from bot.keyboards.button import Style, back, button, home
from bot.keyboards.notice import cancel_label
from bot.words import Words
from domain.session import Booking

PAGE = 8


def upcoming(words: Words, booked: list[Booking]) -> Rows:
    rows = tuple((button(_line(words, each), OpenCard(booking=each.id)),) for each in booked)
    return (
        *rows,
        (button(words.plain("Book a session"), OpenBooking(), Style.PRIMARY),),
        (button(words.plain("History"), OpenHistory()), home(words)),
    )


def history(words: Words, past: list[Booking], page: int, *, more: bool) -> Rows:
    rows = tuple((button(_line(words, each), OpenCard(booking=each.id)),) for each in past)
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


def _line(words: Words, booked: Booking) -> str:
    return words.plain(
        "{when} · {minutes} min · {trainer}",
        when=words.when(booked.starts_at),
        minutes=booked.minutes,
        trainer=words.short(booked.trainer_name),
    )
