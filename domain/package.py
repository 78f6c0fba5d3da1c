"""What is on sale: packages of units at a price. A single unit is a package of one. Buying them is `purchase`."""

from dataclasses import dataclass, replace
from typing import ClassVar, Protocol

from domain import audit, person
from domain.error import Refusal
from domain.ids import PackageId
from domain.permission import Permission
from domain.person import Person

UNITS_LIMIT = 500
PRICE_LIMIT_MINOR = 1_000_000
VALID_DAYS_LIMIT = 3650


class PackageUnusable(Refusal):
    """A figure of the package lies outside `low` … `high`."""

    code: ClassVar[str] = "package_unusable"

    def __init__(self, field: str, low: int, high: int) -> None:
        super().__init__(field, low, high)
        self.field, self.low, self.high = field, low, high


@dataclass(frozen=True, slots=True, kw_only=True)
class Package:
    """So many units for so much money; `valid_days` counts from the day of purchase, None is for ever."""

    id: PackageId
    units: int
    price_minor: int
    currency: str
    valid_days: int | None = None
    on_sale: bool = True
    position: int = 0

    @property
    def unit_price_minor(self) -> int:
        """Price of one unit, rounded half up to the minor unit."""
        return (2 * self.price_minor + self.units) // (2 * self.units)


class PackageStore(Protocol):
    def get(self, package_id: PackageId) -> Package: ...
    def list_all(self) -> list[Package]: ...
    def add(self, *, units: int, price_minor: int, currency: str, valid_days: int | None, position: int) -> Package: ...
    def save(self, package: Package) -> None: ...


class Work(person.Work, Protocol):
    @property
    def packages(self) -> PackageStore: ...


def create(work: Work, actor: Person, units: int, price_minor: int, currency: str, valid_days: int | None) -> Package:
    """Put a new package on sale, last in the list."""
    person.require(actor, Permission.PRICE)
    _check("units", units, 1, UNITS_LIMIT)
    _check("price", price_minor, 1, PRICE_LIMIT_MINOR)
    if valid_days is not None:
        _check("valid_days", valid_days, 1, VALID_DAYS_LIMIT)
    position = max((other.position for other in work.packages.list_all()), default=0) + 1
    made = work.packages.add(
        units=units, price_minor=price_minor, currency=currency, valid_days=valid_days, position=position
    )
    audit.record(work, actor.id, "package.create", f"package:{made.id}", units=units, price_minor=price_minor)
    return made


def set_price(work: Work, actor: Person, package_id: PackageId, price_minor: int) -> Package:
    """Change the price; invoices already sent at the old one are refused at their pre-checkout."""
    _check("price", price_minor, 1, PRICE_LIMIT_MINOR)
    return _change(work, actor, replace(work.packages.get(package_id), price_minor=price_minor), "price")


def set_validity(work: Work, actor: Person, package_id: PackageId, valid_days: int | None) -> Package:
    """Change for how many days units bought from now on are valid."""
    if valid_days is not None:
        _check("valid_days", valid_days, 1, VALID_DAYS_LIMIT)
    return _change(work, actor, replace(work.packages.get(package_id), valid_days=valid_days), "validity")


def set_on_sale(work: Work, actor: Person, package_id: PackageId, on_sale: bool) -> Package:
    """Show the package to buyers, or hide it."""
    return _change(work, actor, replace(work.packages.get(package_id), on_sale=on_sale), "on_sale")


def move_up(work: Work, actor: Person, package_id: PackageId) -> Package:
    """Swap the package with the one listed before it; the first stays where it is."""
    person.require(actor, Permission.PRICE)
    listed = work.packages.list_all()
    index = next(i for i, other in enumerate(listed) if other.id == package_id)
    if index == 0:
        return listed[0]
    before, this = listed[index - 1], listed[index]
    work.packages.save(replace(before, position=this.position))
    return _change(work, actor, replace(this, position=before.position), "position")


def _change(work: Work, actor: Person, changed: Package, field: str) -> Package:
    person.require(actor, Permission.PRICE)
    work.packages.save(changed)
    audit.record(work, actor.id, "package.change", f"package:{changed.id}", field=field)
    return changed


def _check(field: str, value: int, low: int, high: int) -> None:
    if not low <= value <= high:
        raise PackageUnusable(field, low, high)
