"""Buttons under notices."""

from datetime import datetime

from bot.chat import Rows
from bot.keyboards.booking import EPOCH_ORDINAL, AskCancel, OpenBooking, OpenCard, WillCome
from bot.keyboards.button import Style, button, home
from bot.keyboards.completion import Complete, ConfirmReceipt, DisputeReceipt, NoShow
from bot.keyboards.day import OpenDay
from bot.keyboards.purchase import OpenBalance
from bot.words import Words


def plain(words: Words) -> Rows:
    return ((home(words),),)


def to_day(words: Words, start: datetime) -> Rows:
    on = words.local(start).date()
    return ((button(words.day(on), OpenDay(day=on.toordinal() - EPOCH_ORDINAL)), home(words)),)


def to_card(words: Words, booking_id: int) -> Rows:
    return ((button(words.plain("Show the session"), OpenCard(booking=booking_id)), home(words)),)


def to_balance(words: Words) -> Rows:
    return ((button(words.plain("Units"), OpenBalance()), home(words)),)


def book_again(words: Words) -> Rows:
    return ((button(words.plain("Book another time"), OpenBooking(), Style.PRIMARY), home(words)),)


def reminder(words: Words, booking_id: int, cancel_units: int, free_until: datetime) -> Rows:
    return (
        (button(words.plain("I'll be there"), WillCome(booking=booking_id), Style.SUCCESS),),
        (
            button(words.plain("Move"), OpenCard(booking=booking_id)),
            button(cancel_label(words, cancel_units, free_until), AskCancel(booking=booking_id), Style.DANGER),
        ),
    )


def cancel_label(words: Words, units: int, free_until: datetime) -> str:
    """What cancelling costs now, or until when it costs nothing."""
    if units:
        return words.plain("Cancel · costs {units}", units=words.units(units))
    return words.plain("Cancel · free until {when}", when=words.when(free_until))


def nudge(words: Words, booking_id: int) -> Rows:
    return (
        (
            button(words.plain("Complete"), Complete(booking=booking_id), Style.SUCCESS),
            button(words.plain("No-show"), NoShow(booking=booking_id), Style.DANGER),
        ),
    )


def receipt(words: Words, booking_id: int) -> Rows:
    return (
        (
            button(words.plain("That's right"), ConfirmReceipt(booking=booking_id), Style.SUCCESS),
            button(words.plain("Something is wrong"), DisputeReceipt(booking=booking_id)),
        ),
    )


def missed(words: Words, booking_id: int) -> Rows:
    return (
        (
            button(words.plain("Book again"), OpenBooking(), Style.PRIMARY),
            button(words.plain("Something is wrong"), DisputeReceipt(booking=booking_id)),
        ),
    )
