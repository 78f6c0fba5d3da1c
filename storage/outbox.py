"""Notices waiting, sent and given up. A row is claimed with a lease and a fencing number before it is sent."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import Column, ForeignKey, Index, Integer, String, Table, bindparam, func, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.engine import Connection, Row

from domain.outbox import Kind, Notice
from storage.schema import METADATA, BigId, Instant, Json, id_column


class State(StrEnum):
    """`PENDING` may be claimed when due; the others are final, except that `WITHDRAWN` may be revived."""

    PENDING = "pending"
    SENT = "sent"
    WITHDRAWN = "withdrawn"
    EXPIRED = "expired"
    DEAD = "dead"


outbox = Table(
    "outbox",
    METADATA,
    id_column(),
    Column("dedupe_key", String, nullable=False, unique=True),
    Column("person_id", BigId, ForeignKey("person.id"), nullable=False),
    Column("kind", String, nullable=False),
    Column("values", Json, nullable=False),
    Column("subject", String, nullable=False),
    Column("due_at", Instant, nullable=False),
    Column("expires_at", Instant),
    Column("state", String, nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("fence", Integer, nullable=False),
    Column("lease_until", Instant),
    Column("sent_at", Instant),
    Column("message_id", BigId),
    Column("problem", String),
)
PENDING = outbox.c.state == State.PENDING.value
Index("ix_outbox_due", outbox.c.due_at, sqlite_where=PENDING, postgresql_where=PENDING)
Index("ix_outbox_subject", outbox.c.subject, sqlite_where=PENDING, postgresql_where=PENDING)

_new = insert(outbox)
ADD = _new.on_conflict_do_update(
    index_elements=["dedupe_key"],
    set_={name: _new.excluded[name] for name in ("values", "due_at", "expires_at", "state", "attempts", "lease_until")},
    where=outbox.c.state == State.WITHDRAWN.value,
)
WITHDRAW = (
    update(outbox)
    .where(
        PENDING,
        outbox.c.subject == bindparam("about"),
        outbox.c.kind.in_(bindparam("kinds", expanding=True)),
    )
    .values(state=State.WITHDRAWN.value)
)
_claimable = (
    PENDING
    & (outbox.c.due_at <= bindparam("now"))
    & (outbox.c.lease_until.is_(None) | (outbox.c.lease_until < bindparam("now")))
)
CLAIM = (
    update(outbox)
    .where(
        outbox.c.id.in_(
            select(outbox.c.id)
            .where(_claimable)
            .order_by(outbox.c.due_at, outbox.c.id)
            .limit(bindparam("limit"))
            .with_for_update(skip_locked=True)
        )
    )
    .values(lease_until=bindparam("until"), fence=outbox.c.fence + 1)
    .returning(outbox)
)
SETTLE = update(outbox).where(outbox.c.id == bindparam("this"), outbox.c.fence == bindparam("held_fence"), PENDING)
NEXT_DUE = select(func.min(outbox.c.due_at)).where(PENDING)
DROP_FOR = (
    update(outbox)
    .where(PENDING, outbox.c.person_id == bindparam("person"))
    .values(state=State.DEAD.value, problem="unreachable")
)


@dataclass(frozen=True, slots=True)
class Claimed:
    """A notice this process may send until the lease ends; `fence` proves the claim."""

    id: int
    fence: int
    attempts: int
    notice: Notice


class Outbox:
    """The outbox of `domain.outbox`, and what the sending job does with it."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self.added_due = False

    def add(self, notice: Notice) -> None:
        self._connection.execute(
            ADD,
            {
                "dedupe_key": notice.key,
                "person_id": notice.person_id,
                "kind": notice.kind.value,
                "values": notice.values,
                "subject": notice.subject,
                "due_at": notice.due_at,
                "expires_at": notice.expires_at,
                "state": State.PENDING.value,
                "attempts": 0,
                "fence": 0,
                "lease_until": None,
            },
        )
        self.added_due = True

    def withdraw(self, subject: str, kinds: Iterable[Kind] = tuple(Kind)) -> None:
        self._connection.execute(WITHDRAW, {"about": subject, "kinds": [kind.value for kind in kinds]})

    def claim(self, now: datetime, until: datetime, limit: int) -> list[Claimed]:
        """Lease up to `limit` due notices, oldest first."""
        rows = self._connection.execute(CLAIM, {"now": now, "until": until, "limit": limit}).all()
        return [_claimed(row) for row in sorted(rows, key=lambda row: (row.due_at, row.id))]

    def mark_sent(self, claimed: Claimed, message_id: int | None, at: datetime) -> bool:
        return self._settle(claimed, state=State.SENT.value, message_id=message_id, sent_at=at)

    def retry(self, claimed: Claimed, due_at: datetime, *, counted: bool, problem: str) -> bool:
        """Send it again later; `counted` uses up an attempt."""
        return self._settle(claimed, due_at=due_at, attempts=claimed.attempts + counted, problem=problem)

    def drop(self, claimed: Claimed, *, expired: bool, problem: str) -> bool:
        """Give it up: too late, no longer true, or not deliverable when there is a problem."""
        state = State.EXPIRED if expired else State.DEAD if problem else State.WITHDRAWN
        return self._settle(claimed, state=state.value, problem=problem)

    def drop_for(self, person_id: int) -> None:
        """Give up whatever waits for somebody who cannot be reached."""
        self._connection.execute(DROP_FOR, {"person": person_id})

    def _settle(self, claimed: Claimed, **changes: Any) -> bool:
        """Record what became of a claimed notice; False when the claim was lost meanwhile."""
        values = {"this": claimed.id, "held_fence": claimed.fence, "lease_until": None}
        return self._connection.execute(SETTLE, values | changes).rowcount == 1

    def next_due_at(self) -> datetime | None:
        due: datetime | None = self._connection.execute(NEXT_DUE).scalar_one()
        return due


def _claimed(row: Row[Any]) -> Claimed:
    notice = Notice(
        key=row.dedupe_key,
        person_id=row.person_id,
        kind=Kind(row.kind),
        values=row._mapping["values"],
        due_at=row.due_at,
        expires_at=row.expires_at,
        subject=row.subject,
    )
    return Claimed(row.id, row.fence, row.attempts, notice)
