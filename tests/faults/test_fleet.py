"""Two real processes on one PostgreSQL serve thirty people while they are killed; the checker finds what is planted.

The long run is `python -m tests.faults.fleet`; this one is as short as it can be with every kind of mishap in it.
"""

import asyncio
import shutil
import sqlite3
import sys
from contextlib import closing
from copy import copy
from dataclasses import replace
from pathlib import Path
from typing import NamedTuple

import pytest

from emulator.chat import Call
from tests.engines import Databases
from tests.faults.fleet.checker import check
from tests.faults.fleet.findings import Seen
from tests.faults.fleet.run import Outcome, Plan, live

SHORT = Plan(people=30, kills=6, stops=1, seed=20261130, acts_a_second=15)
pytestmark = [pytest.mark.kill, pytest.mark.timeout(300)]


class Plant(NamedTuple):
    """What is done to a copy of the finished database, and words of the problem that has to be found."""

    sql: str
    problem: str


EFFECT = "state = 'done' AND answered_at > done_at AND lane LIKE 'person:%'"
HOLD = "SELECT max(id) FROM ledger_entry WHERE move = 'hold' AND at > '2026-11-30 13:00'"
PLANTED = {
    "an update acknowledged and lost": Plant(
        "DELETE FROM inbox WHERE id = (SELECT max(id) FROM inbox)", "acknowledged and lost"
    ),
    "an update left open": Plant("UPDATE inbox SET state = 'new' WHERE id = (SELECT max(id) FROM inbox)", ": new"),
    "an outcome never shown": Plant(
        "UPDATE inbox SET answered_at = NULL WHERE id = (SELECT max(id) FROM inbox)", ": done"
    ),
    "an update nobody sent": Plant("UPDATE inbox SET update_id = 7 WHERE id = (SELECT max(id) FROM inbox)", "7: never"),
    "an update taken in before an earlier one": Plant(
        "UPDATE inbox SET id = -1 WHERE id = (SELECT max(id) FROM inbox)", "taken in after a later one"
    ),
    "an update that took effect before an earlier one": Plant(
        f"UPDATE inbox SET done_at = '2026-11-30 12:00' WHERE id = (SELECT max(id) FROM inbox WHERE {EFFECT})",
        "took effect before an earlier one",
    ),
    "units that moved twice for one tap": Plant(
        "INSERT INTO ledger_entry (id, idempotency_key, lot_id, person_id, move, units, booking_id, reason, at) "
        "SELECT 1000000, 'again', lot_id, person_id, move, units, booking_id, reason, '2026-11-30 13:30:00' "
        f"FROM ledger_entry WHERE id = ({HOLD})",
        "asked for by []",
    ),
    "somebody else's units": Plant(
        "UPDATE ledger_entry SET person_id = 2 WHERE move = 'hold' AND at > '2026-11-30 13:00'",
        "moved units of 20000",
    ),
    "another start than was tapped": Plant(
        f"UPDATE session SET starts_at = '2026-12-24 08:00:00' WHERE id = (SELECT session_id FROM booking WHERE id = "
        f"(SELECT booking_id FROM ledger_entry WHERE id = ({HOLD})))",
        "is at 2026-12-24 08:00:00, not as",
    ),
    "a booking nobody is told of": Plant("DELETE FROM outbox WHERE kind = 'booked'", "nobody is told"),
    "a notice left in the outbox": Plant(
        "UPDATE outbox SET state = 'pending' WHERE id = (SELECT min(id) FROM outbox WHERE kind = 'booked')",
        "due and pending",
    ),
    "a notice marked but not sent": Plant(
        "UPDATE outbox SET message_id = 99999 WHERE kind = 'booked'", "nobody got it"
    ),
    "two sessions at once": Plant(
        "UPDATE session SET starts_at = '2026-12-24 08:00:00', ends_at = '2026-12-24 09:00:00', trainer_id = 2",
        "double bookings of a trainer",
    ),
    "units for a charge that never was": Plant(
        "INSERT INTO lot (id, person_id, source, issued_at, issued, available, held, redeemed, expired, refunded, "
        "adjusted) SELECT 1000000, person_id, 'charge:none', issued_at, 10, 10, 0, 0, 0, 0, 0 FROM lot LIMIT 1",
        "charges credited: charge:none too much",
    ),
    "a charge whose units never came": Plant(
        "UPDATE lot SET source = 'granted:1' WHERE source LIKE 'charge:%'", "charges credited: charge:"
    ),
}


