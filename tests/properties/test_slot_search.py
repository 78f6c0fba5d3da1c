"""The slot search against an oracle that walks every minute as an aware datetime, in any zone, around its changes."""

import random
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from itertools import pairwise
from zoneinfo import ZoneInfo, available_timezones

from hypothesis import example, given, settings
from hypothesis import strategies as st

from domain import slot
from domain.availability import Hours, Minute, Window, instant_of, merged, minute_of, open_intervals, without

DAY = timedelta(days=1)
WHOLE_DAY = Window(0, 24 * 60)
UNUSUAL = (
    "Africa/Casablanca",
    "America/St_Johns",
    "Antarctica/Casey",
    "Antarctica/Troll",
    "Asia/Gaza",
    "Australia/Lord_Howe",
    "Europe/Dublin",
    "Pacific/Apia",
)


@dataclass(frozen=True)
class Case:
    """Hours, what is busy, and what is looked for."""

    hours: Hours
    busy: Sequence[slot.Interval]
    fit: slot.Fit


def walked(first: Minute, last: Minute, zone: ZoneInfo) -> Iterator[tuple[Minute, datetime]]:
    """Every minute from first to last with what the wall clock shows."""
    for minute in range(first, last + 1):
        yield Minute(minute), instant_of(Minute(minute)).astimezone(zone)


def window_at(hours: Hours, wall: datetime) -> Window | None:
    """The window that the wall clock shows to be open."""
    since_midnight = wall.hour * 60 + wall.minute
    return next((w for w in hours.on(wall.date()) if w.start_minute <= since_midnight < w.end_minute), None)


def open_minutes(hours: Hours, first: Minute, last: Minute) -> dict[Minute, int]:
    """The open minutes, each with how many minutes its wall clock is past the start of its window."""
    return {
        minute: wall.hour * 60 + wall.minute - window.start_minute
        for minute, wall in walked(first, last, ZoneInfo(hours.zone))
        if (window := window_at(hours, wall))
    }


def expected(case: Case) -> list[Minute]:
    """The starts by the rule's own words, minute by minute."""
    fit = case.fit
    opened = open_minutes(case.hours, fit.earliest, Minute(fit.latest + fit.minutes))
    busy = {minute for start, end in case.busy for minute in range(start, end)}
    return [
        start
        for start, past in opened.items()
        if start <= fit.latest
        and past % fit.step == 0
        and all(minute in opened for minute in range(start, start + fit.minutes))
        and busy.isdisjoint(range(start - fit.buffer_before, start + fit.minutes + fit.buffer_after))
    ]


@cache
def changes(zone: str, year: int) -> tuple[date, ...]:
    """The UTC dates of a year on which the zone's offset changes."""
    midnights = [datetime(year, 1, 1, tzinfo=UTC) + day * DAY for day in range(367)]
    offsets = [midnight.astimezone(ZoneInfo(zone)).utcoffset() for midnight in midnights]
    return tuple(midnights[day].date() for day in range(366) if offsets[day] != offsets[day + 1])


@st.composite
def dates_in_zones(draw: st.DrawFn) -> tuple[str, date]:
    """A zone, and a date on which its offset changes, or any where it has none in that year."""
    zone = draw(st.sampled_from(sorted(available_timezones())) | st.sampled_from(UNUSUAL))
    year = draw(st.integers(2000, 2060))
    return zone, draw(st.sampled_from(changes(zone, year) or (date(year, 6, 1),)))


@st.composite
def windows(draw: st.DrawFn) -> tuple[Window, ...]:
    """The windows of a day, some of them touching."""
    edges = sorted(draw(st.sets(st.integers(0, 288), min_size=2, max_size=6)))
    kept = draw(st.sets(st.integers(0, len(edges) - 2), min_size=1))
    return tuple(Window(edges[place] * 5, edges[place + 1] * 5) for place in sorted(kept))


@st.composite
def hours_around(draw: st.DrawFn, zone: str, on: date) -> Hours:
    """Hours in the zone for the weekdays around the date, with an exception for one of these dates or none."""
    near, day = (on - DAY, on, on + DAY), st.just((WHOLE_DAY,)) | windows()
    weekly = {day_on.weekday(): draw(day) for day_on in near}
    return Hours(zone, weekly, draw(st.dictionaries(st.sampled_from(near), day | st.just(()), max_size=1)))


@st.composite
def cases(draw: st.DrawFn) -> Case:
    """A search of up to two days around a change of offset."""
    zone, on = draw(dates_in_zones())
    midnight = minute_of(datetime.combine(on, time(), UTC))
    earliest = midnight + draw(st.integers(-720, 720))
    starts = st.integers(midnight - 900, midnight + 2500)
    busy = draw(st.lists(st.tuples(starts, st.integers(1, 180)), max_size=6))
    fives = st.integers(0, 12).map(lambda count: count * 5)
    return Case(
        draw(hours_around(zone, on)),
        [(Minute(start), Minute(start + length)) for start, length in busy],
        slot.Fit(
            minutes=draw(fives) + 5,
            step=draw(fives) + 5,
            buffer_before=draw(fives),
            buffer_after=draw(fives),
            earliest=Minute(earliest),
            latest=Minute(earliest + draw(st.integers(-10, 2160))),
        ),
    )


