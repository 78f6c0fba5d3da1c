"""A trainer's day: its sessions in order, and the stretches of their hours that are still free."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Protocol

from domain import availability, hours, session
from domain.availability import Minute, instant_of
from domain.ids import PersonId
from domain.session import Booking, Status

SHOWN = frozenset({Status.BOOKED, Status.COMPLETED, Status.MISSED})


class Work(session.Work, Protocol):
    """Reads bookings and hours."""


@dataclass(frozen=True, slots=True)
class Day:
    """One calendar day in the trainer's zone."""

    on: date
    zone: str
    bookings: list[Booking]
    free: list[tuple[datetime, datetime]]


def plan(work: Work, trainer_id: PersonId, on: date) -> Day:
    """The day's bookings that count, and what could still be booked around them."""
    zone = work.trainers.get(trainer_id).zone
    since, until = hours.span(zone, on, on)
    booked = [b for b in work.bookings.list_for_trainer(trainer_id, since, until) if b.status in SHOWN]
    return Day(on, zone, booked, _free(work, trainer_id, on, since, until))


def _free(
    work: Work, trainer_id: PersonId, on: date, since: datetime, until: datetime
) -> list[tuple[datetime, datetime]]:
    off = [each for each in work.hours.list_time_off(trainer_id, on) if each.first_on <= on <= each.last_on]
    if off:
        return []
    taken = work.sessions.busy(trainer_id, since, until, None)
    stretches = [(open_.start, open_.end) for open_ in availability.open_intervals(work.hours.get(trainer_id), on, on)]
    return [(instant_of(start), instant_of(end)) for start, end in _gaps(stretches, taken)]


def _gaps(
    stretches: Iterable[tuple[Minute, Minute]], taken: Iterable[tuple[Minute, Minute]]
) -> Iterable[tuple[Minute, Minute]]:
    busy = sorted(taken)
    for start, end in stretches:
        cursor = start
        for begin, finish in busy:
            if finish <= cursor or begin >= end:
                continue
            if begin > cursor:
                yield cursor, begin
            cursor = max(cursor, finish)
        if cursor < end:
            yield cursor, end
