"""The checker finds what it is there for: each kind of violation is planted, in a lived file or step by step."""

import sqlite3
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from tests.simulation.checker import Checker
from tests.simulation.city import City, Plan
from tests.simulation.fault import CallFault
from tests.simulation.session import Delivery
from tests.simulation.storage import Disk
from tests.simulation.wire import Invoice

pytestmark = pytest.mark.timeout(400)
ANNA, TESS = 3001, 2001
EPOCH = int(datetime(2026, 1, 5, 10, tzinfo=UTC).timestamp())
NOW = "2026-01-05 10:00:00"


class Plant(NamedTuple):
    """What is done to a lived file, and words of the violation that has to be found."""

    sql: str
    problem: str


PLANTED = {
    "a unit out of nothing": Plant("UPDATE lot SET available = available + 1 WHERE id = 1", "in its buckets"),
    "a bucket that the ledger does not explain": Plant(
        "UPDATE lot SET available = available - 1, redeemed = redeemed + 1 WHERE available > 0",
        "differ from its ledger",
    ),
    "an entry of the past that changed": Plant(
        "UPDATE ledger_entry SET units = units + 1 WHERE id = 1", "have changed"
    ),
    "an account beside its lots": Plant("UPDATE account SET held = held + 1", "its ledger says"),
    "a booking that is gone": Plant("DELETE FROM booking WHERE id = 1", "booking 1: gone"),
    "a booking that ended without its units": Plant(
        "UPDATE booking SET status = 'cancelled' WHERE status = 'completed'", "but its ledger says"
    ),
    "two sessions of one trainer at once": Plant(
        "UPDATE session SET (starts_at, ends_at, blocks_from_at, blocks_until_at) = "
        "(SELECT starts_at, ends_at, blocks_from_at, blocks_until_at FROM session WHERE id = 1), trainer_id = "
        "(SELECT trainer_id FROM session WHERE id = 1) WHERE id IN (SELECT session_id FROM booking "
        "WHERE status IN ('booked', 'completed') AND session_id != 1)",
        "overlap",
    ),
    "a session without a cell": Plant(
        "DELETE FROM occupancy WHERE cell = (SELECT max(cell) FROM occupancy)", "cells differ"
    ),
    "a cell without a session": Plant("INSERT INTO occupancy VALUES ('person', 2, 1, 0, 99999)", "but no time"),
    "an update nobody sent": Plant(
        "UPDATE inbox SET update_id = 7 WHERE rowid = (SELECT max(id) FROM inbox)", "never issued"
    ),
    "a notice marked that nobody got": Plant(
        "UPDATE outbox SET message_id = 99999999 WHERE kind = 'receipt' AND state = 'sent'", "nobody got it"
    ),
    "a notice given up in silence": Plant(
        "UPDATE outbox SET state = 'dead', problem = 'why not' WHERE kind = 'booked'", "given up in silence"
    ),
    "a notice that stays": Plant("UPDATE outbox SET state = 'pending' WHERE kind = 'booked'", "still pending"),
    "a reminder that is missing": Plant(
        "DELETE FROM outbox WHERE kind = 'reminder' AND state = 'pending'", "no reminder"
    ),
    "a charge that was never captured": Plant("UPDATE charge SET id = 'charge-0' WHERE rowid = 1", "never captured"),
    "a charge that is not in the file": Plant("DELETE FROM charge", "captured, but not in the file"),
    "a charge over another amount": Plant("UPDATE charge SET amount_minor = 1", "kept as"),
    "a charge that became no units": Plant("UPDATE lot SET source = 'gift:' || id", "0 credits"),
    "a charge that became units twice": Plant(
        "INSERT INTO lot (person_id, source, issued_at, issued, available, held, redeemed, expired, refunded, "
        "adjusted) SELECT person_id, 'charge:again', issued_at, 0, 0, 0, 0, 0, 0, 0 FROM lot LIMIT 1",
        "nobody paid",
    ),
}


