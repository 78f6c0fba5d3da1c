"""What is on sale: packages of units at a price. A single unit is a package of one. Buying them is `purchase`."""

from collections.abc import Collection
from dataclasses import dataclass, fields, replace
from datetime import date, timedelta
from typing import ClassVar, Protocol

from domain import audit, person, studio
from domain.error import NotFound, Refusal
from domain.ids import PackageId
from domain.permission import Permission
from domain.person import Person

UNITS_LIMIT = 500
PRICE_LIMIT_MINOR = 40_000_000
"""`QUANTITY_LIMIT` of them still fit a 32-bit amount."""
VALID_DAYS_LIMIT = 3650
PACKAGES_LIMIT = 40
QUANTITY_LIMIT = 50
"""How many of one package an order holds at most."""


class PackageUnusable(Refusal):
    """A figure of the package (`units`, `valid_days`, or the number of `packages`) lies outside `low` … `high`."""

    code: ClassVar[str] = "package_unusable"

    def __init__(self, field: str, low: int, high: int) -> None:
        super().__init__(field, low, high)
        self.field, self.low, self.high = field, low, high


class PriceUnusable(Refusal):
    """A price lies outside `low` … `high`, in minor units of the currency."""

    code: ClassVar[str] = "price_unusable"

    def __init__(self, low: int, high: int, currency: str) -> None:
        super().__init__(low, high, currency)
        self.low, self.high, self.currency = low, high, currency


class PriceChanged(Refusal):
    """The package has neither the price that the confirmation showed nor the one that was confirmed."""

    code: ClassVar[str] = "price_changed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """So many units for so much money; `valid_days` counts from the day of purchase, None is for ever."""

    units: int
    price_minor: int
    currency: str
    valid_days: int | None = None

    @property
    def unit_price_minor(self) -> int:
        """Price of one unit, rounded half up to the minor unit."""
        return (2 * self.price_minor + self.units) // (2 * self.units)


@dataclass(frozen=True, slots=True, kw_only=True)
class Package(Terms):
    """Terms that buyers may take while they are on sale; lists are in the order of `position`."""

    id: PackageId
    on_sale: bool = True
    position: int = 0


class PackageStore(Protocol):
    def get(self, package_id: PackageId) -> Package: ...
    def lock(self, package_id: PackageId) -> Package:
        """Hold the row until the transaction ends, and read it after that."""
        ...

    def list_all(self) -> list[Package]: ...
    def add(self, *, units: int, price_minor: int, currency: str, valid_days: int | None, position: int) -> Package: ...
    def save(self, package: Package) -> None: ...


class Work(studio.Work, Protocol):
    @property
    def packages(self) -> PackageStore: ...


def on_sale(work: Work) -> list[Package]:
    """What can be bought now, in the studio's order."""
    return [each for each in work.packages.list_all() if each.on_sale]


def cheapest(offered: Collection[Package], units: int) -> tuple[Package, int] | None:
    """The cheapest way to exactly so many units, one package of them or single ones: which package, how many of it."""
    ways = [(each, 1) for each in offered if each.units == units]
    if 1 < units <= QUANTITY_LIMIT:
        ways += [(each, units) for each in offered if each.units == 1]
    return min(ways, key=lambda way: way[0].price_minor * way[1], default=None)


def last_day(valid_days: int | None, today: date) -> date | None:
    """The last studio date of units bought today; None where they do not expire."""
    return None if valid_days is None else today + timedelta(days=valid_days)


def lasts_until(bought: Package, today: date, day: date) -> bool:
    """Whether units bought today can still be used on that day."""
    last = last_day(bought.valid_days, today)
    return last is None or day <= last


def checked(terms: Terms) -> Terms:
    """The terms, when they can be sold. Raises `PackageUnusable` or `PriceUnusable`."""
    check_units(terms.units)
    check_price(terms.price_minor, terms.currency)
    check_validity(terms.valid_days)
    return terms


def check_units(units: int) -> None:
    if not 1 <= units <= UNITS_LIMIT:
        raise PackageUnusable("units", 1, UNITS_LIMIT)


