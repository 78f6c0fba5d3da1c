"""What time brings by itself: lots that run out, payments that never came, cards of days gone by, alarms, old rows."""

from collections import Counter
from datetime import datetime, time, timedelta
from typing import Any, Protocol

from domain import credit, day, ledger
from domain.ids import PersonId
from domain.outbox import Kind, Notice
from domain.studio import Studio
from jobs import alarm

KEEP_UPDATES = timedelta(days=3)
"""Telegram brings an update again for a day, and may number them anew after a week without any."""
KEEP_NOTICES = timedelta(days=90)
KEEP_DAY = timedelta(days=1)
"""For what only the present needs: cells, the pace of chats, heartbeats."""
BATCH = 100
TELL_AT = time(9)
"""Units run out at midnight in the studio; nobody needs to be woken for that."""


class Work(credit.Work, day.Work, alarm.Work, Protocol):
    @property
    def inbox(self) -> Any: ...
    @property
    def occupancy(self) -> Any: ...
    @property
    def lanes(self) -> Any: ...
    @property
    def pace(self) -> Any: ...


def sweep(work: Work) -> None:
    """One round; each part does at most a batch and finds the rest next time."""
    expire_lots(work)
    credit.flag_unpaid(work)
    day.turn_over(work)
    alarm.watch(work)


def forget(work: Work) -> None:
    """Drop rows that nothing will ask for again; what was given up stays."""
    outbox: Any = work.outbox
    work.inbox.prune(work.now - KEEP_UPDATES)
    outbox.prune(work.now - KEEP_NOTICES)
    work.occupancy.prune(work.now - KEEP_DAY)
    work.pace.prune(work.now - KEEP_DAY)
    work.lanes.forget_dead(work.now - KEEP_DAY)


def expire_lots(work: Work) -> None:
    """Expire the units whose last day has passed in the studio, and tell each owner once how many they were."""
    at = work.studio.get()
    expired: Counter[PersonId] = Counter()
    for lot in work.ledger.list_overdue(at.date_of(work.now), BATCH):
        expired[lot.person_id] += ledger.expire_lot(work, lot.id, lot.person_id)
    for owner_id, units in expired.items():
        if units:
            _tell(work, at, owner_id, units)


def _tell(work: Work, at: Studio, owner_id: PersonId, units: int) -> None:
    work.outbox.add(
        Notice(
            key=f"expired:{owner_id}:{work.now.isoformat()}",
            person_id=owner_id,
            kind=Kind.EXPIRED,
            values={"units": units},
            due_at=max(work.now, _morning(at, work.now)),
        )
    )


def _morning(at: Studio, now: datetime) -> datetime:
    return datetime.combine(at.date_of(now), TELL_AT, at.tz)
