"""Buttons under receipts: the trainee's answer to a redemption."""

from aiogram.filters.callback_data import CallbackData


class ConfirmReceipt(CallbackData, prefix="rc.y"):
    """That's right."""

    booking: int


class DisputeReceipt(CallbackData, prefix="rc.n"):
    """Something is wrong."""

    booking: int


class Complete(CallbackData, prefix="cp"):
    """The session took place."""

    booking: int


class NoShow(CallbackData, prefix="cp.n"):
    """The trainee did not come."""

    booking: int


class Undo(CallbackData, prefix="cp.u"):
    """Take the completion back, within its minute."""

    booking: int
