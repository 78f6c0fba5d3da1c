"""What can be booked now: hours, time off, sessions, notice and horizon put together and searched."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Protocol
from zoneinfo import ZoneInfo

from domain import hours, session, slot
from domain.availability import Minute, instant_of, minute_of
from domain.error import NotFound
from domain.ids import PersonId, SessionId
from domain.person import Person
from domain.session_type import SessionType
from domain.trainer import Trainer

Busy = list[tuple[Minute, Minute]]


class Work(session.Work, Protocol):
    """Reads only what sessions and hours keep."""


@dataclass(frozen=True, slots=True)
class Offer:
    """A start that can be booked, and who could take it, in the order they are proposed."""

    starts_at: datetime
    trainer_ids: tuple[PersonId, ...]


def offers(
    work: Work,
    trainee: Person,
    trainer_id: PersonId | None,
    kind: SessionType,
    since: datetime,
    until: datetime,
    moving: SessionId | None = None,
) -> list[Offer]:
    """Bookable starts in `[since, until]`, with one trainer or (None) any; `moving` is not in its own way."""
    who = work.trainers.list_all() if trainer_id is None else [_trainer(work, trainer_id)]
    own = work.sessions.busy(trainee.id, since, until + timedelta(minutes=kind.minutes), moving)
    starts = {one.id: _starts(work, one, kind, since, until, moving) for one in who if one.id != trainee.id}
    return [
        Offer(instant_of(start), trainer_ids)
        for start, trainer_ids in slot.search_any(starts)
        if not any(begin < start + kind.minutes and start < end for begin, end in own)
    ]


def on_day(
    work: Work,
    trainee: Person,
    trainer_id: PersonId | None,
    kind: SessionType,
    day: date,
    zone: str,
    moving: SessionId | None = None,
) -> list[Offer]:
    """Bookable starts on a calendar day of that zone."""
    first, after = hours.span(zone, day, day)
    return offers(work, trainee, trainer_id, kind, first, after - timedelta(minutes=1), moving)


def days_with_offers(
    work: Work,
    trainee: Person,
    trainer_id: PersonId | None,
    kind: SessionType,
    zone: str,
    moving: SessionId | None = None,
) -> dict[date, int]:
    """How many starts each calendar day of that zone has, up to the horizon; days with none are left out."""
    counts: dict[date, int] = {}
    tz = ZoneInfo(zone)
    for offer in offers(work, trainee, trainer_id, kind, work.now, _horizon(work), moving):
        day = offer.starts_at.astimezone(tz).date()
        counts[day] = counts.get(day, 0) + 1
    return counts


def first_free(work: Work, trainee: Person, trainer_id: PersonId | None, kind: SessionType) -> Offer | None:
    """The next start there is, looked for day by day so that a near one is found at once."""
    since, horizon = work.now, _horizon(work)
    while since < horizon:
        until = min(since + timedelta(days=2), horizon)
        if found := offers(work, trainee, trainer_id, kind, since, until):
            return found[0]
        since = until
    return None


def nearest(
    work: Work,
    trainee: Person,
    trainer_id: PersonId | None,
    kind: SessionType,
    wanted: datetime,
    moving: SessionId | None = None,
    count: int = 3,
) -> list[Offer]:
    """The bookable starts closest to one that is not, in order of time."""
    span = timedelta(days=7)
    around = offers(work, trainee, trainer_id, kind, wanted - span, wanted + span, moving)
    by_minute = {minute_of(offer.starts_at): offer for offer in around}
    return [by_minute[start] for start in slot.nearest(list(by_minute), minute_of(wanted), count)]


def is_offered(
    work: Work,
    trainee: Person,
    trainer_id: PersonId,
    kind: SessionType,
    starts_at: datetime,
    moving: SessionId | None = None,
) -> bool:
    """Whether this very start can be booked now."""
    return bool(offers(work, trainee, trainer_id, kind, starts_at, starts_at, moving))


def _trainer(work: Work, trainer_id: PersonId) -> Trainer:
    found = work.trainers.find(trainer_id)
    if found is None:
        raise NotFound
    return found


def _starts(
    work: Work, one: Trainer, kind: SessionType, since: datetime, until: datetime, moving: SessionId | None
) -> list[Minute]:
    at = work.studio.get()
    earliest = max(since, work.now + timedelta(minutes=at.minimum_notice_minutes))
    latest = min(until, at.horizon_at(work.now))
    if earliest > latest:
        return []
    margin = timedelta(minutes=kind.minutes + kind.buffer_before_minutes + kind.buffer_after_minutes)
    return slot.search(
        work.hours.get(one.id),
        work.sessions.busy(one.id, earliest - margin, latest + margin, moving) + _time_off(work, one, earliest),
        minutes=kind.minutes,
        step=one.step_minutes,
        buffer_before=kind.buffer_before_minutes,
        buffer_after=kind.buffer_after_minutes,
        earliest=Minute(-int(-earliest.timestamp() // 60)),
        latest=Minute(int(latest.timestamp() // 60)),
    )


def _time_off(work: Work, one: Trainer, since: datetime) -> Busy:
    local_day = since.astimezone(ZoneInfo(one.zone)).date()
    spans = [hours.span(one.zone, off.first_on, off.last_on) for off in work.hours.list_time_off(one.id, local_day)]
    return [(Minute(int(a.timestamp() // 60)), Minute(int(b.timestamp() // 60))) for a, b in spans]


def _horizon(work: Work) -> datetime:
    return work.studio.get().horizon_at(work.now)
