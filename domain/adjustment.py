"""Units that an admin gives or takes, always with a reason, always told to the person."""

from dataclasses import dataclass
from enum import StrEnum
from typing import ClassVar, Protocol

from domain import audit, ledger, person
from domain.error import NotFound, Refusal
from domain.ids import PersonId
from domain.ledger import Entry
from domain.lot import Balance
from domain.outbox import Kind, Notice
from domain.permission import Permission
from domain.person import Person

UNITS_LIMIT = 500
REASON_LENGTH = 200
HISTORY = 3
LOOK_BACK = 50


class AdjustmentUnusable(Refusal):
    """An adjustment is 1 to 500 units up or down, with a reason of at most 200 characters."""

    code: ClassVar[str] = "adjustment_unusable"


class TooFewToTake(Refusal):
    """More units were to be taken than are free."""

    code: ClassVar[str] = "too_few_to_take"

    def __init__(self, wanted: int, available: int) -> None:
        super().__init__(wanted, available)
        self.wanted, self.available = wanted, available


class BalanceChanged(Refusal):
    """Not so many units are free any more as the confirmation showed, nor fewer than are to be taken."""

    code: ClassVar[str] = "balance_changed"


class Reason(StrEnum):
    """The reasons that need no typing. They are kept by these names and put into the reader's words."""

    GOODWILL = "goodwill"
    CORRECTION = "correction"
    CASH = "cash"


class Work(ledger.Work, Protocol):
    """Ledger, people and outbox."""


@dataclass(frozen=True, slots=True)
class Account:
    """A person, their units as of today, and what was last given or taken, newest first."""

    person: Person
    balance: Balance
    history: tuple[Entry, ...] = ()


@dataclass(frozen=True, slots=True)
class Adjustment:
    """How many units went which way (positive: given), and what is left. `again` marks what had counted before."""

    person: Person
    units: int
    balance: Balance
    again: bool = False


def look(work: Work, person_id: PersonId) -> Account:
    """A member's account. Raises `NotFound`, for visitors too: they have nothing to spend units on."""
    whose = work.people.get(person_id)
    if not whose.roles:
        raise NotFound
    entries = work.ledger.list_entries(person_id, LOOK_BACK, 0)
    history = [entry for entry in entries if entry.adjusts]
    return Account(whose, ledger.balance_of(work, person_id), tuple(history[:HISTORY]))


def check(balance: Balance, units: int) -> None:
    """Refuse what could not be done now: `AdjustmentUnusable`, `TooFewToTake`."""
    if not 1 <= abs(units) <= UNITS_LIMIT:
        raise AdjustmentUnusable
    if -units > balance.available:
        raise TooFewToTake(-units, balance.available)


def clean_reason(text: str) -> str:
    """The reason as it is kept: one line, 1 to 200 characters. Raises `AdjustmentUnusable`."""
    told = person.tidy(text)
    if not 1 <= len(told) <= REASON_LENGTH:
        raise AdjustmentUnusable
    return told


def adjust(
    work: Work, actor: Person, person_id: PersonId, units: int, reason: str, cause: str, seen: int | None = None
) -> Adjustment:
    """Grant (units > 0) or withdraw (units < 0). `cause` is unique, so the same confirmation counts once; `seen` is
    how many free units it showed. Raises `BalanceChanged` when there are more or fewer by now.
    """
    person.require(actor, Permission.ADJUST)
    told, whose = clean_reason(reason), work.people.get(person_id)
    work.ledger.lock(person_id)
    if ledger.has_counted(work, cause):
        return Adjustment(whose, units, ledger.balance_of(work, person_id), again=True)
    balance = ledger.balance_of(work, person_id)
    check(balance, units)
    if seen not in {None, balance.available}:
        raise BalanceChanged
    if units > 0:
        ledger.grant(work, person_id, units, cause, told)
    else:
        ledger.withdraw(work, person_id, -units, cause, told)
    _tell(work, person_id, units, told, cause)
    audit.record(work, actor.id, "adjustment.adjust", f"person:{person_id}", units=units, reason=told)
    return Adjustment(whose, units, ledger.balance_of(work, person_id))


def _tell(work: Work, person_id: PersonId, units: int, reason: str, cause: str) -> None:
    work.outbox.add(
        Notice(
            key=f"adjusted:{cause}",
            person_id=person_id,
            kind=Kind.ADJUSTED,
            values={"units": units, "reason": reason},
            due_at=work.now,
        )
    )
