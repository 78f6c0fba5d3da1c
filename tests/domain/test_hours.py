"""Hours as values: windows, what lies ahead, and which dates can be used."""

from datetime import UTC, date, datetime, timedelta

import pytest

from domain import hours
from domain.availability import Hours, Window
from domain.error import Refusal
from domain.hours import DatesPast, DatesUnusable, TimeOff, Timetable, WindowOffGrid, WindowUnusable
from domain.ids import PersonId, TimeOffId

TODAY = date(2026, 11, 30)
MORNING, DAY = Window(540, 720), Window(540, 1020)


def timetable(weekly: dict[int, tuple[Window, ...]], dates: dict[date, tuple[Window, ...]]) -> Timetable:
    off = TimeOff(id=TimeOffId(1), trainer_id=PersonId(1), first_on=date(2026, 12, 24), last_on=date(2027, 1, 2))
    return Timetable(Hours("Europe/Berlin", weekly, dates), [off], TODAY)


@pytest.mark.parametrize(
    ("start", "end", "refusal"),
    [(720, 540, WindowUnusable), (540, 540, WindowUnusable), (540, 1445, WindowUnusable), (541, 720, WindowOffGrid)],
)
def test_figures_that_make_no_window_are_refused_with_their_reason(
    start: int, end: int, refusal: type[Refusal]
) -> None:
    with pytest.raises(refusal):
        hours.window(start, end)


def test_a_date_has_its_own_windows_or_those_of_its_weekday() -> None:
    kept = timetable({0: (DAY,)}, {date(2026, 12, 7): (MORNING,)})
    assert kept.on(0) == kept.on(date(2026, 12, 14)) == (DAY,)
    assert kept.on(date(2026, 12, 7)) == (MORNING,)
    assert kept.on(1) == ()


def test_special_dates_that_are_over_are_left_out() -> None:
    own = {date(2026, 12, 7): (MORNING,), TODAY: (), date(2026, 11, 29): (DAY,)}
    assert list(timetable({}, own).special) == [TODAY, date(2026, 12, 7)]


def test_a_timetable_is_empty_until_something_can_be_booked() -> None:
    assert timetable({}, {}).empty
    assert timetable({0: ()}, {date(2026, 12, 7): ()}).empty
    assert timetable({}, {date(2026, 11, 29): (DAY,)}).empty
    assert not timetable({}, {date(2026, 12, 7): (DAY,)}).empty
    assert not timetable({6: (DAY,)}, {}).empty


def test_both_ends_of_time_off_are_off() -> None:
    kept = timetable({}, {})
    assert [kept.is_off(date(2026, 12, day)) for day in (23, 24, 31)] == [False, True, True]
    assert [kept.is_off(date(2027, 1, day)) for day in (2, 3)] == [True, False]


def test_dates_from_today_to_two_years_ahead_can_be_used() -> None:
    furthest = TODAY + timedelta(days=hours.DAYS_AHEAD)
    hours.check_dates(TODAY, TODAY, furthest)
    with pytest.raises(DatesPast):
        hours.check_dates(TODAY, TODAY - timedelta(days=1), TODAY)
    with pytest.raises(DatesUnusable):
        hours.check_dates(TODAY, TODAY, furthest + timedelta(days=1))
    with pytest.raises(DatesUnusable):
        hours.check_dates(TODAY, TODAY + timedelta(days=1), TODAY)


def test_a_day_on_which_the_clocks_change_is_an_hour_shorter_or_longer() -> None:
    since, until = hours.span("Europe/Berlin", date(2027, 3, 28), date(2027, 3, 28))
    assert (since.astimezone(UTC), until.astimezone(UTC)) == (
        datetime(2027, 3, 27, 23, tzinfo=UTC),
        datetime(2027, 3, 28, 22, tzinfo=UTC),
    )
    since, until = hours.span("Europe/Berlin", date(2027, 10, 31), date(2027, 10, 31))
    assert until.astimezone(UTC) - since.astimezone(UTC) == timedelta(hours=25)
