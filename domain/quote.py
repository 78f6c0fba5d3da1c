"""What a person could book or move to, and what it would mean, before it happens: who, when, cost, until when free."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Protocol
from zoneinfo import ZoneInfo

from domain import booking, schedule, session_type
from domain.booking import SlotGone
from domain.ids import BookingId, PersonId, TypeId
from domain.lot import HoldLine, Lot, NotEnoughUnits, allot, given_back, spendable
from domain.person import Person
from domain.schedule import Offer, Wish
from domain.session import Booking
from domain.session_type import SessionType
from domain.trainer import Trainer


class Work(booking.Work, Protocol):
    """Reads what a booking would touch."""


@dataclass(frozen=True, slots=True)
class Outlived:
    """So many held units that cannot pay for the new start; `last_on` is the first last day among them."""

    units: int
    last_on: date


@dataclass(frozen=True, slots=True)
class Swap:
    """So many held units that a move exchanges for others; they are free again, or `lost` where they have run out.

    `last_on` is the first last day among them, None where they do not expire.
    """

    units: int
    last_on: date | None
    lost: bool


@dataclass(frozen=True, slots=True)
class Free:
    """The days that have something to book or move to, and the offers of one of them; `trainer` is None for any."""

    trainer: Trainer | None
    kind: SessionType
    moving: Booking | None
    days: list[date]
    on: date
    offers: list[Offer]


@dataclass(frozen=True, slots=True)
class Quote:
    """The terms of one start. `available` counts units valid on its date, with those of a moved booking given back.

    `expiring` are free today but run out before that date. `outlived` is what a moved booking holds that does so.
    """

    trainer: Trainer
    kind: SessionType
    starts_at: datetime
    ends_at: datetime
    available: int
    expiring: int
    free_until: datetime
    moving: Booking | None
    by_trainer: bool
    outlived: Outlived | None = None
    swap: Swap | None = None

    @property
    def missing(self) -> int:
        """Units that have to be bought first."""
        return max(0, self.kind.units - self.available)

    @property
    def left(self) -> int:
        return self.available - self.kind.units


def wish(
    work: Work, actor: Person, trainer_id: PersonId | None, type_id: TypeId, moving_id: BookingId | None = None
) -> Wish:
    """What the actor looks for: a session of their own, or another time for one that they take part in.

    Raises `NotFound` for what cannot be booked or is not theirs, `BookingEnded` and `TooLateToMove`.
    """
    moving = _movable(work, actor, moving_id) if moving_id else None
    return Wish(
        trainee_id=moving.trainee_id if moving else actor.id,
        trainer_id=trainer_id,
        kind=session_type.published(work, type_id),
        moving=moving,
        by_trainer=by_trainer(actor, moving),
    )


def free(work: Work, actor: Person, wanted: Wish, on: date | None) -> Free:
    """The days to choose from, and the starts of one: of `on`, or (None) of the first day that has something.

    Where a session is moved, the first from its own day on. Days are those of whoever moves it: a trainer's hours have
    a zone of their own.
    """
    moving = wanted.moving
    zone = moving.trainer_zone if moving and wanted.by_trainer else actor.zone
    open_ = schedule.openings(work, wanted, zone)
    days = open_.days()
    around = (moving.starts_at if moving else work.now).astimezone(ZoneInfo(zone)).date()
    shown = on or next((day for day in days if day >= around), around)
    trainer = work.trainers.get(wanted.trainer_id) if wanted.trainer_id else None
    return Free(trainer, wanted.kind, moving, days, shown, open_.on(shown))


def of(work: Work, wanted: Wish, starts_at: datetime) -> Quote:
    """The terms of a start that can be booked now, with the first free trainer where any will do. Or `SlotGone`."""
    found = schedule.offers(work, wanted, starts_at, starts_at)
    if not found:
        raise SlotGone
    kind, moving = wanted.kind, wanted.moving
    at = work.studio.get()
    on = at.date_of(starts_at)
    lines = work.ledger.list_lines(moving.id) if moving else []
    lots = given_back(work.ledger.list_lots(wanted.trainee_id), lines)
    available = spendable(lots, on)
    notice = moving.cancel_notice_minutes if moving else at.cancel_notice_minutes
    return Quote(
        trainer=work.trainers.get(found[0].trainer_ids[0]),
        kind=kind,
        starts_at=starts_at,
        ends_at=starts_at + timedelta(minutes=kind.minutes),
        available=available,
        expiring=spendable(lots, at.date_of(work.now)) - available,
        free_until=starts_at - timedelta(minutes=notice),
        moving=moving,
        by_trainer=wanted.by_trainer,
        outlived=_outlived(lots, lines, on),
        swap=_swap(lots, lines, on, at.date_of(work.now)) if moving and moving.starts_at != starts_at else None,
    )


def elsewhere(work: Work, wanted: Wish, lost_id: PersonId, starts_at: datetime) -> tuple[Trainer, Quote]:
    """The trainer who is gone, and the terms of the same start with another. Or `SlotGone`."""
    lost, terms = work.trainers.get(lost_id), of(work, wanted, starts_at)
    if terms.trainer.id == lost.id:
        raise SlotGone
    return lost, terms


def by_trainer(actor: Person, moving: Booking | None) -> bool:
    """Whether a session is moved by its own trainer."""
    return moving is not None and actor.id == moving.trainer_id


def _movable(work: Work, actor: Person, booking_id: BookingId) -> Booking:
    """The booking that is to get another time; only for its two people, and only while they may move it."""
    found = booking.visible(work, actor, booking_id)
    booking.check_movable(work, actor, found)
    return found


def _outlived(lots: list[Lot], lines: list[HoldLine], on: date) -> Outlived | None:
    held = {line.lot_id: line.units for line in lines}
    gone = [lot for lot in lots if lot.id in held and not lot.valid_on(on)]
    last_days = [lot.expires_on for lot in gone if lot.expires_on]
    return Outlived(sum(held[lot.id] for lot in gone), min(last_days)) if last_days else None


def _swap(lots: list[Lot], lines: list[HoldLine], on: date, today: date) -> Swap | None:
    """What holding the same number of units for the new day exchanges; nothing where they do not suffice."""
    try:
        after = {line.lot_id: line.units for line in allot(lots, sum(line.units for line in lines), on)}
    except NotEnoughUnits:
        return None
    freed = {line.lot_id: line.units - after.get(line.lot_id, 0) for line in lines}
    gone = [lot for lot in lots if freed.get(lot.id, 0) > 0]
    if not gone:
        return None
    last_on = min((lot.expires_on for lot in gone if lot.expires_on), default=None)
    return Swap(sum(freed[lot.id] for lot in gone), last_on, any(not lot.valid_on(today) for lot in gone))
