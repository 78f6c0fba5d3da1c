"""Races for one slot and for the last unit (C6, promises 2 to 4), with the guards and without them."""

from collections.abc import Callable
from dataclasses import replace
from itertools import chain, combinations

import pytest

from domain import booking, ledger, lot, package, person, reminder, schedule, studio
from domain.booking import Booked
from domain.ids import TypeId
from domain.permission import Role
from domain.person import Person
from storage.booking import Bookings
from storage.work import Work
from tests.faults.bare import SLOT, Bare, Meeting

SLOT_GUARDS = ("lock", "cells")
UNIT_GUARDS = ("lock", "checks")


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
    database_url: str, monkeypatch: pytest.MonkeyPatch, without: frozenset[str], racers: int
) -> None:
    bare = Bare(database_url, without)
    winners = _race_for_one_slot(bare, racers, monkeypatch)
    if "lock" not in without or database_url.startswith("postgresql"):  # without it, SQLite has no transaction at all
        assert winners == 1
        assert bare.count("SELECT count(*) FROM booking WHERE status = 'booked'") == 1
        assert bare.count("SELECT sum(held) FROM account") == 2
    assert bare.count("SELECT count(*) FROM (SELECT DISTINCT session_id FROM occupancy WHERE resource_id = 1)") == 1
    bare.close()


@pytest.mark.parametrize("racers", [2, 50])
def test_without_any_guard_the_slot_is_booked_twice(
    database_url: str, monkeypatch: pytest.MonkeyPatch, racers: int
) -> None:
    bare = Bare(database_url, frozenset(SLOT_GUARDS))
    assert _race_for_one_slot(bare, racers, monkeypatch) > 1
    bare.close()


def _race_for_the_last_unit(bare: Bare, monkeypatch: pytest.MonkeyPatch) -> int:
    anna = bare.trainee(100, units=1)
    monkeypatch.setattr(ledger, "allot", Meeting(2, lot.allot))
    others = [SLOT, SLOT.replace(hour=14)]
    outcomes = bare.race([lambda at=at: bare.run(booking.book, anna, bare.trainer.id, TypeId(1), at) for at in others])
    return sum(isinstance(outcome, Booked) for outcome in outcomes)


@pytest.mark.parametrize("without", _subsets(UNIT_GUARDS), ids=lambda out: "without " + (" ".join(out) or "nothing"))
def test_the_last_unit_is_spent_once(
    database_url: str, monkeypatch: pytest.MonkeyPatch, without: frozenset[str]
) -> None:
    bare = Bare(database_url, without)
    assert _race_for_the_last_unit(bare, monkeypatch) == 1
    assert bare.count("SELECT available FROM account WHERE person_id = 2") == 0
    bare.close()


def test_without_any_guard_the_last_unit_is_spent_twice(database_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    bare = Bare(database_url, frozenset(UNIT_GUARDS))
    assert _race_for_the_last_unit(bare, monkeypatch) == 2
    assert bare.count("SELECT available FROM account WHERE person_id = 2") == -1
    bare.close()


def _double_tap(bare: Bare, monkeypatch: pytest.MonkeyPatch) -> int:
    anna = bare.trainee(100, units=8)
    monkeypatch.setattr(schedule, "is_offered", Meeting(2, schedule.is_offered))
    outcomes = bare.race([lambda: bare.run(booking.book, anna, bare.trainer.id, TypeId(2), SLOT)] * 2)
    return sum(isinstance(outcome, Booked) and not outcome.again for outcome in outcomes)


@pytest.mark.parametrize("without", _subsets(SLOT_GUARDS), ids=lambda out: "without " + (" ".join(out) or "nothing"))
def test_a_double_tap_books_once(database_url: str, monkeypatch: pytest.MonkeyPatch, without: frozenset[str]) -> None:
    bare = Bare(database_url, without)
    assert _double_tap(bare, monkeypatch) == 1
    assert bare.count("SELECT count(*) FROM (SELECT DISTINCT session_id FROM occupancy WHERE resource_id = 2)") == 1
    bare.close()


def test_without_any_guard_a_double_tap_books_twice(database_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    bare = Bare(database_url, frozenset(SLOT_GUARDS))
    assert _double_tap(bare, monkeypatch) == 2
    bare.close()


def test_many_taps_on_one_button_find_the_booking_that_exists(database_url: str) -> None:
    bare = Bare(database_url)
    anna = bare.trainee(100, units=3)
    outcomes = bare.race([lambda: bare.run(booking.book, anna, bare.trainer.id, TypeId(2), SLOT)] * 8)
    assert [isinstance(each, Booked) and each.again for each in outcomes].count(False) == 1
    assert bare.count("SELECT held FROM account WHERE person_id = 2") == 2
    bare.close()


def _move_while_reminders_are_planned_anew(
    bare: Bare, monkeypatch: pytest.MonkeyPatch, plan_anew: Callable[[Work, Person], object]
) -> int:
    """The session is moved after its booking was looked up; how many reminders wait for it as it is then."""
    anna = bare.trainee(100, units=3)
    booked = bare.run(booking.book, anna, bare.trainer.id, TypeId(2), SLOT).booking
    meeting, upcoming, active = Meeting(2, lambda found: found), Bookings.list_upcoming, Bookings.list_active
    monkeypatch.setattr(Bookings, "list_upcoming", lambda *args: meeting(upcoming(*args)))
    monkeypatch.setattr(Bookings, "list_active", lambda *args: meeting(active(*args)))
    bare.race(
        [
            lambda: bare.run(plan_anew, anna),
            lambda: meeting(bare.run(booking.move, anna, booked.id, SLOT.replace(hour=14))),
        ]
    )
    return bare.count("SELECT count(*) FROM outbox WHERE state = 'pending' AND dedupe_key LIKE 'reminder:1:2:%'")


@pytest.mark.parametrize("plan_anew", [reminder.replan_own, lambda work, _anna: reminder.replan_all(work)])
def test_a_session_that_moves_while_reminders_are_planned_anew_keeps_its_own(
    database_url: str, monkeypatch: pytest.MonkeyPatch, plan_anew: Callable[[Work, Person], object]
) -> None:
    bare = Bare(database_url)
    assert _move_while_reminders_are_planned_anew(bare, monkeypatch, plan_anew) == 2
    bare.close()


def test_two_admins_who_change_one_package_at_once_both_have_their_way(
    database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    bare = Bare(database_url)
    olga = bare.run(person.give_role, bare.trainee(100, units=0), Role.ADMIN)
    ten = bare.run(package.create, olga, 10, 22000, "EUR", None)
    monkeypatch.setattr(package, "replace", Meeting(2, replace))
    bare.race(
        [
            lambda: bare.run(package.set_price, olga, ten.id, 24000),
            lambda: bare.run(package.set_on_sale, olga, ten.id, False),
        ]
    )
    assert bare.count("SELECT count(*) FROM package WHERE price_minor = 24000 AND NOT on_sale") == 1
    bare.close()


def test_two_admins_who_change_the_settings_at_once_both_have_their_way(
    database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    bare = Bare(database_url)
    olga = bare.run(person.give_role, bare.trainee(100, units=0), Role.ADMIN)
    monkeypatch.setattr(studio, "replace", Meeting(2, replace))
    bare.race(
        [
            lambda: bare.run(studio.set_number, olga, "horizon_days", 14),
            lambda: bare.run(studio.set_place, olga, "Room 2"),
        ]
    )
    assert bare.count("SELECT count(*) FROM studio WHERE horizon_days = 14 AND place = 'Room 2'") == 1
    bare.close()
