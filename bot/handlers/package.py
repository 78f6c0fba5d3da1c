"""What is on sale: listing, changing and adding packages. Buying them is `purchase`."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any, NamedTuple

from bot import reading
from bot.action import Actions, Turn
from bot.chat import Screen
from bot.keyboards.package import (
    AskPrice,
    AskUnits,
    AskValidity,
    Create,
    MoveUp,
    OpenPackage,
    OpenPackages,
    PickPrice,
    PickUnits,
    PickValidity,
    SetOnSale,
    SetPrice,
    SetValidity,
)
from bot.ports import Work
from bot.screens import package as screens
from bot.screens import problem
from domain import asking, package
from domain.error import Refusal
from domain.ids import PackageId
from domain.package import Package, PriceChanged, Terms
from domain.permission import Permission

on = Actions()


class Shelf(NamedTuple):
    """A package, and the list it stands in."""

    shown: Package
    listed: list[Package]


@on.command("packages", may=Permission.PRICE)
@on.tap(OpenPackages, may=Permission.PRICE)
async def packages(turn: Turn[Any]) -> None:
    await turn.show(_list(turn, await turn.read(_all)))


@on.tap(OpenPackage, may=Permission.PRICE)
async def card(turn: Turn[Any]) -> None:
    await _show(turn, await turn.read(_shelf, turn.data.package))


@on.tap(AskPrice, may=Permission.PRICE)
async def ask_price(turn: Turn[AskPrice]) -> None:
    shown = await turn.transact(_ask, turn, "package_price", turn.data.package)
    await turn.show(screens.ask_price(turn.words, shown))


@on.typed("package_price", may=Permission.PRICE)
async def typed_price(turn: Turn[str | None]) -> None:
    shown = (await turn.read(_shelf, turn.asked_number("package"))).shown
    try:
        price_minor = reading.amount(turn.data, shown.currency)
        package.check_price(price_minor, shown.currency)
    except Refusal as refusal:
        await _again(turn, refusal, screens.ask_price(turn.words, shown))
    else:
        await turn.show(screens.confirm_price(turn.words, shown, price_minor))


@on.tap(SetPrice, may=Permission.PRICE, late=card)
async def set_price(turn: Turn[SetPrice]) -> None:
    asked = turn.data
    try:
        shelf = await turn.transact(_changing, package.set_price, turn, asked.price_minor, asked.before)
    except PriceChanged as refusal:
        shown = (await turn.read(_shelf, asked.package)).shown
        await _again(turn, refusal, screens.confirm_price(turn.words, shown, asked.price_minor))
    else:
        await _show(turn, shelf, screens.price_changed(turn.words, shelf.shown))


@on.tap(AskValidity, may=Permission.PRICE)
async def ask_validity(turn: Turn[AskValidity]) -> None:
    shown = await turn.transact(_ask, turn, "package_validity", turn.data.package)
    await turn.show(screens.ask_validity(turn.words, shown))


@on.typed("package_validity", may=Permission.PRICE)
async def typed_validity(turn: Turn[str | None]) -> None:
    shown = (await turn.read(_shelf, turn.asked_number("package"))).shown
    try:
        valid_days = reading.days(turn.data) or None
        shelf = await turn.transact(_change, package.set_validity, turn, shown.id, valid_days)
    except Refusal as refusal:
        await _again(turn, refusal, screens.ask_validity(turn.words, shown))
    else:
        await _show(turn, shelf, screens.validity_changed(turn.words))


@on.tap(SetValidity, may=Permission.PRICE, late=card)
async def set_validity(turn: Turn[SetValidity]) -> None:
    shelf = await turn.transact(_changing, package.set_validity, turn, turn.data.days or None)
    await _show(turn, shelf, screens.validity_changed(turn.words))


@on.tap(SetOnSale, may=Permission.PRICE, late=card)
async def set_on_sale(turn: Turn[SetOnSale]) -> None:
    shelf = await turn.transact(_changing, package.set_on_sale, turn, turn.data.on_sale)
    await _show(turn, shelf, screens.sale_changed(turn.words, shelf.shown))


@on.tap(MoveUp, may=Permission.PRICE)
async def move_up(turn: Turn[MoveUp]) -> None:
    await _show(turn, await turn.transact(_changing, package.move_up, turn, PackageId(turn.data.above)))


@on.tap(AskUnits, may=Permission.PRICE)
async def ask_units(turn: Turn[AskUnits]) -> None:
    await turn.transact(asking.ask, turn.actor.id, "package_units")
    await turn.show(screens.ask_units(turn.words))


@on.typed("package_units", may=Permission.PRICE)
async def typed_units(turn: Turn[str | None]) -> None:
    try:
        await _ask_new_price(turn, reading.number(turn.data))
    except Refusal as refusal:
        await _again(turn, refusal, screens.ask_units(turn.words))


@on.tap(PickUnits, may=Permission.PRICE)
async def pick_units(turn: Turn[PickUnits]) -> None:
    await _ask_new_price(turn, turn.data.units)


@on.typed("package_new_price", may=Permission.PRICE)
async def typed_new_price(turn: Turn[str | None]) -> None:
    units = turn.asked_number("units")
    try:
        await _ask_new_validity(turn, units, reading.amount(turn.data, turn.studio.currency))
    except Refusal as refusal:
        await _again(turn, refusal, screens.ask_new_price(turn.words, units, turn.studio.currency))


@on.tap(PickPrice, may=Permission.PRICE)
async def pick_price(turn: Turn[PickPrice]) -> None:
    await _ask_new_validity(turn, turn.data.units, turn.data.price_minor)


@on.typed("package_new_validity", may=Permission.PRICE)
async def typed_new_validity(turn: Turn[str | None]) -> None:
    terms = _terms(turn, turn.asked_number("units"), turn.asked_number("price_minor"))
    try:
        terms = package.checked(replace(terms, valid_days=reading.days(turn.data) or None))
    except Refusal as refusal:
        await _again(turn, refusal, screens.ask_new_validity(turn.words, terms))
    else:
        await turn.show(screens.confirm_new(turn.words, terms, online=turn.settings.online))


@on.tap(PickValidity, may=Permission.PRICE)
async def preview(turn: Turn[Any]) -> None:
    terms = _terms(turn, turn.data.units, turn.data.price_minor, turn.data.days or None)
    await turn.show(screens.confirm_new(turn.words, terms, online=turn.settings.online))


@on.tap(Create, may=Permission.PRICE, late=preview)
async def create(turn: Turn[Create]) -> None:
    made, listed = await turn.transact(_create, turn)
    await turn.show(_list(turn, listed, screens.created(turn.words, made)))


async def _ask_new_price(turn: Turn[Any], units: int) -> None:
    package.check_units(units)
    await turn.transact(asking.ask, turn.actor.id, "package_new_price", {"units": units})
    await turn.show(screens.ask_new_price(turn.words, units, turn.studio.currency))


async def _ask_new_validity(turn: Turn[Any], units: int, price_minor: int) -> None:
    terms = _terms(turn, units, price_minor)
    values: dict[str, asking.Answered] = {"units": units, "price_minor": price_minor}
    await turn.transact(asking.ask, turn.actor.id, "package_new_validity", values)
    await turn.show(screens.ask_new_validity(turn.words, terms))


async def _again(turn: Turn[Any], refusal: Refusal, question: Screen) -> None:
    """The question stays open; what was wrong with the answer stands above it."""
    await turn.refuse(problem.words_for(turn.words, refusal), question)


async def _show(turn: Turn[Any], shelf: Shelf, changed: str = "") -> None:
    await turn.show(screens.card(turn.words, shelf.listed, shelf.shown, changed))


def _list(turn: Turn[Any], listed: list[Package], changed: str = "") -> Screen:
    return screens.packages(turn.words, listed, online=turn.settings.online, changed=changed)


def _terms(turn: Turn[Any], units: int, price_minor: int, valid_days: int | None = None) -> Terms:
    return package.checked(
        Terms(units=units, price_minor=price_minor, currency=turn.studio.currency, valid_days=valid_days)
    )


def _all(work: Work) -> list[Package]:
    listed: list[Package] = work.packages.list_all()
    return listed


def _shelf(work: Work, package_id: int) -> Shelf:
    return Shelf(work.packages.get(PackageId(package_id)), work.packages.list_all())


def _ask(work: Work, turn: Turn[Any], kind: str, package_id: int) -> Package:
    shown: Package = work.packages.get(PackageId(package_id))
    asking.ask(work, turn.actor.id, kind, {"package": package_id})
    return shown


def _changing(work: Work, action: Callable[..., Package], turn: Turn[Any], *values: Any) -> Shelf:
    """Change the package that the tapped button names."""
    return _change(work, action, turn, turn.data.package, *values)


def _change(work: Work, action: Callable[..., Package], turn: Turn[Any], package_id: int, *values: Any) -> Shelf:
    action(work, turn.actor, PackageId(package_id), *values)
    return _shelf(work, package_id)


def _create(work: Work, turn: Turn[Create]) -> tuple[Package, list[Package]]:
    terms = turn.data
    made = package.create(work, turn.actor, terms.units, terms.price_minor, turn.studio.currency, terms.days or None)
    return made, work.packages.list_all()
