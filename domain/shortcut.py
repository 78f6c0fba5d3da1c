"""Ways to book with one tap: the first free start, and the same as last time."""

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol
from zoneinfo import ZoneInfo

from domain import ledger, schedule
from domain.person import Person
from domain.schedule import Wish
from domain.session import Booking
from domain.session_type import SessionType
from domain.trainer import Trainer


class Work(schedule.Work, Protocol):
    """Reads the schedule and the last booking."""


@dataclass(frozen=True, slots=True)
class Shortcut:
    """A start that can be booked at once."""

    trainer: Trainer
    kind: SessionType
    starts_at: datetime


@dataclass(frozen=True, slots=True)
class Choices:
    """What the first screens of booking offer."""

    trainers: list[Trainer]
    kinds: list[SessionType]
    available: int
    first_free: Shortcut | None
    as_last_time: Shortcut | None


def choices(work: Work, trainee: Person) -> Choices:
    """Trainers and lengths to choose from, and the shortcuts past them."""
    trainers = [one for one in work.trainers.list_all() if one.id != trainee.id]
    kinds = work.types.list_published()
    last = work.bookings.find_last(trainee.id, work.now)
    units = ledger.balance_of(work, trainee.id).available
    usual = next((kind for kind in kinds if last and kind.id == last.type_id), next(iter(kinds), None))
    return Choices(
        trainers,
        kinds,
        units,
        _first_free(work, trainee, usual) if usual else None,
        _as_last_time(work, trainee, last, usual) if usual and last else None,
    )


def _first_free(work: Work, trainee: Person, kind: SessionType) -> Shortcut | None:
    found = schedule.first_free(work, Wish(trainee_id=trainee.id, trainer_id=None, kind=kind))
    return Shortcut(work.trainers.get(found.trainer_ids[0]), kind, found.starts_at) if found else None


def _as_last_time(work: Work, trainee: Person, last: Booking, kind: SessionType) -> Shortcut | None:
    """The next start with the same trainer on the same weekday at the same time of day."""
    trainer = work.trainers.get(last.trainer_id)
    tz = ZoneInfo(trainer.zone)
    usual = last.starts_at.astimezone(tz)
    open_ = schedule.openings(work, Wish(trainee_id=trainee.id, trainer_id=trainer.id, kind=kind), trainer.zone)
    starts = (
        offer.starts_at
        for day in open_.days()
        if day.weekday() == usual.weekday()
        for offer in open_.on(day)
        if offer.starts_at.astimezone(tz).time() == usual.time()
    )
    starts_at = next(starts, None)
    return Shortcut(trainer, kind, starts_at) if starts_at else None