@pytest.fixture(scope="module")
def short(tmp_path_factory: pytest.TempPathFactory, postgresql: Databases) -> Outcome:
    with postgresql.database() as url:
        return asyncio.run(live(tmp_path_factory.mktemp("short"), url, SHORT, _silence))


def test_nothing_is_lost_or_doubled_while_two_processes_behind_webhooks_are_killed(
    short: Outcome, capsys: pytest.CaptureFixture[str]
) -> None:
    _tell("webhooks", short, capsys)
    assert short.problems == []
    assert short.figures["kills"] >= SHORT.kills


def test_nothing_is_lost_or_doubled_while_two_processes_that_take_turns_polling_are_killed(
    tmp_path: Path, postgresql: Databases, capsys: pytest.CaptureFixture[str]
) -> None:
    with postgresql.database() as url:
        polled = asyncio.run(live(tmp_path, url, replace(SHORT, kills=3, polling=True), _silence))
    _tell("polling", polled, capsys)
    assert polled.problems == []


@pytest.mark.parametrize("what", PLANTED)
def test_the_checker_finds(short: Outcome, tmp_path: Path, what: str) -> None:
    sql, problem = PLANTED[what]
    file = tmp_path / "copy.sqlite3"
    shutil.copy(short.seen.evidence.file, file)
    with closing(sqlite3.connect(file)) as connection, connection:
        assert connection.execute(sql).rowcount > 0
    seen = replace(short.seen, evidence=replace(short.seen.evidence, file=file))
    assert any(problem in found for found in check(seen).problems)


def test_the_checker_finds_a_notice_that_came_twice(short: Outcome) -> None:
    problems = check(_with_a_copy(short.seen)).problems
    assert any("2 copies, 1 sends begun" in found for found in problems)


def test_the_checker_finds_a_doubt_that_no_death_explains(short: Outcome, tmp_path: Path) -> None:
    file = tmp_path / "copy.sqlite3"
    shutil.copy(short.seen.evidence.file, file)
    with closing(sqlite3.connect(file)) as connection, connection:
        connection.execute("UPDATE outbox SET begun = 2 WHERE kind = 'booked'")
    seen = replace(short.seen, evidence=replace(short.seen.evidence, file=file), killed_at=[])
    assert any("though nobody died" in found for found in check(seen).problems)


def _with_a_copy(seen: Seen) -> Seen:
    """The log with a second copy of a notice at its end."""
    (row,) = seen.evidence.rows("SELECT message_id FROM outbox WHERE kind = 'booked' AND begun = 1 LIMIT 1")
    telegram = copy(seen.evidence.telegram)
    told = next(call for call in telegram.calls if _is_message(call, row["message_id"]))
    copied = replace(told, outcome={"ok": True, "result": told.outcome["result"] | {"message_id": 77777}})
    telegram.calls = [*telegram.calls, copied]
    return replace(seen, evidence=replace(seen.evidence, telegram=telegram))


def _is_message(call: Call, message_id: int) -> bool:
    return call.method == "sendMessage" and call.ok and call.outcome["result"]["message_id"] == message_id


def _tell(updates: str, outcome: Outcome, capsys: pytest.CaptureFixture[str]) -> None:
    with capsys.disabled():
        sys.stdout.write(f"\nFleet, {updates}: {dict(outcome.figures)}, {outcome.measured}\n")


def _silence(_line: str) -> None:
    """Progress is for long runs."""
