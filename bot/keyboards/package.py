"""Buttons of what is on sale, for the admin. Each carries the state it leads to, so a second tap changes nothing."""

from aiogram.filters.callback_data import CallbackData
from aiogram.types import InlineKeyboardButton

from bot.chat import Rows
from bot.keyboards.button import Count, Key, Style, back, button, grid, home
from bot.keyboards.studio import OpenAdmin
from bot.words import Words
from domain.package import Package, Terms

FOR_EVER = 0
UNITS = (1, 5, 10, 20)
VALID_DAYS = (FOR_EVER, 30, 90, 180, 365)


class OpenPackages(CallbackData, prefix="pk"):
    """All packages, on sale or hidden."""


class OpenPackage(CallbackData, prefix="pk.c"):
    """One package's card."""

    package: Key


class AskPrice(CallbackData, prefix="pk.p"):
    """Let the admin type another price."""

    package: Key


class SetPrice(CallbackData, prefix="pk.pp"):
    """Sell at this price from now on, instead of the one that was shown."""

    package: Key
    price_minor: Count
    before: Count


class AskValidity(CallbackData, prefix="pk.v"):
    """Offer other validities, or let the admin type one."""

    package: Key


class SetValidity(CallbackData, prefix="pk.vv"):
    """Units bought from now on are valid for so many days; 0 is for ever."""

    package: Key
    days: Count


class SetOnSale(CallbackData, prefix="pk.s"):
    """Show the package to buyers (1), or hide it (0)."""

    package: Key
    on_sale: bool


class MoveUp(CallbackData, prefix="pk.u"):
    """List the package before the one that is now just above it."""

    package: Key
    above: Key


class AskUnits(CallbackData, prefix="pk.n"):
    """A new package: how many units?"""


class PickUnits(CallbackData, prefix="pk.nu"):
    """Then: at which price?"""

    units: Count


class PickPrice(CallbackData, prefix="pk.np"):
    """Then: valid for how long?"""

    units: Count
    price_minor: Count


class PickValidity(CallbackData, prefix="pk.nv"):
    """Then: look at it before it is on sale."""

    units: Count
    price_minor: Count
    days: Count


class Create(CallbackData, prefix="pk.ok"):
    """Put it on sale."""

    units: Count
    price_minor: Count
    days: Count


def packages(words: Words, listed: list[Package]) -> Rows:
    cards = [button(label(words, each), OpenPackage(package=each.id)) for each in listed]
    new = button(words.plain("New package"), AskUnits(), Style.PRIMARY)
    return (*grid(cards, 2), (new,), (back(words, OpenAdmin()), home(words)))


def label(words: Words, listed: Package) -> str:
    """`10 units · €220`, and whether buyers see it."""
    facts = {"units": words.units(listed.units), "price": words.money(listed.price_minor, listed.currency)}
    return words.plain("{units} · {price}", **facts) if listed.on_sale else words.plain("Hidden: {units}", **facts)


def card(words: Words, shown: Package, above: Package | None) -> Rows:
    sale = SetOnSale(package=shown.id, on_sale=not shown.on_sale)
    toggle = button(words.plain("Hide from buyers"), sale) if shown.on_sale else None
    up = (button(words.plain("Move up"), MoveUp(package=shown.id, above=above.id)),) if above else ()
    return (
        (
            button(words.plain("Change price"), AskPrice(package=shown.id)),
            button(words.plain("Change validity"), AskValidity(package=shown.id)),
        ),
        (toggle or button(words.plain("Put on sale"), sale, Style.SUCCESS), *up),
        _last(words, OpenPackages()),
    )


def confirm_price(words: Words, shown: Package, price_minor: int) -> Rows:
    price = words.money(price_minor, shown.currency)
    change = SetPrice(package=shown.id, price_minor=price_minor, before=shown.price_minor)
    return (
        (button(words.plain("Sell at {price}", price=price), change, Style.PRIMARY),),
        (button(words.plain("Another price"), AskPrice(package=shown.id)),),
        _last(words, OpenPackage(package=shown.id)),
    )


def typing(words: Words, way_back: CallbackData) -> Rows:
    return ((button(words.plain("Cancel"), way_back), home(words)),)


def validities(words: Words, shown: Package) -> Rows:
    picks = [button(_days(words, days), SetValidity(package=shown.id, days=days)) for days in VALID_DAYS]
    return (*grid(picks, 3), _last(words, OpenPackage(package=shown.id)))


def units(words: Words) -> Rows:
    return (tuple(button(str(count), PickUnits(units=count)) for count in UNITS), _last(words, OpenPackages()))


def new_validities(words: Words, units: int, price_minor: int) -> Rows:
    picks = [
        button(_days(words, days), PickValidity(units=units, price_minor=price_minor, days=days)) for days in VALID_DAYS
    ]
    return (*grid(picks, 3), _last(words, PickUnits(units=units)))


def confirm_new(words: Words, terms: Terms) -> Rows:
    create = Create(units=terms.units, price_minor=terms.price_minor, days=terms.valid_days or FOR_EVER)
    return (
        (button(words.plain("Put on sale"), create, Style.SUCCESS),),
        _last(words, PickPrice(units=terms.units, price_minor=terms.price_minor)),
    )


def _days(words: Words, days: int) -> str:
    return words.n("{n} day", "{n} days", days) if days else words.plain("No limit")


def _last(words: Words, way_back: CallbackData) -> tuple[InlineKeyboardButton, ...]:
    return (back(words, way_back), home(words))
