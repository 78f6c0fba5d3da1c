"""Buttons of the proof of the books."""

from aiogram.filters.callback_data import CallbackData

from bot.chat import Rows
from bot.keyboards.button import Style, back, below, button, home
from bot.keyboards.studio import OpenAdmin
from bot.words import Words


class OpenReconcile(CallbackData, prefix="rc"):
    """Prove the books now."""


def findings(words: Words) -> Rows:
    again = button(words.plain("Check again"), OpenReconcile())
    return ((again,), (back(words, OpenAdmin()), home(words)))


def alarm(words: Words) -> Rows:
    look = button(words.plain("Check again"), OpenReconcile(), Style.PRIMARY)
    return ((below(look), below(home(words))),)
