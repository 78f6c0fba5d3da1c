"""Units that an admin gives or takes, always with a reason, always told to the person."""

from dataclasses import dataclass
from typing import ClassVar, Protocol

from domain import audit, ledger, person
from domain.error import Refusal
from domain.ids import PersonId
from domain.outbox import Kind, Notice
from domain.permission import Permission
from domain.person import Person

UNITS_LIMIT = 500
REASON_LENGTH = 200


class AdjustmentUnusable(Refusal):
    """An adjustment is 1 to 500 units up or down, with a reason of at most 200 characters."""

    code: ClassVar[str] = "adjustment_unusable"


class Work(ledger.Work, Protocol):
    """Ledger, people and outbox."""


@dataclass(frozen=True, slots=True)
class Adjustment:
    """How many units went which way (positive: given), and what is left."""

    person: Person
    units: int
    balance: ledger.Balance


def adjust(work: Work, actor: Person, person_id: PersonId, units: int, reason: str, cause: str) -> Adjustment:
    """Grant (units > 0) or withdraw (units < 0). `cause` is unique, so the same confirmation counts once."""
    person.require(actor, Permission.ADJUST)
    told = " ".join(reason.split())
    if not 1 <= abs(units) <= UNITS_LIMIT or not 1 <= len(told) <= REASON_LENGTH:
        raise AdjustmentUnusable
    whose = work.people.get(person_id)
    if units > 0:
        ledger.issue(work, person_id, units, f"grant:{cause}", None, told)
    else:
        ledger.withdraw(work, person_id, -units, cause, told)
    work.outbox.add(
        Notice(
            key=f"adjusted:{cause}",
            person_id=person_id,
            kind=Kind.ADJUSTED,
            values={"units": units, "reason": told},
            due_at=work.now,
        )
    )
    audit.record(work, actor.id, "adjustment.adjust", f"person:{person_id}", units=units, reason=told)
    left = ledger.balance(work.ledger.list_lots(person_id), work.studio.get().date_of(work.now))
    return Adjustment(whose, units, left)
