"""What a person's first screen tells: the next session, the units, and how far the studio is set up."""

from dataclasses import dataclass
from typing import Protocol

from domain import ledger, package, session
from domain.ledger import Balance
from domain.permission import Role
from domain.person import Person
from domain.session import Booking


class Work(session.Work, package.Work, Protocol):
    """Reads across the features."""


@dataclass(frozen=True, slots=True)
class Overview:
    """Facts for a home screen; those of roles the person does not have stay empty."""

    balance: Balance
    next_booking: Booking | None
    next_taught: Booking | None
    trainers: int
    packages: int


def of(work: Work, somebody: Person) -> Overview:
    """Everything the person's home screen shows, in one snapshot."""
    today = work.studio.get().date_of(work.now)
    upcoming = work.bookings.list_upcoming(somebody.id, work.now)
    horizon = work.studio.get().horizon_at(work.now)
    teaches = Role.TRAINER in somebody.roles
    taught = work.bookings.list_for_trainer(somebody.id, work.now, horizon) if teaches else []
    return Overview(
        balance=ledger.balance(work.ledger.list_lots(somebody.id), today),
        next_booking=next(iter(upcoming), None),
        next_taught=next((each for each in taught if each.active), None),
        trainers=len(work.trainers.list_all()),
        packages=len(work.packages.list_all()),
    )
