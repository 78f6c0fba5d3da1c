"""Buttons at and after a session: complete, no-show, undo, ask me later, and the trainee's answer to a receipt."""

from aiogram.filters.callback_data import CallbackData
from aiogram.types import InlineKeyboardButton

from bot.keyboards.button import Key, Style, button
from bot.words import Words
from domain.completion import undo_until
from domain.session import Booking, Complaint


class WillCome(CallbackData, prefix="bk.y"):
    """The reminder's "I'll be there"."""

    booking: Key


class ConfirmReceipt(CallbackData, prefix="rc.y"):
    """That's right."""

    booking: Key


class DisputeReceipt(CallbackData, prefix="rc.n"):
    """Something is wrong: ask what."""

    booking: Key


class Complete(CallbackData, prefix="cp"):
    """The session took place."""

    booking: Key


class PickComplaint(CallbackData, prefix="rc.w"):
    """This is what is wrong."""

    booking: Key
    complaint: Complaint


class SettleTaught(CallbackData, prefix="rc.s"):
    """Its trainer says that what was wrong is settled."""

    booking: Key


class SettleAny(CallbackData, prefix="rc.sa"):
    """An admin says so."""

    booking: Key


class CompleteOne(CallbackData, prefix="cp.1"):
    """The session took place; the answer shows that session instead of the day."""

    booking: Key


class NoShow(CallbackData, prefix="cp.n"):
    """The trainee did not come: show what that costs."""

    booking: Key


class ConfirmNoShow(CallbackData, prefix="cp.nn"):
    """Yes, the trainee did not come."""

    booking: Key


class Undo(CallbackData, prefix="cp.u"):
    """Take the completion back, within its minute."""

    booking: Key


class UndoOne(CallbackData, prefix="cp.u1"):
    """The same, showing the session."""

    booking: Key


class AskLater(CallbackData, prefix="cp.l"):
    """Ask the trainer again later."""

    booking: Key


def complete(words: Words, booking_id: int, units: int) -> InlineKeyboardButton:
    label = words.plain("Complete · {units}", units=words.units(units))
    return button(label, CompleteOne(booking=booking_id), Style.SUCCESS)


def no_show(words: Words, booking_id: int) -> InlineKeyboardButton:
    return button(words.plain("No-show"), NoShow(booking=booking_id), Style.DANGER)


def undo(words: Words, ended: Booking, when: str, data: Undo | UndoOne) -> InlineKeyboardButton:
    """Named with the time until which it works, since nobody takes it away from every screen then."""
    label = words.plain(
        "Undo {when} {name} · until {until}",
        when=when,
        name=words.short(ended.trainee_name),
        until=words.second(undo_until(ended)),
    )
    return button(label, data)


def right(words: Words, booking_id: int) -> InlineKeyboardButton:
    return button(words.plain("That's right"), ConfirmReceipt(booking=booking_id), Style.SUCCESS)


def right_after_all(words: Words, booking_id: int) -> InlineKeyboardButton:
    return button(words.plain("It is right after all"), ConfirmReceipt(booking=booking_id))


def wrong(words: Words, booking_id: int) -> InlineKeyboardButton:
    return button(words.plain("Something is wrong"), DisputeReceipt(booking=booking_id))


def settle(words: Words, data: SettleTaught | SettleAny) -> InlineKeyboardButton:
    return button(words.plain("It is settled"), data, Style.SUCCESS)
