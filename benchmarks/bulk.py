"""Makes a studio old: so many bookings that took place, each with its session, ledger and audit entries and a notice.

Rows are made by SQLite itself, out of numbers; a member has had a hundred sessions at either size.
"""

import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

from benchmarks.studio import NOW, TRAINERS

SESSIONS_EACH = 100
AT = f"{NOW:%Y-%m-%d %H:%M:%S}"
FIRST_ID, FIRST_TELEGRAM_ID = 1_000_000, 5_000_000
DUE = 1_000
"""So many notices are due, at either size, and not for long; the others are spread over a month ahead."""
NUMBERS = "WITH RECURSIVE n(i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i + 1 < {count}) "
BEGAN = "datetime('{now}', '-' || (2880 + 60 * (i / {trainers})) || ' minutes') || '.000000'"
ENDED = "datetime('{now}', '-' || (2820 + 60 * (i / {trainers})) || ' minutes') || '.000000'"
FACTS = (
    '{"trainer": "Trainer 1", "trainer_id": 1, "type_id": 3, "trainee": "Anna", "minutes": 60, "units": 3,'
    ' "starts_at": "2027-03-11T16:00:00+00:00", "ends_at": "2027-03-11T17:00:00+00:00", "version": 1, "place": "",'
    ' "free_until": "2027-03-11T04:00:00+00:00", "booking_id": '
)
MEMBERS = (
    (
        "INSERT INTO person SELECT {first} + i, {first_telegram} + i, 'Anna ' || i, 'anna ' || i,"
        " 'America/New_York', 'en', 1, 0, NULL, 1, '', '{now}.000000' FROM n"
    ),
    "INSERT INTO account SELECT {first} + i, 100000, 0 FROM n",
    (
        "INSERT INTO lot (id, person_id, source, expires_on, issued_at, issued, available, held, redeemed, expired,"
        " refunded, adjusted) SELECT {first} + i, {first} + i, 'grant:' || ({first_telegram} + i), NULL,"
        " '{now}.000000', 100300, 100000, 0, 300, 0, 0, 0 FROM n"
    ),
)
SESSIONS = (
    "INSERT INTO session SELECT {first} + i, 1 + i % {trainers}, 3, {began}, {ended}, {began}, {ended}, 1, 1 FROM n",
    (
        "INSERT INTO booking (id, session_id, trainee_id, units, status, cancel_notice_minutes, booked_at, ended_at)"
        " SELECT {first} + i, {first} + i, {first} + i % {members}, 3, {status}, 720, {began}, {left} FROM n"
    ),
)
ENTRIES = (
    (
        "INSERT INTO ledger_entry (id, idempotency_key, lot_id, person_id, move, units, booking_id, reason, at)"
        " SELECT {first} + i, 'redeem:' || ({first} + i) || ':0', {first} + i % {members}, {first} + i % {members},"
        " 'redeem', 3, {first} + i, 'completed', {ended} FROM n"
    ),
    "INSERT INTO audit SELECT {first} + i, {ended}, NULL, 'completed', 'booking:' || ({first} + i), '{{}}' FROM n",
)
NOTICES = (
    'INSERT INTO outbox (id, dedupe_key, person_id, kind, "values", subject, due_at, expires_at, state, claimable_at,'
    " begun, fence, cause) SELECT {first} + i, 'bulk:' || i, {whom}, 'reminder', '{facts}' || ({first} + i) || '}}',"
    " 'booking:' || ({first} + i), {due}, NULL, 'pending', {due}, 0, 0, 'bulk' FROM n"
)
DUE_AT = (
    "datetime('{now}', (CASE WHEN i < {few} THEN -(i % 60) ELSE 3600 + i * 2500000 / {count} END) || ' seconds')"
    " || '.000000'"
)


def grow(file: Path, bookings: int) -> None:
    """Add so many past bookings to a furnished studio, with people, ledger and audit, and as many pending notices."""
    members = bookings // SESSIONS_EACH
    began, ended = (_told(each) for each in (BEGAN, ENDED))
    past = {"members": members, "began": began, "ended": ended, "left": ended, "status": "'completed'"}
    with _open(file) as connection:
        _run(connection, MEMBERS, members)
        _run(connection, SESSIONS, bookings, **past)
        _run(connection, ENTRIES, bookings, **past)
        _run(connection, (NOTICES,), bookings, whom=f"{FIRST_ID} + i % {members}", due=_due(bookings, DUE))


def remind(file: Path, people: int) -> None:
    """Add so many people, each with a session tomorrow and a reminder that is due; no other notice is left."""
    began, ended = (f"datetime('{AT}', '+{minutes} minutes') || '.000000'" for minutes in (1440, 1500))
    ahead = {"members": people, "began": began, "ended": ended, "left": "NULL", "status": "'booked'"}
    with _open(file) as connection:
        connection.execute("DELETE FROM outbox")
        _run(connection, MEMBERS, people)
        _run(connection, SESSIONS, people, **ahead)
        _run(connection, (NOTICES,), people, whom=f"{FIRST_ID} + i", due=_due(people, people))


def pend(file: Path, notices: int) -> None:
    """Add only pending notices, all to one person."""
    with _open(file) as connection:
        _run(connection, (NOTICES,), notices, whom="1", due=_due(notices, DUE))


def _due(count: int, few: int) -> str:
    """When each notice is due: the first few within the last minute, the others ahead."""
    return _told(DUE_AT).replace("{few}", str(few)).replace("{count}", str(count))


def _told(expression: str) -> str:
    return expression.replace("{now}", AT).replace("{trainers}", str(TRAINERS))


@contextmanager
def _open(file: Path) -> Iterator[sqlite3.Connection]:
    """Not durable and not checked: what is lost here is made anew."""
    connection = sqlite3.connect(file)
    for pragma in ("synchronous=OFF", "foreign_keys=OFF", "cache_size=-200000"):
        connection.execute(f"PRAGMA {pragma}")
    yield connection
    connection.commit()
    connection.close()


def _run(connection: sqlite3.Connection, statements: Iterable[str], count: int, **names: object) -> None:
    names |= {"first": FIRST_ID, "first_telegram": FIRST_TELEGRAM_ID, "trainers": TRAINERS, "now": AT, "facts": FACTS}
    for statement in statements:
        insert, select = statement.split(" SELECT ", 1)
        connection.execute(insert + " " + NUMBERS.format(count=count) + "SELECT " + select.format(**names))
