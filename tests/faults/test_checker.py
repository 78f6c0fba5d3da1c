"""The checker catches what it is there for: each kind of violation, planted in a finished file or in the log."""

import shutil
import sqlite3
from contextlib import closing
from copy import copy
from dataclasses import replace
from pathlib import Path
from typing import NamedTuple

import pytest

from emulator.chat import Call
from tests.faults import story
from tests.faults.checker import Evidence, Findings, check
from tests.faults.hosted import Death
from tests.faults.kill import Undisturbed
from tests.faults.moment import Moment
from tests.faults.studio import TESS

pytestmark = [pytest.mark.kill, pytest.mark.timeout(120)]


class Plant(NamedTuple):
    """What is done to a finished file, and words of the problem that has to be found."""

    sql: str
    problem: str


PLANTED = {
    "a charge that was never kept": Plant(
        "DELETE FROM charge",
        "charges kept: tg_charge",
    ),
    "a charge that became no units": Plant(
        "UPDATE lot SET source = 'gift'",
        "charges credited: charge:tg_charge",
    ),
    "a charge that became units twice": Plant(
        "INSERT INTO lot (person_id, source, issued_at, issued, available, held, redeemed, expired, refunded, "
        "adjusted) SELECT person_id, 'charge:again', issued_at, 10, 10, 0, 0, 0, 0, 0 FROM lot",
        "charges credited: charge:again too much",
    ),
    "an order that stayed unpaid": Plant("UPDATE purchase SET status = 'approved'", "its order is not paid"),
    "units that were issued short": Plant("UPDATE lot SET issued = 9", "issues instead of one"),
    "a unit out of nothing": Plant("UPDATE lot SET available = available + 1", "10 issued, 11 in its buckets"),
    "a bucket that the ledger does not explain": Plant(
        "UPDATE lot SET available = available - 1, redeemed = redeemed + 1",
        "its buckets differ from its ledger",
    ),
    "a ledger entry posted twice": Plant(
        "INSERT INTO ledger_entry (idempotency_key, lot_id, person_id, move, units, booking_id, reason, at) "
        "SELECT 'again', lot_id, person_id, move, units, booking_id, reason, at FROM ledger_entry "
        "WHERE move = 'redeem'",
        "its buckets differ from its ledger",
    ),
    "an account beside its lots": Plant("UPDATE account SET held = held + 1", "differs from its lots"),
    "a booking that holds nothing": Plant(
        "DELETE FROM ledger_entry WHERE booking_id = (SELECT id FROM booking WHERE status = 'booked')",
        "booked, but 0 held",
    ),
    "a booking that was lost": Plant("DELETE FROM booking WHERE status = 'booked'", "'booked') missing"),
    "a booking that was made twice": Plant(
        "INSERT INTO booking (session_id, trainee_id, units, status, cancel_notice_minutes, booked_at) "
        "SELECT session_id, trainee_id, units, status, 0, booked_at FROM booking WHERE status = 'cancelled'",
        "'cancelled') too much",
    ),
    "a move that was forgotten": Plant(
        "UPDATE session SET starts_at = datetime(starts_at, '+6 hours'), ends_at = datetime(ends_at, '+6 hours') "
        "WHERE id = 2",
        "bookings: (datetime",
    ),
    "a cell without a booking": Plant(
        "INSERT INTO occupancy VALUES ('person', 2, 1, 0, 1)",
        "cells: (2, 1, 1) too much",
    ),
    "a booking without a cell": Plant(
        "DELETE FROM occupancy WHERE rowid = (SELECT max(rowid) FROM occupancy)", "missing"
    ),
    "an update that was acknowledged and lost": Plant(
        "DELETE FROM inbox WHERE update_id = (SELECT max(update_id) FROM inbox)",
        "acknowledged and lost",
    ),
    "an update that was never handled": Plant("UPDATE inbox SET state = 'new' WHERE rowid = 3", "still new"),
    "an outcome that was never shown": Plant("UPDATE inbox SET answered_at = NULL WHERE rowid = 3", "still done"),
    "an update given up in silence": Plant("UPDATE inbox SET state = 'dead' WHERE rowid = 3", "given up in silence"),
    "an update nobody sent": Plant("UPDATE inbox SET update_id = 7 WHERE rowid = 3", "update 7: never issued"),
    "a notice that stays in the outbox": Plant(
        "UPDATE outbox SET state = 'pending' WHERE kind = 'receipt'",
        "due and pending",
    ),
    "a notice given up": Plant("UPDATE outbox SET state = 'dead' WHERE kind = 'receipt'", "due and dead"),
    "a notice that was marked but not sent": Plant(
        "UPDATE outbox SET message_id = 99999 WHERE kind = 'receipt'",
        "marked as sent, but nobody got it",
    ),
    "a notice about nothing": Plant("UPDATE outbox SET kind = 'missed' WHERE kind = 'receipt'", "nothing in the story"),
}


