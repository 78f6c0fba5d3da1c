"""Buttons of the admin's panel and of the studio's settings."""

from aiogram.filters.callback_data import CallbackData


class OpenAdmin(CallbackData, prefix="ad"):
    """The admin's panel."""


class OpenSettings(CallbackData, prefix="ad.s"):
    """The studio's settings."""
