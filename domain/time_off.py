"""Taking time off together with what it touches: the trainer sees the bookings first and says what becomes of them.

The days themselves are kept by `hours`.
"""

from dataclasses import dataclass
from datetime import date
from typing import ClassVar, Protocol
from zlib import crc32

from domain import booking, card, hours, person, session
from domain.error import Refusal
from domain.hours import TimeOff
from domain.ids import PersonId
from domain.permission import Permission
from domain.person import Person
from domain.session import Booking


class BookingsChanged(Refusal):
    """Other bookings lie in these days than the trainer was shown; nothing was done."""

    code: ClassVar[str] = "bookings_changed"


class Work(booking.Work, Protocol):
    """Hours, and whatever cancelling a booking touches."""


@dataclass(frozen=True, slots=True)
class Taken:
    """The time off that was saved, and the bookings that were cancelled for it."""

    time_off: TimeOff
    cancelled: list[Booking]


def touched(work: Work, trainer_id: PersonId, first_on: date, last_on: date) -> list[Booking]:
    """The active bookings that lie on these days of the trainer's calendar, if only in part, and have not begun."""
    since, until = hours.span(work.trainers.get(trainer_id).zone, first_on, last_on)
    around = work.bookings.list_for_trainer(trainer_id, since - session.LONGEST, until)
    return [each for each in around if each.active and each.ends_at > since and each.starts_at > work.now]


def mark(bookings: list[Booking]) -> int:
    """A figure that a button can carry and that changes with the bookings or their times."""
    return crc32(" ".join(f"{each.id}.{each.version}" for each in bookings).encode())


def take(work: Work, actor: Person, first_on: date, last_on: date, *, cancel: bool, seen: int) -> Taken:
    """Save time off, and keep the bookings it touches or cancel them all; `seen` is the `mark` of those shown.

    A second tap finds the time off that exists and nothing left to cancel.
    """
    person.require(actor, Permission.TEACH)
    hours.check_dates(hours.timetable(work, actor.id).today, first_on, last_on)
    locked = _lock(work, actor.id, touched(work, actor.id, first_on, last_on) if cancel else [])
    found = touched(work, actor.id, first_on, last_on)
    if found and (mark(found) != seen or (cancel and not _trainees(found) <= locked)):
        raise BookingsChanged
    saved = card.redrawing(work, hours.add_time_off, actor, first_on, last_on)
    for each in found if cancel else []:
        booking.cancel(work, actor, each.id, agreed_units=0)
    return Taken(saved, found if cancel else [])


def _lock(work: Work, trainer_id: PersonId, bookings: list[Booking]) -> set[PersonId]:
    """Lock every account before the trainer, as a booking does, so that the two never wait for each other."""
    accounts = _trainees(bookings)
    for trainee_id in sorted(accounts):
        work.ledger.lock(trainee_id)
    work.trainers.lock(trainer_id)
    return accounts


def _trainees(bookings: list[Booking]) -> set[PersonId]:
    return {each.trainee_id for each in bookings}
