"""The proof of the books finds each kind of disagreement, whatever rule let it in, and nothing where all is well."""

import asyncio
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from string import Template
from typing import NamedTuple, TypeVar

import pytest
from sqlalchemy import CheckConstraint, text
from sqlalchemy.engine import Connection

from app.seed import seed
from domain.reconcile import Check, Finding
from storage.connect import connect
from storage.engine import Database
from storage.reconcile import Books
from storage.session import Occupancy
from storage.tables import METADATA
from tests.engines import ENGINES, Databases

MONDAY = datetime(2026, 11, 30, 9, 0, tzinfo=UTC)
T = TypeVar("T")
ACCOUNTS, LOTS, HOLDS, CHARGES, CELLS, BOOKINGS = Check
CHOSEN = {
    "booked": "(SELECT min(id) FROM booking WHERE status = 'booked')",
    "coming": "(SELECT session_id FROM booking WHERE id = (SELECT min(id) FROM booking WHERE status = 'booked'))",
    "bought": "(SELECT min(id) FROM lot WHERE source LIKE 'charge:%' AND available > 0)",
    "given": "(SELECT min(id) FROM lot WHERE source LIKE 'grant:%')",
    "owner": "(SELECT person_id FROM lot WHERE source LIKE 'grant:%')",
}
"""Ids that the statements below write as `$booked`."""


class Plant(NamedTuple):
    """What is done past every rule, and the checks that find it."""

    sql: str
    found_by: set[Check]


PLANTED = {
    "an account beside its lots": Plant(
        "UPDATE account SET available = available + 1 WHERE person_id = $owner", {ACCOUNTS}
    ),
    "an account that is gone": Plant("DELETE FROM account WHERE person_id = $owner", {ACCOUNTS}),
    "units out of nothing, with the account": Plant(
        "UPDATE lot SET available = available + 1 WHERE id = $given; "
        "UPDATE account SET available = available + 1 WHERE person_id = $owner",
        {ACCOUNTS, LOTS},
    ),
    "a lot of more than its buckets": Plant("UPDATE lot SET issued = issued + 1 WHERE id = $given", {LOTS}),
    "a unit in another bucket": Plant(
        "UPDATE lot SET redeemed = redeemed + 1, expired = expired - 1 WHERE id = $given", {LOTS}
    ),
    "a ledger entry too many": Plant(
        "INSERT INTO ledger_entry (idempotency_key, lot_id, person_id, move, units, reason, at) "
        "SELECT 'again', id, person_id, 'withdraw', 1, '', '2026-11-30' FROM lot WHERE id = $bought",
        {ACCOUNTS, LOTS},
    ),
    "a ledger entry of another's lot": Plant(
        "UPDATE ledger_entry SET person_id = 1 WHERE lot_id = $bought AND move = 'issue'", {ACCOUNTS, LOTS}
    ),
    "a booking that holds nothing": Plant("DELETE FROM hold_line WHERE booking_id = $booked", {HOLDS}),
    "a booking that holds too little": Plant("UPDATE booking SET units = units + 1 WHERE id = $booked", {HOLDS}),
    "a completed booking that still holds": Plant(
        "UPDATE booking SET status = 'completed' WHERE id = $booked", {HOLDS}
    ),
    "a cancelled booking that still holds": Plant(
        "UPDATE booking SET status = 'cancelled' WHERE id = $booked", {HOLDS, CELLS}
    ),
    "a hold that no ledger knows": Plant(
        "UPDATE ledger_entry SET booking_id = NULL WHERE booking_id = $booked", {HOLDS}
    ),
    "units held for no booking": Plant("UPDATE lot SET held = held + 1 WHERE id = $bought", {ACCOUNTS, LOTS, HOLDS}),
    "a charge that became nothing": Plant("UPDATE lot SET source = 'lost' WHERE id = $bought", {CHARGES}),
    "a charge that became too little": Plant(
        "UPDATE lot SET issued = issued - 1, available = available - 1 WHERE id = $bought",
        {ACCOUNTS, LOTS, CHARGES},
    ),
    "a charge that became another's units": Plant(
        "UPDATE charge SET payer_id = 1 WHERE id = (SELECT min(id) FROM charge)", {CHARGES}
    ),
    "a charge of another amount than its order": Plant(
        "UPDATE charge SET amount_minor = 1 WHERE id = (SELECT min(id) FROM charge)", {CHARGES}
    ),
    "a charge that was never kept": Plant("DELETE FROM charge WHERE id = (SELECT min(id) FROM charge)", {CHARGES}),
    "a charge of no order that became units": Plant(
        "UPDATE charge SET purchase_id = NULL WHERE id = (SELECT min(id) FROM charge)", {CHARGES}
    ),
    "an order that is not paid though it was charged": Plant(
        "UPDATE purchase SET status = 'approved' WHERE id = (SELECT min(id) FROM purchase)", {CHARGES}
    ),
    "a session that lost its first cell": Plant(
        "DELETE FROM occupancy WHERE session_id = $coming AND cell = "
        "(SELECT min(cell) FROM occupancy WHERE session_id = $coming)",
        {CELLS},
    ),
    "a session that lost a cell in its middle": Plant(
        "DELETE FROM occupancy WHERE session_id = $coming AND cell = "
        "(SELECT min(cell) + 1 FROM occupancy WHERE session_id = $coming)",
        {CELLS},
    ),
    "a session that takes other time than its own": Plant(
        "UPDATE occupancy SET cell = cell + 100000 WHERE session_id = $coming", {CELLS}
    ),
    "a session that takes another's time": Plant(
        "UPDATE occupancy SET resource_id = 1 WHERE session_id = $coming AND resource_id = "
        "(SELECT trainer_id FROM session WHERE id = $coming)",
        {CELLS},
    ),
    "time that nothing takes": Plant(
        "INSERT INTO occupancy (kind, resource_id, cell, seat, session_id) VALUES ('person', 1, 99999999, 0, 99)",
        {CELLS},
    ),
    "a session that ended before its booking": Plant(
        "UPDATE session SET active = FALSE WHERE id = $coming", {CELLS, BOOKINGS}
    ),
    "a session that is gone": Plant("DELETE FROM session WHERE id = $coming", {CELLS, BOOKINGS}),
}


