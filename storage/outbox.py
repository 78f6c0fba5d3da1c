"""Notices waiting, sent and given up. A row is claimed with a lease and a fencing number before it is sent.

`claimable_at` alone says when a row may be claimed next: when it is due, its lease ends, or it is to be tried again.
`begun` counts the sends that may have arrived: whatever it exceeds one by, when the row is sent, may be duplicates.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any, Protocol

from sqlalchemy import (
    Column,
    ForeignKey,
    Index,
    Integer,
    String,
    Table,
    bindparam,
    delete,
    exists,
    func,
    literal_column,
    select,
    update,
)
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.engine import Connection, Row

from domain.outbox import UNREACHABLE, Kind, Notice
from storage.pace import pace
from storage.schema import METADATA, BigId, Instant, Json, id_column

ADDED = "outbox"
"""What is announced when notices were added."""


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
    Column("claimable_at", Instant, nullable=False),
    Column("begun", Integer, nullable=False),
    Column("fence", Integer, nullable=False),
    Column("cause", String, nullable=False),
    Column("sent_at", Instant),
    Column("message_id", BigId),
    Column("problem", String),
)
PENDING = outbox.c.state == literal_column(f"'{State.PENDING.value}'")
Index("ix_outbox_due", outbox.c.claimable_at, outbox.c.id, sqlite_where=PENDING, postgresql_where=PENDING)
BEGUN = PENDING & (outbox.c.begun > literal_column("0"))
Index("ix_outbox_begun", outbox.c.begun, sqlite_where=BEGUN, postgresql_where=BEGUN)
"""Only what is being sent, or to be sent again."""
OVER = outbox.c.state.in_(
    [literal_column(f"'{state.value}'") for state in (State.SENT, State.WITHDRAWN, State.EXPIRED)]
)
Index("ix_outbox_over", outbox.c.due_at, sqlite_where=OVER, postgresql_where=OVER)
DEAD = outbox.c.state == literal_column(f"'{State.DEAD.value}'")
Index("ix_outbox_dead", outbox.c.person_id, sqlite_where=DEAD, postgresql_where=DEAD)
Index("ix_outbox_subject", outbox.c.subject, sqlite_where=PENDING, postgresql_where=PENDING)

_new = insert(outbox)
_anew = ("values", "due_at", "expires_at", "state", "claimable_at", "begun", "cause")
ADD = _new.on_conflict_do_update(
    index_elements=["dedupe_key"],
    set_={name: _new.excluded[name] for name in _anew} | {"fence": outbox.c.fence + 1},
    where=(outbox.c.state == State.WITHDRAWN.value) | (_new.excluded.kind == Kind.REFRESH.value),
)
"""What was withdrawn is due after all; and a card is drawn again after each change, even if the change had to wait so
long for its locks that the edit of its second has left.
"""
WITHDRAW = (
    update(outbox)
    .where(
        PENDING,
        outbox.c.subject == bindparam("about"),
        outbox.c.kind.in_(bindparam("kinds", expanding=True)),
    )
    .values(state=State.WITHDRAWN.value)
)
_due = (
    PENDING
    & (outbox.c.claimable_at <= bindparam("now"))
    & outbox.c.kind.in_([literal_column(f"'{kind.value}'") for kind in Kind])
)
"""A kind that this version does not know is left to the version that wrote it."""
_idle = outbox.c.person_id.not_in(bindparam("busy", expanding=True))
ANY_DUE = select(exists().where(_due, _idle))
_closed = (
    (pace.c.person_id == outbox.c.person_id)
    & (pace.c.rests_at > bindparam("open_until"))
    & (pace.c.noted_at <= bindparam("open_until"))
)
CLAIM = (
    update(outbox)
    .where(
        outbox.c.id.in_(
            select(outbox.c.id)
            .where(_due, _idle, ~exists().where(_closed))
            .order_by(outbox.c.claimable_at, outbox.c.id)
            .limit(bindparam("limit"))
            .with_for_update(skip_locked=True)
        )
    )
    .values(claimable_at=bindparam("until"), fence=outbox.c.fence + 1, begun=outbox.c.begun + 1)
    .returning(outbox)
)
OPENS_AT = select(func.min(pace.c.rests_at)).join(outbox, _closed).where(_due)
FREE = select(outbox.c.id).where(outbox.c.id.in_(bindparam("ids", expanding=True))).with_for_update(skip_locked=True)
SETTLE = update(outbox).where(outbox.c.id == bindparam("this"), outbox.c.fence == bindparam("held_fence"), PENDING)
NEXT_DUE = select(func.min(outbox.c.claimable_at)).where(PENDING)
FREE_ALL = update(outbox).where(BEGUN, outbox.c.claimable_at > outbox.c.due_at).values(claimable_at=outbox.c.due_at)
PRUNE = delete(outbox).where(OVER, outbox.c.due_at < bindparam("before"))
DROP_FOR = (
    update(outbox)
    .where(
        outbox.c.id.in_(
            select(outbox.c.id)
            .where(PENDING, outbox.c.person_id == bindparam("person"))
            .with_for_update(skip_locked=True)
        )
    )
    .values(state=State.DEAD.value, problem=UNREACHABLE)
)
"""Whoever has one of the rows just then may wait for one of ours; the next claim drops what is passed over."""
REVIVE = (
    update(outbox)
    .where(
        DEAD,
        outbox.c.person_id == bindparam("person"),
        outbox.c.problem == UNREACHABLE,
        outbox.c.due_at >= bindparam("since"),
    )
    .values(state=State.PENDING.value, claimable_at=outbox.c.due_at, problem="")
)


@dataclass(frozen=True, slots=True)
class Claimed:
    """A notice this process may send until the lease ends; `fence` proves the claim."""

    id: int
    fence: int
    begun: int
    cause: str
    notice: Notice


class Transaction(Protocol):
    """What the outbox tells, and asks of, the transaction that it is part of."""

    cause: str

    def announce(self, topic: str) -> None: ...


class Outbox:
    """The outbox of `domain.outbox`, and what the sending job does with it."""

    def __init__(self, connection: Connection, work: Transaction) -> None:
        self._connection, self._work = connection, work

    def add(self, *notices: Notice) -> None:
        if notices:
            self._connection.execute(ADD, [self._row(notice) for notice in notices])
            self._work.announce(ADDED)

    def withdraw(self, subject: str, kinds: Iterable[Kind] = tuple(Kind)) -> None:
        self._connection.execute(WITHDRAW, {"about": subject, "kinds": [kind.value for kind in kinds]})

    def revive(self, person_id: int, since: datetime) -> None:
        self._connection.execute(REVIVE, {"person": person_id, "since": since})
        self._work.announce(ADDED)

    def any_due(self, now: datetime, *, busy: Collection[int]) -> bool:
        """Whether there is anything to claim for others than the `busy` people, however long their chats must rest."""
        found: bool = self._connection.execute(ANY_DUE, {"now": now, "busy": list(busy)}).scalar_one()
        return found

    def claim(
        self, now: datetime, until: datetime, limit: int, *, busy: Collection[int], open_until: datetime
    ) -> list[Claimed]:
        """Lease up to `limit` due notices, oldest first, and count a send of each as begun.

        Left out are the `busy` people, and chats whose pace is at rest only after `open_until`.
        """
        asked = {"now": now, "until": until, "limit": limit, "busy": list(busy), "open_until": open_until}
        rows = self._connection.execute(CLAIM, asked).all()
        return [_claimed(row) for row in sorted(rows, key=lambda row: (row.due_at, row.id))]

    def opens_at(self, now: datetime, open_until: datetime) -> datetime | None:
        """When the first of the chats that are kept waiting is at rest again; None when none is."""
        found: datetime | None = self._connection.execute(OPENS_AT, {"now": now, "open_until": open_until}).scalar_one()
        return found

    def free(self, claimed_ids: Collection[int]) -> set[int]:
        """Lock those of the rows that no other transaction has; waiting for them could end in a deadlock."""
        return set(self._connection.execute(FREE, {"ids": list(claimed_ids)}).scalars())

    def mark_sent(self, claimed: Claimed, message_id: int | None, at: datetime) -> bool:
        return self._settle(claimed, state=State.SENT.value, message_id=message_id, sent_at=at)

    def retry(self, claimed: Claimed, claimable_at: datetime, *, arrived: bool, problem: str) -> bool:
        """Send it again later; `arrived` says that it may have arrived already."""
        begun = claimed.begun if arrived else claimed.begun - 1
        return self._settle(claimed, claimable_at=claimable_at, begun=begun, problem=problem)

    def drop(self, claimed: Claimed, *, expired: bool, problem: str, arrived: bool = False) -> bool:
        """Give it up: too late, no longer true, or not deliverable when there is a problem."""
        state = State.EXPIRED if expired else State.DEAD if problem else State.WITHDRAWN
        begun = claimed.begun if arrived else claimed.begun - 1
        return self._settle(claimed, state=state.value, begun=begun, problem=problem)

    def drop_for(self, person_id: int) -> None:
        """Give up whatever waits for somebody who cannot be reached."""
        self._connection.execute(DROP_FOR, {"person": person_id})

    def _row(self, notice: Notice) -> dict[str, Any]:
        return {
            "dedupe_key": notice.key,
            "person_id": notice.person_id,
            "kind": notice.kind.value,
            "values": notice.values,
            "subject": notice.subject,
            "due_at": notice.due_at,
            "expires_at": notice.expires_at,
            "state": State.PENDING.value,
            "claimable_at": notice.due_at,
            "begun": 0,
            "fence": 0,
            "cause": self._work.cause,
        }

    def _settle(self, claimed: Claimed, **changes: Any) -> bool:
        """Record what became of a claimed notice; False when the claim was lost meanwhile."""
        values = {"this": claimed.id, "held_fence": claimed.fence}
        return self._connection.execute(SETTLE, values | changes).rowcount == 1

    def free_all(self) -> None:
        """End every claim; for a process that knows that it is the only one."""
        self._connection.execute(FREE_ALL)

    def prune(self, before: datetime) -> int:
        """Forget what was due before and is over; what could not be delivered stays."""
        return self._connection.execute(PRUNE, {"before": before}).rowcount

    def next_due_at(self) -> datetime | None:
        """When the next notice may be claimed."""
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
    return Claimed(row.id, row.fence, row.begun, row.cause, notice)
