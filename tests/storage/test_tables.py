"""No statement of the bot reads through what grows, a table or all that ever was: it finds its rows by an index."""

import importlib
import pkgutil
import re
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from typing import Any

import pytest
from sqlalchemy import Delete, Select, Update
from sqlalchemy.dialects.sqlite.base import SQLiteDialect
from sqlalchemy.engine import make_url
from sqlalchemy.sql.selectable import CompoundSelect

import storage
from tests.engines import Databases

ABOUT_ALL_ROWS = {"storage.archive", "storage.reconcile"}
"""Backups and proofs read everything."""
EXCEPTIONS = {
    "storage.booking.READ",  # only a part of others
    "storage.figures.DEAD_UPDATES",  # of the books, which are counted once in a while
    "storage.figures.UNITS",
}
GROWING = "audit|booking|charge|hold_line|inbox|ledger_entry|lot|outbox|session"
OPEN = "uq_booking_active|ix_inbox_new|ix_inbox_unanswered|ix_outbox_due|ix_outbox_subject|ix_outbox_dead"
"""Indexes of what is still open or was given up, little however much there was; they may be read from end to end."""
EMPTIED = "ix_inbox_done_at|ix_lot_overdue|ix_outbox_over"
"""Indexes whose past is cleared away by those who read it."""
SCAN = re.compile(rf"SCAN ({GROWING})\b(?! USING (COVERING )?INDEX ({OPEN}))")
HISTORY = re.compile(rf"SEARCH ({GROWING})\b USING (COVERING )?INDEX (?!{OPEN}|{EMPTIED})\w+ \([^>]*<\?\)")
"""Everything before an instant: with each year there is more of it."""
OF_POSTGRESQL = ("pg_notify", "pg_advisory_xact_lock", "clock_timestamp", "current_schema", "has_schema_privilege")
LIST = re.compile(r"\(__\[POSTCOMPILE_\w+\]\)")


def _statements() -> Iterator[tuple[str, Any]]:
    for found in pkgutil.iter_modules(storage.__path__, "storage."):
        if found.ispkg or found.name in ABOUT_ALL_ROWS:
            continue
        for name, value in vars(importlib.import_module(found.name)).items():
            if isinstance(value, (Select, CompoundSelect, Update, Delete)) and name.isupper():
                yield f"{found.name}.{name}", value


STATEMENTS = {name: statement for name, statement in _statements() if name not in EXCEPTIONS}


def _plan(connection: sqlite3.Connection, statement: Any) -> list[str]:
    text = LIST.sub("(?)", statement.compile(dialect=SQLiteDialect(paramstyle="qmark")).string)
    return [row[3] for row in connection.execute(f"EXPLAIN QUERY PLAN {text}", [1] * text.count("?"))]


@pytest.fixture(scope="module")
def tables(sqlite: Databases) -> Iterator[sqlite3.Connection]:
    """All tables, empty and never analysed, as SQLite plans for them on a studio's machine."""
    with sqlite.database() as url, closing(sqlite3.connect(make_url(url).database or "")) as connection:
        for of_postgresql in OF_POSTGRESQL:
            connection.create_function(of_postgresql, -1, lambda *_: None)
        yield connection


@pytest.mark.parametrize("name", STATEMENTS)
def test_it_finds_its_rows_by_an_index(tables: sqlite3.Connection, name: str) -> None:
    assert [step for step in _plan(tables, STATEMENTS[name]) if SCAN.match(step) or HISTORY.match(step)] == []


@pytest.mark.parametrize("name", ["storage.booking.UPCOMING", "storage.booking.FIND_ACTIVE", "storage.session.BUSY"])
def test_what_is_ahead_is_not_looked_for_in_all_that_a_trainee_ever_had(tables: sqlite3.Connection, name: str) -> None:
    assert [step for step in _plan(tables, STATEMENTS[name]) if "ix_booking_trainee_id_id" in step] == []


@pytest.mark.parametrize(
    ("through", "statement"),
    [
        (SCAN, "SELECT * FROM booking WHERE receipt = 'x'"),
        (HISTORY, "SELECT * FROM session WHERE trainer_id = 1 AND starts_at < '2026-11-30'"),
    ],
)
def test_reading_through_what_grows_would_be_noticed(
    tables: sqlite3.Connection, through: re.Pattern[str], statement: str
) -> None:
    assert [row[3] for row in tables.execute(f"EXPLAIN QUERY PLAN {statement}") if through.match(row[3])]