class Undo(Exception):
    """Ends a transaction without a trace."""


class Studio:
    """A studio that was lived in for half a year, to which anything can be done."""

    def __init__(self, url: str) -> None:
        self._runner = asyncio.Runner()
        self._database: Database = connect(url)
        self._runner.run(seed(self._database, MONDAY))

    def undone(self, run: Callable[[Connection], T]) -> T:
        """What the function returns; what it did is undone."""
        answers: list[T] = []

        def run_and_undo(connection: Connection) -> None:
            answers.append(run(connection))
            raise Undo

        with pytest.raises(Undo):
            self._runner.run(self._database.transact(run_and_undo))
        return answers[0]

    def findings(self, *planted: str, now: datetime = MONDAY) -> dict[Check, Finding]:
        """What is found after the statements, which no constraint hinders."""

        def prove(connection: Connection) -> list[Finding]:
            _drop_constraints(connection)
            for sql in planted:
                connection.execute(text(Template(sql).substitute(CHOSEN)))
            return Books(connection).prove(now)

        return {found.check: found for found in self.undone(prove)}

    def close(self) -> None:
        self._runner.run(self._database.close())
        self._runner.close()


def _drop_constraints(connection: Connection) -> None:
    if connection.dialect.name == "sqlite":
        connection.execute(text("PRAGMA defer_foreign_keys=ON"))
        connection.execute(text("PRAGMA ignore_check_constraints=ON"))
        return
    connection.execute(text("SET LOCAL session_replication_role = replica"))
    for table in METADATA.sorted_tables:
        for each in table.constraints:
            if isinstance(each, CheckConstraint):
                connection.execute(text(f"ALTER TABLE {table.name} DROP CONSTRAINT {each.name}"))


