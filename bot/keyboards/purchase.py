"""Buttons of buying. `back` is the slot to return to after paying, `trainer-type-start` with the start in UTC minutes.
Where a session is to be moved there, its booking follows: `trainer-type-start-moving`.

Where a way leads to is handed in, because the booking buttons lead here.
"""

import re
from typing import NamedTuple

from aiogram.filters.callback_data import CallbackData
from aiogram.types import InlineKeyboardButton

from bot.chat import Rows
from bot.keyboards.button import Count, Key, Nothing, Style, back, below, button, home, pay
from bot.keyboards.package import OpenPackages
from bot.words import Words
from domain.package import QUANTITY_LIMIT, Package
from domain.purchase import Purchase, Terms

SLOT = re.compile(r"([0-9]{1,9})-([0-9]{1,4})-([0-9]{1,8})(?:-([0-9]{1,9}))?")
"""As many digits as a button that pays has room for."""
QUICK_QUANTITIES = (5, 10, 20)


class OpenShop(CallbackData, prefix="by"):
    """What is on sale; `back` names the slot to return to."""

    back: str = ""


class PickPackage(CallbackData, prefix="by.p"):
    """Show what so many of a package would bring."""

    package: Key
    quantity: Count = 1
    back: str = ""


class Pay(CallbackData, prefix="by.ok"):
    """Send an invoice over the amount that the button named; `after` is the last order before this offer."""

    package: Key
    quantity: Count
    amount: Count
    back: str = ""
    after: Count


class PutAway(CallbackData, prefix="by.x"):
    """Take the unpaid invoice of this order out of the chat."""

    purchase: Key


class OtherAmount(CallbackData, prefix="by.o"):
    """Put away the order's unpaid invoice, which is that message, and open the shop."""

    purchase: Key
    invoice: Key


class Slot(NamedTuple):
    """What `back` names; `start` is in UTC minutes, `moving` 0 where a new booking is made."""

    trainer: int
    type: int
    start: int
    moving: int


def slot_for(trainer: int, kind: int, start: int, moving: int = 0) -> str:
    """The slot as `back` carries it."""
    return f"{trainer}-{kind}-{start}" + (f"-{moving}" if moving else "")


def slot_of(text: str) -> Slot | None:
    """The slot that is meant, or None where a forged button carries something else."""
    found = SLOT.fullmatch(text)
    return Slot(*(int(part or 0) for part in found.groups())) if found else None


def shop(
    words: Words,
    packages: list[Package],
    exact: tuple[Package, int] | None,
    slot: str,
    way_back: CallbackData,
    *,
    may_price: bool,
) -> Rows:
    """What is on sale; `exact` is the way to just the units that a slot lacks, and comes first."""
    first = (_exact(words, *exact, slot),) if exact else ()
    others = [each for each in packages if exact is None or each.id != exact[0].id]
    picks = tuple((button(offer(words, each), PickPackage(package=each.id, back=slot)),) for each in others)
    edit = ((button(words.plain("Packages"), OpenPackages()),),) if may_price and not packages else ()
    return (*first, *picks, *edit, (back(words, way_back), home(words)) if slot else (home(words),))


def offer(words: Words, package: Package, quantity: int = 1) -> str:
    """`10 units · €220 (€22 each)`."""
    price = words.money(package.price_minor * quantity, package.currency)
    units = words.units(package.units * quantity)
    if package.units * quantity == 1:
        return words.plain("{units} · {price}", units=units, price=price)
    each = words.money(package.unit_price_minor, package.currency)
    return words.plain("{units} · {price} ({each} each)", units=units, price=price, each=each)


def terms(words: Words, offered: Terms, slot: str, *, payable: bool) -> Rows:
    """Pay or go back; single units have a stepper, and the package beside it that is cheaper."""
    single = offered.package.units == 1
    package = offered.cheaper if payable else None
    return (
        *(_stepper(offered, slot) if single else ()),
        *(((_as_package(words, offered, package, slot),),) if package else ()),
        *(((_pay(words, offered, slot),),) if payable else ()),
        (back(words, OpenShop(back=slot)), home(words)),
    )


def invoice(words: Words, made: Purchase) -> Rows:
    """Under the invoice: paying has to come first."""
    return (*receipt(words, made), (button(words.plain("Cancel"), PutAway(purchase=made.id)),))


def receipt(words: Words, made: Purchase) -> Rows:
    """Under the invoice once it is paid; Telegram makes a button that shows the receipt of it."""
    return ((pay(words.plain("Pay {price}", price=words.money(made.amount_minor, made.currency))),),)


def ordered(words: Words, made: Purchase, invoice_id: int) -> Rows:
    """Under the offer whose invoice is out: it stays to say what became of it, until another amount is wanted."""
    other = button(words.plain("‹ Other amount"), OtherAmount(purchase=made.id, invoice=invoice_id))
    return ((other, below(home(words))),)


def settled(words: Words) -> Rows:
    return ((below(button(words.plain("Buy more"), OpenShop())), below(home(words))),)


def paid(words: Words, label: str, go_on: CallbackData) -> Rows:
    """Under the proof of a payment, which stays."""
    return ((below(button(label, go_on, Style.PRIMARY)),), (below(home(words)),))


def only_home(words: Words) -> Rows:
    return ((below(home(words)),),)


def _exact(words: Words, package: Package, quantity: int, slot: str) -> tuple[InlineKeyboardButton]:
    data = PickPackage(package=package.id, quantity=quantity, back=slot)
    return (button(offer(words, package, quantity), data, Style.PRIMARY),)


def _as_package(words: Words, offered: Terms, package: Package, slot: str) -> InlineKeyboardButton:
    label = words.plain(
        "{n} as a package · {price} · saves {saved}",
        n=package.units,
        price=words.money(package.price_minor, package.currency),
        saved=words.money(offered.amount_minor - package.price_minor, package.currency),
    )
    return button(label, PickPackage(package=package.id, back=slot), Style.PRIMARY)


def _pay(words: Words, offered: Terms, slot: str) -> InlineKeyboardButton:
    amount = words.money(offered.amount_minor, offered.package.currency)
    label = (
        words.plain("Buy {units} · {price}", units=words.units(offered.units), price=amount)
        if offered.package.units == 1
        else words.plain("Pay {price}", price=amount)
    )
    data = Pay(
        package=offered.package.id,
        quantity=offered.quantity,
        amount=offered.amount_minor,
        back=slot,
        after=offered.after,
    )
    return button(label, data, None if offered.cheaper else Style.PRIMARY)


def _stepper(offered: Terms, slot: str) -> Rows:
    def step(label: str, quantity: int) -> InlineKeyboardButton:
        possible = 1 <= quantity <= QUANTITY_LIMIT and quantity != count
        data = PickPackage(package=offered.package.id, quantity=quantity, back=slot) if possible else Nothing()
        return button(label, data)

    count = offered.quantity
    less, more = step("−", count - 1), step("+", count + 1)
    quick = tuple(step(str(each), each) for each in QUICK_QUANTITIES)
    return ((less, button(str(count), Nothing()), more), quick)
