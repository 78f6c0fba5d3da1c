"""The figure by which a button knows whether the bookings it was drawn for are still the same."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from domain import time_off
from domain.ids import BookingId, PersonId, SessionId, TypeId
from domain.session import Booking, Status

START = datetime(2026, 12, 1, 9, tzinfo=UTC)
BOOKED = Booking(
    id=BookingId(1),
    session_id=SessionId(1),
    type_id=TypeId(1),
    trainer_id=PersonId(1),
    trainer_name="Tess",
    trainer_zone="Europe/Berlin",
    trainee_id=PersonId(2),
    trainee_name="Anna",
    starts_at=START,
    ends_at=START + timedelta(minutes=20),
    version=1,
    units=1,
    status=Status.BOOKED,
    cancel_notice_minutes=720,
    booked_at=START - timedelta(days=1),
)


def test_no_bookings_have_the_mark_nought() -> None:
    assert time_off.mark([]) == 0


def test_another_booking_or_another_time_gives_another_mark() -> None:
    other, moved = replace(BOOKED, id=BookingId(2)), replace(BOOKED, version=2)
    marks = [time_off.mark(bookings) for bookings in ([BOOKED], [other], [moved], [BOOKED, other])]
    assert len(set(marks)) == len(marks)
    assert time_off.mark([BOOKED]) == time_off.mark([replace(BOOKED, trainee_name="Ann")])
