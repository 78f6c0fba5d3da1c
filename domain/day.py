"""A trainer's day and week: the sessions in order, and the stretches of the hours that are still free."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from typing import Protocol
from zoneinfo import ZoneInfo

from domain import availability, card, hours, person
from domain.availability import Minute, instant_of
from domain.card import Card
from domain.ids import BookingId, PersonId
from domain.person import Person
from domain.session import Booking, Status

SHOWN = frozenset({Status.BOOKED, Status.COMPLETED, Status.MISSED})
WEEK_DAYS = 7
UNDO = timedelta(minutes=1)
"""How long a completion can be taken back."""


class Work(card.Work, Protocol):
    """Reads bookings, hours and the pinned card."""


@dataclass(frozen=True, slots=True)
class Day:
    """One calendar day in the trainer's zone. `works` tells whether the hours open it, `off` that it is time off.

    `earlier` is what the days before left to be said about their sessions; only today carries it.
    """

    on: date
    zone: str
    works: bool
    off: bool
    bookings: list[Booking]
    free: list[tuple[datetime, datetime]]
    earlier: list[Booking] = field(default_factory=list)

    def changes_at(self) -> list[datetime]:
        """When the day looks different although nobody does anything: sessions begin and end, free time passes."""
        sessions = [instant for each in self.bookings if each.active for instant in (each.starts_at, each.ends_at)]
        return [*sessions, *(end for _, end in self.free)]


@dataclass(frozen=True, slots=True)
class Count:
    """One day of a week, with how many sessions it has."""

    on: date
    sessions: int
    works: bool
    off: bool


@dataclass(frozen=True, slots=True)
class Week:
    """Monday to Sunday in the trainer's zone."""

    zone: str
    days: list[Count]


@dataclass(frozen=True, slots=True)
class Pinned:
    """A card and what it has to show now."""

    card: Card
    day: Day


def plan(work: Work, trainer_id: PersonId, on: date) -> Day:
    """The day's bookings that count, and what could still be booked around them."""
    off, works = _off(work, trainer_id, on), bool(work.hours.get(trainer_id).on(on))
    free = [] if off or not works else _free(work, trainer_id, on)
    bookings, earlier = _bookings(work, trainer_id, on, on), _earlier(work, trainer_id, on)
    return Day(on, _zone(work, trainer_id), works, off, bookings, free, earlier)


def of(work: Work, booked: Booking) -> Day:
    """The day on which the session begins."""
    return plan(work, booked.trainer_id, date_on(work, booked.trainer_id, booked.starts_at))


def settling(work: Work, booked: Booking) -> Day:
    """The day on which the trainer says what became of the session: its own, or today where that is over."""
    own = date_on(work, booked.trainer_id, booked.starts_at)
    return plan(work, booked.trainer_id, max(own, date_on(work, booked.trainer_id, work.now)))


def today(work: Work, trainer_id: PersonId) -> Day:
    return plan(work, trainer_id, date_on(work, trainer_id, work.now))


def week(work: Work, trainer_id: PersonId, on: date) -> Week:
    """The week that holds the date."""
    monday = on - timedelta(days=on.weekday())
    dates = [monday + timedelta(days=n) for n in range(WEEK_DAYS)]
    zone = _zone(work, trainer_id)
    booked = _bookings(work, trainer_id, monday, dates[-1])
    counts = Counter(each.starts_at.astimezone(ZoneInfo(zone)).date() for each in booked)
    open_on = work.hours.get(trainer_id)
    days = [Count(each, counts[each], bool(open_on.on(each)), _off(work, trainer_id, each)) for each in dates]
    return Week(zone, days)


def taught(work: Work, trainer: Person, booking_id: BookingId) -> Booking:
    """The booking, if the person is its trainer; for everybody else it does not exist."""
    booked = work.bookings.get(booking_id)
    person.own(trainer, booked.trainer_id)
    return booked


def pinned(work: Work, trainer_id: PersonId) -> Pinned | None:
    """The trainer's card with its day as it is now; today, where its own day is over."""
    kept = work.cards.find(trainer_id)
    if kept is None:
        return None
    shown = plan(work, trainer_id, max(kept.on, date_on(work, trainer_id, work.now)))
    return Pinned(replace(kept, on=shown.on), shown)


def turn_over(work: Work) -> None:
    """Remember that cards whose day is over show today, and plan today's edits.

    Drawing one does not: whoever sends holds notices that bookings wait for, and may not wait for a trainer.
    """
    for each in work.cards.list_all():
        if each.on < date_on(work, each.trainer_id, work.now):
            _turn(work, each.trainer_id)


def _turn(work: Work, trainer_id: PersonId) -> None:
    work.trainers.lock(trainer_id)
    current = pinned(work, trainer_id)
    if current is not None:
        card.keep(work, current.card, [work.now, *current.day.changes_at()])


def date_on(work: Work, trainer_id: PersonId, instant: datetime) -> date:
    """The trainer's calendar date at an instant."""
    return instant.astimezone(ZoneInfo(_zone(work, trainer_id))).date()


def gaps(
    stretches: Iterable[tuple[Minute, Minute]], taken: Iterable[tuple[Minute, Minute]]
) -> Iterable[tuple[Minute, Minute]]:
    """What is left of the stretches when the taken ones are cut out; both are `[start, end)`."""
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


def _zone(work: Work, trainer_id: PersonId) -> str:
    return work.trainers.get(trainer_id).zone


def _bookings(work: Work, trainer_id: PersonId, first_on: date, last_on: date) -> list[Booking]:
    since, until = hours.span(_zone(work, trainer_id), first_on, last_on)
    return [each for each in work.bookings.list_for_trainer(trainer_id, since, until) if each.status in SHOWN]


def _earlier(work: Work, trainer_id: PersonId, on: date) -> list[Booking]:
    """Sessions before today that are open, or were completed so lately that this can be undone."""
    since, _ = hours.span(_zone(work, trainer_id), on, on)
    today = on == date_on(work, trainer_id, work.now)
    return work.bookings.list_unsettled(trainer_id, since, work.now - UNDO) if today else []


def _off(work: Work, trainer_id: PersonId, on: date) -> bool:
    return any(each.covers(on) for each in work.hours.list_time_off(trainer_id, on))


def _free(work: Work, trainer_id: PersonId, on: date) -> list[tuple[datetime, datetime]]:
    """Open and not taken; what has passed is no longer free."""
    since, until = hours.span(_zone(work, trainer_id), on, on)
    passed = (Minute(0), Minute(5 * -int(-work.now.timestamp() // 300)))
    taken = [passed, *work.sessions.busy(trainer_id, since, until, None)]
    stretches = [(open_.start, open_.end) for open_ in availability.open_intervals(work.hours.get(trainer_id), on, on)]
    return [(instant_of(start), instant_of(end)) for start, end in gaps(stretches, taken)]
