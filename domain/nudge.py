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
    times = enumerate(_times(booked, work.trainers.get(booked.trainer_id).zone))
    _add(work, booked, {str(nth): due_at for nth, due_at in times if due_at > work.now})


def later(work: Work, booked: Booking) -> datetime:
    """Ask once more in an hour, or at the planned time where that comes first; returns when."""
    in_an_hour = work.now + LATER
    planned = _times(booked, work.trainers.get(booked.trainer_id).zone)
    due_at = next((each for each in planned if work.now < each <= in_an_hour), None)
    if due_at is None:
        due_at = in_an_hour
        _add(work, booked, {f"later:{due_at:%Y%m%d%H}": due_at})
    return due_at


def current(work: Work, values: dict[str, Value]) -> dict[str, Value] | None:
    """A trainer is only asked about a session that is still open and was not moved."""
    booked = work.bookings.get(BookingId(int(values["booking_id"] or 0)))
    return values if booked.active and booked.version == values["version"] else None


def _add(work: Work, booked: Booking, due: dict[str, datetime]) -> None:
    """Questions by what tells them apart, with when they are asked."""
    serial = work.ledger.next_serial(booked.id)
    work.outbox.add(
        *(
            Notice(
                key=f"nudge:{booked.id}:{booked.version}:{serial}:{which}",
                person_id=booked.trainer_id,
                kind=Kind.NUDGE,
                values=session.facts(booked, ""),
                due_at=due_at,
                expires_at=due_at + timedelta(days=1),
                subject=booked.subject,
            )
            for which, due_at in due.items()
        )
    )


def _times(booked: Booking, zone: str) -> list[datetime]:
    soon = booked.ends_at + AFTER
    on = soon.astimezone(ZoneInfo(zone)).date()
    again = (_at(on, EVENING, zone), _at(on, MORNING, zone), _at(on + timedelta(days=1), MORNING, zone))
    return [soon, next(each for each in again if each >= soon + APART)]


def _at(on: date, clock: time, zone: str) -> datetime:
    return datetime.combine(on, clock, ZoneInfo(zone)).astimezone(UTC)
