"""Asking a trainer about a session nobody has completed: shortly after its end and once more, evening or morning."""

from datetime import UTC, date, datetime, time, timedelta
from typing import Protocol
from zoneinfo import ZoneInfo

from domain import session
from domain.ids import BookingId
from domain.outbox import Kind, Notice, Value
from domain.session import Booking

AFTER = timedelta(minutes=10)
EVENING, MORNING = time(20, 0), time(8, 0)
APART = timedelta(hours=2)
"""How long the two questions are apart at least."""
LATER = timedelta(hours=1)


class Work(session.Work, Protocol):
    """Plans from bookings and the trainer's zone."""


def plan(work: Work, booked: Booking) -> None:
    """Write the questions that are still ahead; completing, cancelling or moving withdraws them."""
    for nth, due_at in enumerate(_times(booked, work.trainers.get(booked.trainer_id).zone)):
        if due_at > work.now:
            _add(work, booked, due_at, str(nth))


def later(work: Work, booked: Booking) -> datetime:
    """Ask once more in an hour, or at the planned time where that comes first; returns when."""
    in_an_hour = work.now + LATER
    planned = _times(booked, work.trainers.get(booked.trainer_id).zone)
    due_at = next((each for each in planned if work.now < each <= in_an_hour), None)
    if due_at is None:
        due_at = in_an_hour
        _add(work, booked, due_at, f"later:{due_at:%Y%m%d%H}")
    return due_at


def still_true(work: Work, values: dict[str, Value]) -> bool:
    """A trainer is only asked about a session that is still open and was not moved."""
    booked = work.bookings.get(BookingId(int(values["booking_id"] or 0)))
    return booked.active and booked.version == values["version"]


def _add(work: Work, booked: Booking, due_at: datetime, which: str) -> None:
    serial = work.ledger.next_serial(booked.id)
    work.outbox.add(
        Notice(
            key=f"nudge:{booked.id}:{booked.version}:{serial}:{which}",
            person_id=booked.trainer_id,
            kind=Kind.NUDGE,
            values=session.facts(booked, ""),
            due_at=due_at,
            expires_at=due_at + timedelta(days=1),
            subject=booked.subject,
        )
    )


def _times(booked: Booking, zone: str) -> list[datetime]:
    soon = booked.ends_at + AFTER
    on = soon.astimezone(ZoneInfo(zone)).date()
    again = (_at(on, EVENING, zone), _at(on, MORNING, zone), _at(on + timedelta(days=1), MORNING, zone))
    return [soon, next(each for each in again if each >= soon + APART)]


def _at(on: date, clock: time, zone: str) -> datetime:
    return datetime.combine(on, clock, ZoneInfo(zone)).astimezone(UTC)
