"""A trainer's hours as they are kept and changed: weekly windows, breaks, single dates, and time off.

What the hours mean in time is `availability`; what is left of them to book is `schedule`.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import ClassVar, Protocol
from zoneinfo import ZoneInfo

from domain import audit, availability, person, trainer
from domain.availability import Hours, Window, Windows
from domain.error import NotFound, Refusal
from domain.ids import PersonId, TimeOffId
from domain.permission import Permission
from domain.person import Person

WINDOWS_A_DAY = 12
DAYS_AHEAD = 731
STEP_MINUTES = 5
WEEKDAYS = range(7)
WORKDAYS = range(5)
USUAL = Window(9 * 60, 17 * 60)

Which = int | date
"""A weekday (0 is Monday), meaning every one of them, or a single date."""


class WindowUnusable(Refusal):
    """A window begins before it ends, within one day."""

    code: ClassVar[str] = "window_unusable"


class WindowOffGrid(Refusal):
    """A window begins and ends on multiples of `STEP_MINUTES`, as the starts of sessions do."""

    code: ClassVar[str] = "window_off_grid"


class TooManyWindows(Refusal):
    """A day has at most `WINDOWS_A_DAY` windows."""

    code: ClassVar[str] = "too_many_windows"


class BreakOutside(Refusal):
    """Nothing is open in the time of the break."""

    code: ClassVar[str] = "break_outside"


class DatesPast(Refusal):
    """The first of the dates is over."""

    code: ClassVar[str] = "dates_past"


class DatesUnusable(Refusal):
    """The dates are in the wrong order, or lie more than `DAYS_AHEAD` ahead."""

    code: ClassVar[str] = "dates_unusable"


@dataclass(frozen=True, slots=True, kw_only=True)
class TimeOff:
    """Whole days of the trainer's calendar on which nothing is offered, both ends included."""

    id: TimeOffId
    trainer_id: PersonId
    first_on: date
    last_on: date

    def covers(self, on: date) -> bool:
        return self.first_on <= on <= self.last_on


@dataclass(frozen=True, slots=True)
class Timetable:
    """A trainer's hours with what lies ahead of them, as of `today`, the date in their zone."""

    hours: Hours
    time_off: list[TimeOff]
    today: date

    @property
    def empty(self) -> bool:
        """Whether nothing can be booked because no hours were ever given, or all were taken back."""
        return not any(self.hours.weekly.values()) and not any(self.special.values())

    @property
    def special(self) -> dict[date, Windows]:
        """The dates from today on that have hours of their own, in order."""
        return {on: windows for on, windows in sorted(self.hours.exceptions.items()) if on >= self.today}

    def on(self, which: Which) -> Windows:
        """The windows of a weekday, or those that hold on a date."""
        return self.hours.on(which) if isinstance(which, date) else self.hours.weekly.get(which, ())

    def is_off(self, on: date) -> bool:
        return any(each.covers(on) for each in self.time_off)

    def find_time_off(self, time_off_id: TimeOffId) -> TimeOff:
        """One that is not over. Raises `NotFound`."""
        for each in self.time_off:
            if each.id == time_off_id:
                return each
        raise NotFound

    def off_only_by(self, this: TimeOff) -> list[tuple[date, date]]:
        """The stretches of days from today on, both ends included, that no other time off covers."""
        others = [each for each in self.time_off if each.id != this.id]
        stretches: list[tuple[date, date]] = []
        on = max(this.first_on, self.today)
        while on <= this.last_on:
            if not any(each.covers(on) for each in others):
                follows = stretches and stretches[-1][1] == on - timedelta(days=1)
                stretches.append((stretches.pop()[0] if follows else on, on))
            on += timedelta(days=1)
        return stretches


class HoursStore(Protocol):
    def get(self, trainer_id: PersonId) -> Hours: ...
    def set_weekday(self, trainer_id: PersonId, weekday: int, windows: Sequence[Window]) -> None: ...
    def set_date(self, trainer_id: PersonId, on: date, windows: Sequence[Window]) -> None: ...
    def drop_date(self, trainer_id: PersonId, on: date) -> None: ...
    def list_time_off(self, trainer_id: PersonId, since: date) -> list[TimeOff]:
        """What is not over on that date, in order."""
        ...

    def add_time_off(self, trainer_id: PersonId, first_on: date, last_on: date) -> TimeOff: ...
    def drop_time_off(self, trainer_id: PersonId, time_off_id: TimeOffId) -> None: ...


class Work(trainer.Work, Protocol):
    @property
    def hours(self) -> HoursStore: ...


def window(start_minute: int, end_minute: int) -> Window:
    """A window of these minutes after midnight. Raises `WindowOffGrid` or `WindowUnusable`."""
    if start_minute % STEP_MINUTES or end_minute % STEP_MINUTES:
        raise WindowOffGrid
    try:
        return Window(start_minute, end_minute)
    except ValueError as wrong:
        raise WindowUnusable from wrong


def timetable(work: Work, trainer_id: PersonId) -> Timetable:
    """The hours, special dates and time off that a trainer has now."""
    kept = work.hours.get(trainer_id)
    today = work.now.astimezone(ZoneInfo(kept.zone)).date()
    return Timetable(kept, work.hours.list_time_off(trainer_id, today), today)


