"""The audit trail: a row for each act of a person, a provider or the clock, in the same transaction as the act.

It leaves out what other rows tell as well, and what only serves the conversation: units that expire (the ledger has
them), guesses of invites, notices, a trainee's word that they will come, the trainer's pinned card, what somebody was
asked to type, the deep link they came by, and that somebody who writes can be reached.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from domain.ids import PersonId

Fact = str | int | None


@dataclass(frozen=True, slots=True)
class AuditEntry:
    """Who did what to which object, when; `actor_id` is None where the clock or a provider acted."""

    at: datetime
    actor_id: PersonId | None
    action: str
    subject: str
    facts: dict[str, Fact]


class AuditStore(Protocol):
    def add(self, entry: AuditEntry) -> None: ...


class Work(Protocol):
    """What every action needs: the transaction's one instant, and the trail."""

    @property
    def now(self) -> datetime: ...
    @property
    def audits(self) -> AuditStore: ...


def record(work: Work, actor_id: PersonId | None, action: str, subject: str, **facts: Fact) -> None:
    """Add a row; `action` is `<feature>.<verb>`, `subject` is `<kind>:<id>`."""
    work.audits.add(AuditEntry(work.now, actor_id, action, subject, facts))
