"""Buttons of the sign-up. They are its own, so that old ones cannot change the profile of somebody who is in."""

from aiogram.filters.callback_data import CallbackData

from bot.chat import Rows
from bot.keyboards.button import Count, Home, Style, back, button, grid
from bot.keyboards.profile import ZONES
from bot.words import Words


class ConfirmName(CallbackData, prefix="st.n"):
    """The name Telegram tells is right."""


class OtherName(CallbackData, prefix="st.an"):
    """Let the visitor type a name."""


class ConfirmZone(CallbackData, prefix="st.z"):
    """The zone that was guessed is right; the person is in."""


class OtherZone(CallbackData, prefix="st.az"):
    """Offer zones, or let the visitor type a city."""


class PickCity(CallbackData, prefix="st.zp"):
    """Guess this zone; the number is its place in `ZONES`."""

    index: Count


def name(words: Words, guess: str) -> Rows:
    return (
        (button(words.plain("Yes, call me {name}", name=guess), ConfirmName(), Style.PRIMARY),),
        (button(words.plain("Another name"), OtherName()),),
    )


def typed_name(words: Words) -> Rows:
    return ((button(words.plain("Cancel"), Home()),),)


def zone(words: Words) -> Rows:
    return (
        (button(words.plain("Yes, {city} time", city=words.city()), ConfirmZone(), Style.PRIMARY),),
        (button(words.plain("Another time zone"), OtherZone()),),
    )


def cities(words: Words) -> Rows:
    picks = [button(words.city(zone), PickCity(index=index)) for index, zone in enumerate(ZONES)]
    return (*grid(picks, 3), (back(words, ConfirmName()),))
