"""Buttons of buying. `back` is the slot to return to after paying, `trainer-type-start` with the start in UTC minutes.

Where a way leads to is handed in, because the booking buttons lead here.
"""

import re

from aiogram.filters.callback_data import CallbackData
from aiogram.types import InlineKeyboardButton

from bot.chat import Rows
from bot.keyboards.button import Key, Nothing, Style, back, below, button, home, pay
from bot.keyboards.package import OpenPackages
from bot.words import Words
from domain.package import Package
from domain.purchase import QUANTITY_LIMIT, Terms

SLOT = re.compile(r"([0-9]{1,9})-([0-9]{1,9})-([0-9]{1,9})")
QUICK_QUANTITIES = (5, 10, 20)


class OpenShop(CallbackData, prefix="by"):
    """What is on sale; `back` names the slot to return to (`trainer-type-start`)."""

    back: str = ""


class PickPackage(CallbackData, prefix="by.p"):
    """Show what so many of a package would bring."""

    package: Key
    quantity: Key = 1
    back: str = ""


class Pay(CallbackData, prefix="by.ok"):
    """Send an invoice over the amount that the button named."""

    package: Key
    quantity: Key
    amount: Key
    back: str = ""


class PutAway(CallbackData, prefix="by.x"):
    """Take the invoice out of the chat."""


def slot_of(text: str) -> tuple[int, int, int] | None:
    """Trainer, type and start (UTC minutes) of a slot, or None where a forged button carries something else."""
    found = SLOT.fullmatch(text)
    return (int(found[1]), int(found[2]), int(found[3])) if found else None


def shop(words: Words, packages: list[Package], slot: str, way_back: CallbackData, *, may_price: bool) -> Rows:
    picks = tuple((button(offer(words, each), PickPackage(package=each.id, back=slot)),) for each in packages)
    edit = ((button(words.plain("Packages"), OpenPackages()),),) if may_price and not packages else ()
    return (*picks, *edit, (back(words, way_back), home(words)) if slot else (home(words),))


def offer(words: Words, package: Package) -> str:
    """`10 units · €220 (€22 each)`."""
    price = words.money(package.price_minor, package.currency)
    if package.units == 1:
        return words.plain("{units} · {price}", units=words.units(1), price=price)
    each = words.money(package.unit_price_minor, package.currency)
    return words.plain("{units} · {price} ({each} each)", units=words.units(package.units), price=price, each=each)


def terms(words: Words, offered: Terms, slot: str, *, payable: bool) -> Rows:
    """Pay or go back; single units have a stepper."""
    amount = words.money(offered.amount_minor, offered.package.currency)
    single = offered.package.units == 1
    label = (
        words.plain("Buy {units} · {price}", units=words.units(offered.units), price=amount)
        if single
        else words.plain("Pay {price}", price=amount)
    )
    data = Pay(package=offered.package.id, quantity=offered.quantity, amount=offered.amount_minor, back=slot)
    return (
        *(_stepper(offered, slot) if single else ()),
        *(((button(label, data, Style.PRIMARY),),) if payable else ()),
        (back(words, OpenShop(back=slot)), home(words)),
    )


def invoice(words: Words, amount: str) -> Rows:
    """Under the invoice: paying has to come first."""
    return ((pay(words.plain("Pay {price}", price=amount)),), (button(words.plain("Cancel"), PutAway()),))


def paid(words: Words, label: str, go_on: CallbackData) -> Rows:
    """Under the proof of a payment, which stays."""
    return ((below(button(label, go_on, Style.PRIMARY)),), (below(home(words)),))


def only_home(words: Words) -> Rows:
    return ((below(home(words)),),)


def _stepper(offered: Terms, slot: str) -> Rows:
    def step(label: str, quantity: int) -> InlineKeyboardButton:
        possible = 1 <= quantity <= QUANTITY_LIMIT and quantity != count
        data = PickPackage(package=offered.package.id, quantity=quantity, back=slot) if possible else Nothing()
        return button(label, data)

    count = offered.quantity
    less, more = step("−", count - 1), step("+", count + 1)
    quick = tuple(step(str(each), each) for each in QUICK_QUANTITIES)
    return ((less, button(str(count), Nothing()), more), quick)
