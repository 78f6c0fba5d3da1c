"""References of the slot search: a plain sweep over integers, and the loop over datetimes one writes first."""

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

from benchmarks.workload import Workload
from domain.availability import Minute, instant_of, minute_of
from domain.slot import Interval


def sweep(
    windows: Iterable[tuple[int, int]], busy: Iterable[tuple[int, int]], minutes: int, step: int, buffer: int
) -> list[int]:
    """Try every step of every window, with one finger on the bookings. The windows are instants already."""
    booked, found, at = sorted(busy), list[int](), 0
    for opens, closes in windows:
        for start in range(opens, closes - minutes + 1, step):
            while at < len(booked) and booked[at][1] + buffer <= start:
                at += 1
            if at == len(booked) or start + minutes + buffer <= booked[at][0]:
                found.append(start)
    return found


def naive(given: Workload, busy: Sequence[Interval]) -> list[Minute]:
    """Walk the wall clock of every day, and hold every step against every booking."""
    zone, booked = ZoneInfo(given.zone), [(instant_of(start), instant_of(end)) for start, end in busy]
    length, buffer, step = (timedelta(minutes=each) for each in (given.minutes, given.buffer, given.step))
    found = []
    for day in range(given.days):
        on = given.first_on + timedelta(days=day)
        if on.weekday() not in given.weekdays:
            continue
        midnight = datetime.combine(on, time(), zone)
        for opens, closes in given.windows:
            wall = midnight + timedelta(minutes=opens)
            while wall + length <= midnight + timedelta(minutes=closes):
                start = wall.astimezone(UTC)
                if all(start >= end + buffer or start + length + buffer <= begin for begin, end in booked):
                    found.append(minute_of(start))
                wall += step
    return found
