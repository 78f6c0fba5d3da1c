"""Adjustments on a real database: one confirmation counts once, and never below zero."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest
from sqlalchemy import Connection

from domain import adjustment, ledger
from domain.adjustment import TooFewToTake
from domain.error import NotAllowed, NotFound
from domain.ids import PersonId
from domain.permission import Role
from domain.person import NewPerson, Person
from domain.studio import Studio
from storage.work import Work
from tests.connections import Run

NOW = datetime(2026, 11, 30, 9, tzinfo=UTC)


@pytest.fixture
def work(within: Run) -> Work:
    """The test's transaction, in a studio."""

    def found(connection: Connection) -> Work:
        made = Work(connection, NOW)
        made.studio.add(Studio(name="Kraft", zone="Europe/Berlin", currency="EUR"))
        return made

    return within(found)


def somebody(work: Work, telegram_id: int, roles: Role) -> Person:
    new = NewPerson(telegram_id=telegram_id, name=f"Person {telegram_id}", language="en")
    known = replace(work.people.add(new, "Europe/Berlin", NOW), roles=roles)
    work.people.save(known)
    work.ledger.open_account(known.id)
    return known


def free(work: Work, person_id: PersonId) -> int:
    return adjustment.look(work, person_id).balance.available


@pytest.mark.parametrize(("units", "left"), [(4, 10), (-4, 2)])
def test_a_cause_counts_once_whichever_way(work: Work, units: int, left: int) -> None:
    olga, anna = somebody(work, 1, Role.ADMIN), somebody(work, 2, Role.TRAINEE)
    for lot in ("one", "two"):
        ledger.issue(work, anna.id, 3, lot, None, "bought")
    done = [adjustment.adjust(work, olga, anna.id, units, "correction", "cause") for _ in range(3)]
    assert [each.again for each in done] == [False, True, True]
    assert {each.balance.available for each in done} == {free(work, anna.id)} == {left}
    assert ledger.has_counted(work, "cause")
    assert not ledger.has_counted(work, "caus")


def test_more_than_is_free_is_not_taken(work: Work) -> None:
    olga, anna = somebody(work, 1, Role.ADMIN), somebody(work, 2, Role.TRAINEE)
    ledger.issue(work, anna.id, 3, "one", None, "bought")
    with pytest.raises(TooFewToTake):
        adjustment.adjust(work, olga, anna.id, -4, "correction", "cause")
    assert free(work, anna.id) == 3


def test_the_history_shows_what_was_given_and_taken_and_nothing_else(work: Work) -> None:
    olga, anna = somebody(work, 1, Role.ADMIN), somebody(work, 2, Role.TRAINEE)
    ledger.issue(work, anna.id, 3, "payment:1", None, "bought")
    for nth, units in enumerate((5, -1, 2, -2)):
        adjustment.adjust(work, olga, anna.id, units, f"reason {nth}", f"cause {nth}")
    history = adjustment.look(work, anna.id).history
    assert [(entry.move.label, entry.units, entry.reason) for entry in history] == [
        ("withdraw", 2, "reason 3"),
        ("issue", 2, "reason 2"),
        ("withdraw", 1, "reason 1"),
    ]


def test_a_visitor_has_no_account_to_look_at(work: Work) -> None:
    visitor = somebody(work, 2, Role(0))
    with pytest.raises(NotFound):
        adjustment.look(work, visitor.id)


def test_nobody_but_an_admin_adjusts(work: Work) -> None:
    tess = somebody(work, 2, Role.TRAINER | Role.TRAINEE | Role.FRONT_DESK)
    with pytest.raises(NotAllowed):
        adjustment.adjust(work, tess, tess.id, 5, "for me", "cause")
