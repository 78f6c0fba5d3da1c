"""Booking, cancelling and moving a session before it begins, under the policy that was shown.

Locks are taken in one order (account, trainer, session) before anything is checked; the cells of `occupancy` decide
who gets a time, whatever the checks have seen.
"""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import ClassVar, Protocol

from domain import audit, card, ledger, nudge, person, reminder, schedule, session, session_type
from domain.availability import minute_of
from domain.error import NotFound, Refusal
from domain.ids import BookingId, PersonId, TypeId
from domain.lot import Balance, Lapse
from domain.outbox import Kind, Notice, Value
from domain.permission import Permission
from domain.person import Person
from domain.schedule import Wish
from domain.session import Booking, NewSession, Span, Status
from domain.session_type import SessionType


class SlotGone(Refusal):
    """The start cannot be booked (any more): taken, too soon, too far ahead, or outside the hours."""

    code: ClassVar[str] = "slot_gone"


class BookingEnded(Refusal):
    """The booking was cancelled or completed before."""

    code: ClassVar[str] = "booking_ended"


class SessionBegun(Refusal):
    """The session has begun; only its trainer can change it now."""

    code: ClassVar[str] = "session_begun"


class TooLateToMove(Refusal):
    """The time in which the trainee may move the session freely is over."""

    code: ClassVar[str] = "too_late_to_move"


class TermsChanged(Refusal):
    """Cancelling costs something else than the button said; nothing was done."""

    code: ClassVar[str] = "terms_changed"

    def __init__(self, units: int) -> None:
        super().__init__(units)
        self.units = units


class Work(card.Work, nudge.Work, reminder.Work, schedule.Work, Protocol):
    """Everything a booking touches."""


@dataclass(frozen=True, slots=True)
class Booked:
    """The booking and what is left; `again` when it existed before this tap, `lapse` what could not go back."""

    booking: Booking
    balance: Balance
    again: bool = False
    lapse: Lapse | None = None


def book(work: Work, actor: Person, trainer_id: PersonId, type_id: TypeId, starts_at: datetime) -> Booked:
    """Book a one-to-one session and hold its units. A second tap finds the booking that exists."""
    person.require(actor, Permission.BOOK)
    work.ledger.lock(actor.id)
    work.trainers.lock(trainer_id)
    if existing := work.bookings.find_active(actor.id, trainer_id, starts_at):
        return Booked(existing, ledger.balance_of(work, actor.id), again=True)
    kind = session_type.published(work, type_id)
    if not schedule.is_offered(work, Wish(trainee_id=actor.id, trainer_id=trainer_id, kind=kind), starts_at):
        raise SlotGone
    made = _add(work, actor, trainer_id, kind, starts_at)
    ledger.hold(work, actor.id, made.id, kind.units, starts_at)
    reminder.plan(work, made)
    nudge.plan(work, made)
    card.refresh(work, made)
    _tell(work, made, made.trainer_id, Kind.BOOKED)
    audit.record(work, actor.id, "booking.book", made.subject, starts_at=starts_at.isoformat(), units=made.units)
    return Booked(made, ledger.balance_of(work, actor.id))


def cancel(work: Work, actor: Person, booking_id: BookingId, agreed_units: int) -> Booked:
    """Cancel one's own booking at the cost that was shown, or as its trainer, which never costs the trainee."""
    booked = _open(work, actor, booking_id)
    by_trainer = actor.id == booked.trainer_id
    cost = 0 if by_trainer else booked.cancel_cost(work.now)
    if not by_trainer and work.now >= booked.starts_at:
        raise SessionBegun
    if cost != agreed_units:
        raise TermsChanged(cost)
    if cost:
        ledger.redeem(work, booked.trainee_id, booked.id, "cancelled late")
        lapse = None
    else:
        lapse = ledger.lapse(work, booked.trainee_id, booked.id)
        ledger.release(work, booked.trainee_id, booked.id, "cancelled")
    ended = replace(
        booked,
        status=Status.CANCELLED_LATE if cost else Status.CANCELLED,
        ended_at=work.now,
        cancelled_by=actor.id,
        lapsed_units=lapse.units if lapse else None,
    )
    work.bookings.save(ended)
    work.sessions.end(ended.session_id)
    work.occupancy.free(ended.session_id)
    work.outbox.withdraw(ended.subject)
    card.refresh(work, ended)
    if by_trainer:
        last_on = lapse.last_on.isoformat() if lapse else None
        how: dict[str, Value] = {"off": int(ended.off), "returned": ended.returned_units, "last_on": last_on}
        _tell(work, ended, ended.trainee_id, Kind.CANCELLED_BY_TRAINER, how)
    else:
        _tell(work, ended, ended.trainer_id, Kind.CANCELLED)
    audit.record(work, actor.id, "booking.cancel", ended.subject, cost=cost)
    return Booked(ended, ledger.balance_of(work, ended.trainee_id), lapse=lapse)