def begin(work: Work, actor: Person) -> Timetable:
    """Give a trainer without any hours the usual ones on workdays; later it changes nothing."""
    if timetable(work, actor.id).empty:
        for weekday in WORKDAYS:
            set_weekday(work, actor, weekday, [USUAL])
    return timetable(work, actor.id)


def set_day(work: Work, actor: Person, which: Which, windows: Sequence[Window]) -> Timetable:
    """Replace the windows of every such weekday, or of one date; none closes it."""
    if isinstance(which, date):
        set_date(work, actor, which, windows)
    else:
        set_weekday(work, actor, which, windows)
    return timetable(work, actor.id)


def add_break(work: Work, actor: Person, which: Which, pauses: Sequence[Window]) -> Timetable:
    """Cut stretches out of a day's windows. Raises `BreakOutside` for one in which nothing is open."""
    if not pauses:
        raise BreakOutside
    left = timetable(work, actor.id).on(which)
    for pause in pauses:
        before, left = left, availability.without(left, pause)
        if left == before:
            raise BreakOutside
    return set_day(work, actor, which, left)


def copy_weekday(work: Work, actor: Person, weekday: int, targets: Sequence[int]) -> Timetable:
    """Give other weekdays the same windows."""
    windows = timetable(work, actor.id).on(weekday)
    for target in targets:
        set_weekday(work, actor, target, windows)
    return timetable(work, actor.id)


def set_weekday(work: Work, actor: Person, weekday: int, windows: Sequence[Window]) -> None:
    """Replace a weekday's windows; none closes the day."""
    _change(work, actor)
    if weekday not in WEEKDAYS:
        raise NotFound
    tidy = _tidy(windows)
    work.hours.set_weekday(actor.id, weekday, tidy)
    audit.record(work, actor.id, "hours.weekday", f"trainer:{actor.id}", weekday=weekday, windows=_told(tidy))


def set_date(work: Work, actor: Person, on: date, windows: Sequence[Window]) -> None:
    """Replace one date's windows, whatever its weekday says; none closes it."""
    _change(work, actor)
    check_dates(timetable(work, actor.id).today, on, on)
    tidy = _tidy(windows)
    work.hours.set_date(actor.id, on, tidy)
    audit.record(work, actor.id, "hours.date", f"trainer:{actor.id}", on=on.isoformat(), windows=_told(tidy))


def drop_date(work: Work, actor: Person, on: date) -> Timetable:
    """Let the date follow its weekday again."""
    _change(work, actor)
    work.hours.drop_date(actor.id, on)
    audit.record(work, actor.id, "hours.date_dropped", f"trainer:{actor.id}", on=on.isoformat())
    return timetable(work, actor.id)


def add_time_off(work: Work, actor: Person, first_on: date, last_on: date) -> TimeOff:
    """Offer nothing on these days; the same days a second time are the time off that exists.

    Sessions already booked stay until they are moved or cancelled.
    """
    _change(work, actor)
    kept = timetable(work, actor.id)
    check_dates(kept.today, first_on, last_on)
    for known in kept.time_off:
        if (known.first_on, known.last_on) == (first_on, last_on):
            return known
    added = work.hours.add_time_off(actor.id, first_on, last_on)
    audit.record(
        work, actor.id, "hours.time_off", f"trainer:{actor.id}", first=first_on.isoformat(), last=last_on.isoformat()
    )
    return added


def drop_time_off(work: Work, actor: Person, time_off_id: TimeOffId) -> Timetable:
    """Take time off back that is not over. Somebody else's does not exist."""
    _change(work, actor)
    timetable(work, actor.id).find_time_off(time_off_id)
    work.hours.drop_time_off(actor.id, time_off_id)
    audit.record(work, actor.id, "hours.time_off_dropped", f"trainer:{actor.id}", time_off=time_off_id)
    return timetable(work, actor.id)


def set_zone(work: Work, actor: Person, zone: str) -> Timetable:
    """Keep the hours in another zone: windows keep their wall-clock times, sessions that are booked their instants."""
    _change(work, actor)
    known = person.known_zone(zone)
    work.trainers.set_zone(actor.id, known)
    audit.record(work, actor.id, "hours.zone", f"trainer:{actor.id}", zone=known)
    return timetable(work, actor.id)


def check_dates(today: date, first_on: date, last_on: date) -> None:
    """Refuse days that are over, too far ahead, or in the wrong order."""
    if first_on < today:
        raise DatesPast
    if not first_on <= last_on <= today + timedelta(days=DAYS_AHEAD):
        raise DatesUnusable


def span(zone: str, first_on: date, last_on: date) -> tuple[datetime, datetime]:
    """The instants between which these local days lie, end excluded."""
    tz = ZoneInfo(zone)
    return (
        datetime.combine(first_on, time(), tz),
        datetime.combine(last_on + timedelta(days=1), time(), tz),
    )


def _change(work: Work, actor: Person) -> None:
    """Only a trainer changes their hours, and nobody books with them meanwhile."""
    person.require(actor, Permission.TEACH)
    work.trainers.lock(actor.id)


def _tidy(windows: Sequence[Window]) -> Windows:
    tidy = availability.merged(windows)
    if len(tidy) > WINDOWS_A_DAY:
        raise TooManyWindows
    return tidy


def _told(windows: Sequence[Window]) -> str:
    return " ".join(f"{each.start_minute}-{each.end_minute}" for each in windows)
