"""Words that will go to somebody later, or to somebody else: rows written with what caused them, sent by a job.

A notice is a kind with plain values, never a sentence; it is put into words, in the reader's language and zone, when it
is sent. Whether it is still true is asked again just before that, in `domain/notice.py`.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Protocol

from domain import person
from domain.ids import PersonId
from domain.permission import Role

Value = str | int | None
AGAIN = timedelta(hours=1)
"""How often an alarm is raised at most, and for how long it is worth telling."""
UNREACHABLE = "unreachable"
"""The problem of a notice that was given up because its reader has blocked the bot."""


class Kind(StrEnum):
    """Every notice there is; each has a screen of the same name in `bot/screens/notice`.

    `REFRESH` alone is no message: it draws the trainer's pinned card anew.
    """

    BOOKED = "booked"
    CANCELLED = "cancelled"
    CANCELLED_BY_TRAINER = "cancelled_by_trainer"
    MOVED = "moved"
    MOVED_BY_TRAINER = "moved_by_trainer"
    REMINDER = "reminder"
    NUDGE = "nudge"
    RECEIPT = "receipt"
    MISSED = "missed"
    DISPUTED = "disputed"
    SETTLED = "settled"
    SETTLED_BY_STAFF = "settled_by_staff"
    COMPLAINT_SETTLED = "complaint_settled"
    ADJUSTED = "adjusted"
    EXPIRED = "expired"
    JOINED = "joined"
    PAYMENT_UNMATCHED = "payment_unmatched"
    PAYMENT_MISSING = "payment_missing"
    INVOICE_REFUSED = "invoice_refused"
    MISMATCH = "mismatch"
    UPDATE_FAILED = "update_failed"
    UPDATE_DEAD = "update_dead"
    NOTICE_DEAD = "notice_dead"
    LAG = "lag"
    UNREACHABLE = "unreachable"
    TOKEN_REFUSED = "token_refused"  # noqa: S105 -- a kind of notice
    WEBHOOK_FAILING = "webhook_failing"
    REFRESH = "refresh"


@dataclass(frozen=True, slots=True, kw_only=True)
class Notice:
    """One message to one person. `key` is unique for ever; by `subject` (`booking:12`) it can be withdrawn."""

    key: str
    person_id: PersonId
    kind: Kind
    values: dict[str, Value] = field(default_factory=dict)
    due_at: datetime
    expires_at: datetime | None = None
    subject: str = ""


class OutboxStore(Protocol):
    def add(self, *notices: Notice) -> None:
        """Keep the notices; one with the same key stays as it is, unless it was withdrawn: then it counts again."""
        ...

    def withdraw(self, subject: str, kinds: Iterable[Kind] = tuple(Kind)) -> None:
        """Take back what has not been sent about the subject, of these kinds."""
        ...

    def revive(self, person_id: PersonId, since: datetime) -> None:
        """Send after all what was due since then and was given up because the person could not be reached."""
        ...


class Work(person.Work, Protocol):
    @property
    def outbox(self) -> OutboxStore: ...


def tell_admins(
    work: Work,
    key: str,
    kind: Kind,
    values: dict[str, Value],
    but: Collection[PersonId] = (),
    expires_at: datetime | None = None,
) -> None:
    """One notice to each admin, now; `but` names those who know, or are told another way."""
    work.outbox.add(
        *(
            Notice(
                key=f"{key}:{admin.id}",
                person_id=admin.id,
                kind=kind,
                values=values,
                due_at=work.now,
                expires_at=expires_at,
            )
            for admin in work.people.list_with_role(Role.ADMIN)
            if admin.id not in but
        )
    )


def alarm(work: Work, kind: Kind, values: dict[str, Value], of: str = "") -> None:
    """Tell the admins of something that lasts, once in each hour of the clock; `of` tells several of a kind apart."""
    name = f"{kind.value}:{of}" if of else kind.value
    tell_admins(work, f"{name}:{work.now:%Y%m%d%H}", kind, values, expires_at=work.now + AGAIN)
