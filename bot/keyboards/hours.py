"""Buttons of a trainer's hours."""

from aiogram.filters.callback_data import CallbackData


class OpenHours(CallbackData, prefix="hr"):
    """The week as it is now."""
