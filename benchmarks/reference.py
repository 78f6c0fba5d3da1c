"""The references: bare aiogram, and the rows of a booking and of the inbox written by plain sqlite3.

They are as durable as the product (WAL, `synchronous=FULL`) and do nothing that the product could leave out.
"""

import json
import sqlite3
from collections.abc import Awaitable, Callable, Iterable
from pathlib import Path
from time import perf_counter

from aiogram import Dispatcher, Router
from aiogram.types import CallbackQuery, InlineKeyboardMarkup, Message

from benchmarks import stub, update
from benchmarks.studio import FIRST_TRAINEE, NOW
from benchmarks.sweep import sweep
from benchmarks.workload import Workload

PRAGMAS = ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON")
SCREEN = "<b>When?</b> 60 min with Trainer 1, 3 units\nTuesday 2 March, times in New York"
CELLS = 24
NOTICES = (("reminder", "120"), ("reminder", "1440"), ("nudge", "0"), ("nudge", "1"), ("booked", ""))
ADD_INBOX = "INSERT INTO inbox (update_id, lane, body, state, attempts, received_at) VALUES (?, ?, ?, 'new', 0, ?)"
ADD_SESSION = (
    "INSERT INTO session (trainer_id, type_id, starts_at, ends_at, blocks_from_at, blocks_until_at, version, active)"
    " VALUES (?, ?, ?, ?, ?, ?, 1, 1)"
)
ADD_BOOKING = (
    "INSERT INTO booking (session_id, trainee_id, units, status, cancel_notice_minutes, booked_at)"
    " VALUES (?, ?, 3, 'booked', 720, ?)"
)
ADD_CELLS = "INSERT INTO occupancy (kind, resource_id, cell, seat, session_id) VALUES ('person', ?, ?, 0, ?)"
HOLD = (
    "UPDATE account SET available = available - 3, held = held + 3 WHERE person_id = ?",
    "UPDATE lot SET available = available - 3, held = held + 3 WHERE id = ?",
)
RELEASE = tuple(each.replace("- 3", "+ -3").replace("+ 3", "- 3").replace("+ -3", "+ 3") for each in HOLD)
ADD_ENTRY = (
    "INSERT INTO ledger_entry (idempotency_key, lot_id, person_id, move, units, booking_id, reason, at, starts_at)"
    " VALUES (?, ?, ?, 'hold', 3, ?, 'booked', ?, ?)"
)
ADD_LINE = "INSERT INTO hold_line (booking_id, lot_id, units) VALUES (?, ?, 3)"
ADD_NOTICE = (
    'INSERT INTO outbox (dedupe_key, person_id, kind, "values", subject, due_at, expires_at, state, claimable_at,'
    " begun, fence, cause) VALUES (?, ?, ?, ?, ?, ?, ?, 'pending', ?, 0, 0, ?)"
)
ADD_AUDIT = "INSERT INTO audit (at, actor_id, action, subject, facts) VALUES (?, ?, 'booking.book', ?, ?)"
FINISH = "UPDATE inbox SET state = 'done', done_at = ? WHERE update_id = ? AND state = 'new'"
READ = (
    "SELECT unixepoch(blocks_from_at) / 60, unixepoch(blocks_until_at) / 60 FROM session"
    " WHERE trainer_id = ? AND active AND starts_at > ? AND starts_at < ?"
)
GROWING = ("hold_line", "ledger_entry", "outbox", "occupancy", "booking", "session", "audit", "inbox")


def bare_aiogram() -> Callable[[str], Awaitable[object]]:
    """E: feeds a raw update to aiogram."""
    bot, dispatcher = stub.bot(), Dispatcher()
    dispatcher.include_router(bare_router())
    return lambda raw: dispatcher.feed_raw_update(bot, json.loads(raw))


def bare_router() -> Router:
    """One handler, which answers the tap and edits its message to one with 18 buttons."""
    router, screen = Router(), InlineKeyboardMarkup.model_validate({"inline_keyboard": update.keyboard()})

    @router.callback_query()
    async def handle(query: CallbackQuery) -> None:
        assert isinstance(query.message, Message)
        await query.answer()
        await query.message.edit_text(SCREEN, reply_markup=screen)

    return router


