"""Buttons: the few shapes there are, and the ways back that every screen shares."""

from datetime import date, timedelta
from enum import StrEnum
from typing import Annotated

from aiogram.filters.callback_data import CallbackData
from aiogram.types import InlineKeyboardButton
from pydantic import Field

from bot.chat import Rows
from bot.words import Words

LABEL_LENGTH = 64
BELOW = "+"
"""How the data of a button begins whose message stays; no prefix of ours does."""
APART = "="
"""How the data of a button begins whose message is the pinned card."""
LIMIT = 2**63
"""What no database could hold: a button with such a number, or with one below 0 where there is none, is an old one."""
Key = Annotated[int, Field(ge=0, lt=LIMIT)]
"""An id in a button, 0 where there is none."""
Count = Annotated[int, Field(ge=0, lt=LIMIT)]
"""Units, cents, minutes, pages, places in a list: whatever is counted."""
Number = Annotated[int, Field(gt=-LIMIT, lt=LIMIT)]
"""What may be below 0: units that are taken."""
EPOCH = date(1970, 1, 1)
DAYS = 40_000
"""How far buttons can count, into the year 2079."""
DayNumber = Annotated[int, Field(ge=0, lt=DAYS)]
"""A date in a button, in days since 1970; 0 means none in particular, and a forged one beyond is an old button."""


class Style(StrEnum):
    """How a client that can show it colours a button (Bot API, InlineKeyboardButton.style)."""

    PRIMARY = "primary"
    SUCCESS = "success"
    DANGER = "danger"


class Home(CallbackData, prefix="home"):
    """Back to the person's own first screen."""


class Nothing(CallbackData, prefix="nothing"):
    """A label in a keyboard; tapping it does nothing."""


def button(label: str, data: CallbackData, style: Style | None = None) -> InlineKeyboardButton:
    """A button that carries `data`; a long label is cut, as a phone would."""
    text = label if len(label) <= LABEL_LENGTH else label[: LABEL_LENGTH - 1] + "…"
    return InlineKeyboardButton(text=text, callback_data=data.pack(), style=style)


def below(shown: InlineKeyboardButton) -> InlineKeyboardButton:
    """The button for a message that is to stay, as receipts and notices are: what it leads to is sent below.

    Once it was used it is gone from its message; the other buttons stay.
    """
    return shown.model_copy(update={"callback_data": f"{BELOW}{shown.callback_data}"})


def apart(shown: InlineKeyboardButton) -> InlineKeyboardButton:
    """The button for the pinned card: what it leads to is sent below, and the card stays as it is."""
    return shown.model_copy(update={"callback_data": f"{APART}{shown.callback_data}"})


def link(label: str, url: str) -> InlineKeyboardButton:
    return InlineKeyboardButton(text=label, url=url)


def pay(label: str) -> InlineKeyboardButton:
    """The button that pays an invoice; it has to be the first."""
    return InlineKeyboardButton(text=label, pay=True)


def home(words: Words) -> InlineKeyboardButton:
    return button(words.plain("⌂ Home"), Home())


def back(words: Words, data: CallbackData) -> InlineKeyboardButton:
    return button(words.plain("‹ Back"), data)


def grid(buttons: list[InlineKeyboardButton], columns: int) -> Rows:
    """Buttons in rows of equal length, the last one shorter."""
    return tuple(tuple(buttons[i : i + columns]) for i in range(0, len(buttons), columns))


def day_number(on: date) -> int:
    """The date as buttons carry it; one that they cannot count is none in particular."""
    days = (on - EPOCH).days
    return days if 0 <= days < DAYS else 0


def day_of(number: int) -> date:
    """The date behind a `DayNumber`."""
    return EPOCH + timedelta(days=number)
