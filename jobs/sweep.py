"""What time brings by itself: lots that run out, payments that never came, updates that need not be kept."""

from collections import Counter
from datetime import datetime, time, timedelta
from typing import Any, Protocol

from domain import ledger, purchase
from domain.ids import PersonId
from domain.outbox import Kind, Notice
from domain.studio import Studio

KEEP_UPDATES = timedelta(days=3)
BATCH = 100
TELL_AT = time(9)
"""Units run out at midnight in the studio; nobody needs to be woken for that."""


class Work(purchase.Work, Protocol):
    @property
    def inbox(self) -> Any: ...


def sweep(work: Work) -> None:
    """One round; each part does at most a batch and finds the rest next time."""
    expire_lots(work)
    purchase.flag_unpaid(work)
    work.inbox.prune(work.now - KEEP_UPDATES)


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
