"""The undo minute, as plain values."""

from datetime import UTC, datetime, timedelta

import pytest

from domain.completion import can_undo, undo_until
from domain.ids import BookingId, PersonId, SessionId, TypeId
from domain.session import Booking, Status

COMPLETED_AT = datetime(2026, 11, 30, 14, 40, tzinfo=UTC)


def booking(status: Status, ended_at: datetime | None = COMPLETED_AT) -> Booking:
    return Booking(
        id=BookingId(1),
        session_id=SessionId(1),
        type_id=TypeId(2),
        trainer_id=PersonId(1),
        trainer_name="Tess",
        trainer_zone="Europe/Berlin",
        trainee_id=PersonId(2),
        trainee_name="Anna",
        starts_at=COMPLETED_AT - timedelta(minutes=40),
        ends_at=COMPLETED_AT,
        version=1,
        units=2,
        status=status,
        cancel_notice_minutes=720,
        booked_at=COMPLETED_AT - timedelta(days=1),
        ended_at=ended_at,
    )


@pytest.mark.parametrize("status", [Status.COMPLETED, Status.MISSED])
def test_a_redemption_can_be_undone_for_a_minute(status: Status) -> None:
    ended = booking(status)
    assert can_undo(ended, COMPLETED_AT)
    assert can_undo(ended, COMPLETED_AT + timedelta(seconds=59))


@pytest.mark.parametrize("status", [Status.COMPLETED, Status.MISSED])
def test_undo_ends_in_the_instant_in_which_the_receipt_may_go_out(status: Status) -> None:
    ended = booking(status)
    assert not can_undo(ended, undo_until(ended))


@pytest.mark.parametrize("status", [Status.BOOKED, Status.CANCELLED, Status.CANCELLED_LATE])
def test_what_was_not_redeemed_at_a_session_cannot_be_undone(status: Status) -> None:
    assert not can_undo(booking(status, None if status is Status.BOOKED else COMPLETED_AT), COMPLETED_AT)
