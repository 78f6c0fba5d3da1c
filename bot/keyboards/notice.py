"""Buttons under notices, from the plain values the outbox keeps."""

from datetime import datetime

from aiogram.types import InlineKeyboardButton

from bot.chat import Rows
from bot.keyboards import completion
from bot.keyboards.balance import OpenBalance
from bot.keyboards.booking import AskCancel, OpenCard, PickType, WillCome
from bot.keyboards.button import Style, button, home
from bot.keyboards.day import OpenDayOf, OpenTaught
from bot.words import Words
from domain.outbox import Value
from domain.session import Booking, Receipt, facts

Values = dict[str, Value]


def plain(words: Words) -> Rows:
    return ((home(words),),)


def to_day(words: Words, booking_id: int) -> Rows:
    return ((button(words.plain("Show the day"), OpenDayOf(booking=booking_id)), home(words)),)


def to_taught(words: Words, booking_id: int) -> Rows:
    return ((button(words.plain("Show the session"), OpenTaught(booking=booking_id)), home(words)),)


def to_card(words: Words, booking_id: int) -> Rows:
    return ((button(words.plain("Show the session"), OpenCard(booking=booking_id)), home(words)),)


def to_balance(words: Words) -> Rows:
    return ((button(words.plain("Units"), OpenBalance()), home(words)),)


def book_again(words: Words, values: Values) -> Rows:
    """Straight to the times of the same trainer and length."""
    return ((_again(words.plain("Book another time"), values), home(words)),)


def reminder(words: Words, values: Values, *, answered: bool = False) -> Rows:
    """Moving is offered while it is free; afterwards the card says why not."""
    booking_id, free_until = number(values, "booking_id"), instant(values, "free_until")
    cost = number(values, "units") if words.now > free_until else 0
    coming = button(words.plain("I'll be there"), WillCome(booking=booking_id), Style.SUCCESS)
    move = PickType(trainer=number(values, "trainer_id"), type=number(values, "type_id"), moving=booking_id)
    change = (
        button(words.plain("Show the session"), OpenCard(booking=booking_id))
        if cost
        else button(words.plain("Move"), move),
        button(cancel_label(words, cost, free_until), AskCancel(booking=booking_id), Style.DANGER),
    )
    return (change, (home(words),)) if answered else ((coming,), change)


def cancel_label(words: Words, units: int, free_until: datetime) -> str:
    """What cancelling costs now, or until when it costs nothing."""
    if units:
        return words.plain("Cancel · costs {units}", units=words.units(units))
    return words.plain("Cancel · free until {when}", when=words.when(free_until))


def nudge(words: Words, booking_id: int, units: int) -> Rows:
    return (
        (completion.complete(words, booking_id, units), completion.no_show(words, booking_id)),
        (
            button(words.plain("Ask me later"), completion.AskLater(booking=booking_id)),
            button(words.plain("Show the session"), OpenTaught(booking=booking_id)),
        ),
    )


def receipt(words: Words, booking_id: int) -> Rows:
    return ((completion.right(words, booking_id), completion.wrong(words, booking_id)),)


def missed(words: Words, values: Values) -> Rows:
    again = _again(words.plain("Book again"), values)
    return ((again, completion.wrong(words, number(values, "booking_id"))), (home(words),))


def answered(words: Words, ended: Booking) -> Rows:
    """Under a receipt that was answered: the other answer, and the way on."""
    disputed = ended.receipt is Receipt.DISPUTED
    other = completion.right(words, ended.id) if disputed else completion.wrong(words, ended.id)
    again = _again(words.plain("Book again"), facts(ended, ""))
    return ((other,), (again, home(words)))


def number(values: Values, name: str) -> int:
    return int(values[name] or 0)


def instant(values: Values, name: str) -> datetime:
    return datetime.fromisoformat(str(values[name]))


def _again(label: str, values: Values) -> InlineKeyboardButton:
    to = PickType(trainer=number(values, "trainer_id"), type=number(values, "type_id"))
    return button(label, to, Style.PRIMARY)
