"""How much there is of everything, for those who watch over the machine: queues at once, books now and then.

The queues are read through indexes, however many rows are over and done; the books count whole tables.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, Select, bindparam, case, func, select
from sqlalchemy.engine import Connection

from domain.lot import Bucket
from domain.purchase import Status as PurchaseStatus
from domain.session import Status as BookingStatus
from storage import inbox as updates
from storage import outbox as notices
from storage.inbox import inbox
from storage.lane import process
from storage.ledger import lot
from storage.outbox import outbox
from storage.person import person
from storage.purchase import charge, purchase
from storage.schema import Instant
from storage.session import booking

Reading = dict[str, Mapping[str, float]]
"""Figures by name and, where there are several of a name, by what they are of."""
ALONE = ""
"""The one key of a figure that is a single number."""
SOON = timedelta(seconds=30)
"""As long as a claim lasts: what is claimed or tried again by then is still on its way."""

OPEN_UPDATES = select(func.count(), func.min(inbox.c.received_at)).where(updates.NEW)
DUE_NOTICES = select(func.count(), func.min(outbox.c.due_at)).where(
    notices.PENDING, outbox.c.claimable_at <= bindparam("soon", type_=Instant), outbox.c.due_at <= bindparam("now")
)
ALIVE = select(func.count()).where(process.c.alive_until > bindparam("now"))
DEAD_UPDATES = select(func.count()).where(inbox.c.state == updates.State.DEAD.value)
DEAD_NOTICES = select(func.count()).where(notices.DEAD, outbox.c.problem.is_distinct_from("unreachable"))
UNITS = select(*(func.coalesce(func.sum(lot.c[bucket.value]), 0).label(bucket.value) for bucket in Bucket))


def _count_by(what: ColumnElement[str]) -> Select[str, int]:
    return select(what.label("what"), func.count()).group_by("what")


COUNTS: dict[str, tuple[Select[str, int], tuple[str, ...]]] = {
    "notices": (_count_by(outbox.c.state), tuple(notices.State)),
    "bookings": (_count_by(booking.c.status), tuple(BookingStatus)),
    "purchases": (_count_by(purchase.c.status), tuple(PurchaseStatus)),
    "charges": (
        _count_by(case((charge.c.purchase_id.is_(None), "unmatched"), else_="credited")),
        ("credited", "unmatched"),
    ),
    "people": (
        _count_by(case((person.c.reachable, "reachable"), else_="unreachable")),
        ("reachable", "unreachable"),
    ),
}
"""What is counted by what, and everything that can be, so that what there is none of is told as none."""


@dataclass(frozen=True, slots=True)
class Queue:
    """How many wait that should not wait any more, and for how long the first of them has."""

    count: int
    oldest_seconds: float


class Figures:
    """The figures of one database, at one instant."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def updates(self, now: datetime) -> Queue:
        """Updates that are stored and not done."""
        return self._queue(OPEN_UPDATES, {}, now)

    def notices(self, now: datetime) -> Queue:
        """Notices that are due and not sent; those that Telegram wants to have later are not among them."""
        return self._queue(DUE_NOTICES, {"now": now, "soon": now + SOON}, now)

    def queues(self, now: datetime, wall: datetime) -> Reading:
        """What waits, and how many processes there are: the one that asks, at least."""
        open_updates, due_notices = self.updates(now), self.notices(now)
        alive = self._connection.execute(ALIVE, {"now": wall}).scalar_one()
        return {
            "updates_open": {ALONE: open_updates.count},
            "oldest_update_age_seconds": {ALONE: open_updates.oldest_seconds},
            "notices_due": {ALONE: due_notices.count},
            "oldest_notice_lag_seconds": {ALONE: due_notices.oldest_seconds},
            "processes_alive": {ALONE: max(1, alive)},
        }

    def books(self) -> Reading:
        """What there is of people, bookings, orders, payments, units, and of what was given up."""
        units = self._connection.execute(UNITS).one()._mapping
        dead = {"update": DEAD_UPDATES, "notice": DEAD_NOTICES}
        return {
            "units": {bucket.value: units[bucket.value] for bucket in Bucket},
            "dead_letters": {kind: self._connection.execute(query).scalar_one() for kind, query in dead.items()},
            **{name: self._counts(query, every) for name, (query, every) in COUNTS.items()},
        }

    def _queue(self, query: Select[int, datetime | None], values: Mapping[str, datetime], now: datetime) -> Queue:
        count, oldest_at = self._connection.execute(query, values).one()
        return Queue(count, max(0.0, (now - oldest_at).total_seconds()) if oldest_at else 0.0)

    def _counts(self, query: Select[str, int], every: tuple[str, ...]) -> Mapping[str, float]:
        found = dict.fromkeys(map(str, every), 0)
        for what, count in self._connection.execute(query):
            found[what] = count
        return found
