"""At and after a session: complete or no-show, which redeem exactly the held units; a minute to undo; the receipt.

Receipts go out when the undo minute is over, so undoing one leaves no trace with the trainee.
"""

from dataclasses import replace
from datetime import datetime
from typing import ClassVar, Protocol

from domain import audit, booking, card, day, ledger, nudge, outbox, person, session
from domain.booking import BookingEnded
from domain.error import NotFound, Refusal
from domain.ids import BookingId
from domain.outbox import Kind, Notice, Value
from domain.permission import Permission
from domain.person import Person
from domain.session import Answer, Booking, Status

COMPLAINT_LENGTH = 200
REDEEMED = frozenset({Status.COMPLETED, Status.MISSED})


class NotBegun(Refusal):
    """The session has not begun yet."""

    code: ClassVar[str] = "not_begun"


class TooLateToUndo(Refusal):
    """The undo minute is over, or there is nothing to undo."""

    code: ClassVar[str] = "too_late_to_undo"


class ComplaintUnusable(Refusal):
    """What is wrong fits 1 to 200 characters."""

    code: ClassVar[str] = "complaint_unusable"


class Work(booking.Work, day.Work, Protocol):
    """Everything a booking touches, the trainer's day, and tokens that tell one answer from the next."""

    def token(self) -> str: ...


def complete(work: Work, trainer: Person, booking_id: BookingId) -> Booking:
    """The session took place: redeem its units. A second tap shows the first one's outcome."""
    return _finish(work, trainer, booking_id, Status.COMPLETED, Kind.RECEIPT)


def no_show(work: Work, trainer: Person, booking_id: BookingId) -> Booking:
    """The trainee did not come: redeem the units, with that as the reason."""
    return _finish(work, trainer, booking_id, Status.MISSED, Kind.MISSED)


def undo(work: Work, trainer: Person, booking_id: BookingId) -> Booking:
    """Within a minute: hold the units again and send no receipt."""
    day.taught(work, trainer, booking_id)
    ended = work.bookings.lock(booking_id)
    if ended.active:
        return ended
    if not can_undo(ended, work.now):
        raise TooLateToUndo
    ledger.reinstate(work, ended.trainee_id, ended.id, "undone")
    work.outbox.withdraw(ended.subject, [Kind.RECEIPT, Kind.MISSED])
    reopened = replace(ended, status=Status.BOOKED, ended_at=None)
    work.bookings.save(reopened)
    nudge.plan(work, reopened)
    if reopened.ends_at <= work.now:
        nudge.later(work, reopened)
    card.refresh(work, reopened)
    audit.record(work, trainer.id, "completion.undo", ended.subject)
    return reopened


def undo_until(ended: Booking) -> datetime:
    """When the undo minute is over, and the receipt goes out."""
    return (ended.ended_at or ended.starts_at) + day.UNDO


def waits(booked: Booking, now: datetime) -> bool:
    """Whether the session has begun and its trainer has not said yet what happened."""
    return booked.active and booked.starts_at <= now


def can_undo(ended: Booking, now: datetime) -> bool:
    return ended.status in REDEEMED and now < undo_until(ended)


def confirm(work: Work, trainee: Person, booking_id: BookingId) -> Booking:
    """The receipt is right. After a dispute the trainer and the admins are told."""
    booked = redeemed(work, trainee, booking_id)
    if booked.receipt is Answer.CONFIRMED:
        return booked
    answered = _answer(work, trainee, replace(booked, receipt=Answer.CONFIRMED, complaint=None))
    if booked.receipt is Answer.DISPUTED:
        _tell_staff(work, answered, Kind.SETTLED)
    return answered


def dispute(work: Work, trainee: Person, booking_id: BookingId, complaint: str) -> Booking:
    """Something is wrong, and what: told to the trainer and the admins. The same said twice is told once."""
    told = person.tidy(complaint)
    if not 1 <= len(told) <= COMPLAINT_LENGTH:
        raise ComplaintUnusable
    booked = redeemed(work, trainee, booking_id)
    if booked.receipt is Answer.DISPUTED and booked.complaint == told:
        return booked
    answered = _answer(work, trainee, replace(booked, receipt=Answer.DISPUTED, complaint=told))
    _tell_staff(work, answered, Kind.DISPUTED)
    return answered


def settle(work: Work, actor: Person, booking_id: BookingId) -> Booking:
    """Its trainer or an admin has talked to the trainee, who is told that it is settled, like the rest of the staff.

    A second tap tells nobody.
    """
    if work.bookings.get(booking_id).trainer_id != actor.id and not actor.may(Permission.ADJUST):
        raise NotFound
    booked = work.bookings.lock(booking_id)
    if booked.receipt is not Answer.DISPUTED:
        return booked
    ended = _answer(work, actor, replace(booked, receipt=Answer.SETTLED))
    work.outbox.add(
        Notice(
            key=f"{Kind.COMPLAINT_SETTLED}:{ended.id}:{work.token()}",
            person_id=ended.trainee_id,
            kind=Kind.COMPLAINT_SETTLED,
            values=session.facts(ended, "") | {"complaint": ended.complaint, "name": actor.name},
            due_at=work.now,
        )
    )
    _tell_staff(work, ended, Kind.SETTLED_BY_STAFF, by=actor)
    return ended


def redeemed(work: Work, trainee: Person, booking_id: BookingId) -> Booking:
    """The trainee's own booking, locked, whose units were used. Raises `BookingEnded` for any other of theirs."""
    session.own(work, trainee, booking_id)
    booked = work.bookings.lock(booking_id)
    if booked.status not in REDEEMED:
        raise BookingEnded
    return booked


def receipt(work: Work, values: dict[str, Value]) -> dict[str, Value] | None:
    """What a receipt says when it is sent, with what the trainee has left; None once its redemption was undone."""
    booked = work.bookings.get(BookingId(int(values["booking_id"] or 0)))
    if booked.status not in REDEEMED:
        return None
    left = ledger.balance_of(work, booked.trainee_id)
    return values | {"free": left.available, "held": left.held}


def _finish(work: Work, trainer: Person, booking_id: BookingId, status: Status, told: Kind) -> Booking:
    day.taught(work, trainer, booking_id)
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
    card.refresh(work, ended, undo_until(ended))
    audit.record(work, trainer.id, f"completion.{status}", ended.subject, units=ended.units)
    return ended


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


def _answer(work: Work, actor: Person, answered: Booking) -> Booking:
    work.bookings.save(answered)
    audit.record(work, actor.id, f"completion.{answered.receipt}", answered.subject, complaint=answered.complaint)
    return answered


def _tell_staff(work: Work, booked: Booking, kind: Kind, by: Person | None = None) -> None:
    """One notice to the trainer and one to each admin, but for the trainee and whoever of them did it.

    Each answer is told anew, so its key only has to be unique.
    """
    values = session.facts(booked, "") | {"trainee_id": booked.trainee_id, "complaint": booked.complaint}
    values |= {"name": by.name} if by else {}
    knowing = [booked.trainee_id, *([by.id] if by else [])]
    key = f"{kind}:{booked.id}:{work.token()}"
    told = Notice(key=key, person_id=booked.trainer_id, kind=kind, values=values | {"own": 1}, due_at=work.now)
    if booked.trainer_id not in knowing:
        work.outbox.add(told)
    outbox.tell_admins(work, f"{key}:admin", kind, values, but=[booked.trainer_id, *knowing])
