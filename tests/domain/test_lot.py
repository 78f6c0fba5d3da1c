"""Which lots pay, and what a balance says, as plain values (B3, B13)."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from domain.ids import LotId, PersonId
from domain.lot import Balance, HoldLine, Lot, Move, NotEnoughUnits, allot, balance, by_expiry, given_back, spendable

TODAY = date(2026, 12, 1)
ISSUED_AT = datetime(2026, 11, 1, 12, tzinfo=UTC)


def lot(number: int, available: int, expires_on: date | None = None) -> Lot:
    return Lot(
        id=LotId(number),
        person_id=PersonId(1),
        source=f"grant:{number}",
        expires_on=expires_on,
        issued_at=ISSUED_AT,
        issued=available,
        available=available,
    )


def test_a_lot_is_good_on_its_last_day_and_not_on_the_next() -> None:
    ends_today = lot(1, 5, TODAY)
    assert ends_today.valid_on(TODAY)
    assert not ends_today.valid_on(TODAY + timedelta(days=1))


def test_a_lot_without_expiry_is_always_good() -> None:
    assert lot(1, 5).valid_on(date.max)


def test_the_lot_that_runs_out_first_pays_first() -> None:
    for_ever, later, soon = lot(1, 5), lot(2, 5, date(2027, 1, 31)), lot(3, 2, date(2026, 12, 31))
    assert allot([for_ever, later, soon], 8, TODAY) == [
        HoldLine(LotId(3), 2),
        HoldLine(LotId(2), 5),
        HoldLine(LotId(1), 1),
    ]


def test_of_lots_that_run_out_together_the_older_pays_first() -> None:
    younger, older = lot(1, 5), replace(lot(2, 5), issued_at=ISSUED_AT - timedelta(days=1))
    assert [each.id for each in by_expiry([younger, older])] == [2, 1]


def test_a_session_is_paid_with_lots_that_are_good_on_its_own_date() -> None:
    soon, later = lot(1, 5, TODAY), lot(2, 5, TODAY + timedelta(days=7))
    assert allot([soon, later], 1, TODAY + timedelta(days=3)) == [HoldLine(LotId(2), 1)]


def test_too_few_units_on_that_date_are_refused_with_both_numbers() -> None:
    with pytest.raises(NotEnoughUnits) as refused:
        allot([lot(1, 5, TODAY), lot(2, 2)], 3, TODAY + timedelta(days=1))
    assert (refused.value.needed, refused.value.available) == (3, 2)


def test_what_can_be_spent_depends_on_the_date() -> None:
    lots = [lot(1, 5, TODAY), lot(2, 2)]
    assert [spendable(lots, TODAY + timedelta(days=days)) for days in (0, 1)] == [7, 2]


def test_given_back_units_can_be_spent_like_the_others_of_their_lot() -> None:
    lots = [replace(lot(1, 3, TODAY), held=2), lot(2, 1)]
    back = given_back(lots, [HoldLine(LotId(1), 2)])
    assert [(each.available, each.held) for each in back] == [(5, 0), (1, 0)]
    assert [spendable(back, TODAY + timedelta(days=days)) for days in (0, 1)] == [6, 1]


def test_the_balance_tells_what_is_free_held_used_and_next_to_expire() -> None:
    lots = [
        replace(lot(1, 4, TODAY), held=2, redeemed=3),
        replace(lot(2, 1, TODAY), redeemed=1),
        lot(3, 6, TODAY + timedelta(days=30)),
        lot(4, 2),
    ]
    assert balance(lots, TODAY) == Balance(available=13, held=2, expiring=5, expires_on=TODAY, used=4)


def test_an_expired_lot_counts_only_with_what_it_holds_and_has_given() -> None:
    expired = replace(lot(1, 4, TODAY - timedelta(days=1)), held=2, redeemed=3)
    assert balance([expired], TODAY) == Balance(available=0, held=2, used=3)
    assert (expired.left_on(TODAY - timedelta(days=1)), expired.left_on(TODAY)) == (6, 2)


def test_a_used_up_lot_is_not_the_next_to_expire() -> None:
    used_up = replace(lot(1, 0, TODAY), issued=5, redeemed=5)
    assert balance([used_up, lot(2, 3, TODAY + timedelta(days=9))], TODAY).expires_on == TODAY + timedelta(days=9)


def test_only_a_payment_makes_a_lot_a_bought_one() -> None:
    assert replace(lot(1, 1), source="charge:abc").bought
    assert not lot(1, 1).bought


def test_every_move_starts_where_another_can_end() -> None:
    targets = {move.target for move in Move}
    assert {move.source for move in Move if move.source} <= targets
