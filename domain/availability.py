"""Opening hours: weekly windows and dated exceptions in a zone's wall time, and the instants at which they are open.

What is already booked, and which starts are offered, belongs to `slot`.
"""

from bisect import bisect_left
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from itertools import pairwise
from typing import NamedTuple, NewType
from zoneinfo import ZoneInfo

Minute = NewType("Minute", int)
"""Whole minutes since 1970-01-01 00:00 UTC."""

Windows = tuple["Window", ...]

_DAY = 24 * 60
_GRAIN = 5
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_NO_OFFSET = timedelta(0)


@dataclass(frozen=True, slots=True, order=True)
class Window:
    """Open wall time `[start_minute, end_minute)`, in minutes after local midnight; 1440 is the end of the day."""

    start_minute: int
    end_minute: int

    def __post_init__(self) -> None:
        if not 0 <= self.start_minute < self.end_minute <= _DAY:
            raise ValueError(f"a window lies within one day and ends after it starts: {self}")
        if self.start_minute % _GRAIN or self.end_minute % _GRAIN:
            raise ValueError(f"a window starts and ends on multiples of {_GRAIN} minutes: {self}")


@dataclass(frozen=True)
class Hours:
    """When someone works: windows per weekday (0 = Monday) in the wall time of `zone`, an IANA name.

    An exception replaces its date's windows; an empty one closes the day. The windows of a day are in order and
    do not overlap, though they may touch: see `merged`. The mappings must not be changed afterwards.
    """

    zone: str
    weekly: Mapping[int, Windows]
    exceptions: Mapping[date, Windows]

    def __post_init__(self) -> None:
        if not self.weekly.keys() <= set(range(7)):
            raise ValueError(f"weekdays are 0 (Monday) to 6: {sorted(self.weekly)}")
        for windows in (*self.weekly.values(), *self.exceptions.values()):
            if any(later.start_minute < earlier.end_minute for earlier, later in pairwise(windows)):
                raise ValueError(f"the windows of a day are in order and do not overlap: {windows}")

    def __hash__(self) -> int:
        return hash((self.zone, frozenset(self.weekly.items()), frozenset(self.exceptions.items())))

    def on(self, day_on: date) -> Windows:
        """The windows of a local date."""
        return self.exceptions.get(day_on, self.weekly.get(day_on.weekday(), ()))


class Open(NamedTuple):
    """One window, or the part of it with one UTC offset, as the instants `[start, end)`.

    `grid_from` is where its grid of starts is counted from: the window's start by this part's offset, so it may
    precede `start`. `closes` is when the unbroken open time that `end` belongs to ends: at `end` or later.
    """

    start: Minute
    end: Minute
    grid_from: Minute
    closes: Minute


def minute_of(instant: datetime) -> Minute:
    """The instant in minutes; ValueError unless it is UTC and on a whole minute."""
    if instant.utcoffset() != _NO_OFFSET:
        raise ValueError(f"not in UTC: {instant!r}")
    if instant.second or instant.microsecond:
        raise ValueError(f"not on a whole minute: {instant!r}")
    return Minute(int(instant.timestamp()) // 60)


def instant_of(minute: Minute) -> datetime:
    """The minute as an aware datetime in UTC."""
    return _EPOCH + timedelta(minutes=minute)


def merged(windows: Iterable[Window]) -> Windows:
    """The same open time in the fewest windows, in order: those that overlap or touch become one."""
    result: list[Window] = []
    for window in sorted(windows):
        if result and window.start_minute <= result[-1].end_minute:
            result[-1] = Window(result[-1].start_minute, max(result[-1].end_minute, window.end_minute))
        else:
            result.append(window)
    return tuple(result)


def without(windows: Iterable[Window], break_: Window) -> Windows:
    """The windows with the break cut out of them; what remains after it is a window with a grid of its own."""
    pieces = (
        piece
        for window in windows
        for piece in (
            (window.start_minute, min(window.end_minute, break_.start_minute)),
            (max(window.start_minute, break_.end_minute), window.end_minute),
        )
    )
    return tuple(Window(start, end) for start, end in pieces if start < end)


@lru_cache(maxsize=128)
def open_intervals(hours: Hours, first_on: date, last_on: date) -> tuple[Open, ...]:
    """The open time of the local dates from `first_on` to `last_on`, both included, in order and without overlap.

    An instant is open when its wall clock lies in a window of its local date. So a skipped wall time is never open,
    a repeated one is open both times, and a window in which the offset changes comes in two parts.
    """
    # An offset is always shorter than a day, so these instants include every instant of the dates.
    around = (_wall_midnight(first_on) - _DAY, _wall_midnight(last_on) + 2 * _DAY)
    spans = list(_wall_spans(hours, first_on, last_on))
    parts = [
        part
        for steady in _steady_offsets(ZoneInfo(hours.zone), *around)
        for span in spans
        if (part := steady.part_of(*span)) is not None
    ]
    return _closing(parts)


class _Steady(NamedTuple):
    """The instants `[start, end)` throughout which wall time is `offset` minutes ahead of UTC."""

    start: int
    end: int
    offset: int

    def part_of(self, wall_start: int, wall_end: int) -> Open | None:
        """The part of a window's wall time that these instants show, if any."""
        start, end = wall_start - self.offset, wall_end - self.offset
        if end <= self.start or self.end <= start:
            return None
        closes = Minute(min(end, self.end))
        return Open(Minute(max(start, self.start)), closes, Minute(start), closes)


def _wall_midnight(day_on: date) -> int:
    """The start of the date in wall-clock minutes since 1970."""
    return (day_on - _EPOCH.date()).days * _DAY


def _wall_spans(hours: Hours, first_on: date, last_on: date) -> Iterator[tuple[int, int]]:
    """The windows of the dates in wall-clock minutes since 1970, in order."""
    for day in range((last_on - first_on).days + 1):
        day_on = first_on + timedelta(days=day)
        midnight = _wall_midnight(day_on)
        for window in hours.on(day_on):
            yield midnight + window.start_minute, midnight + window.end_minute


def _offset(zone: ZoneInfo, minute: int) -> int:
    """Minutes by which the wall clock is ahead of UTC, in whole minutes as in every zone since 1972."""
    offset = datetime.fromtimestamp(minute * 60, zone).utcoffset() or timedelta(0)
    return offset // timedelta(minutes=1)


def _steady_offsets(zone: ZoneInfo, start: int, end: int) -> list[_Steady]:
    """`[start, end)`, a number of days, divided where the offset changes: no zone changes it twice within a day."""
    days = range(start, end + 1, _DAY)
    offsets = [_offset(zone, day) for day in days]
    changes = [_change(zone, day) for day, (at, next_) in zip(days, pairwise(offsets), strict=False) if at != next_]
    return [_Steady(since, until, _offset(zone, since)) for since, until in pairwise((start, *changes, end))]


def _change(zone: ZoneInfo, start: int) -> int:
    """The first minute within a day of `start` at which the offset is no longer the same."""
    before = _offset(zone, start)
    return start + bisect_left(range(start, start + _DAY), True, key=lambda minute: _offset(zone, minute) != before)


def _closing(parts: list[Open]) -> tuple[Open, ...]:
    """The parts, each told when the open time that goes on from it without a break ends."""
    opens: list[Open] = []
    for part in reversed(parts):
        goes_on = opens and opens[-1].start == part.end
        opens.append(part._replace(closes=opens[-1].closes) if goes_on else part)
    return tuple(reversed(opens))
