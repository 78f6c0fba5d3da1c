"""Updates as they were received: stored before they are acknowledged, done together with what they caused."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import (
    BigInteger,
    Column,
    Index,
    Integer,
    String,
    Table,
    Text,
    bindparam,
    delete,
    exists,
    literal_column,
    select,
    update,
)
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.engine import Connection, Row

from storage.schema import METADATA, Instant, id_column


class State(StrEnum):
    """`NEW` waits or is being handled; `DONE` has taken effect; `DEAD` was given up and reported."""

    NEW = "new"
    DONE = "done"
    DEAD = "dead"


inbox = Table(
    "inbox",
    METADATA,
    id_column(),
    Column("update_id", BigInteger, nullable=False, unique=True),
    Column("lane", String, nullable=False),
    Column("body", Text, nullable=False),
    Column("state", String, nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("received_at", Instant, nullable=False),
    Column("done_at", Instant),
    Column("answered_at", Instant),
    Column("problem", String),
    sqlite_autoincrement=True,
)
"""SQLite would number rows anew once the last is pruned, and a process takes a number that it has seen for done."""
NEW = inbox.c.state == literal_column(f"'{State.NEW.value}'")
"""Spelled out, not bound: a partial index is only used where the statement itself says what it is about."""
UNANSWERED = (inbox.c.state == literal_column(f"'{State.DONE.value}'")) & inbox.c.answered_at.is_(None)
Index("ix_inbox_new", inbox.c.lane, inbox.c.id, sqlite_where=NEW, postgresql_where=NEW)
Index("ix_inbox_unanswered", inbox.c.lane, inbox.c.id, sqlite_where=UNANSWERED, postgresql_where=UNANSWERED)
Index(None, inbox.c.done_at)

ADD = insert(inbox).on_conflict_do_nothing(index_elements=["update_id"]).returning(inbox.c.id)
_of_lanes = inbox.c.lane.in_(bindparam("lanes", expanding=True))
LIST_NEW = select(inbox).where(NEW, _of_lanes).order_by(inbox.c.id)
LIST_UNANSWERED = select(inbox).where(UNANSWERED, _of_lanes).order_by(inbox.c.id)
FAIL = (
    update(inbox)
    .where(inbox.c.update_id == bindparam("this"), NEW)
    .values(attempts=inbox.c.attempts + 1, problem=bindparam("why"))
)
IS_NEW = select(inbox.c.id).where(inbox.c.update_id == bindparam("this"), NEW)
_later = inbox.alias("later")
CLOSE_OVERTAKEN = (
    update(inbox)
    .where(
        NEW,
        _of_lanes,
        inbox.c.body.not_like(literal_column("'%\"successful_payment\"%'")),
        exists().where(
            _later.c.lane == inbox.c.lane,
            _later.c.id > inbox.c.id,
            _later.c.state == State.DONE.value,
        ),
    )
    .values(state=State.DONE.value, done_at=bindparam("now"), answered_at=bindparam("now"), body="")
)
PRUNE = delete(inbox).where(inbox.c.done_at < bindparam("before"), inbox.c.state != State.DEAD.value)


@dataclass(frozen=True, slots=True)
class Received:
    """One stored update: `lane` is whose it is, `body` the JSON text as Telegram sent it; `id` grows within a lane."""

    id: int
    update_id: int
    lane: str
    body: str
    attempts: int
    received_at: datetime


class Inbox:
    """The stored updates."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(self, update_id: int, lane: str, body: str, received_at: datetime) -> Received | None:
        """Store an update; None when it is known already."""
        values = {
            "update_id": update_id,
            "lane": lane,
            "body": body,
            "state": State.NEW.value,
            "attempts": 0,
            "received_at": received_at,
        }
        stored = self._connection.execute(ADD, values).one_or_none()
        return None if stored is None else Received(stored.id, update_id, lane, body, 0, received_at)

    def list_new(self, lanes: Collection[str]) -> list[Received]:
        """What is not done in these lanes, in the order of its arrival."""
        return [received(row) for row in self._connection.execute(LIST_NEW, {"lanes": list(lanes)})]

    def list_unanswered(self, lanes: Collection[str]) -> list[Received]:
        """What took effect in these lanes and was perhaps not shown."""
        return [received(row) for row in self._connection.execute(LIST_UNANSWERED, {"lanes": list(lanes)})]

    def fail(self, update_id: int, why: str) -> bool:
        """Count a failure; False when the update is not open any more."""
        return self._connection.execute(FAIL, {"this": update_id, "why": why}).rowcount == 1

    def is_new(self, update_id: int) -> bool:
        return self._connection.execute(IS_NEW, {"this": update_id}).one_or_none() is not None

    def close_overtaken(self, lanes: Collection[str], now: datetime) -> None:
        """Close open updates that one which arrived later has passed: lanes keep order, so they were shown.

        Whatever else may have gone wrong, a payment is not one of them: it is never only shown.
        """
        self._connection.execute(CLOSE_OVERTAKEN, {"lanes": list(lanes), "now": now})

    def prune(self, before: datetime) -> int:
        return self._connection.execute(PRUNE, {"before": before}).rowcount


def received(row: Row[Any]) -> Received:
    """The update of a row."""
    return Received(row.id, row.update_id, row.lane, row.body, row.attempts, row.received_at)
