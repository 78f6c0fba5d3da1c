"""What a person's first screen tells: the next session, the units, and how far the studio is set up."""

from dataclasses import dataclass
from datetime import date
from typing import Protocol

from domain import hours, ledger, package, session
from domain.lot import Balance
from domain.package import Package
from domain.permission import Role
from domain.person import Person
from domain.session import Booking
from domain.studio import Studio


class Work(session.Work, hours.Work, package.Work, Protocol):
    """Reads across the features."""


@dataclass(frozen=True, slots=True)
class Overview:
    """Facts for a home screen; those of roles the person does not have stay empty.

    `today` is the studio's date; `has_hours` tells whether the person has ever set weekly hours; `waiting` counts their
    sessions that are over and wait to be completed.
    """

    studio: Studio
    today: date
    balance: Balance
    next_booking: Booking | None
    next_taught: Booking | None
    waiting: int
    has_hours: bool
    trainers: int
    on_sale: list[Package]


def of(work: Work, somebody: Person) -> Overview:
    """Everything the person's home screen shows, in one snapshot."""
    studio = work.studio.get()
    today = studio.date_of(work.now)
    upcoming = work.bookings.list_upcoming(somebody.id, work.now)
    teaches = Role.TRAINER in somebody.roles
    taught = work.bookings.list_for_trainer(somebody.id, work.now, studio.horizon_at(work.now)) if teaches else []
    begun = work.bookings.list_unsettled(somebody.id, work.now, work.now) if teaches else []
    return Overview(
        studio=studio,
        today=today,
        balance=ledger.balance_of(work, somebody.id),
        next_booking=next(iter(upcoming), None),
        next_taught=next((each for each in taught if each.active), None),
        waiting=sum(each.active and each.ends_at <= work.now for each in begun),
        has_hours=teaches and any(work.hours.get(somebody.id).weekly.values()),
        trainers=len(work.trainers.list_all()),
        on_sale=package.on_sale(work),
    )
