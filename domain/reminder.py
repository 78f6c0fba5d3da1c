"""Reminders: planned in the booking's own transaction, withdrawn with it, and true only for the version they name."""

from dataclasses import replace
from datetime import timedelta
from typing import Protocol

from domain import session
from domain.ids import BookingId
from domain.outbox import Kind, Notice, Value
from domain.person import Person
from domain.session import Booking


class Work(session.Work, Protocol):
    """Plans from bookings, people and the studio's leads."""


def plan(work: Work, booked: Booking) -> None:
    """Write a row for each lead time that is still ahead; one already past is skipped."""
    at, trainee = work.studio.get(), work.people.get(booked.trainee_id)
    leads = at.reminder_leads if trainee.reminder_leads is None else trainee.reminder_leads
    due = {lead: booked.starts_at - timedelta(minutes=lead) for lead in leads}
    work.outbox.add(
        *(
            Notice(
                key=f"reminder:{booked.id}:{booked.version}:{lead}",
                person_id=booked.trainee_id,
                kind=Kind.REMINDER,
                values=session.facts(booked, at.place),
                due_at=due_at,
                expires_at=booked.starts_at,
                subject=booked.subject,
            )
            for lead, due_at in due.items()
            if due_at > work.now
        )
    )


def will_come(work: Work, trainee: Person, booking_id: BookingId) -> Booking:
    """Keep that the trainee comes to the session as it is now, if it is still ahead; returns it either way."""
    session.own(work, trainee, booking_id)
    booked = work.bookings.lock(booking_id)
    if not booked.active or work.now >= booked.starts_at:
        return replace(booked, coming_version=None)
    coming = replace(booked, coming_version=booked.version)
    work.bookings.save(coming)
    return coming


def withdraw(work: Work, booked: Booking) -> None:
    """Take back what has not been sent."""
    work.outbox.withdraw(booked.subject, [Kind.REMINDER])


def replan_all(work: Work) -> int:
    """Plan every reminder anew after a setting of the studio changed; returns for how many sessions.

    With every trainer locked, no session comes, moves or goes meanwhile.
    """
    for trainer_id in sorted(each.id for each in work.trainers.list_all()):
        work.trainers.lock(trainer_id)
    return _replan(work, work.bookings.list_active(work.now))


def replan_own(work: Work, trainee: Person) -> int:
    """Plan the trainee's reminders anew after their own leads changed; returns for how many sessions."""
    work.ledger.lock(trainee.id)
    return _replan(work, work.bookings.list_upcoming(trainee.id, work.now))


def _replan(work: Work, bookings: list[Booking]) -> int:
    """What was sent already is not sent again."""
    for booked in bookings:
        withdraw(work, booked)
        plan(work, booked)
    return len(bookings)


def current(work: Work, values: dict[str, Value]) -> dict[str, Value] | None:
    """The session's facts when the reminder is sent: names and the place may have changed since it was planned.

    None for a booking that does not stand any more, or has moved since.
    """
    booked = work.bookings.get(BookingId(int(values["booking_id"] or 0)))
    if not booked.active or booked.version != values["version"] or booked.starts_at <= work.now:
        return None
    return values | session.facts(booked, work.studio.get().place) | {"coming": int(booked.coming)}