GIVE_UP = "UPDATE outbox SET state = 'dead', message_id = NULL WHERE kind = 'moved'"
TELL_OF_IT = """
    INSERT INTO outbox (dedupe_key, person_id, kind, "values", subject, due_at, state, claimable_at, begun, fence,
        cause)
    SELECT 'notice_dead:' || id || ':1', person_id, 'notice_dead', '{}', '', due_at, 'withdrawn', due_at, 0, 0, ''
    FROM outbox WHERE kind = 'moved'
"""


@pytest.mark.parametrize("what", PLANTED)
def test_it_finds(undisturbed: Undisturbed, tmp_path: Path, what: str) -> None:
    sql, problem = PLANTED[what]
    file = tmp_path / "studio.sqlite3"
    shutil.copy(undisturbed.evidence.file, file)
    with closing(sqlite3.connect(file)) as connection, connection:
        connection.execute("PRAGMA ignore_check_constraints = ON")
        connection.execute("DROP INDEX uq_booking_active")
        assert connection.execute(sql).rowcount > 0
    findings = check(replace(undisturbed.evidence, file=file), story.FACTS)
    assert any(problem in found for found in findings.problems), findings


def test_it_finds_a_notice_that_nobody_planned_for(undisturbed: Undisturbed) -> None:
    calls = [call for call in undisturbed.evidence.telegram.calls if not _tells_of_a_move(call)]
    findings = check(_with_calls(undisturbed.evidence, calls), story.FACTS)
    assert "moved: told 0 times instead of 1 and 0 for a reason" in findings.problems


def test_it_finds_a_notice_that_came_twice_without_a_kill(undisturbed: Undisturbed) -> None:
    key, calls = _moved_twice(undisturbed.evidence)
    findings = check(_with_calls(undisturbed.evidence, calls), story.FACTS)
    assert findings == Findings([f"notice {key}: sent 2 times"], [key])


def test_it_excuses_and_counts_a_notice_that_came_twice_when_killed_before_it_was_marked(
    undisturbed: Undisturbed,
) -> None:
    key, calls = _moved_twice(undisturbed.evidence)
    first = next(nth for nth, call in enumerate(calls) if _tells_of_a_move(call))
    died = Death(Moment("after-send", 1), first + 1, {key: "pending"})
    evidence = replace(_with_calls(undisturbed.evidence, calls), deaths=[died])
    assert check(evidence, story.FACTS) == Findings([], [key])
    marked = replace(evidence, deaths=[replace(died, notices={key: "sent"})])
    assert check(marked, story.FACTS).problems == [f"notice {key}: sent 2 times"]
    elsewhere = replace(evidence, deaths=[replace(died, calls=first)])
    assert check(elsewhere, story.FACTS).problems == [f"notice {key}: sent 2 times"]


def test_it_excuses_a_notice_that_is_listed_because_two_processes_died_with_it(
    undisturbed: Undisturbed, tmp_path: Path
) -> None:
    file = tmp_path / "studio.sqlite3"
    shutil.copy(undisturbed.evidence.file, file)
    with closing(sqlite3.connect(file)) as connection, connection:
        connection.execute(GIVE_UP)
        connection.execute(TELL_OF_IT)
        ((key,),) = connection.execute("SELECT dedupe_key FROM outbox WHERE kind = 'moved'").fetchall()
    calls = [call for call in undisturbed.evidence.telegram.calls if not _tells_of_a_move(call)]
    died = Death(Moment("before-send", 1), 1, {key: "pending"})
    evidence = replace(_with_calls(undisturbed.evidence, calls), file=file, deaths=[died, died])
    assert check(evidence, story.FACTS) == Findings([], [], [key])
    once = check(replace(evidence, deaths=[died]), story.FACTS)
    assert f"notice {key}: due and dead" in once.problems


def test_it_finds_a_departure_from_the_bot_api(undisturbed: Undisturbed) -> None:
    telegram = copy(undisturbed.evidence.telegram)
    telegram.violations = ["sendMessage: something"]
    findings = check(replace(undisturbed.evidence, telegram=telegram), story.FACTS)
    assert findings.problems == ["Bot API: sendMessage: something"]


def _tells_of_a_move(call: Call) -> bool:
    return call.method == "sendMessage" and "now comes" in call.parameters["text"]


def _moved_twice(evidence: Evidence) -> tuple[str, list[Call]]:
    """The key of the notice about the move, and the log with a second copy of it at the end."""
    (row,) = evidence.rows("SELECT dedupe_key FROM outbox WHERE kind = 'moved'")
    (told,) = (call for call in evidence.telegram.calls if _tells_of_a_move(call))
    copied = replace(told, outcome={"ok": True, "result": told.outcome["result"] | {"message_id": 77777}})
    assert told.parameters["chat_id"] == str(TESS)
    return str(row["dedupe_key"]), [*evidence.telegram.calls, copied]


def _with_calls(evidence: Evidence, calls: list[Call]) -> Evidence:
    telegram = copy(evidence.telegram)
    telegram.calls = calls
    return replace(evidence, telegram=telegram)
