"""Which process handles whose updates: living processes, and the lanes that each of them holds.

A lane's row is locked before any update is stored in it, so the updates of a lane have their numbers in the order in
which they were committed, and a lane never changes hands unseen. A process whose heartbeat is late loses its lanes to
the next that looks; that is safe even if it lives on: only the holder of a lane lets its updates take effect.
"""

from collections.abc import Collection, Iterable
from datetime import datetime

from sqlalchemy import BigInteger, Column, String, Table, bindparam, delete, exists, func, select, union, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.engine import Connection

from storage.inbox import NEW, UNANSWERED, Received, State, inbox, received
from storage.schema import METADATA, Instant

process = Table(
    "process",
    METADATA,
    Column("id", BigInteger, primary_key=True, autoincrement=False),
    Column("alive_until", Instant, nullable=False),
)
lane = Table(
    "lane",
    METADATA,
    Column("name", String, primary_key=True),
    Column("process_id", BigInteger, nullable=False, index=True),
)

_beat = insert(process)
BEAT = _beat.on_conflict_do_update(index_elements=["id"], set_={"alive_until": _beat.excluded.alive_until})
LEAVE = delete(process).where(process.c.id == bindparam("me"))
FORGET_OTHERS = delete(process).where(process.c.id != bindparam("me"))
FORGET_DEAD = delete(process).where(process.c.alive_until < bindparam("before"))
_hold = insert(lane)
HOLD = _hold.on_conflict_do_update(index_elements=["name"], set_={"process_id": lane.c.process_id}).returning(
    lane.c.process_id
)
ORPHANS = (
    select(lane.c.name)
    .where(
        lane.c.process_id != bindparam("me"),
        ~exists().where(
            process.c.id == lane.c.process_id,
            process.c.alive_until > bindparam("now"),
            process.c.alive_until < bindparam("believed_until"),
        ),
    )
    .order_by(lane.c.name)
    .with_for_update(skip_locked=True)
)
TAKE = update(lane).where(lane.c.name.in_(bindparam("names", expanding=True))).values(process_id=bindparam("me"))
_unheld = select(inbox.c.lane).where(~exists().where(lane.c.name == inbox.c.lane))
UNHELD = union(_unheld.where(NEW), _unheld.where(UNANSWERED)).order_by("lane")
LOCK = (
    select(lane.c.name)
    .where(lane.c.process_id == bindparam("me"), lane.c.name.in_(bindparam("names", expanding=True)))
    .order_by(lane.c.name)
    .with_for_update()
)
RELEASE = delete(lane).where(lane.c.process_id == bindparam("me"), lane.c.name.in_(bindparam("names", expanding=True)))
OPEN = select(inbox.c.lane).where(NEW | UNANSWERED, inbox.c.lane.in_(bindparam("names", expanding=True))).distinct()
NEW_IN_MINE = (
    select(inbox)
    .join(lane, lane.c.name == inbox.c.lane)
    .where(NEW, lane.c.process_id == bindparam("me"))
    .order_by(inbox.c.id)
)
_mine = (lane.c.name == inbox.c.lane) & (lane.c.process_id == bindparam("me"))
_end = update(inbox).where(
    inbox.c.update_id == bindparam("this"),
    NEW,
    exists(select(lane.c.name).where(_mine).with_for_update(read=True, key_share=True)),
)
"""The lane is held till the commit: nobody adopts it, and handles what comes after, before this has taken effect."""
FINISH = _end.values(state=State.DONE.value, done_at=bindparam("now"))
BURY = _end.values(state=State.DEAD.value, done_at=bindparam("now"), problem=bindparam("why"))
CLOSE = (
    update(inbox)
    .where(inbox.c.update_id == bindparam("this"), inbox.c.state != State.DEAD.value, exists().where(_mine))
    .values(
        state=State.DONE.value,
        done_at=func.coalesce(inbox.c.done_at, bindparam("now", type_=Instant)),
        answered_at=bindparam("now"),
        body="",
    )
)


class Lanes:
    """The lanes of one database. `me` is always the number that a process has given itself."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def beat(self, me: int, alive_until: datetime) -> None:
        """Say that this process lives, and until when to believe it."""
        self._connection.execute(BEAT, {"id": me, "alive_until": alive_until})

    def leave(self, me: int) -> None:
        """End a process; whatever it still holds is free for the others at once."""
        self._connection.execute(LEAVE, {"me": me})

    def forget_others(self, me: int) -> None:
        """Take every other process for dead; for a database that only one can use."""
        self._connection.execute(FORGET_OTHERS, {"me": me})

    def forget_dead(self, before: datetime) -> None:
        """Drop the rows of processes that have not been heard of since."""
        self._connection.execute(FORGET_DEAD, {"before": before})

    def hold(self, me: int, name: str) -> int:
        """Take a lane nobody holds, and lock its row till the commit. The answer is who holds it."""
        holder: int = self._connection.execute(HOLD, {"name": name, "process_id": me}).scalar_one()
        return holder

    def adopt(self, me: int, now: datetime, believed_until: datetime) -> list[str]:
        """Take over the lanes of the dead, and of those who say that they live for longer than anybody can know."""
        asked = {"me": me, "now": now, "believed_until": believed_until}
        adopted = list(self._connection.execute(ORPHANS, asked).scalars())
        if adopted:
            self._connection.execute(TAKE, {"me": me, "names": adopted})
        return adopted

    def take_unheld(self, me: int) -> list[str]:
        """Take the lanes with open updates that have no row, as after a restored backup."""
        unheld = list(self._connection.execute(UNHELD).scalars())
        return [name for name in unheld if self.hold(me, name) == me]

    def lock(self, me: int, names: Iterable[str]) -> list[str]:
        """Lock those of the lanes that this process holds; nobody can store into them till the commit."""
        return list(self._connection.execute(LOCK, {"me": me, "names": list(names)}).scalars())

    def list_new(self, me: int) -> list[Received]:
        """The open updates of the lanes that this process holds, in the order of their arrival."""
        return [received(row) for row in self._connection.execute(NEW_IN_MINE, {"me": me})]

    def finish(self, me: int, update_id: int, now: datetime) -> bool:
        """Mark an update done; False when it was done before or its lane is not ours: it must not take effect."""
        return self._connection.execute(FINISH, {"me": me, "this": update_id, "now": now}).rowcount == 1

    def bury(self, me: int, update_id: int, why: str, now: datetime) -> bool:
        """Give an open update up; False when it is not open any more or its lane is not ours."""
        return self._connection.execute(BURY, {"me": me, "this": update_id, "why": why, "now": now}).rowcount == 1

    def close(self, me: int, update_ids: Iterable[int], now: datetime) -> None:
        """Note that outcomes were shown; bodies are no longer needed and are blanked. Lanes of others are theirs."""
        self._connection.execute(CLOSE, [{"me": me, "this": update_id, "now": now} for update_id in update_ids])

    def release(self, me: int, names: Collection[str]) -> None:
        """Let go of those of the locked lanes that have nothing open."""
        done = set(names) - set(self._connection.execute(OPEN, {"names": list(names)}).scalars())
        if done:
            self._connection.execute(RELEASE, {"me": me, "names": list(done)})
