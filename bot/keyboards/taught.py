"""Buttons of one session as its trainer sees it."""

from aiogram.filters.callback_data import CallbackData
from aiogram.types import InlineKeyboardButton

from bot.chat import Rows
from bot.keyboards import completion
from bot.keyboards.button import Key, Style, button, home
from bot.keyboards.day import OpenDayOf, OpenTaught
from bot.keyboards.slot import PickType
from bot.words import Words
from domain.completion import can_undo, waits
from domain.session import Answer, Booking


class AskCancelTaught(CallbackData, prefix="tt.x"):
    """Show what cancelling as the trainer means."""

    booking: Key


class CancelTaught(CallbackData, prefix="tt.xx"):
    """Cancel it as its trainer, which never costs the trainee."""

    booking: Key


def card(words: Words, booked: Booking) -> Rows:
    """What its trainer can do with it now."""
    last = (button(words.plain("‹ Day"), OpenDayOf(booking=booked.id)), home(words))
    if can_undo(booked, words.now):
        return (
            (completion.undo(words, booked, words.time(booked.starts_at), completion.UndoOne(booking=booked.id)),),
            last,
        )
    if booked.receipt is Answer.DISPUTED:
        return ((completion.settle(words, completion.SettleTaught(booking=booked.id)),), last)
    if not booked.active:
        return (last,)
    finish = (completion.complete(words, booked.id, booked.units), completion.no_show(words, booked.id))
    return (*((finish,) if waits(booked, words.now) else ()), _change(words, booked), last)


def cancelling(words: Words, booked: Booking, returned: int) -> Rows:
    facts = {"units": words.units(returned)}
    if booked.starts_at <= words.now:
        yes = words.plain("Yes, it did not · {units} back", **facts) if returned else words.plain("Yes, it did not")
    else:
        yes = words.plain("Yes, cancel · {units} back", **facts)
    return (
        (button(yes, CancelTaught(booking=booked.id), Style.DANGER),),
        (button(words.plain("‹ Keep it"), OpenTaught(booking=booked.id)), home(words)),
    )


def ask_no_show(words: Words, booked: Booking) -> Rows:
    yes = words.plain("Yes, no-show · {units}", units=words.units(booked.units))
    return (
        (button(yes, completion.ConfirmNoShow(booking=booked.id), Style.DANGER),),
        (button(words.plain("‹ Back"), OpenTaught(booking=booked.id)), home(words)),
    )


def asked_later(words: Words, booked: Booking) -> Rows:
    return ((button(words.plain("Show the session"), OpenTaught(booking=booked.id)), home(words)),)


def _change(words: Words, booked: Booking) -> tuple[InlineKeyboardButton, ...]:
    """Move or cancel what is ahead; what has begun can only be said not to have taken place."""
    cancel = AskCancelTaught(booking=booked.id)
    if booked.starts_at <= words.now:
        return (button(words.plain("It did not take place: give the units back"), cancel, Style.DANGER),)
    move = PickType(trainer=booked.trainer_id, type=booked.type_id, moving=booked.id)
    return (
        button(words.plain("Move"), move),
        button(words.plain("Cancel · units go back"), cancel, Style.DANGER),
    )
