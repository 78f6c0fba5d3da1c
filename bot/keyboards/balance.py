"""Buttons of the balance, its lots and its history."""

from typing import Annotated

from aiogram.filters.callback_data import CallbackData
from aiogram.types import InlineKeyboardButton
from pydantic import Field

from bot.chat import Rows
from bot.keyboards.booking import OpenBooking
from bot.keyboards.button import Style, back, button, home
from bot.keyboards.purchase import OpenShop
from bot.words import Words

Page = Annotated[int, Field(ge=0, lt=10**6)]
"""Counted from 0; a forged one whose rows no database could count to is an old button."""


class OpenBalance(CallbackData, prefix="bl"):
    """The units, free and held."""


class OpenLots(CallbackData, prefix="bl.l"):
    """The same with another page of lots."""

    page: Page


class OpenMovements(CallbackData, prefix="bl.m"):
    """A page of the history: where are my units?"""

    page: Page = 0


def balance(words: Words, page: int, *, more: bool, any_lot: bool) -> Rows:
    """Without any lot there is nothing to book with and nothing to trace, so buying is the way on."""
    if not any_lot:
        return ((button(words.plain("Buy units"), OpenShop(), Style.PRIMARY),), (home(words),))
    return (
        (
            button(words.plain("Book a session"), OpenBooking(), Style.PRIMARY),
            button(words.plain("Buy units"), OpenShop()),
        ),
        (button(words.plain("Where are my units?"), OpenMovements()),),
        *_pages(
            button(words.plain("◂ Before"), OpenLots(page=page - 1)) if page else None,
            button(words.plain("More ▸"), OpenLots(page=page + 1)) if more else None,
        ),
        (home(words),),
    )


def movements(words: Words, page: int, *, more: bool) -> Rows:
    return (
        *_pages(
            button(words.plain("◂ Newer"), OpenMovements(page=page - 1)) if page else None,
            button(words.plain("Older ▸"), OpenMovements(page=page + 1)) if more else None,
        ),
        (back(words, OpenBalance()), home(words)),
    )


def _pages(before: InlineKeyboardButton | None, after: InlineKeyboardButton | None) -> Rows:
    row = tuple(turn for turn in (before, after) if turn)
    return (row,) if row else ()