@pytest.fixture(scope="module")
def lived(tmp_path_factory: pytest.TempPathFactory) -> Iterator[City]:
    """A studio after nine days of peace."""
    city = City(Plan(seed=1, days=9, rough=False), tmp_path_factory.mktemp("lived") / "studio.sqlite3")
    city.live()
    assert city.checker.violations == []
    yield city
    city.close()


@pytest.mark.parametrize("what", PLANTED)
def test_it_finds(lived: City, what: str) -> None:
    sql, problem = PLANTED[what]
    file = lived.disk.file
    with sqlite3.connect(":memory:") as kept, sqlite3.connect(file) as connection:
        connection.backup(kept)
        connection.executescript("PRAGMA ignore_check_constraints = ON; DROP INDEX uq_booking_active;")
        assert connection.execute(sql).rowcount > 0
        connection.commit()
        lived.checker.forget_what_was_checked()
        lived.checker.settled(lived.clock.now())
        found = list(lived.checker.violations)
        lived.checker.violations.clear()
        kept.backup(connection)
    assert any(problem in each for each in found), found


class Stage:
    """An empty file with a checker beside it, for what happens step by step. Everybody has the id of their account."""

    def __init__(self, folder: Path) -> None:
        self.seconds = 0.0
        self.disk = Disk(folder / "studio.sqlite3")
        self._connection = sqlite3.connect(self.disk.file, isolation_level=None)
        self.checker = Checker(self.disk.file, lambda: self.seconds, EPOCH)
        for person in (ANNA, TESS):
            self.insert("person", id=person, telegram_id=person)

    def insert(self, table: str, **values: Any) -> None:
        """A row; what is not given is nothing in particular."""
        for _, name, kind, needed, default, key in self._connection.execute(f"PRAGMA table_info({table})"):
            if needed and default is None and not (key and name == "id") and name not in values:
                values[name] = NOW if "DATE" in kind else "" if "CHAR" in kind or kind == "TEXT" else 0
        names = ", ".join(f'"{name}"' for name in values)
        marks = ", ".join("?" * len(values))
        self._connection.execute(f"INSERT INTO {table} ({names}) VALUES ({marks})", tuple(values.values()))

    def run(self, sql: str) -> None:
        self._connection.execute(sql)

    def takes(self, *update_ids: int, tapped: str = "home", state: str = "new") -> None:
        """Updates of Anna's come and are committed."""
        for update_id in update_ids:
            self.checker.issued(update_id, "callback_query", ANNA, tapped)
            self.insert("inbox", update_id=update_id, lane=f"person:{ANNA}", body="", state=state)
        self.checker.committed()

    def does(self, update_id: int) -> None:
        """An update takes effect."""
        self.run(f"UPDATE inbox SET state = 'done' WHERE update_id = {update_id}")
        self.checker.committed()

    def delivers(self, key: str, *, fault: CallFault | None = None, chat_id: int = ANNA, life: int = 1) -> None:
        at = self.seconds
        self.checker.delivered(Delivery(key, chat_id, int(at) + 1, life, at, at, fault))

    def found(self) -> str:
        self.checker.close()
        self.disk.close()
        return "\n".join(self.checker.violations)


@pytest.fixture
def stage(tmp_path: Path) -> Stage:
    return Stage(tmp_path)


def test_it_finds_an_update_acknowledged_before_it_is_stored(stage: Stage) -> None:
    stage.checker.issued(1, "message", ANNA, "/start")
    stage.checker.acknowledged(1)
    assert "acknowledged, but not stored" in stage.found()


def test_it_finds_an_update_that_takes_effect_again(stage: Stage) -> None:
    stage.takes(1)
    stage.does(1)
    stage.run("UPDATE inbox SET state = 'new'")
    stage.checker.committed()
    assert "open again after it was done" in stage.found()


def test_it_finds_an_update_that_overtakes(stage: Stage) -> None:
    stage.takes(1, 2)
    stage.does(2)
    stage.does(1)
    assert "took effect after a later one" in stage.found()


