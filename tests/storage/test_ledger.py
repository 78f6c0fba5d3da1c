"""The last guards of units in the database, and how the history is read back (B4, promise 4)."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy.exc import IntegrityError

from domain import ledger
from domain.error import NotFound
from domain.ids import BookingId, PersonId
from domain.lot import Move
from domain.person import Person
from tests.till import NOON, Till

TODAY = NOON.date()


@pytest.fixture
def till(database_url: str) -> Iterator[Till]:
    made = Till(database_url)
    yield made
    made.close()


@pytest.fixture
def anna(till: Till) -> Person:
    return till.person("Anna")


def history(till: Till, owner: Person, limit: int = 50, offset: int = 0) -> list[tuple[Move, int, str]]:
    found = till.act(lambda work: work.ledger.list_movements(owner.id, limit, offset))
    return [(step.move, step.units, step.reason) for step in found]


def test_one_cause_brings_units_in_once(till: Till, anna: Person) -> None:
    till.lot(anna, 5, source="charge:1")
    with pytest.raises(IntegrityError):
        till.lot(anna, 5, source="charge:1")
    assert till.account(anna) == (5, 0)


def test_an_entry_with_a_known_key_is_refused_with_everything_around_it(till: Till, anna: Person) -> None:
    lot = till.lot(anna, 5)

    def twice(work: Any) -> None:
        for _ in range(2):
            ledger._post(work, "the same", lot, Move.WITHDRAW, 1, None, "a slip")

    with pytest.raises(IntegrityError):
        till.act(twice)
    assert till.account(anna) == (5, 0)
    assert till.act(lambda work: work.ledger.find_entry("the same")) is None


@pytest.mark.parametrize("move", [Move.HOLD, Move.RELEASE, Move.REDEEM, Move.REINSTATE, Move.EXPIRE, Move.WITHDRAW])
def test_no_move_can_take_more_than_there_is(till: Till, anna: Person, move: Move) -> None:
    lot = till.lot(anna, 2)
    with pytest.raises(IntegrityError):
        till.act(ledger._post, "too many", lot, move, 3, None, "a slip")
    assert till.account(anna) == (2, 0)


def test_a_lot_that_does_not_add_up_is_refused(till: Till, anna: Person) -> None:
    till.lot(anna, 2)
    with pytest.raises(IntegrityError):
        till.rows("UPDATE lot SET available = 1 RETURNING id")


def test_units_of_nobody_are_refused(till: Till) -> None:
    with pytest.raises(NotFound):
        till.act(ledger.issue, PersonId(99), 5, "grant:x", None, "a gift")


def test_a_booking_gives_back_and_uses_exactly_what_it_took_from_each_lot(till: Till, anna: Person) -> None:
    soon, later = till.lot(anna, 2, TODAY + timedelta(days=9)), till.lot(anna, 5)
    first, second = till.bookings(anna, 2)
    till.act(ledger.hold, anna.id, first, 3, NOON)
    till.act(ledger.hold, anna.id, second, 1, NOON)
    till.act(ledger.redeem, anna.id, first, "completed")
    till.act(ledger.release, anna.id, second, "cancelled")
    lots = till.act(lambda work: [work.ledger.get_lot(lot.id) for lot in (soon, later)])
    assert [(lot.available, lot.held, lot.redeemed) for lot in lots] == [(0, 0, 2), (4, 0, 1)]


def test_what_returns_to_a_lot_that_has_run_out_expires_at_once(till: Till, anna: Person) -> None:
    lot = till.lot(anna, 2, TODAY)
    (booking_id,) = till.bookings(anna, 1)
    till.act(ledger.hold, anna.id, booking_id, 2, NOON)
    till.now += timedelta(days=1)
    till.act(ledger.release, anna.id, booking_id, "cancelled")
    assert till.account(anna) == (0, 0)
    assert till.act(lambda work: work.ledger.get_lot(lot.id)).expired == 2


def test_a_hold_is_one_step_of_the_history_however_many_lots_it_took(till: Till, anna: Person) -> None:
    till.lot(anna, 2, TODAY + timedelta(days=9))
    till.lot(anna, 5)
    (booking_id,) = till.bookings(anna, 1)
    till.act(ledger.hold, anna.id, booking_id, 3, NOON)
    assert history(till, anna) == [(Move.HOLD, 3, "booked"), (Move.ISSUE, 5, "a gift"), (Move.ISSUE, 2, "a gift")]


def test_a_move_is_one_step_of_the_history_with_both_starts(till: Till, anna: Person) -> None:
    till.lot(anna, 5)
    (booking_id,) = till.bookings(anna, 1)
    later = NOON + timedelta(days=2)
    till.act(ledger.hold, anna.id, booking_id, 3, NOON)
    till.act(ledger.release, anna.id, booking_id, ledger.MOVED)
    till.act(ledger.hold, anna.id, booking_id, 3, later, ledger.MOVED)
    till.act(ledger.release, anna.id, booking_id, "cancelled")
    found = till.act(lambda work: work.ledger.list_movements(anna.id, 3, 0))
    assert [(step.move, step.from_at, step.starts_at) for step in found] == [
        (Move.RELEASE, None, later),
        (Move.HOLD, NOON, later),
        (Move.HOLD, None, NOON),
    ]


def test_the_history_is_read_page_by_page_newest_first_and_is_nobody_elses(till: Till, anna: Person) -> None:
    for units in range(1, 6):
        till.lot(anna, units)
    till.lot(till.person("Ben"), 9)
    assert [units for _, units, _ in history(till, anna, 2)] == [5, 4]
    assert [units for _, units, _ in history(till, anna, 2, 2)] == [3, 2]


def test_withdrawing_for_one_cause_counts_once(till: Till, anna: Person) -> None:
    till.lot(anna, 5)
    till.act(ledger.withdraw, anna.id, 2, "slip", "a correction")
    with pytest.raises(IntegrityError):
        till.act(ledger.withdraw, anna.id, 2, "slip", "a correction")
    assert till.account(anna) == (3, 0)


def test_a_booking_can_be_held_anew_after_it_was_released(till: Till, anna: Person) -> None:
    till.lot(anna, 5)
    booking_id: BookingId
    (booking_id,) = till.bookings(anna, 1)
    for _ in range(3):
        till.act(ledger.hold, anna.id, booking_id, 2, NOON)
        till.act(ledger.release, anna.id, booking_id, "moved")
    assert till.account(anna) == (5, 0)
