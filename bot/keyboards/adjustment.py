"""Buttons of giving and taking units."""

from aiogram.filters.callback_data import CallbackData


class OpenAdjust(CallbackData, prefix="aj"):
    """Whose units? A page of people."""

    page: int = 0
