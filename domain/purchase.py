"""Buying units: the order, and the promise at the pre-checkout. What a captured payment becomes is `credit`.

Prices are checked before money moves. An order that was paid is finished: no pre-checkout of it passes any more.
"""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import ClassVar, Protocol

from domain import audit, ledger, package, person
from domain.error import Refusal
from domain.ids import PackageId, PersonId, PurchaseId
from domain.package import QUANTITY_LIMIT, Package
from domain.permission import Permission
from domain.person import Person

DOUBLE_TAP = timedelta(seconds=3)


class OfferChanged(Refusal):
    """The package is no longer on sale at the invoiced price; nothing was charged."""

    code: ClassVar[str] = "offer_changed"


class WrongPayer(Refusal):
    """The invoice was made out to somebody else."""

    code: ClassVar[str] = "wrong_payer"


class AlreadyPaid(Refusal):
    """The order was paid before; the same again takes a fresh order."""

    code: ClassVar[str] = "already_paid"

    def __init__(self, paid: "Purchase") -> None:
        super().__init__(paid.id)
        self.purchase = paid


class OrderPutAway(Refusal):
    """The buyer has put the invoice away, for another one or for none; nothing was charged."""

    code: ClassVar[str] = "order_put_away"


class QuantityOutOfRange(Refusal):
    """One order holds 1 to 50 packages."""

    code: ClassVar[str] = "quantity_out_of_range"


class Status(StrEnum):
    """An order is made, promised at the pre-checkout, and paid by one or more charges."""

    MADE = "made"
    APPROVED = "approved"
    PAID = "paid"


@dataclass(frozen=True, slots=True, kw_only=True)
class Purchase:
    """An order for `quantity` packages at the terms that were shown.

    `token` is the invoice's payload; `return_to` is the slot it was made for; `valid_days` counts from the payment;
    `offer_message_id` is the message whose button made it; `paid_at` is when the first payment counted; between
    `put_away_at` and the next time that it is asked for, nothing is promised any more.
    """

    id: PurchaseId
    token: str
    person_id: PersonId
    package_id: PackageId
    quantity: int
    units: int
    amount_minor: int
    currency: str
    valid_days: int | None
    status: Status
    return_to: str
    made_at: datetime
    offer_message_id: int | None = None
    approved_at: datetime | None = None
    paid_at: datetime | None = None
    put_away_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Charge:
    """A captured payment as the provider reports it. `id` is unique for ever at Telegram."""

    id: str
    provider_id: str
    token: str
    amount_minor: int
    currency: str


@dataclass(frozen=True, slots=True)
class Terms:
    """What buying so many of a package would bring: `available` units afterwards, the new ones until `expires_on`.

    `cheaper` is a package of just as many units that costs less; `after` is the buyer's last order so far (0: none).
    """

    package: Package
    quantity: int
    available: int
    expires_on: date | None
    cheaper: Package | None
    after: int

    @property
    def units(self) -> int:
        return self.package.units * self.quantity

    @property
    def amount_minor(self) -> int:
        return self.package.price_minor * self.quantity


@dataclass(frozen=True, slots=True)
class Ordered:
    """The order; `again` when a double tap made it a moment ago, so that its invoice is out already."""

    purchase: Purchase
    again: bool = False


class PurchaseStore(Protocol):
    def add(
        self,
        token: str,
        buyer_id: PersonId,
        bought: Package,
        quantity: int,
        return_to: str,
        made_at: datetime,
        offer_message_id: int | None,
    ) -> Purchase: ...
    def get(self, purchase_id: PurchaseId) -> Purchase: ...
    def lock_by_token(self, token: str) -> Purchase | None: ...
    def find_latest(self, person_id: PersonId) -> Purchase | None: ...
    def list_after(self, person_id: PersonId, purchase_id: int) -> list[Purchase]:
        """The person's later orders, newest first."""
        ...

    def mark_approved(self, purchase_id: PurchaseId, at: datetime) -> None: ...
    def mark_paid(self, purchase_id: PurchaseId, at: datetime) -> None: ...
    def mark_put_away(self, purchase_id: PurchaseId, at: datetime | None) -> None:
        """Put it away, or with None have it back."""
        ...

    def lock_approved_before(self, instant: datetime, limit: int) -> list[Purchase]: ...
    def mark_flagged(self, purchase_id: PurchaseId, at: datetime) -> None: ...
    def find_charge(self, charge_id: str) -> Purchase | None: ...
    def knows_charge(self, charge_id: str) -> bool: ...
    def add_charge(
        self, charge: Charge, payer_id: PersonId, purchase_id: PurchaseId | None, received_at: datetime
    ) -> None: ...


class Work(ledger.Work, package.Work, Protocol):
    @property
    def purchases(self) -> PurchaseStore: ...
    def token(self) -> str: ...