class Raw:
    """B and I: plain sqlite3 on a file of its own, which is a copy of the product's."""

    def __init__(self, file: Path) -> None:
        self._connection = sqlite3.connect(file, isolation_level=None)
        for pragma in PRAGMAS:
            self._connection.execute(f"PRAGMA {pragma}")
        self._trainer, self._trainee, self._lot = self._connection.execute(
            "SELECT trainer.id, person.id, lot.id FROM trainer, person JOIN lot ON lot.person_id = person.id"
            " WHERE person.telegram_id = ? ORDER BY trainer.id LIMIT 1",
            (FIRST_TRAINEE,),
        ).fetchone()
        self._update_id = 10**9

    def store(self, body: str) -> float:
        """I: the seconds it takes to keep an update."""
        self._update_id += 1
        began = perf_counter()
        run = self._connection.execute
        run("BEGIN IMMEDIATE")
        run(ADD_INBOX, (self._update_id, f"person:{FIRST_TRAINEE}", body, str(NOW)))
        run("COMMIT")
        return perf_counter() - began

    def book(self) -> float:
        """B: the seconds it takes to write a booking's rows, and the end of the update that was stored last."""
        at, ends_at, now = "2027-03-11 16:00:00.000000", "2027-03-11 17:00:00.000000", f"{NOW:%Y-%m-%d %H:%M:%S}.000000"
        facts = json.dumps(
            {"starts_at": at, "ends_at": ends_at, "trainer": "Trainer 1", "trainee": "Anna 3000"} | _REST
        )
        first_cell, who, lot, cause = 9_000_000, self._trainee, self._lot, f"update:{self._update_id}"
        cells = [(each, first_cell + cell) for each in (self._trainer, who) for cell in range(CELLS // 2)]
        began = perf_counter()
        run, run_all = self._connection.execute, self._connection.executemany
        run("BEGIN IMMEDIATE")
        run(FINISH, (now, self._update_id))
        session_id = run(ADD_SESSION, (self._trainer, 3, at, ends_at, at, ends_at)).lastrowid
        run_all(ADD_CELLS, [(person, cell, session_id) for person, cell in cells])
        booking_id = run(ADD_BOOKING, (session_id, who, now)).lastrowid
        run(HOLD[0], (who,))
        run(HOLD[1], (lot,))
        run(ADD_ENTRY, (f"hold:{booking_id}:0:{lot}", lot, who, booking_id, now, at))
        run(ADD_LINE, (booking_id, lot))
        about = f"booking:{booking_id}"
        run_all(
            ADD_NOTICE,
            [
                (f"{kind}:{booking_id}:1:{which}", who, kind, facts, about, at, ends_at, at, cause)
                for kind, which in NOTICES
            ],
        )
        run(ADD_AUDIT, (now, who, about, '{"starts_at": "2027-03-11T16:00:00+00:00", "units": 3}'))
        run("COMMIT")
        return perf_counter() - began

    def undo(self) -> None:
        """Take the last booking back."""
        run = self._connection.execute
        booking_id, session_id = run("SELECT id, session_id FROM booking ORDER BY id DESC LIMIT 1").fetchone()
        run("BEGIN IMMEDIATE")
        run("DELETE FROM hold_line WHERE booking_id = ?", (booking_id,))
        run("DELETE FROM ledger_entry WHERE booking_id = ?", (booking_id,))
        run("DELETE FROM outbox WHERE subject = ?", (f"booking:{booking_id}",))
        run("DELETE FROM occupancy WHERE session_id = ?", (session_id,))
        run("DELETE FROM booking WHERE id = ?", (booking_id,))
        run("DELETE FROM session WHERE id = ?", (session_id,))
        run(RELEASE[0], (self._trainee,))
        run(RELEASE[1], (self._lot,))
        run("COMMIT")

    def look(self, given: Workload) -> float:
        """S: the seconds it takes to read what is booked and to sweep what is open."""
        windows = given.open_minutes()
        began = perf_counter()
        booked = self._connection.execute(READ, (self._trainer, "2027-03-01", "2027-04-01")).fetchall()
        found = sweep(windows, booked, given.minutes, given.step, 0)
        seconds = perf_counter() - began
        assert len(booked) >= len(given.booked[0]), "the bookings are not there"
        assert found, "the sweep found nothing"
        return seconds

    def counts(self) -> dict[str, int]:
        return rows(self._connection)

    def close(self) -> None:
        self._connection.close()


_REST = {"trainer_id": 1, "type_id": 3, "minutes": 60, "units": 3, "version": 1, "place": "", "booking_id": 1}


def counted(file: Path) -> dict[str, int]:
    """How many rows of each table that grows there are in a file."""
    connection = sqlite3.connect(file)
    try:
        return rows(connection)
    finally:
        connection.close()


def rows(connection: sqlite3.Connection, tables: Iterable[str] = GROWING) -> dict[str, int]:
    return {name: connection.execute(f"SELECT count(*) FROM {name}").fetchone()[0] for name in tables}
