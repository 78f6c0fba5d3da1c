"""Buttons under what booking or moving to one start means, and under what came of it."""

from datetime import datetime

from aiogram.filters.callback_data import CallbackData

from bot.chat import Rows
from bot.keyboards.booking import OpenBooking
from bot.keyboards.button import Count, Key, Style, button, day_number, home
from bot.keyboards.day import OpenDay
from bot.keyboards.purchase import OpenShop, slot_for
from bot.keyboards.session import OpenCard
from bot.keyboards.slot import ANY_TRAINER, PickTime, other_time
from bot.words import Words
from domain.availability import minute_of
from domain.quote import Quote
from domain.session_type import SessionType


class Book(CallbackData, prefix="bk.ok"):
    """Book it with this trainer; `anyone` where any trainer would do."""

    trainer: Key
    type: Key
    anyone: bool = False
    start: Count


class Move(CallbackData, prefix="bk.mv"):
    """Move it."""

    booking: Key
    start: Count


def confirm(words: Words, quote: Quote, at: PickTime) -> Rows:
    start = minute_of(quote.starts_at)
    if quote.moving:
        yes = button(words.plain("Move it"), Move(booking=quote.moving.id, start=start), Style.PRIMARY)
    else:
        anyone = at.trainer == ANY_TRAINER
        data = Book(trainer=quote.trainer.id, type=quote.kind.id, anyone=anyone, start=start)
        yes = button(words.plain("Book it"), data, Style.PRIMARY)
    return ((yes,), (other_time(words, at, quote.starts_at), home(words)))


def not_enough(words: Words, quote: Quote, at: PickTime, kinds: list[SessionType], *, online: bool) -> Rows:
    """Buy and come back to this very slot where one can pay `online`, or take a length that can be paid.

    Its trainer cannot buy.
    """
    start = minute_of(quote.starts_at)
    other = (other_time(words, at, quote.starts_at), home(words))
    if quote.moving:
        slot = slot_for(quote.trainer.id, quote.kind.id, start, quote.moving.id)
        buy = button(words.plain("Buy units and move it"), OpenShop(back=slot), Style.PRIMARY)
        return ((buy,), other) if online and not quote.by_trainer else (other,)
    slot = slot_for(quote.trainer.id, quote.kind.id, start)
    buy = button(words.plain("Buy units and book this time"), OpenShop(back=slot), Style.PRIMARY)
    shorter = [
        button(
            words.plain("{minutes} min instead · {units}", minutes=kind.minutes, units=words.units(kind.units)),
            PickTime(trainer=quote.trainer.id, type=kind.id, start=start),
        )
        for kind in kinds
        if kind.units <= quote.available and kind.minutes < quote.kind.minutes
    ]
    return (
        *(((buy,),) if online else ()),
        *((each,) for each in reversed(shorter)),
        other,
    )


def booked(words: Words, booking_id: int) -> Rows:
    return (
        (button(words.plain("Show the session"), OpenCard(booking=booking_id)),),
        (button(words.plain("Book another"), OpenBooking()), home(words)),
    )


def moved_by_trainer(words: Words, start: datetime) -> Rows:
    on = words.local(start).date()
    return ((button(words.day(on), OpenDay(day=day_number(on))), home(words)),)
