"""Slot search: the starts that opening hours and what is already busy leave free, and the picks among them.

When someone is open belongs to `availability`; who may book a slot, and what it costs, to `booking`.
"""

from collections.abc import Hashable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from heapq import nsmallest
from itertools import islice
from typing import TypeVar, cast

from domain.availability import Hours, Minute, Open, instant_of, open_intervals

Interval = tuple[Minute, Minute]
"""The busy instants `[start, end)`, start before end."""

Trainer = TypeVar("Trainer", bound=Hashable)


@dataclass(frozen=True, slots=True, kw_only=True)
class Fit:
    """What a start must satisfy; lengths in minutes. `latest` is the last start that may be offered."""

    minutes: int
    step: int
    buffer_before: int
    buffer_after: int
    earliest: Minute
    latest: Minute


def search(hours: Hours, busy: Iterable[Interval], fit: Fit) -> list[Minute]:
    """Every start that can be booked, in order. The busy intervals may overlap and come in any order.

    A start is offered between `earliest` and `latest`, both included, when
    - its wall clock is a whole number of steps after the start of its window,
    - the session is open from its first minute to its last, and
    - the session with its buffers overlaps nothing busy.

    So the grid is laid within what is open and within what is free, both gone through in order.
    """
    minutes, latest = fit.minutes, fit.latest
    if min(minutes, fit.step) <= 0 or min(fit.buffer_before, fit.buffer_after) < 0:
        raise ValueError("a session and the step between starts last at least a minute, and buffers are not negative")
    free = _free(busy, fit.earliest, latest, before=fit.buffer_before, after=minutes + fit.buffer_after)
    starts: list[int] = []
    begun = 0
    for part in open_intervals(hours, *_dates_around(fit.earliest, latest + minutes)):
        last_fitting = min(part.end - 1, part.closes - minutes)
        while begun < len(free) and free[begun][1] < part.start:
            begun += 1
        for first, last in islice(free, begun, None):
            if first > last_fitting:
                break
            starts += _grid(part, max(part.start, first), min(last_fitting, last), fit.step)
    return cast(list[Minute], starts)


def search_any(starts_by_trainer: Mapping[Trainer, Iterable[Minute]]) -> list[tuple[Minute, tuple[Trainer, ...]]]:
    """Every start that at least one trainer offers, in order, with those who offer it in the order given."""
    offering: dict[Minute, tuple[Trainer, ...]] = {}
    for trainer, starts in starts_by_trainer.items():
        for start in starts:
            offering[start] = (*offering.get(start, ()), trainer)
    return sorted(offering.items())


def nearest(starts: Iterable[Minute], wanted: Minute, count: int) -> list[Minute]:
    """The `count` starts closest to the wanted one, of two equally close the earlier; returned in order of time."""
    return sorted(nsmallest(count, starts, key=lambda start: (abs(start - wanted), start)))


def _free(busy: Iterable[Interval], earliest: int, latest: int, *, before: int, after: int) -> list[tuple[int, int]]:
    """The runs of minutes, first to last, from whose `before` minutes earlier to `after` later nothing is busy."""
    runs = []
    first = earliest
    for busy_start, busy_end in sorted(busy):
        last = busy_start - after
        if last >= latest:
            break
        if first <= last:
            runs.append((first, last))
        first = max(first, busy_end + before)
    if first <= latest:
        runs.append((first, latest))
    return runs


def _grid(part: Open, first: int, last: int, step: int) -> range:
    """The minutes from first to last that are whole steps after the window's start."""
    return range(first + (part.grid_from - first) % step, last + 1, step)


def _dates_around(first: int, last: int) -> tuple[date, date]:
    """A range of dates that holds the local date of every instant from first to last, whatever the zone."""
    day = timedelta(days=1)
    return instant_of(Minute(first)).date() - day, instant_of(Minute(last)).date() + day