@pytest.fixture(params=ENGINES, scope="module")
def studio(request: pytest.FixtureRequest) -> Iterator[Studio]:
    databases: Databases = request.getfixturevalue(request.param)
    with databases.database() as url:
        made = Studio(url)
        yield made
        made.close()


def wrong(findings: dict[Check, Finding]) -> dict[Check, tuple[str, ...]]:
    return {check: found.wrong for check, found in findings.items() if found.wrong}


def test_a_studio_that_only_rules_have_changed_agrees(studio: Studio) -> None:
    findings = studio.findings()
    assert list(findings) == list(Check)
    assert wrong(findings) == {}


def test_the_figures_are_those_of_the_studio(studio: Studio) -> None:
    found = studio.findings()
    assert found[LOTS].figures["issued"] == 10 + 20 + 10 + 5 + 1 + 1
    assert found[CHARGES].figures == {"credited": 5, "unmatched": 0, "refunded": 0}
    assert found[HOLDS].figures == {"held": 9}
    assert found[ACCOUNTS].figures == {"available": found[LOTS].figures["available"], "held": 9}
    assert (found[HOLDS].counted, found[BOOKINGS].counted, found[CELLS].counted) == (6, 6, 6)
    assert found[CELLS].figures == {"cells": 2 * 9 * 4}


@pytest.mark.parametrize("name", PLANTED)
def test_each_kind_of_disagreement_is_found(studio: Studio, name: str) -> None:
    plant = PLANTED[name]
    findings = studio.findings(*plant.sql.split("; "))
    assert set(wrong(findings)) == plant.found_by


def test_what_is_wrong_is_named(studio: Studio) -> None:
    lines = studio.findings(PLANTED["a booking that holds nothing"].sql)[HOLDS].wrong
    assert {each.partition(":")[0] for each in lines} == {"lot", "booking"}
    booked = studio.undone(lambda connection: connection.execute(text("SELECT " + CHOSEN["booked"])).scalar_one())
    assert f"booking:{booked}" in lines


def test_a_payment_that_fits_no_order_is_known_and_no_disagreement(studio: Studio) -> None:
    findings = studio.findings(
        "INSERT INTO charge (id, provider_id, payer_id, token, amount_minor, currency, received_at) "
        "VALUES ('stray', 'stray', 1, 'none', 100, 'EUR', '2026-11-30')"
    )
    assert wrong(findings) == {}
    assert findings[CHARGES].figures == {"credited": 5, "unmatched": 1, "refunded": 0}


def test_cells_of_the_past_may_be_forgotten(studio: Studio) -> None:
    def prune(connection: Connection) -> tuple[int, int, list[Finding]]:
        all_cells = connection.execute(text("SELECT count(*) FROM occupancy")).scalar_one()
        gone = Occupancy(connection).prune(MONDAY)
        return all_cells, gone, Books(connection).prove(MONDAY)

    all_cells, gone, findings = studio.undone(prune)
    assert gone == all_cells - 2 * 9 * 4
    assert gone > 0
    assert [found.wrong for found in findings] == [()] * len(findings)


@pytest.mark.parametrize("minutes", [0, 4, 5, 19, 40, 41])
def test_the_books_agree_in_the_middle_of_a_session(studio: Studio, minutes: int) -> None:
    """Farida trains with Tom on Tuesday from seven to twenty to eight in the evening."""
    now = datetime(2026, 12, 1, 18, 0, 30, tzinfo=UTC) + timedelta(minutes=minutes)

    def prove(connection: Connection) -> list[Finding]:
        Occupancy(connection).prune(now)
        return Books(connection).prove(now)

    findings = {found.check: found for found in studio.undone(prove)}
    assert wrong(findings) == {}
    assert findings[CELLS].counted == (6 if minutes < 40 else 5)
