"""Accounts, lots, the append-only ledger, and what bookings hold. The constraints here are the last guard of units."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import (
    CheckConstraint,
    Column,
    Date,
    ForeignKey,
    Index,
    Integer,
    String,
    Table,
    bindparam,
    case,
    delete,
    func,
    insert,
    literal_column,
    select,
    update,
)
from sqlalchemy.engine import Connection, Row

from domain.error import NotFound
from domain.ids import BookingId, LotId, PersonId
from domain.ledger import MOVED, Entry, Movement
from domain.lot import CHARGE, Bucket, HoldLine, Lot, Move
from storage.schema import METADATA, BigId, Instant, id_column

account = Table(
    "account",
    METADATA,
    Column("person_id", BigId, ForeignKey("person.id"), primary_key=True, autoincrement=False),
    Column("available", Integer, nullable=False),
    Column("held", Integer, nullable=False),
    CheckConstraint("available >= 0", name="available"),
    CheckConstraint("held >= 0", name="held"),
)
lot = Table(
    "lot",
    METADATA,
    id_column(),
    Column("person_id", BigId, ForeignKey("person.id"), nullable=False, index=True),
    Column("source", String, nullable=False, unique=True),
    Column("expires_on", Date),
    Column("issued_at", Instant, nullable=False),
    Column("issued", Integer, nullable=False),
    *(Column(bucket.value, Integer, nullable=False) for bucket in Bucket),
    *(CheckConstraint(f"{bucket.value} >= 0", name=bucket.value) for bucket in Bucket),
    CheckConstraint(f"issued = {' + '.join(Bucket)}", name="conserved"),
)
ledger_entry = Table(
    "ledger_entry",
    METADATA,
    id_column(),
    Column("idempotency_key", String, nullable=False, unique=True),
    Column("lot_id", BigId, ForeignKey("lot.id"), nullable=False),
    Column("person_id", BigId, ForeignKey("person.id"), nullable=False),
    Column("move", String, nullable=False),
    Column("units", Integer, nullable=False),
    Column("booking_id", BigId),
    Column("reason", String, nullable=False),
    Column("at", Instant, nullable=False),
    Column("starts_at", Instant),
    CheckConstraint("units > 0", name="units"),
    Index(None, "person_id", "id"),
    Index(None, "booking_id"),
)
hold_line = Table(
    "hold_line",
    METADATA,
    Column("booking_id", BigId, ForeignKey("booking.id"), primary_key=True),
    Column("lot_id", BigId, ForeignKey("lot.id"), primary_key=True),
    Column("units", Integer, nullable=False),
    CheckConstraint("units > 0", name="units"),
)
Index("ix_lot_overdue", lot.c.expires_on, sqlite_where=lot.c.available > 0, postgresql_where=lot.c.available > 0)

OPEN = insert(account).inline()
LOCK = select(account.c.person_id).where(account.c.person_id == bindparam("id")).with_for_update()
ADD_LOT = insert(lot).returning(lot)
GET_LOT = select(lot).where(lot.c.id == bindparam("id"))
FIND_LOT = select(lot).where(lot.c.source == bindparam("source"))
LIST_LOTS = select(lot).where(lot.c.person_id == bindparam("id")).order_by(lot.c.issued_at, lot.c.id)
OVERDUE = (
    select(lot)
    .where(lot.c.available > literal_column("0"), lot.c.expires_on < bindparam("today"))
    .order_by(lot.c.expires_on, lot.c.id)
    .limit(bindparam("limit"))
)
ADD_ENTRY = insert(ledger_entry).inline()
FIND_ENTRY = select(ledger_entry).where(ledger_entry.c.idempotency_key == bindparam("key"))
LIST_ENTRIES = (
    select(ledger_entry)
    .where(ledger_entry.c.person_id == bindparam("id"))
    .order_by(ledger_entry.c.id.desc())
    .limit(bindparam("limit"))
    .offset(bindparam("offset"))
)
ALONE = case((ledger_entry.c.booking_id.is_(None), ledger_entry.c.id), else_=0)
"""Keeps entries apart that no booking joins."""
WAY_OF_A_MOVE = (ledger_entry.c.move == Move.RELEASE.name.lower()) & (ledger_entry.c.reason == MOVED)
"""The hold that follows in the same act tells of the move."""
LIST_MOVEMENTS = (
    select(
        func.min(ledger_entry.c.id).label("first_id"),
        func.max(ledger_entry.c.id).label("last_id"),
        ledger_entry.c.move,
        func.sum(ledger_entry.c.units).label("units"),
        ledger_entry.c.booking_id,
        ledger_entry.c.reason,
        func.min(lot.c.source).label("source"),
        ledger_entry.c.at,
    )
    .join(lot, lot.c.id == ledger_entry.c.lot_id)
    .where(ledger_entry.c.person_id == bindparam("id"), ~WAY_OF_A_MOVE)
    .group_by(
        ledger_entry.c.booking_id,
        ledger_entry.c.move,
        ledger_entry.c.reason,
        ledger_entry.c.at,
        ledger_entry.c.starts_at,
        ALONE,
    )
    .order_by(func.max(ledger_entry.c.id).desc())
    .limit(bindparam("limit"))
    .offset(bindparam("offset"))
)
LIST_HOLDS = (
    select(ledger_entry.c.id, ledger_entry.c.booking_id, ledger_entry.c.starts_at)
    .where(
        ledger_entry.c.booking_id.in_(bindparam("booking_ids", expanding=True)),
        ledger_entry.c.move == Move.HOLD.name.lower(),
    )
    .order_by(ledger_entry.c.id)
)
SERIAL = select(func.count()).where(ledger_entry.c.booking_id == bindparam("id"))
DROP_LINES = delete(hold_line).where(hold_line.c.booking_id == bindparam("id"))
ADD_LINES = insert(hold_line).inline()
LIST_LINES = (
    select(hold_line.c.lot_id, hold_line.c.units)
    .where(hold_line.c.booking_id == bindparam("id"))
    .order_by(hold_line.c.lot_id)
)


def _shift(table: Table, key: Column[int], source: Bucket | None, target: Bucket) -> Any:
    changes = {}
    if source is not None and source.value in table.c:
        changes[source.value] = table.c[source.value] - bindparam("units")
    if target.value in table.c:
        changes[target.value] = table.c[target.value] + bindparam("units")
    return update(table).where(key == bindparam("this")).values(changes) if changes else None


def _move_account(move: Move) -> Any:
    return _shift(account, account.c.person_id, move.source, move.target)


def _move_lot(move: Move) -> Any:
    if move is Move.ISSUE:
        return None
    return _shift(lot, lot.c.id, move.source, move.target)


MOVE_ACCOUNT = {move: _move_account(move) for move in Move}
MOVE_LOT = {move: _move_lot(move) for move in Move}


class LedgerStore:
    """The ledger of `domain.ledger`."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def open_account(self, person_id: PersonId) -> None:
        self._connection.execute(OPEN, {"person_id": person_id, "available": 0, "held": 0})

    def lock(self, person_id: PersonId) -> None:
        if self._connection.execute(LOCK, {"id": person_id}).one_or_none() is None:
            raise NotFound

    def add_lot(
        self, person_id: PersonId, source: str, expires_on: date | None, issued: int, issued_at: datetime
    ) -> Lot:
        """A lot is born with all its units available; the issue entry moves only the account."""
        values = dict.fromkeys((bucket.value for bucket in Bucket), 0) | {
            "person_id": person_id,
            "source": source,
            "expires_on": expires_on,
            "issued": issued,
            "available": issued,
            "issued_at": issued_at,
        }
        return _lot(self._connection.execute(ADD_LOT, values).one())

    def get_lot(self, lot_id: LotId) -> Lot:
        return _lot(self._connection.execute(GET_LOT, {"id": lot_id}).one())

    def find_lot(self, source: str) -> Lot | None:
        row = self._connection.execute(FIND_LOT, {"source": source}).one_or_none()
        return None if row is None else _lot(row)

    def list_lots(self, person_id: PersonId) -> list[Lot]:
        return [_lot(row) for row in self._connection.execute(LIST_LOTS, {"id": person_id})]

    def list_overdue(self, today: date, limit: int) -> list[Lot]:
        found = [_lot(row) for row in self._connection.execute(OVERDUE, {"today": today, "limit": limit})]
        return sorted(found, key=lambda each: (each.person_id, each.id))

    def post(self, entry: Entry) -> None:
        run = self._connection.execute
        values = {"units": entry.units}
        if (moves_account := MOVE_ACCOUNT[entry.move]) is not None:
            run(moves_account, values | {"this": entry.person_id})
        if (moves_lot := MOVE_LOT[entry.move]) is not None:
            run(moves_lot, values | {"this": entry.lot_id})
        run(
            ADD_ENTRY,
            {
                "idempotency_key": entry.key,
                "lot_id": entry.lot_id,
                "person_id": entry.person_id,
                "move": entry.move.name.lower(),
                "units": entry.units,
                "booking_id": entry.booking_id,
                "reason": entry.reason,
                "at": entry.at,
                "starts_at": entry.starts_at,
            },
        )

    def find_entry(self, key: str) -> Entry | None:
        row = self._connection.execute(FIND_ENTRY, {"key": key}).one_or_none()
        return None if row is None else _entry(row)

    def list_entries(self, person_id: PersonId, limit: int, offset: int) -> list[Entry]:
        rows = self._connection.execute(LIST_ENTRIES, {"id": person_id, "limit": limit, "offset": offset})
        return [_entry(row) for row in rows]

    def list_movements(self, person_id: PersonId, limit: int, offset: int) -> list[Movement]:
        values = {"id": person_id, "limit": limit, "offset": offset}
        rows = self._connection.execute(LIST_MOVEMENTS, values).all()
        booking_ids = sorted({row.booking_id for row in rows if row.booking_id is not None})
        holds = self._connection.execute(LIST_HOLDS, {"booking_ids": booking_ids}).all() if booking_ids else []
        return [_movement(row, [held for held in holds if held.booking_id == row.booking_id]) for row in rows]

    def set_lines(self, booking_id: BookingId, lines: Iterable[HoldLine]) -> None:
        self._connection.execute(DROP_LINES, {"id": booking_id})
        if rows := [{"booking_id": booking_id, "lot_id": line.lot_id, "units": line.units} for line in lines]:
            self._connection.execute(ADD_LINES, rows)

    def list_lines(self, booking_id: BookingId) -> list[HoldLine]:
        return [HoldLine(row.lot_id, row.units) for row in self._connection.execute(LIST_LINES, {"id": booking_id})]

    def next_serial(self, booking_id: BookingId) -> int:
        return self._connection.execute(SERIAL, {"id": booking_id}).scalar_one()


def _lot(row: Row[Any]) -> Lot:
    return Lot(**row._asdict())


def _entry(row: Row[Any]) -> Entry:
    return Entry(
        key=row.idempotency_key,
        lot_id=row.lot_id,
        person_id=row.person_id,
        move=Move[row.move.upper()],
        units=row.units,
        booking_id=row.booking_id,
        reason=row.reason,
        at=row.at,
        starts_at=row.starts_at,
    )


def _movement(row: Any, holds: Sequence[Any]) -> Movement:
    """`holds` are all of the booking's, oldest first; the last one up to the row says what it was about."""
    move = Move[row.move.upper()]
    now = [held.starts_at for held in holds if held.id <= row.last_id]
    before = [held.starts_at for held in holds if held.id < row.first_id]
    moved = move is Move.HOLD and row.reason == MOVED
    return Movement(
        move=move,
        units=int(row.units),
        booking_id=row.booking_id,
        reason=row.reason,
        bought=row.source.startswith(CHARGE),
        at=row.at,
        starts_at=now[-1] if now else None,
        from_at=before[-1] if moved and before else None,
    )
