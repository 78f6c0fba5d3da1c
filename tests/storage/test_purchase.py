"""Orders and charges on a real database: one charge, one credit, whatever else is claimed (B5, promise 2)."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta

import pytest

from domain import credit, package, purchase
from domain.credit import Credit
from domain.error import NotFound
from domain.ids import PackageId
from domain.package import Package
from domain.person import Person
from domain.purchase import AlreadyPaid, Charge, OfferChanged, Ordered, Purchase, QuantityOutOfRange, WrongPayer
from tests.till import NOON, Till


@pytest.fixture
def till(database_url: str) -> Iterator[Till]:
    made = Till(database_url)
    yield made
    made.close()


@pytest.fixture
def anna(till: Till) -> Person:
    return till.person("Anna")


@pytest.fixture
def ten(till: Till) -> Package:
    return till.package(10, 22000, valid_days=90)


def order(till: Till, buyer: Person, wanted: Package, quantity: int = 1) -> Purchase:
    agreed = wanted.price_minor * quantity
    made: Purchase = till.act(purchase.order, buyer, wanted.id, quantity, agreed_minor=agreed).purchase
    return made


def charge_for(made: Purchase, number: int = 1) -> Charge:
    return Charge(
        id=f"tg-{number}", provider_id="ch", token=made.token, amount_minor=made.amount_minor, currency=made.currency
    )


def told(till: Till, kind: str) -> int:
    return len(till.rows("SELECT id FROM outbox WHERE kind = :kind", kind=kind))


def test_a_charge_told_again_is_credited_once_and_says_the_same(till: Till, anna: Person, ten: Package) -> None:
    made = order(till, anna, ten)
    first, second = (till.act(credit.credit, anna, charge_for(made)) for _ in range(2))
    assert first is not None
    assert second is not None
    assert (first.again, second.again) == (False, True)
    assert (first.lot, first.balance) == (second.lot, second.balance)
    assert till.account(anna) == (10, 0)


def test_one_charge_told_by_many_at_once_is_credited_once(till: Till, anna: Person, ten: Package) -> None:
    made = order(till, anna, ten)

    def tell(_number: int) -> Credit | None:
        return till.act(credit.credit, anna, charge_for(made))

    with ThreadPoolExecutor(8) as crowd:
        credits_ = [each for each in crowd.map(tell, range(24)) if each]
    assert len(credits_) == 24
    assert [each.again for each in credits_].count(False) == 1
    assert till.account(anna) == (10, 0)


def test_two_payments_of_one_invoice_that_cross_bring_its_units_twice(till: Till, anna: Person, ten: Package) -> None:
    made = order(till, anna, ten)
    for number in (1, 2):
        till.act(credit.credit, anna, charge_for(made, number))
    assert till.account(anna) == (20, 0)


@pytest.mark.parametrize("wrong", [{"amount_minor": 21999}, {"currency": "USD"}, {"token": "unknown"}])
def test_a_charge_that_fits_no_order_is_kept_and_told_to_the_admins_once(
    till: Till, anna: Person, ten: Package, wrong: dict[str, object]
) -> None:
    charge = replace(charge_for(order(till, anna, ten)), **wrong)
    assert [till.act(credit.credit, anna, charge) for _ in range(2)] == [None, None]
    assert till.account(anna) == (0, 0)
    assert told(till, "payment_unmatched") == 1
    assert len(till.rows("SELECT id FROM charge WHERE purchase_id IS NULL")) == 1


def test_a_charge_from_somebody_else_is_kept_and_nobody_gets_units(till: Till, anna: Person, ten: Package) -> None:
    ben = till.person("Ben")
    assert till.act(credit.credit, ben, charge_for(order(till, anna, ten))) is None
    assert (till.account(anna), till.account(ben)) == ((0, 0), (0, 0))
    assert told(till, "payment_unmatched") == 1


def test_units_are_valid_as_the_order_said_whatever_the_package_says_by_now(
    till: Till, anna: Person, ten: Package
) -> None:
    made = order(till, anna, ten)
    till.act(package.set_validity, till.owner, ten.id, 5)
    credited = till.act(credit.credit, anna, charge_for(made))
    assert credited is not None
    assert credited.lot.expires_on == NOON.date() + timedelta(days=90)


def test_a_payment_for_something_no_longer_on_sale_still_becomes_units(till: Till, anna: Person, ten: Package) -> None:
    made = order(till, anna, ten)
    till.act(purchase.approve, anna, made.token, 22000, "EUR")
    till.act(package.set_on_sale, till.owner, ten.id, False)
    assert till.act(credit.credit, anna, charge_for(made)) is not None
    assert till.account(anna) == (10, 0)


def test_a_pre_checkout_is_refused_for_whatever_is_not_the_order(till: Till, anna: Person, ten: Package) -> None:
    made = order(till, anna, ten)
    for token, amount, currency in (("other", 22000, "EUR"), (made.token, 1, "EUR"), (made.token, 22000, "USD")):
        with pytest.raises(OfferChanged):
            till.act(purchase.approve, anna, token, amount, currency)
    with pytest.raises(WrongPayer):
        till.act(purchase.approve, till.person("Ben"), made.token, 22000, "EUR")


def test_a_pre_checkout_is_refused_at_an_old_price_and_for_a_hidden_package(
    till: Till, anna: Person, ten: Package
) -> None:
    made = order(till, anna, ten)
    till.act(package.set_price, till.owner, ten.id, 24000)
    with pytest.raises(OfferChanged):
        till.act(purchase.approve, anna, made.token, 22000, "EUR")
    till.act(package.set_price, till.owner, ten.id, 22000)
    till.act(package.set_on_sale, till.owner, ten.id, False)
    with pytest.raises(OfferChanged):
        till.act(purchase.approve, anna, made.token, 22000, "EUR")


def test_an_order_is_made_only_at_the_price_that_was_shown(till: Till, anna: Person, ten: Package) -> None:
    with pytest.raises(OfferChanged):
        till.act(purchase.order, anna, ten.id, 1, agreed_minor=21000)


@pytest.mark.parametrize("quantity", [-1, 0, 51])
def test_an_order_holds_one_to_fifty_packages(till: Till, anna: Person, ten: Package, quantity: int) -> None:
    with pytest.raises(QuantityOutOfRange):
        till.act(purchase.order, anna, ten.id, quantity, agreed_minor=22000 * quantity)


def test_one_offer_makes_one_order_and_a_fresh_offer_another(till: Till, anna: Person, ten: Package) -> None:
    def tap(after: int) -> Ordered:
        return till.act(purchase.order, anna, ten.id, 1, agreed_minor=22000, after=after)

    first, double = tap(0), tap(0)
    till.now += timedelta(minutes=1)
    stale = tap(0)
    fresh = tap(till.act(purchase.terms, anna, ten.id, 1).after)
    assert first.purchase == double.purchase == stale.purchase != fresh.purchase
    assert [first.again, double.again, stale.again, fresh.again] == [False, True, False, False]


def test_the_audit_trail_tells_that_an_order_was_put_away_and_that_it_was_asked_for_again(
    till: Till, anna: Person, ten: Package
) -> None:
    made = order(till, anna, ten)
    till.act(purchase.put_away, anna, made.id)
    for _ in range(2):
        till.act(purchase.order, anna, ten.id, 1, agreed_minor=22000, after=0)
    rows = till.rows("SELECT action FROM audit WHERE subject = :subject ORDER BY id", subject=f"purchase:{made.id}")
    assert [row[0] for row in rows] == ["purchase.order", "purchase.put_away", "purchase.have_back"]


def test_an_offer_whose_order_is_paid_is_finished(till: Till, anna: Person, ten: Package) -> None:
    made = order(till, anna, ten)
    till.act(credit.credit, anna, charge_for(made))
    with pytest.raises(AlreadyPaid):
        till.act(purchase.order, anna, ten.id, 1, agreed_minor=22000, after=0)
    with pytest.raises(AlreadyPaid):
        till.act(purchase.approve, anna, made.token, 22000, "EUR")
    assert till.act(purchase.own, anna, made.id).paid_at == till.now


def test_what_does_not_exist_cannot_be_ordered(till: Till, anna: Person) -> None:
    with pytest.raises(NotFound):
        till.act(purchase.order, anna, PackageId(2**62), 1, agreed_minor=1)
