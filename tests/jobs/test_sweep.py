"""What the clock does to units and orders: expiry by the studio's calendar, and promises without payment (B12, B13)."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from domain import credit, ledger, purchase
from domain.ids import LotId
from domain.lot import Lot
from domain.person import Person
from domain.purchase import Charge
from jobs.sweep import expire_lots
from tests.till import NOON, Till

MOMENT = timedelta(seconds=1)


@pytest.fixture
def till(database_url: str) -> Iterator[Till]:
    made = Till(database_url)
    yield made
    made.close()


@pytest.fixture
def anna(till: Till) -> Person:
    return till.person("Anna")


def midnight_after(day: date, zone: str = "Europe/Berlin") -> datetime:
    """The instant at which the day is over in the zone."""
    return datetime.combine(day + timedelta(days=1), time(0), ZoneInfo(zone)).astimezone(UTC)


def lot_now(till: Till, lot_id: LotId) -> Lot:
    found: Lot = till.act(lambda work: work.ledger.get_lot(lot_id))
    return found


def notices(till: Till, kind: str) -> list[Any]:
    return till.rows(
        """SELECT person_id, due_at, "values" ->> 'units' AS units FROM outbox WHERE kind = :kind ORDER BY id""",
        kind=kind,
    )


@pytest.mark.parametrize(
    "last_day",
    [date(2026, 11, 30), date(2027, 3, 28), date(2027, 3, 27), date(2026, 10, 25), date(2026, 10, 24)],
    ids=["a winter day", "clocks go forward", "the day before", "clocks go back", "the day before that"],
)
def test_units_run_out_when_the_studios_day_is_over_and_not_a_second_before(
    till: Till, anna: Person, last_day: date
) -> None:
    lot = till.lot(anna, 3, last_day)
    till.now = midnight_after(last_day) - MOMENT
    till.act(expire_lots)
    assert lot_now(till, lot.id).available == 3
    till.now = midnight_after(last_day)
    till.act(expire_lots)
    assert lot_now(till, lot.id).expired == 3
    assert till.account(anna) == (0, 0)


@pytest.mark.parametrize("zone", ["Pacific/Kiritimati", "Pacific/Pago_Pago", "Asia/Kathmandu", "America/New_York"])
def test_the_studios_zone_decides_wherever_it_is(database_url: str, zone: str) -> None:
    till = Till(database_url, zone)
    anna, last_day = till.person("Anna"), date(2026, 12, 10)
    till.lot(anna, 3, last_day)
    till.now = midnight_after(last_day, zone) - MOMENT
    till.act(expire_lots)
    before = till.account(anna)
    till.now += MOMENT
    till.act(expire_lots)
    assert (before, till.account(anna)) == ((3, 0), (0, 0))
    till.close()


def test_held_units_outlast_the_expiry_and_expire_when_they_are_given_back(till: Till, anna: Person) -> None:
    lot = till.lot(anna, 3, NOON.date())
    (booking_id,) = till.bookings(anna, 1)
    till.act(ledger.hold, anna.id, booking_id, 2, NOON)
    till.now = midnight_after(NOON.date())
    till.act(expire_lots)
    assert (lot_now(till, lot.id).held, lot_now(till, lot.id).expired) == (2, 1)
    till.act(ledger.release, anna.id, booking_id, "cancelled")
    assert (lot_now(till, lot.id).held, lot_now(till, lot.id).expired) == (0, 3)


def test_the_owner_is_told_once_in_the_morning_of_all_that_ran_out(till: Till, anna: Person) -> None:
    till.lot(anna, 3, NOON.date())
    till.lot(anna, 4, NOON.date())
    till.now = midnight_after(NOON.date())
    for _ in range(3):
        till.act(expire_lots)
        till.now += timedelta(minutes=1)
    (told,) = notices(till, "expired")
    assert told.person_id == anna.id
    assert int(told.units) == 7
    assert str(told.due_at).startswith("2026-12-01 08:00"), "nine in Berlin"


def test_after_a_long_absence_the_owner_is_told_at_once(till: Till, anna: Person) -> None:
    till.lot(anna, 3, NOON.date() - timedelta(days=5))
    till.act(expire_lots)
    (told,) = notices(till, "expired")
    assert str(told.due_at).startswith(f"{NOON:%Y-%m-%d %H:%M}")


def test_a_lot_without_anything_left_runs_out_in_silence(till: Till, anna: Person) -> None:
    till.lot(anna, 3, NOON.date())
    till.act(ledger.withdraw, anna.id, 3, "slip", "a correction")
    till.now = midnight_after(NOON.date())
    till.act(expire_lots)
    assert notices(till, "expired") == []


def promised(till: Till, payer: Person) -> str:
    """An order whose pre-checkout was answered with yes."""
    ten = till.package(10, 22000)
    made = till.act(purchase.order, payer, ten.id, 1, agreed_minor=22000).purchase
    till.act(purchase.approve, payer, made.token, 22000, "EUR")
    return made.token


def test_a_promise_without_payment_is_told_to_the_admins_once(till: Till, anna: Person) -> None:
    promised(till, anna)
    till.now += timedelta(minutes=30)
    assert till.act(credit.flag_unpaid) == 0
    till.now += MOMENT
    assert till.act(credit.flag_unpaid) == 1
    assert till.act(credit.flag_unpaid) == 0
    (told,) = notices(till, "payment_missing")
    assert told.person_id == till.owner.id


def test_a_promise_that_was_paid_is_no_news(till: Till, anna: Person) -> None:
    token = promised(till, anna)
    charge = Charge(id="c", provider_id="p", token=token, amount_minor=22000, currency="EUR")
    assert till.act(credit.credit, anna, charge) is not None
    till.now += timedelta(hours=2)
    assert till.act(credit.flag_unpaid) == 0


def test_half_an_hour_counts_from_the_last_promise(till: Till, anna: Person) -> None:
    token = promised(till, anna)
    till.now += timedelta(minutes=20)
    till.act(purchase.approve, anna, token, 22000, "EUR")
    till.now += timedelta(minutes=20)
    assert till.act(credit.flag_unpaid) == 0
