"""A trainer's hours as they are kept and changed: weekly windows, breaks, single dates, and time off.

What the hours mean in time is `availability`; what is left of them to book is `schedule`.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import ClassVar, Protocol
from zoneinfo import ZoneInfo

from domain import audit, availability, person, trainer
from domain.availability import Hours, Window
from domain.error import Refusal
from domain.ids import PersonId, TimeOffId
from domain.permission import Permission
from domain.person import Person

WINDOWS_A_DAY = 12
TIME_OFF_DAYS = 366
STEP_MINUTES = 5


class WindowUnusable(Refusal):
    """A window begins before it ends, on a multiple of five minutes, within one day; a day has at most twelve."""

    code: ClassVar[str] = "window_unusable"


class DatesUnusable(Refusal):
    """The dates lie in the past, in the wrong order, or more than a year apart."""

    code: ClassVar[str] = "dates_unusable"


@dataclass(frozen=True, slots=True, kw_only=True)
class TimeOff:
    """Whole days of the trainer's calendar on which nothing is offered, both ends included."""

    id: TimeOffId
    trainer_id: PersonId
    first_on: date
    last_on: date


class HoursStore(Protocol):
    def get(self, trainer_id: PersonId) -> Hours: ...
    def set_weekday(self, trainer_id: PersonId, weekday: int, windows: Sequence[Window]) -> None: ...
    def set_date(self, trainer_id: PersonId, on: date, windows: Sequence[Window]) -> None: ...
    def drop_date(self, trainer_id: PersonId, on: date) -> None: ...
    def list_time_off(self, trainer_id: PersonId, since: date) -> list[TimeOff]: ...
    def add_time_off(self, trainer_id: PersonId, first_on: date, last_on: date) -> TimeOff: ...
    def drop_time_off(self, trainer_id: PersonId, time_off_id: TimeOffId) -> None: ...


class Work(trainer.Work, Protocol):
    @property
    def hours(self) -> HoursStore: ...


def window(start_minute: int, end_minute: int) -> Window:
    """A window, or `WindowUnusable` where the figures make none."""
    try:
        return Window(start_minute, end_minute)
    except ValueError as wrong:
        raise WindowUnusable from wrong


def add_window(work: Work, actor: Person, weekday: int, added: Window) -> Hours:
    """Open a stretch of a weekday; what overlaps or touches is joined."""
    day = work.hours.get(actor.id).weekly.get(weekday, ())
    return set_weekday(work, actor, weekday, (*day, added))


def add_break(work: Work, actor: Person, weekday: int, pause: Window) -> Hours:
    """Cut a stretch out of a weekday."""
    day = work.hours.get(actor.id).weekly.get(weekday, ())
    return set_weekday(work, actor, weekday, availability.without(day, pause))


def set_weekday(work: Work, actor: Person, weekday: int, windows: Sequence[Window]) -> Hours:
    """Replace a weekday's windows (0 is Monday); none closes the day."""
    person.require(actor, Permission.TEACH)
    tidy = _tidy(windows)
    work.hours.set_weekday(actor.id, weekday, tidy)
    audit.record(work, actor.id, "hours.weekday", f"trainer:{actor.id}", weekday=weekday, windows=_told(tidy))
    return work.hours.get(actor.id)


def copy_weekday(work: Work, actor: Person, weekday: int, targets: Sequence[int]) -> Hours:
    """Give other weekdays the same windows."""
    windows = work.hours.get(actor.id).weekly.get(weekday, ())
    for target in targets:
        set_weekday(work, actor, target, windows)
    return work.hours.get(actor.id)


def set_date(work: Work, actor: Person, on: date, windows: Sequence[Window]) -> Hours:
    """Replace one date's windows, whatever its weekday says; none closes it."""
    person.require(actor, Permission.TEACH)
    if not _today(work, actor) <= on <= _today(work, actor) + timedelta(days=TIME_OFF_DAYS):
        raise DatesUnusable
    tidy = _tidy(windows)
    work.hours.set_date(actor.id, on, tidy)
    audit.record(work, actor.id, "hours.date", f"trainer:{actor.id}", on=on.isoformat(), windows=_told(tidy))
    return work.hours.get(actor.id)


def drop_date(work: Work, actor: Person, on: date) -> Hours:
    """Let the date follow its weekday again."""
    person.require(actor, Permission.TEACH)
    work.hours.drop_date(actor.id, on)
    audit.record(work, actor.id, "hours.date_dropped", f"trainer:{actor.id}", on=on.isoformat())
    return work.hours.get(actor.id)


def add_time_off(work: Work, actor: Person, first_on: date, last_on: date) -> TimeOff:
    """Offer nothing on these days. Sessions already booked stay until they are moved or cancelled."""
    person.require(actor, Permission.TEACH)
    if not _today(work, actor) <= first_on <= last_on <= first_on + timedelta(days=TIME_OFF_DAYS):
        raise DatesUnusable
    added = work.hours.add_time_off(actor.id, first_on, last_on)
    audit.record(
        work, actor.id, "hours.time_off", f"trainer:{actor.id}", first=first_on.isoformat(), last=last_on.isoformat()
    )
    return added


def drop_time_off(work: Work, actor: Person, time_off_id: TimeOffId) -> None:
    """Take time off back."""
    person.require(actor, Permission.TEACH)
    work.hours.drop_time_off(actor.id, time_off_id)
    audit.record(work, actor.id, "hours.time_off_dropped", f"trainer:{actor.id}", time_off=time_off_id)


def span(zone: str, first_on: date, last_on: date) -> tuple[datetime, datetime]:
    """The instants between which these local days lie, end excluded."""
    tz = ZoneInfo(zone)
    return (
        datetime.combine(first_on, time(), tz),
        datetime.combine(last_on + timedelta(days=1), time(), tz),
    )


def _tidy(windows: Sequence[Window]) -> tuple[Window, ...]:
    tidy = tuple(availability.merged(windows))
    if len(tidy) > WINDOWS_A_DAY:
        raise WindowUnusable
    return tidy


def _today(work: Work, actor: Person) -> date:
    return work.now.astimezone(ZoneInfo(work.trainers.get(actor.id).zone)).date()


def _told(windows: Sequence[Window]) -> str:
    return " ".join(f"{each.start_minute}-{each.end_minute}" for each in windows)