def test_it_finds_an_update_taken_in_after_a_later_one(stage: Stage) -> None:
    stage.takes(2)
    stage.takes(1)
    assert "taken in after a later one" in stage.found()


def test_it_finds_an_update_that_vanishes(stage: Stage) -> None:
    stage.takes(1)
    stage.run("DELETE FROM inbox")
    stage.checker.committed()
    assert "gone before it was done" in stage.found()


def test_it_finds_an_update_given_up_in_silence(stage: Stage) -> None:
    stage.takes(1)
    stage.run("UPDATE inbox SET state = 'dead'")
    stage.checker.committed()
    assert "given up in silence" in stage.found()


def test_it_finds_what_is_left_after_a_calm(stage: Stage) -> None:
    stage.takes(1, 2)
    stage.does(1)
    stage.checker._inbox.settled()
    found = stage.found()
    assert "still open after the calm" in found
    assert "nothing was shown after the calm" in found


@pytest.mark.parametrize(("seconds", "found"), [(0.5, False), (3.0, True)])
def test_a_notice_that_came_due_as_the_calm_ended_is_not_left_behind(
    stage: Stage, seconds: float, *, found: bool
) -> None:
    stage.insert("outbox", dedupe_key="receipt:1:1", person_id=ANNA, state="pending", due_at=NOW)
    stage.checker._notices.settled(datetime.fromisoformat(NOW) + timedelta(seconds=seconds))
    assert ("still pending" in stage.found()) is found


@pytest.mark.parametrize(("tapped", "problem"), [("", "caused by []"), ("bk.xx:1:0", "what was asked is")])
def test_it_finds_units_that_move_without_being_asked_to(stage: Stage, tapped: str, problem: str) -> None:
    stage.insert("lot", id=1, person_id=ANNA, source="grant:1", issued=3, available=3)
    stage.insert("account", person_id=ANNA, available=3)
    stage.insert("ledger_entry", idempotency_key="1", lot_id=1, person_id=ANNA, move="issue", units=3)
    if tapped:
        stage.takes(1, tapped=tapped, state="done")
    else:
        stage.checker.committed()
    assert problem in stage.found()


def test_it_finds_a_booking_of_something_else_than_was_tapped_and_told_to_nobody(stage: Stage) -> None:
    _book(stage)
    stage.takes(1, tapped=f"bk.ok:{TESS}:1:123", state="done")
    found = stage.found()
    assert "not what was tapped" in found
    assert "nobody is told" in found


def test_it_accepts_a_booking_as_it_should_be(stage: Stage) -> None:
    _book(stage)
    stage.insert("outbox", dedupe_key="booked:1:1", person_id=TESS, kind="booked", state="pending")
    stage.takes(1, tapped=f"bk.ok:{TESS}:1:{EPOCH // 60 + 120}", state="done")
    assert stage.found() == ""


def test_it_finds_a_notice_sent_twice_without_a_doubt(stage: Stage) -> None:
    _tell(stage)
    stage.delivers("booked:1")
    stage.delivers("booked:1")
    assert "sent 2 times" in stage.found()


@pytest.mark.parametrize("doubt", ["lost answer", "death after it", "death before it", "dropped connection"])
def test_it_excuses_and_counts_one_copy_after_a_doubt_and_no_third(stage: Stage, doubt: str) -> None:
    _tell(stage)
    if doubt == "death before it":
        stage.checker.died(1)
    stage.delivers("booked:1", fault=CallFault.LOST if doubt == "lost answer" else None)
    if doubt == "death after it":
        stage.checker.died(1)
    if doubt == "dropped connection":
        stage.checker.trouble()
    stage.delivers("booked:1", life=2)
    assert stage.checker.violations == []
    assert stage.checker.counts["duplicates, each after a doubt"] == 1
    stage.checker.died(2)
    stage.delivers("booked:1", life=3)
    assert "sent 3 times" in stage.found()


