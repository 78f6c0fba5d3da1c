"""Buttons of the trainer's day."""

from aiogram.filters.callback_data import CallbackData


class OpenDay(CallbackData, prefix="dy"):
    """A day of the trainer's; `day` is days since 1970, 0 is today."""

    day: int = 0