def move(work: Work, actor: Person, booking_id: BookingId, starts_at: datetime) -> Booked:
    """Give the session another time in one step: old cells and reminders go, new ones come, the units stay held."""
    booked = _open(work, actor, booking_id)
    if booked.starts_at == starts_at:
        return Booked(booked, ledger.balance_of(work, booked.trainee_id), again=True)
    check_movable(work, actor, booked)
    by_trainer = actor.id == booked.trainer_id
    kind = work.types.get(booked.type_id)
    wish = Wish(
        trainee_id=booked.trainee_id, trainer_id=booked.trainer_id, kind=kind, moving=booked, by_trainer=by_trainer
    )
    if not schedule.is_offered(work, wish, starts_at):
        raise SlotGone
    work.occupancy.free(booked.session_id)
    work.outbox.withdraw(booked.subject)
    times = _times(booked.trainer_id, kind, starts_at)
    work.sessions.move(booked.session_id, times)
    work.occupancy.claim(booked.session_id, _spans(times, booked.trainee_id))
    ledger.release(work, booked.trainee_id, booked.id, ledger.MOVED)
    ledger.hold(work, booked.trainee_id, booked.id, booked.units, starts_at, ledger.MOVED)
    moved = work.bookings.get(booked.id)
    reminder.plan(work, moved)
    nudge.plan(work, moved)
    card.refresh(work, booked)
    card.refresh(work, moved)
    reader_id, told = (moved.trainee_id, Kind.MOVED_BY_TRAINER) if by_trainer else (moved.trainer_id, Kind.MOVED)
    _tell(work, moved, reader_id, told, {"from_at": booked.starts_at.isoformat()})
    audit.record(work, actor.id, "booking.move", moved.subject, to=starts_at.isoformat())
    return Booked(moved, ledger.balance_of(work, moved.trainee_id))


def check_movable(work: Work, actor: Person, booked: Booking) -> None:
    """Its trainer may move it while it stands, its trainee until it stops being free. Or the refusal."""
    if not booked.active:
        raise BookingEnded
    if actor.id != booked.trainer_id and work.now > booked.free_until:
        raise TooLateToMove


def visible(work: Work, actor: Person, booking_id: BookingId) -> Booking:
    """The booking, if the actor takes part in it; otherwise it does not exist for them."""
    booked = work.bookings.get(booking_id)
    if actor.id not in {booked.trainee_id, booked.trainer_id}:
        raise NotFound
    return booked


def _open(work: Work, actor: Person, booking_id: BookingId) -> Booking:
    visible(work, actor, booking_id)
    booked = work.bookings.lock(booking_id)
    if not booked.active:
        raise BookingEnded
    return booked


def _add(work: Work, actor: Person, trainer_id: PersonId, kind: SessionType, starts_at: datetime) -> Booking:
    times = _times(trainer_id, kind, starts_at)
    session_id = work.sessions.add(times)
    work.occupancy.claim(session_id, _spans(times, actor.id))
    notice = work.studio.get().cancel_notice_minutes
    return work.bookings.get(work.bookings.add(session_id, actor.id, kind.units, notice, work.now))


def _times(trainer_id: PersonId, kind: SessionType, starts_at: datetime) -> NewSession:
    ends_at = starts_at + timedelta(minutes=kind.minutes)
    return NewSession(
        trainer_id=trainer_id,
        type_id=kind.id,
        starts_at=starts_at,
        ends_at=ends_at,
        blocks_from_at=starts_at - timedelta(minutes=kind.buffer_before_minutes),
        blocks_until_at=ends_at + timedelta(minutes=kind.buffer_after_minutes),
    )


def _spans(times: NewSession, trainee_id: PersonId) -> list[Span]:
    return [
        Span(times.trainer_id, minute_of(times.blocks_from_at), minute_of(times.blocks_until_at)),
        Span(trainee_id, minute_of(times.starts_at), minute_of(times.ends_at)),
    ]


def _tell(work: Work, booked: Booking, reader_id: PersonId, kind: Kind, how: dict[str, Value] | None = None) -> None:
    work.outbox.add(
        Notice(
            key=f"{kind}:{booked.id}:{booked.version}",
            person_id=reader_id,
            kind=kind,
            values=session.facts(booked, work.studio.get().place) | (how or {}),
            due_at=work.now,
        )
    )