def own(work: Work, actor: Person, purchase_id: PurchaseId) -> Purchase:
    """One's own order; another's does not exist."""
    made = work.purchases.get(purchase_id)
    person.own(actor, made.person_id)
    return made


def put_away(work: Work, actor: Person, purchase_id: PurchaseId) -> Purchase:
    """Promise nothing for one's own order any more; one that is paid stays as it is."""
    made = work.purchases.lock_by_token(own(work, actor, purchase_id).token)
    assert made is not None, "orders stay"
    if made.status is not Status.PAID and made.put_away_at is None:
        work.purchases.mark_put_away(made.id, work.now)
        audit.record(work, actor.id, "purchase.put_away", f"purchase:{made.id}")
    return made


def terms(work: Work, actor: Person, package_id: PackageId, quantity: int) -> Terms:
    """What the person would get today. Raises `OfferChanged` for what is not on sale."""
    bought = work.packages.get(package_id)
    if not bought.on_sale:
        raise OfferChanged
    if not 1 <= quantity <= QUANTITY_LIMIT:
        raise QuantityOutOfRange
    available = ledger.balance_of(work, actor.id).available + bought.units * quantity
    latest = work.purchases.find_latest(actor.id)
    return Terms(
        package=bought,
        quantity=quantity,
        available=available,
        expires_on=package.last_day(bought.valid_days, work.studio.get().date_of(work.now)),
        cheaper=_cheaper(work, bought, quantity),
        after=latest.id if latest else 0,
    )


def order(
    work: Work,
    actor: Person,
    package_id: PackageId,
    quantity: int,
    return_to: str = "",
    *,
    agreed_minor: int,
    after: int | None = None,
    offer_message_id: int | None = None,
) -> Ordered:
    """Make an order that an invoice can be sent for, at the price that was shown; nothing is promised yet.

    One offer makes one order: with the `after` of the terms that were shown, another tap on them finds the order that
    exists. Raises `AlreadyPaid` once it is paid.
    """
    person.require(actor, Permission.BUY)
    if made := _made_before(work, actor, after, (package_id, quantity, agreed_minor, return_to)):
        return Ordered(made, again=work.now - made.made_at <= DOUBLE_TAP)
    wanted = terms(work, actor, package_id, quantity)
    if wanted.amount_minor != agreed_minor:
        raise OfferChanged
    made = work.purchases.add(work.token(), actor.id, wanted.package, quantity, return_to, work.now, offer_message_id)
    audit.record(work, actor.id, "purchase.order", f"purchase:{made.id}", amount_minor=made.amount_minor)
    return Ordered(made)


def approve(work: Work, payer: Person, token: str, amount_minor: int, currency: str) -> Purchase:
    """Answer the pre-checkout: who pays, how much, and is it unpaid and on sale at that price? Commit, then say yes."""
    made = work.purchases.lock_by_token(token)
    if made is None:
        raise OfferChanged
    if made.person_id != payer.id:
        raise WrongPayer
    if made.status is Status.PAID:
        raise AlreadyPaid(made)
    if made.put_away_at is not None:
        raise OrderPutAway
    if (made.amount_minor, made.currency) != (amount_minor, currency) or not _still_on_sale(work, made):
        raise OfferChanged
    work.purchases.mark_approved(made.id, work.now)
    audit.record(work, payer.id, "purchase.approve", f"purchase:{made.id}", amount_minor=amount_minor)
    return made


def _still_on_sale(work: Work, made: Purchase) -> bool:
    bought = work.packages.get(made.package_id)
    same = (bought.units * made.quantity, bought.price_minor * made.quantity) == (made.units, made.amount_minor)
    return bought.on_sale and same


def _made_before(
    work: Work, actor: Person, after: int | None, wanted: tuple[PackageId, int, int, str]
) -> Purchase | None:
    """The order that this very offer has led to, if any. Raises `AlreadyPaid`."""
    later = [] if after is None else work.purchases.list_after(actor.id, after)
    for made in later:
        if (made.package_id, made.quantity, made.amount_minor, made.return_to) == wanted:
            if made.status is Status.PAID:
                raise AlreadyPaid(made)
            _have_back(work, actor, made)
            return made
    return None


def _have_back(work: Work, actor: Person, made: Purchase) -> None:
    """Promise an order again that may have been put away."""
    work.purchases.mark_put_away(made.id, None)
    if made.put_away_at is not None:
        audit.record(work, actor.id, "purchase.have_back", f"purchase:{made.id}")


def _cheaper(work: Work, bought: Package, quantity: int) -> Package | None:
    best = package.cheapest(package.on_sale(work), bought.units * quantity)
    saves = best is not None and best[0].price_minor * best[1] < bought.price_minor * quantity
    return best[0] if best and best[1] == 1 and saves else None
