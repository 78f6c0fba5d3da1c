"""What time brings by itself: lots that run out, payments that never came, updates that need not be kept."""

from datetime import timedelta
from typing import Any, Protocol

from domain import ledger, outbox, purchase
from domain.outbox import Kind, Notice

KEEP_UPDATES = timedelta(days=3)
BATCH = 100


class Work(purchase.Work, Protocol):
    @property
    def inbox(self) -> Any: ...


def sweep(work: Work) -> None:
    """One round; each part does at most a batch and finds the rest next time."""
    expire_lots(work)
    purchase.flag_unpaid(work)
    work.inbox.prune(work.now - KEEP_UPDATES)


def expire_lots(work: Work) -> None:
    """Expire the units whose last day has passed in the studio, and tell their owners."""
    at = work.studio.get()
    for lot in work.ledger.list_overdue(at.date_of(work.now), BATCH):
        units = ledger.expire_lot(work, lot.id, lot.person_id)
        if units:
            work.outbox.add(
                Notice(
                    key=f"expired:{lot.id}:{work.now:%Y%m%d%H%M}",
                    person_id=lot.person_id,
                    kind=Kind.EXPIRED,
                    values={"units": units},
                    due_at=work.now,
                )
            )
