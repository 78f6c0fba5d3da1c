"""At and after a session: complete or no-show, which redeem exactly the held units; a minute to undo; the receipt.

Receipts go out when the undo minute is over, so undoing one leaves no trace with the trainee.
"""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import ClassVar, Protocol

from domain import audit, booking, ledger, nudge, outbox, session
from domain.booking import BookingEnded
from domain.error import NotFound, Refusal
from domain.ids import BookingId
from domain.outbox import Kind, Notice, Value
from domain.person import Person
from domain.session import Booking, Receipt, Status

UNDO = timedelta(minutes=1)


class NotBegun(Refusal):
    """The session has not begun yet."""

    code: ClassVar[str] = "not_begun"


class TooLateToUndo(Refusal):
    """The undo minute is over, or there is nothing to undo."""

    code: ClassVar[str] = "too_late_to_undo"


class Work(booking.Work, Protocol):
    """Everything a booking touches."""


def complete(work: Work, trainer: Person, booking_id: BookingId) -> Booking:
    """The session took place: redeem its units. A second tap shows the first one's outcome."""
    return _finish(work, trainer, booking_id, Status.COMPLETED, Kind.RECEIPT)


def no_show(work: Work, trainer: Person, booking_id: BookingId) -> Booking:
    """The trainee did not come: redeem the units, with that as the reason."""
    return _finish(work, trainer, booking_id, Status.MISSED, Kind.MISSED)


def undo(work: Work, trainer: Person, booking_id: BookingId) -> Booking:
    """Within a minute: hold the units again and send no receipt."""
    _own(work, trainer, booking_id)
    ended = work.bookings.lock(booking_id)
    if ended.active:
        return ended
    if ended.status not in {Status.COMPLETED, Status.MISSED} or work.now > undo_until(ended):
        raise TooLateToUndo
    ledger.reinstate(work, ended.trainee_id, ended.id, "undone")
    work.outbox.withdraw(ended.subject, [Kind.RECEIPT, Kind.MISSED])
    reopened = replace(ended, status=Status.BOOKED, ended_at=None)
    work.bookings.save(reopened)
    nudge.plan(work, reopened)
    audit.record(work, trainer.id, "completion.undo", ended.subject)
    return reopened


def undo_until(ended: Booking) -> datetime:
    """The last instant at which the completion can be undone."""
    return (ended.ended_at or ended.starts_at) + UNDO


def acknowledge(work: Work, trainee: Person, booking_id: BookingId, answer: Receipt) -> Booking:
    """Keep the trainee's answer to a receipt; a dispute is told to the trainer and the admins, once."""
    seen = work.bookings.get(booking_id)
    if seen.trainee_id != trainee.id:
        raise NotFound
    booked = work.bookings.lock(booking_id)
    if booked.status not in {Status.COMPLETED, Status.MISSED}:
        raise BookingEnded
    if booked.receipt is answer:
        return booked
    answered = replace(booked, receipt=answer)
    work.bookings.save(answered)
    if answer is Receipt.DISPUTED:
        _tell_dispute(work, answered)
    audit.record(work, trainee.id, f"completion.{answer}", booked.subject)
    return answered


def receipt_still_true(work: Work, values: dict[str, Value]) -> bool:
    """A receipt is sent for a redemption that was not undone."""
    return not work.bookings.get(BookingId(int(values["booking_id"] or 0))).active


def _finish(work: Work, trainer: Person, booking_id: BookingId, status: Status, told: Kind) -> Booking:
    _own(work, trainer, booking_id)
    booked = work.bookings.lock(booking_id)
    if booked.status is status:
        return booked
    if not booked.active:
        raise BookingEnded
    if work.now < booked.starts_at:
        raise NotBegun
    ledger.redeem(work, booked.trainee_id, booked.id, status.value)
    work.outbox.withdraw(booked.subject)
    ended = replace(booked, status=status, ended_at=work.now)
    work.bookings.save(ended)
    _plan_receipt(work, ended, told)
    audit.record(work, trainer.id, f"completion.{status}", ended.subject, units=ended.units)
    return ended


def _own(work: Work, trainer: Person, booking_id: BookingId) -> None:
    if work.bookings.get(booking_id).trainer_id != trainer.id:
        raise NotFound


def _plan_receipt(work: Work, ended: Booking, told: Kind) -> None:
    work.outbox.add(
        Notice(
            key=f"{told}:{ended.id}:{work.ledger.next_serial(ended.id)}",
            person_id=ended.trainee_id,
            kind=told,
            values=session.facts(ended, ""),
            due_at=undo_until(ended),
            subject=ended.subject,
        )
    )


def _tell_dispute(work: Work, booked: Booking) -> None:
    values = session.facts(booked, "")
    work.outbox.add(
        Notice(
            key=f"disputed:{booked.id}",
            person_id=booked.trainer_id,
            kind=Kind.DISPUTED,
            values=values,
            due_at=work.now,
        )
    )
    outbox.tell_admins(work, f"disputed:{booked.id}:admin", Kind.DISPUTED, values, but=booked.trainer_id)
