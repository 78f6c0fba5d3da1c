"""Buttons of the sign-up and of everybody's home."""

from aiogram.filters.callback_data import CallbackData

from bot.chat import Rows
from bot.keyboards.button import Style, button
from bot.keyboards.profile import AskName, AskZone
from bot.words import Words


class ConfirmName(CallbackData, prefix="st.n"):
    """The name Telegram tells is right."""


class ConfirmZone(CallbackData, prefix="st.z"):
    """The zone that was guessed is right; the person is in."""


def name(words: Words, guess: str) -> Rows:
    return (
        (button(words.plain("Yes, call me {name}", name=guess), ConfirmName(), Style.PRIMARY),),
        (button(words.plain("Another name"), AskName()),),
    )


def zone(words: Words) -> Rows:
    return (
        (button(words.plain("Yes, {city} time", city=words.city()), ConfirmZone(), Style.PRIMARY),),
        (button(words.plain("Another time zone"), AskZone()),),
    )
