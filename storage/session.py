"""Sessions, and the cells of time they occupy. The primary key of `occupancy` makes double booking impossible."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from sqlalchemy import (
    Boolean,
    CheckConstraint,
    Column,
    ForeignKey,
    Index,
    Integer,
    String,
    Table,
    bindparam,
    delete,
    insert,
    literal_column,
    select,
    union_all,
    update,
)
from sqlalchemy.engine import Connection
from sqlalchemy.exc import IntegrityError

from domain.availability import Minute
from domain.ids import PersonId, SessionId
from domain.session import CELL_MINUTES, LONGEST, NewSession, Span, Status, TimeTaken
from storage.schema import METADATA, BigId, Instant, id_column, minutes

session = Table(
    "session",
    METADATA,
    id_column(),
    Column("trainer_id", BigId, ForeignKey("trainer.id"), nullable=False),
    Column("type_id", BigId, ForeignKey("session_type.id"), nullable=False),
    Column("starts_at", Instant, nullable=False),
    Column("ends_at", Instant, nullable=False),
    Column("blocks_from_at", Instant, nullable=False),
    Column("blocks_until_at", Instant, nullable=False),
    Column("version", Integer, nullable=False),
    Column("active", Boolean, nullable=False),
    CheckConstraint("starts_at < ends_at", name="order"),
    Index(None, "trainer_id", "starts_at"),
)
occupancy = Table(
    "occupancy",
    METADATA,
    Column("kind", String(8), primary_key=True),
    Column("resource_id", BigId, primary_key=True, autoincrement=False),
    Column("cell", BigId, primary_key=True, autoincrement=False),
    Column("seat", Integer, primary_key=True, autoincrement=False),
    Column("session_id", BigId, ForeignKey("session.id"), nullable=False, index=True),
)
booking = Table(
    "booking",
    METADATA,
    id_column(),
    Column("session_id", BigId, ForeignKey("session.id"), nullable=False, index=True),
    Column("trainee_id", BigId, ForeignKey("person.id"), nullable=False),
    Column("units", Integer, nullable=False),
    Column("status", String, nullable=False),
    Column("cancel_notice_minutes", Integer, nullable=False),
    Column("booked_at", Instant, nullable=False),
    Column("ended_at", Instant),
    Column("receipt", String),
    Column("complaint", String),
    Column("coming_version", Integer),
    Column("cancelled_by", BigId, ForeignKey("person.id")),
    Column("lapsed_units", Integer),
    Index(None, "trainee_id", "id"),
)
ACTIVE = booking.c.status == literal_column(f"'{Status.BOOKED.value}'")
ENDED = booking.c.ended_at.is_not(None)
Index(
    "uq_booking_active",
    booking.c.trainee_id,
    booking.c.session_id,
    unique=True,
    sqlite_where=ACTIVE,
    postgresql_where=ACTIVE,
)
Index("ix_booking_trainee_ended", booking.c.trainee_id, booking.c.ended_at, sqlite_where=ENDED, postgresql_where=ENDED)
Index("ix_booking_ended", booking.c.ended_at, sqlite_where=ENDED, postgresql_where=ENDED)

PERSON = "person"
"""Trainer and trainee are both people, so somebody who is both cannot be in two places either."""

ADD = insert(session).returning(session.c.id)
MOVE = (
    update(session)
    .where(session.c.id == bindparam("this"))
    .values(
        starts_at=bindparam("starts_at"),
        ends_at=bindparam("ends_at"),
        blocks_from_at=bindparam("blocks_from_at"),
        blocks_until_at=bindparam("blocks_until_at"),
        version=session.c.version + 1,
    )
)
END = update(session).where(session.c.id == bindparam("this")).values(active=False)
_taken = (
    session.c.active
    & (session.c.id != bindparam("without"))
    & (session.c.starts_at > bindparam("begun_after"))
    & (session.c.starts_at < bindparam("until"))
)
_own = select(minutes(session.c.starts_at), minutes(session.c.ends_at)).join(
    booking, booking.c.session_id == session.c.id
)
_mine = _taken & (session.c.ends_at > bindparam("since")) & (booking.c.trainee_id == bindparam("person"))
BUSY = union_all(
    select(minutes(session.c.blocks_from_at), minutes(session.c.blocks_until_at)).where(
        _taken, session.c.trainer_id == bindparam("person"), session.c.blocks_until_at > bindparam("since")
    ),
    _own.where(_mine, ACTIVE),
    _own.where(_mine, booking.c.ended_at > bindparam("begun_after")),
)
"""One branch for each index. A booking ends after its session began, so an older end cannot matter."""
CLAIM = insert(occupancy).inline()
FREE = delete(occupancy).where(occupancy.c.session_id == bindparam("this"))
PRUNE = delete(occupancy).where(occupancy.c.cell < bindparam("first"))


class Sessions:
    """The sessions of `domain.session`."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(self, made: NewSession) -> SessionId:
        values = _times(made) | {
            "trainer_id": made.trainer_id,
            "type_id": made.type_id,
            "version": 1,
            "active": True,
        }
        return SessionId(self._connection.execute(ADD, values).scalar_one())

    def move(self, session_id: SessionId, to: NewSession) -> None:
        self._connection.execute(MOVE, {"this": session_id, **_times(to)})

    def end(self, session_id: SessionId) -> None:
        self._connection.execute(END, {"this": session_id})

    def busy(
        self, person_id: PersonId, since: datetime, until: datetime, without: SessionId | None
    ) -> list[tuple[Minute, Minute]]:
        values = {
            "person": person_id,
            "begun_after": since - LONGEST,
            "since": since,
            "until": until,
            "without": without or 0,
        }
        return [(Minute(start), Minute(end)) for start, end in self._connection.execute(BUSY, values)]


class Occupancy:
    """The cells of `domain.session`."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def claim(self, session_id: SessionId, spans: Iterable[Span]) -> None:
        cells = sorted((span.person_id, cell) for span in spans for cell in span.cells())
        rows = [
            {"kind": PERSON, "resource_id": person_id, "cell": cell, "seat": 0, "session_id": session_id}
            for person_id, cell in cells
        ]
        try:
            self._connection.execute(CLAIM, rows)
        except IntegrityError as conflict:
            raise TimeTaken from conflict

    def free(self, session_id: SessionId) -> None:
        self._connection.execute(FREE, {"this": session_id})

    def prune(self, before: datetime) -> int:
        """Forget the cells that had ended by then, which guard nothing any more; how many they were."""
        first = int(before.timestamp()) // (60 * CELL_MINUTES)
        return self._connection.execute(PRUNE, {"first": first}).rowcount


def _times(of: NewSession) -> dict[str, Any]:
    return {
        "starts_at": of.starts_at,
        "ends_at": of.ends_at,
        "blocks_from_at": of.blocks_from_at,
        "blocks_until_at": of.blocks_until_at,
    }