def test_it_does_not_excuse_a_copy_after_a_death_that_found_the_notice_marked(stage: Stage) -> None:
    _tell(stage)
    stage.delivers("booked:1")
    stage.run("UPDATE outbox SET state = 'sent', message_id = 1")
    stage.checker.committed()
    stage.checker.died(1)
    stage.delivers("booked:1")
    assert "sent 2 times" in stage.found()


def test_it_finds_a_notice_without_a_row_or_in_the_wrong_chat_or_too_early(stage: Stage) -> None:
    _tell(stage, due_at="2026-01-06 10:00:00")
    stage.delivers("unknown:1")
    stage.delivers("booked:1", chat_id=ANNA + 1)
    found = stage.found()
    assert "there is no such notice" in found
    assert f"sent to {ANNA + 1}" in found
    assert "before it was due" in found


@pytest.mark.parametrize(("passed", "found"), [(1.0, False), (60.0, True)])
def test_it_finds_a_reminder_of_what_was_cancelled_before_it_left(stage: Stage, passed: float, found: bool) -> None:
    _book(stage)
    stage.takes(1, tapped=f"bk.ok:{TESS}:1:{EPOCH // 60 + 120}", state="done")
    _tell(stage, key="reminder:1", kind="reminder", values='{"booking_id": 1, "version": 1}')
    stage.run("UPDATE booking SET status = 'cancelled'")
    stage.run("UPDATE session SET active = 0")
    stage.run("DELETE FROM occupancy")
    stage.run("UPDATE lot SET available = 3, held = 0")
    stage.run("UPDATE account SET available = 3, held = 0")
    stage.insert("ledger_entry", idempotency_key="3", lot_id=1, person_id=ANNA, move="release", units=2, booking_id=1)
    stage.takes(2, tapped="bk.xx:1:0", state="done")
    stage.seconds += passed
    stage.delivers("reminder:1")
    assert ("the booking is" in stage.found()) is found


def test_it_finds_a_lost_payment_that_nobody_was_told_of(stage: Stage) -> None:
    stage.insert("purchase", id=1, token="order", person_id=ANNA, status="approved")
    stage.checker.charged("c1", ANNA, Invoice("order", "EUR", 100))
    stage.checker.issued(1, "message", ANNA, "charge c1")
    stage.checker.gone(1)
    stage.seconds += 3 * 3600
    stage.checker._money.examine()
    assert "lost at Telegram, and nobody was told" in stage.found()


def _tell(stage: Stage, key: str = "booked:1", kind: str = "booked", **values: Any) -> None:
    stage.insert("outbox", dedupe_key=key, person_id=ANNA, kind=kind, state="pending", **values)
    stage.checker.committed()


def _book(stage: Stage) -> None:
    """Anna books with Tess two hours ahead, from a lot of three units; the rows are not committed yet."""
    stage.insert("lot", id=1, person_id=ANNA, source="grant:1", issued=3, available=3)
    stage.insert("account", person_id=ANNA, available=3)
    stage.insert("ledger_entry", idempotency_key="1", lot_id=1, person_id=ANNA, move="issue", units=3)
    stage.takes(0, tapped="aj.ok:1", state="done")
    stage.checker.violations.clear()
    at = {"starts_at": "2026-01-05 12:00:00", "ends_at": "2026-01-05 12:40:00"}
    blocks = {"blocks_from_at": at["starts_at"], "blocks_until_at": at["ends_at"]}
    stage.insert("session", id=1, trainer_id=TESS, version=1, active=1, **at, **blocks)
    stage.insert("booking", id=1, session_id=1, trainee_id=ANNA, units=2, status="booked")
    first = (EPOCH + 7200) // 300
    for person in (ANNA, TESS):
        for cell in range(first, first + 8):
            stage.insert("occupancy", kind="person", resource_id=person, cell=cell, seat=0, session_id=1)
    stage.run("UPDATE lot SET available = 1, held = 2")
    stage.run("UPDATE account SET available = 1, held = 2")
    stage.insert("ledger_entry", idempotency_key="2", lot_id=1, person_id=ANNA, move="hold", units=2, booking_id=1)