def check_price(price_minor: int, currency: str) -> None:
    if not 1 <= price_minor <= PRICE_LIMIT_MINOR:
        raise PriceUnusable(1, PRICE_LIMIT_MINOR, currency)


def check_validity(valid_days: int | None) -> None:
    if valid_days is not None and not 1 <= valid_days <= VALID_DAYS_LIMIT:
        raise PackageUnusable("valid_days", 1, VALID_DAYS_LIMIT)


def create(work: Work, actor: Person, units: int, price_minor: int, currency: str, valid_days: int | None) -> Package:
    """Put a package on sale, last in the list; one on the same terms is put back on sale instead of a second."""
    person.require(actor, Permission.PRICE)
    work.studio.lock()  # two admins with the same in mind make one package
    terms = checked(Terms(units=units, price_minor=price_minor, currency=currency, valid_days=valid_days))
    listed = work.packages.list_all()
    for known in listed:
        if _terms(known) == terms:
            return set_on_sale(work, actor, known.id, on_sale=True)
    if len(listed) >= PACKAGES_LIMIT:
        raise PackageUnusable("packages", 1, PACKAGES_LIMIT)
    made = work.packages.add(
        units=units,
        price_minor=price_minor,
        currency=currency,
        valid_days=valid_days,
        position=max((other.position for other in listed), default=0) + 1,
    )
    audit.record(work, actor.id, "package.create", f"package:{made.id}", units=units, price_minor=price_minor)
    return made


def set_price(work: Work, actor: Person, package_id: PackageId, price_minor: int, seen: int | None = None) -> Package:
    """Change the price; invoices already sent at the old one are refused at their pre-checkout.

    `seen` is the price that the confirmation showed. Raises `PriceChanged` when it is another by now.
    """
    before = _locked(work, actor, package_id)
    check_price(price_minor, before.currency)
    if before.price_minor not in {price_minor, seen} and seen is not None:
        raise PriceChanged
    return _keep(work, actor, before, replace(before, price_minor=price_minor))


def set_validity(work: Work, actor: Person, package_id: PackageId, valid_days: int | None) -> Package:
    """Change for how many days units bought from now on are valid."""
    check_validity(valid_days)
    before = _locked(work, actor, package_id)
    return _keep(work, actor, before, replace(before, valid_days=valid_days))


def set_on_sale(work: Work, actor: Person, package_id: PackageId, on_sale: bool) -> Package:
    """Show the package to buyers, or hide it."""
    before = _locked(work, actor, package_id)
    return _keep(work, actor, before, replace(before, on_sale=on_sale))


def move_up(work: Work, actor: Person, package_id: PackageId, above: PackageId) -> Package:
    """Move the package up past `above`; where that is not the one just before it (any more), nothing changes."""
    person.require(actor, Permission.PRICE)
    work.studio.lock()  # two admins who move at once do so one after the other
    listed = work.packages.list_all()
    index = next((nth for nth, each in enumerate(listed) if each.id == package_id), None)
    if index is None:
        raise NotFound
    if index == 0 or listed[index - 1].id != above:
        return listed[index]
    listed[index - 1 : index + 1] = [listed[index], listed[index - 1]]
    for position, each in enumerate(listed, start=1):
        before = work.packages.lock(each.id)
        _keep(work, actor, before, replace(before, position=position))
    return work.packages.get(package_id)


def _locked(work: Work, actor: Person, package_id: PackageId) -> Package:
    """The package, locked for somebody who may change it."""
    person.require(actor, Permission.PRICE)
    return work.packages.lock(package_id)


def _keep(work: Work, actor: Person, before: Package, changed: Package) -> Package:
    """Save the package and audit what is different; nothing where nothing is."""
    names = [field.name for field in fields(Package) if getattr(changed, field.name) != getattr(before, field.name)]
    if names:
        work.packages.save(changed)
        facts = {name: getattr(changed, name) for name in names}
        audit.record(work, actor.id, "package.change", f"package:{changed.id}", **facts)
    return changed


def _terms(of: Package) -> Terms:
    return Terms(units=of.units, price_minor=of.price_minor, currency=of.currency, valid_days=of.valid_days)
