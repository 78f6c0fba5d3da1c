"""Buttons of inviting staff."""

from aiogram.filters.callback_data import CallbackData


class OpenInvite(CallbackData, prefix="in"):
    """Whom to invite?"""


class AlsoTrain(CallbackData, prefix="in.me"):
    """A solo owner trains as well."""
