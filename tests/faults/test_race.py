"""Races for one slot and for the last unit (C6, promises 2 to 4), with the guards and without them."""

from itertools import chain, combinations
from pathlib import Path

import pytest

from domain import booking, ledger, schedule
from domain.booking import Booked
from domain.ids import TypeId
from tests.faults.bare import SLOT, Bare, Meeting

SLOT_GUARDS = ("transaction", "cells")
UNIT_GUARDS = ("transaction", "checks")


def _subsets(guards: tuple[str, ...]) -> list[frozenset[str]]:
    """All choices of guards to take out, but for taking out every one."""
    return [frozenset(out) for out in chain.from_iterable(combinations(guards, n) for n in range(len(guards)))]


def _race_for_one_slot(bare: Bare, racers: int, monkeypatch: pytest.MonkeyPatch) -> int:
    trainees = [bare.trainee(100 + n, units=3) for n in range(racers)]
    monkeypatch.setattr(schedule, "is_offered", Meeting(racers, schedule.is_offered))
    outcomes = bare.race(
        [lambda who=who: bare.run(booking.book, who, bare.trainer.id, TypeId(2), SLOT) for who in trainees]
    )
    return sum(isinstance(outcome, Booked) for outcome in outcomes)


@pytest.mark.parametrize("without", _subsets(SLOT_GUARDS), ids=lambda out: "without " + (" ".join(out) or "nothing"))
@pytest.mark.parametrize("racers", [2, 50])
def test_one_of_many_trainees_gets_the_slot(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, without: frozenset[str], racers: int
) -> None:
    bare = Bare(tmp_path, without)
    winners = _race_for_one_slot(bare, racers, monkeypatch)
    if "transaction" not in without:
        assert winners == 1
        assert bare.count("SELECT count(*) FROM booking WHERE status = 'booked'") == 1
        assert bare.count("SELECT sum(held) FROM account") == 2
    assert bare.count("SELECT count(*) FROM (SELECT DISTINCT session_id FROM occupancy WHERE resource_id = 1)") == 1
    bare.close()


@pytest.mark.parametrize("racers", [2, 50])
def test_without_any_guard_the_slot_is_booked_twice(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, racers: int
) -> None:
    bare = Bare(tmp_path, frozenset(SLOT_GUARDS))
    assert _race_for_one_slot(bare, racers, monkeypatch) > 1
    bare.close()


def _race_for_the_last_unit(bare: Bare, monkeypatch: pytest.MonkeyPatch) -> int:
    anna = bare.trainee(100, units=1)
    monkeypatch.setattr(ledger, "allot", Meeting(2, ledger.allot))
    others = [SLOT, SLOT.replace(hour=14)]
    outcomes = bare.race([lambda at=at: bare.run(booking.book, anna, bare.trainer.id, TypeId(1), at) for at in others])
    return sum(isinstance(outcome, Booked) for outcome in outcomes)


@pytest.mark.parametrize("without", _subsets(UNIT_GUARDS), ids=lambda out: "without " + (" ".join(out) or "nothing"))
def test_the_last_unit_is_spent_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, without: frozenset[str]) -> None:
    bare = Bare(tmp_path, without)
    assert _race_for_the_last_unit(bare, monkeypatch) == 1
    assert bare.count("SELECT available FROM account WHERE person_id = 2") == 0
    bare.close()


def test_without_any_guard_the_last_unit_is_spent_twice(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    bare = Bare(tmp_path, frozenset(UNIT_GUARDS))
    assert _race_for_the_last_unit(bare, monkeypatch) == 2
    assert bare.count("SELECT available FROM account WHERE person_id = 2") == -1
    bare.close()


def _double_tap(bare: Bare, monkeypatch: pytest.MonkeyPatch) -> int:
    anna = bare.trainee(100, units=8)
    monkeypatch.setattr(schedule, "is_offered", Meeting(2, schedule.is_offered))
    outcomes = bare.race([lambda: bare.run(booking.book, anna, bare.trainer.id, TypeId(2), SLOT)] * 2)
    return sum(isinstance(outcome, Booked) and not outcome.again for outcome in outcomes)


@pytest.mark.parametrize("without", _subsets(SLOT_GUARDS), ids=lambda out: "without " + (" ".join(out) or "nothing"))
def test_a_double_tap_books_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, without: frozenset[str]) -> None:
    bare = Bare(tmp_path, without)
    assert _double_tap(bare, monkeypatch) == 1
    assert bare.count("SELECT count(*) FROM (SELECT DISTINCT session_id FROM occupancy WHERE resource_id = 2)") == 1
    bare.close()


def test_without_any_guard_a_double_tap_books_twice(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    bare = Bare(tmp_path, frozenset(SLOT_GUARDS))
    assert _double_tap(bare, monkeypatch) == 2
    bare.close()


def test_many_taps_on_one_button_find_the_booking_that_exists(tmp_path: Path) -> None:
    bare = Bare(tmp_path)
    anna = bare.trainee(100, units=3)
    outcomes = bare.race([lambda: bare.run(booking.book, anna, bare.trainer.id, TypeId(2), SLOT)] * 8)
    assert [isinstance(each, Booked) and each.again for each in outcomes].count(False) == 1
    assert bare.count("SELECT held FROM account WHERE person_id = 2") == 2
    bare.close()