def whole_days(zone: str, year: int, month: int, day: int) -> Case:
    """A trainer who never sleeps and has nothing booked, on a date that must not be left to chance."""
    midnight = minute_of(datetime(year, month, day, tzinfo=UTC))
    fit = slot.Fit(
        minutes=40,
        step=20,
        buffer_before=0,
        buffer_after=0,
        earliest=Minute(midnight - 720),
        latest=Minute(midnight + 2160),
    )
    return Case(Hours(zone, dict.fromkeys(range(7), (WHOLE_DAY,)), {}), [], fit)


@settings(max_examples=150, deadline=None)
@given(cases())
@example(whole_days("Africa/Casablanca", 2027, 2, 7))
@example(whole_days("America/St_Johns", 2010, 11, 7))
@example(whole_days("Antarctica/Troll", 2027, 3, 28))
@example(whole_days("Antarctica/Troll", 2027, 10, 31))
@example(whole_days("Australia/Lord_Howe", 2027, 4, 3))
@example(whole_days("Australia/Lord_Howe", 2027, 10, 2))
@example(whole_days("Europe/Dublin", 2027, 3, 28))
@example(whole_days("Europe/Dublin", 2027, 10, 31))
@example(whole_days("Pacific/Apia", 2011, 12, 30))
def test_the_search_offers_what_a_walk_over_every_minute_offers(case: Case) -> None:
    assert slot.search(case.hours, case.busy, case.fit) == expected(case)


@settings(max_examples=100, deadline=None)
@given(st.data())
def test_open_intervals_hold_exactly_the_minutes_that_the_wall_clock_shows_to_be_open(data: st.DataObject) -> None:
    zone, on = data.draw(dates_in_zones())
    hours = data.draw(hours_around(zone, on))
    last_on = on + data.draw(st.integers(0, 1)) * DAY
    opens = open_intervals(hours, on, last_on)
    first, last = (
        minute_of(datetime.combine(on - DAY, time(), UTC)),
        minute_of(datetime.combine(last_on + 2 * DAY, time(), UTC)),
    )
    within = Hours(zone, {}, {day_on: hours.on(day_on) for day_on in (on, last_on)})
    assert [minute for part in opens for minute in range(part.start, part.end)] == list(
        open_minutes(within, first, last)
    )


def minutes_of(several: Iterable[Window]) -> set[int]:
    """The minutes of the day that the windows cover."""
    return {minute for window in several for minute in range(window.start_minute, window.end_minute)}


@settings(deadline=None)
@given(st.permutations(range(3)), st.tuples(windows(), windows(), windows()))
def test_merged_windows_cover_the_same_minutes_with_a_gap_between_each_two(
    order: list[int], days: tuple[tuple[Window, ...], ...]
) -> None:
    several = [window for place in order for window in days[place]]
    result = merged(several)
    assert minutes_of(result) == minutes_of(several)
    assert all(earlier.end_minute < later.start_minute for earlier, later in pairwise(result))


@settings(deadline=None)
@given(windows(), windows())
def test_cutting_breaks_out_leaves_exactly_the_other_minutes(
    day: tuple[Window, ...], breaks: tuple[Window, ...]
) -> None:
    remaining = day
    for break_ in breaks:
        remaining = without(remaining, break_)
    assert minutes_of(remaining) == minutes_of(day) - minutes_of(breaks)
    assert all(earlier.end_minute <= later.start_minute for earlier, later in pairwise(remaining))


def tried_one_by_one(hours: Hours, busy: Sequence[slot.Interval], first_on: date, days: int) -> Iterator[Minute]:
    """Every 20 minutes of every window, as datetimes, tried against each booking: an hour with 10 minutes around it."""
    zone, hour, buffer = ZoneInfo(hours.zone), timedelta(hours=1), timedelta(minutes=10)
    booked = [(instant_of(start), instant_of(end)) for start, end in busy]
    for on in (first_on + day * DAY for day in range(days)):
        for window in hours.on(on):
            for past in range(window.start_minute, window.end_minute - 59, 20):
                starts_at = datetime.combine(on, time(past // 60, past % 60), zone).astimezone(UTC)
                ends_at = starts_at + hour
                if all(starts_at >= end + buffer or ends_at + buffer <= start for start, end in booked):
                    yield minute_of(starts_at)


def test_a_full_month_of_ten_trainers_comes_out_as_when_each_start_is_tried() -> None:
    """Ten trainers with 200 bookings each over 30 days with a change of offset, as a busy studio would ask for."""
    chance, first_on = random.Random(20270301), date(2027, 3, 1)
    split_day = (Window(360, 720), Window(780, 990), Window(1020, 1260))
    hours = Hours("America/New_York", dict.fromkeys(range(6), split_day), {})
    earliest = minute_of(datetime(2027, 3, 1, 5, 0, tzinfo=UTC))
    latest = Minute(earliest + 30 * 24 * 60)
    fit = slot.Fit(minutes=60, step=20, buffer_before=10, buffer_after=10, earliest=earliest, latest=latest)
    offered, tried = {}, {}
    for trainer in range(10):
        starts = [Minute(chance.randrange(earliest, latest, 20)) for _ in range(200)]
        busy = [(start, Minute(start + chance.choice([20, 40, 60]))) for start in starts]
        offered[trainer] = slot.search(hours, busy, fit)
        tried[trainer] = list(tried_one_by_one(hours, busy, first_on, days=30))
    assert offered == tried
    assert all(50 < len(starts) < 800 for starts in tried.values())
    everyone = sorted({start for starts in tried.values() for start in starts})
    assert slot.search_any(offered) == [
        (start, tuple(trainer for trainer in tried if start in tried[trainer])) for start in everyone
    ]
