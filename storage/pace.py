"""How fast messages go out, where all processes see it: when each chat, and the bot as a whole, is at rest again.

What the instants mean for the next message is decided by `jobs.budget`.
"""

from datetime import datetime

from sqlalchemy import BigInteger, Column, Table, bindparam, delete, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.engine import Connection

from storage.schema import METADATA, Instant

OVERALL = 0
"""The key of the row for all messages; no person has it."""

pace = Table(
    "pace",
    METADATA,
    Column("person_id", BigInteger, primary_key=True, autoincrement=False),
    Column("rests_at", Instant, nullable=False),
    Column("noted_at", Instant, nullable=False),
)
_lock = insert(pace)
LOCK = _lock.on_conflict_do_update(
    index_elements=["person_id"], set_={"person_id": _lock.excluded.person_id}
).returning(pace.c.rests_at, pace.c.noted_at)
REST = (
    update(pace)
    .where(pace.c.person_id == bindparam("whose"))
    .values(rests_at=bindparam("at"), noted_at=bindparam("now"))
)
PRUNE = delete(pace).where(pace.c.rests_at < bindparam("before"), pace.c.person_id != OVERALL)


class Pace:
    """The pace of one bot. Instants are of the wall clock, since Telegram's limits are."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def lock(self, person_id: int, now: datetime) -> datetime:
        """When this chat (or `OVERALL`) is at rest again; the row is locked till the commit.

        What was noted by a clock that has been put back since is as far ahead of it now as it was then.
        """
        row = self._connection.execute(LOCK, {"person_id": person_id, "rests_at": now, "noted_at": now}).one()
        rests_at: datetime = min(row.rests_at, now + (row.rests_at - row.noted_at))
        return rests_at

    def rest(self, person_id: int, at: datetime, now: datetime) -> None:
        """Note when a locked row is at rest again."""
        self._connection.execute(REST, {"whose": person_id, "at": at, "now": now})

    def prune(self, before: datetime) -> int:
        """Forget the chats that have been at rest for long."""
        return self._connection.execute(PRUNE, {"before": before}).rowcount
