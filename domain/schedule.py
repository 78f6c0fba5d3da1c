"""What can be booked now: hours, time off, sessions, notice and horizon put together and searched."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Protocol
from zoneinfo import ZoneInfo

from domain import hours, session, slot
from domain.availability import Minute, instant_of, minute_of
from domain.error import NotFound
from domain.ids import PersonId, SessionId
from domain.session import Booking
from domain.session_type import SessionType
from domain.trainer import Trainer

Busy = list[tuple[Minute, Minute]]
NEAREST = 3
"""How many starts are proposed in place of one that is gone."""
NEARBY = timedelta(days=7)
"""Further than from a Friday to a Tuesday."""


class Work(session.Work, Protocol):
    """Reads only what sessions and hours keep."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """What is looked for: a start of this kind of session for the trainee, with one trainer or (None) any.

    `moving` is the booking that is to get another time; it is not in its own way. The minimum notice protects the
    trainer, so it does not bind a move `by_trainer`.
    """

    trainee_id: PersonId
    trainer_id: PersonId | None
    kind: SessionType
    moving: Booking | None = None
    by_trainer: bool = False

    @property
    def without(self) -> SessionId | None:
        """The session that is not in the way."""
        return self.moving.session_id if self.moving else None


@dataclass(frozen=True, slots=True)
class Offer:
    """A start that can be booked, and who could take it, in the order they are proposed."""

    starts_at: datetime
    trainer_ids: tuple[PersonId, ...]


def offers(work: Work, wish: Wish, since: datetime, until: datetime) -> list[Offer]:
    """Bookable starts in `[since, until]`."""
    return [Offer(instant_of(start), trainer_ids) for start, trainer_ids in _open(work, wish, since, until)]


@dataclass(frozen=True)
class Openings:
    """Everything that can be booked up to the horizon, by the calendar days of a zone."""

    zone: str
    starts: list[tuple[Minute, tuple[PersonId, ...]]]

    def days(self) -> list[date]:
        """The days on which something can be booked, in order."""
        found: list[date] = []
        after_last_day = Minute(0)
        tz = ZoneInfo(self.zone)
        for start, _ in self.starts:
            if start >= after_last_day:
                found.append(instant_of(start).astimezone(tz).date())
                after_last_day = _minute(hours.span(self.zone, found[-1], found[-1])[1])
        return found

    def on(self, day: date) -> list[Offer]:
        """The starts of a day."""
        first, after = (_minute(instant) for instant in hours.span(self.zone, day, day))
        return [Offer(instant_of(start), trainers) for start, trainers in self.starts if first <= start < after]


def openings(work: Work, wish: Wish, zone: str) -> Openings:
    """What can be booked from now to the horizon, to be asked day by day."""
    return Openings(zone, _open(work, wish, work.now, _horizon(work)))


def first_free(work: Work, wish: Wish) -> Offer | None:
    """The next start there is: looked for nearby, where it nearly always is, and else up to the horizon."""
    nearby = work.now + NEARBY
    found = offers(work, wish, work.now, nearby) or offers(work, wish, nearby, _horizon(work))
    return found[0] if found else None


def nearest(work: Work, wish: Wish, wanted: datetime) -> list[Offer]:
    """The few bookable starts closest to one that is not, in order of time."""
    span = timedelta(days=7)
    around = offers(work, wish, wanted - span, wanted + span)
    by_minute = {minute_of(offer.starts_at): offer for offer in around}
    return [by_minute[start] for start in slot.nearest(list(by_minute), minute_of(wanted), NEAREST)]


def is_offered(work: Work, wish: Wish, starts_at: datetime) -> bool:
    """Whether this very start can be booked now."""
    return bool(offers(work, wish, starts_at, starts_at))


def _trainer(work: Work, trainer_id: PersonId) -> Trainer:
    found = work.trainers.find(trainer_id)
    if found is None:
        raise NotFound
    return found


def _open(work: Work, wish: Wish, since: datetime, until: datetime) -> list[tuple[Minute, tuple[PersonId, ...]]]:
    """The starts in `[since, until]` at which the trainee is free as well, and who could take them."""
    who = work.trainers.list_all() if wish.trainer_id is None else [_trainer(work, wish.trainer_id)]
    at = work.studio.get()
    notice = timedelta(minutes=0 if wish.by_trainer else at.minimum_notice_minutes)
    since, until = max(since, work.now + notice), min(until, at.horizon_at(work.now))
    if since > until:
        return []
    trainee_id, minutes = wish.trainee_id, wish.kind.minutes
    found = slot.search_any({one.id: _starts(work, one, wish, since, until) for one in who if one.id != trainee_id})
    own = work.sessions.busy(trainee_id, since, until + timedelta(minutes=minutes), wish.without)
    if not own:
        return found
    return [
        (start, trainer_ids)
        for start, trainer_ids in found
        if not any(begin < start + minutes and start < end for begin, end in own)
    ]


def _starts(work: Work, one: Trainer, wish: Wish, earliest: datetime, latest: datetime) -> list[Minute]:
    kind = wish.kind
    margin = timedelta(minutes=kind.minutes + kind.buffer_before_minutes + kind.buffer_after_minutes)
    busy = work.sessions.busy(one.id, earliest - margin, latest + margin, wish.without) + _time_off(work, one, earliest)
    fit = slot.Fit(
        minutes=kind.minutes,
        step=one.step_minutes,
        buffer_before=kind.buffer_before_minutes,
        buffer_after=kind.buffer_after_minutes,
        earliest=Minute(-int(-earliest.timestamp() // 60)),
        latest=_minute(latest),
    )
    return slot.search(work.hours.get(one.id), busy, fit)


def _time_off(work: Work, one: Trainer, since: datetime) -> Busy:
    local_day = since.astimezone(ZoneInfo(one.zone)).date()
    spans = [hours.span(one.zone, off.first_on, off.last_on) for off in work.hours.list_time_off(one.id, local_day)]
    return [(_minute(begin), _minute(end)) for begin, end in spans]


def _horizon(work: Work) -> datetime:
    return work.studio.get().horizon_at(work.now)


def _minute(instant: datetime) -> Minute:
    """The minute in which the instant lies."""
    return Minute(int(instant.timestamp() // 60))
