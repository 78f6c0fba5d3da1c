"""Buttons of what is on sale, for the admin."""

from aiogram.filters.callback_data import CallbackData


class OpenPackages(CallbackData, prefix="pk"):
    """All packages, on sale or hidden."""
