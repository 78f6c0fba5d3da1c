"""A small share of the long runs of `tests/faults/contention.py`, and that what they look for would be found."""

from collections import Counter

import pytest
from sqlalchemy import text

from domain import booking, founding, schedule
from domain.ids import TypeId
from domain.studio import Studio
from storage.work import Work
from tests.connections import connections
from tests.engines import Databases
from tests.factories import trainee, trainer_named
from tests.faults.bare import NOW, SLOT, Meeting
from tests.faults.bookkeeping import wrong
from tests.faults.contention import contend, figures, problems
from tests.faults.crowd import RACERS, Share, Tally, populate, visit

ATTEMPTS, RACES = 1_200, 50


def test_from_many_connections_nothing_is_booked_twice_and_no_unit_goes_astray(engine: Databases) -> None:
    tally, found = contend(engine, "suite", 24, ATTEMPTS, 0)
    assert tally.attempts == ATTEMPTS
    assert tally.booked > 24
    assert tally.cancelled > 0
    assert tally.refused["slot_gone"] > 0
    assert (tally.errors, found) == ({}, {})


def test_every_race_for_the_last_unit_and_for_one_slot_has_one_winner(engine: Databases) -> None:
    tally, found = contend(engine, "suite", RACERS, 0, RACES)
    assert (tally.races, tally.races_with_one_winner) == (RACES, RACES)
    assert (tally.errors, found) == ({}, {})


def test_without_a_guard_the_races_have_other_winners(database_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """The counting would see it: with nothing to keep them apart, all of them get the slot."""
    populate(database_url, racers=RACERS)
    unguarded = frozenset({"lock", "cells", "checks"})
    monkeypatch.setattr("tests.faults.crowd.connections", lambda url: connections(url, unguarded))
    monkeypatch.setattr(schedule, "is_offered", Meeting(RACERS, schedule.is_offered))
    tally = visit(Share(database_url, "suite", RACERS, 0, 5))
    assert tally.races_with_one_winner < tally.races


@pytest.mark.parametrize(
    "harm",
    [
        "UPDATE session SET starts_at = (SELECT starts_at FROM session WHERE id = 1) WHERE id = 2",
        "UPDATE account SET available = available + 1 WHERE person_id = 2",
        "UPDATE lot SET issued = issued + 1, available = available + 1 WHERE id = 1",
        "DELETE FROM occupancy WHERE session_id = 1",
        "UPDATE session SET active = NOT active WHERE id = 1",
        "UPDATE booking SET status = 'cancelled' WHERE id = 1",
    ],
)
def test_whatever_is_astray_in_the_tables_is_found(database_url: str, harm: str) -> None:
    made = connections(database_url)
    made.run(lambda connection: _lived_in(Work(connection, NOW)))
    assert wrong(database_url) == {}
    made.run(lambda connection: connection.execute(text(harm)))
    made.close()
    assert wrong(database_url) != {}


def test_a_part_with_a_race_that_two_have_won_an_error_or_a_wrong_row_is_a_problem() -> None:
    good = Tally(attempts=10, booked=4, races=1, races_with_one_winner=1, refused=Counter(slot_gone=6))
    assert problems("1:0", good, {}) == []
    assert figures(good)["refused: slot_gone"] == 6
    bad = Tally(races=3, races_with_one_winner=1, errors=Counter(OperationalError=1))
    assert len(problems("1:1", bad, {"double bookings of a trainer": 1})) == 3


def _lived_in(work: Work) -> None:
    """A studio in which two people have booked with one trainer, one after the other."""
    founding.found(work, Studio(name="Studio", zone="UTC", currency="EUR"))
    tess = trainer_named(work, "Tess", 1)
    for number in (2, 3):
        who = trainee(work, number, 5)
        booking.book(work, who, tess.id, TypeId(1), SLOT.replace(hour=8 + number))
