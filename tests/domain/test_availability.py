"""Opening hours on ordinary days, on days that skip or repeat wall time, and while they are being edited."""

from datetime import UTC, date, datetime, timedelta, timezone
from zoneinfo import ZoneInfo, available_timezones

import pytest

from domain.availability import Hours, Window, instant_of, merged, minute_of, open_intervals, without

MONDAY, SUNDAY = 0, 6
NINE_TO_FIVE = Window(9 * 60, 17 * 60)
NIGHT = Window(0, 4 * 60)
WHOLE_DAY = Window(0, 24 * 60)


def every_day(zone: str, *windows: Window) -> Hours:
    return Hours(zone, dict.fromkeys(range(7), windows), {})


def opened(hours: Hours, first: str, last: str | None = None) -> list[str]:
    """The open intervals of these dates, in UTC and in words."""
    dates = date.fromisoformat(first), date.fromisoformat(last or first)
    return [
        f"{instant_of(part.start):%a %H:%M}-{instant_of(part.end):%a %H:%M}" for part in open_intervals(hours, *dates)
    ]


@pytest.mark.parametrize(("start", "end"), [(60, 60), (120, 60), (-5, 60), (60, 1445), (3, 60), (60, 118)])
def test_a_window_outside_the_day_or_off_the_five_minutes_is_refused(start: int, end: int) -> None:
    with pytest.raises(ValueError, match="a window"):
        Window(start, end)


@pytest.mark.parametrize("windows", [(Window(60, 120), Window(115, 180)), (Window(120, 180), Window(60, 90))])
def test_windows_of_a_day_that_overlap_or_are_out_of_order_are_refused(windows: tuple[Window, ...]) -> None:
    with pytest.raises(ValueError, match="in order"):
        Hours("UTC", {MONDAY: windows}, {})
    with pytest.raises(ValueError, match="in order"):
        Hours("UTC", {}, {date(2027, 3, 1): windows})


def test_an_eighth_weekday_is_refused() -> None:
    with pytest.raises(ValueError, match="weekdays"):
        Hours("UTC", {7: (NINE_TO_FIVE,)}, {})


def test_windows_that_overlap_or_touch_become_one() -> None:
    assert merged([Window(300, 400), Window(60, 120), Window(100, 110), Window(120, 180)]) == (
        Window(60, 180),
        Window(300, 400),
    )


def test_a_break_is_cut_out_of_the_windows_it_meets() -> None:
    windows = (Window(60, 120), Window(180, 300), Window(320, 400), Window(420, 480))
    assert without(windows, Window(240, 330)) == (
        Window(60, 120),
        Window(180, 240),
        Window(330, 400),
        Window(420, 480),
    )


def test_a_break_within_one_window_leaves_two() -> None:
    assert without([NINE_TO_FIVE], Window(720, 780)) == (Window(540, 720), Window(780, 1020))


def test_a_break_over_a_whole_window_leaves_nothing() -> None:
    assert without([NINE_TO_FIVE], NINE_TO_FIVE) == ()


def test_a_minute_goes_to_an_instant_and_back() -> None:
    instant = datetime(2027, 3, 14, 7, 1, tzinfo=UTC)
    assert minute_of(instant) == 30083461
    assert instant_of(minute_of(instant)) == instant
    assert instant_of(minute_of(instant)).tzinfo is UTC


@pytest.mark.parametrize(
    "instant",
    [
        datetime(2027, 3, 14, 7, 0),  # noqa: DTZ001 a naive one is the point
        datetime(2027, 3, 14, 7, 0, tzinfo=timezone(timedelta(hours=1))),
        datetime(2027, 3, 14, 7, 0, 1, tzinfo=UTC),
        datetime(2027, 3, 14, 7, 0, 0, 1, tzinfo=UTC),
    ],
)
def test_an_instant_that_is_not_utc_or_not_on_a_minute_is_refused(instant: datetime) -> None:
    with pytest.raises(ValueError, match="not "):
        minute_of(instant)


def test_weekly_windows_open_on_their_weekday_only() -> None:
    hours = Hours("Europe/Berlin", {MONDAY: (NINE_TO_FIVE,)}, {})
    assert opened(hours, "2027-02-28", "2027-03-09") == ["Mon 08:00-Mon 16:00", "Mon 08:00-Mon 16:00"]


def test_an_exception_replaces_the_windows_of_its_date() -> None:
    monday_on = date(2027, 3, 1)
    hours = Hours("Europe/Berlin", {MONDAY: (NINE_TO_FIVE,)}, {monday_on: (Window(1200, 1260),)})
    assert opened(hours, "2027-03-01", "2027-03-08") == ["Mon 19:00-Mon 20:00", "Mon 08:00-Mon 16:00"]


def test_an_empty_exception_closes_its_date() -> None:
    hours = Hours("Europe/Berlin", {MONDAY: (NINE_TO_FIVE,)}, {date(2027, 3, 1): ()})
    assert opened(hours, "2027-03-01") == []


def test_an_exception_opens_a_weekday_that_is_otherwise_closed() -> None:
    hours = Hours("Europe/Berlin", {}, {date(2027, 3, 7): (NINE_TO_FIVE,)})
    assert opened(hours, "2027-03-07") == ["Sun 08:00-Sun 16:00"]


def test_the_same_wall_time_is_an_earlier_instant_in_summer() -> None:
    assert opened(every_day("Europe/Berlin", NINE_TO_FIVE), "2027-03-27", "2027-03-28") == [
        "Sat 08:00-Sat 16:00",
        "Sun 07:00-Sun 15:00",
    ]


def test_a_window_across_a_skipped_hour_is_unbroken_and_an_hour_shorter() -> None:
    assert opened(every_day("Europe/Berlin", NIGHT), "2027-03-28") == ["Sat 23:00-Sun 01:00", "Sun 01:00-Sun 02:00"]
    first, second = open_intervals(every_day("Europe/Berlin", NIGHT), date(2027, 3, 28), date(2027, 3, 28))
    assert first.closes == second.closes == second.end


def test_a_window_in_a_repeated_hour_is_open_both_times() -> None:
    half_past_two = Window(2 * 60 + 30, 3 * 60)
    assert opened(every_day("Europe/Berlin", half_past_two), "2027-10-31") == [
        "Sun 00:30-Sun 01:00",
        "Sun 01:30-Sun 02:00",
    ]


def test_a_window_in_a_skipped_hour_never_opens() -> None:
    assert opened(every_day("Europe/Berlin", Window(2 * 60, 3 * 60)), "2027-03-28") == []


def test_lord_howe_repeats_half_an_hour() -> None:
    assert opened(every_day("Australia/Lord_Howe", Window(90, 120)), "2027-04-04") == [
        "Sat 14:30-Sat 15:00",
        "Sat 15:00-Sat 15:30",
    ]


def test_apia_had_no_30_december_2011() -> None:
    hours = every_day("Pacific/Apia", NINE_TO_FIVE)
    assert opened(hours, "2011-12-30") == []
    assert opened(hours, "2011-12-29", "2011-12-31") == ["Thu 19:00-Fri 03:00", "Fri 19:00-Sat 03:00"]


def test_st_johns_went_back_to_the_evening_before() -> None:
    """On 2010-11-07 at 00:01 its clocks went back to 23:01 on the 6th, so both sides of midnight came twice."""
    around_midnight = every_day("America/St_Johns", Window(0, 30), Window(23 * 60 + 30, 24 * 60))
    assert opened(around_midnight, "2010-11-07") == [
        "Sun 02:30-Sun 02:31",
        "Sun 03:30-Sun 04:00",
        "Mon 03:00-Mon 03:30",
    ]
    assert opened(around_midnight, "2010-11-06")[-2:] == ["Sun 02:00-Sun 02:30", "Sun 03:00-Sun 03:30"]


def test_open_time_goes_on_across_midnight() -> None:
    days = open_intervals(every_day("Asia/Tokyo", WHOLE_DAY), date(2027, 3, 1), date(2027, 3, 3))
    assert {part.closes for part in days} == {days[-1].end}


def test_no_dates_are_open_when_the_last_precedes_the_first() -> None:
    assert opened(every_day("Europe/Berlin", NINE_TO_FIVE), "2027-03-02", "2027-03-01") == []


def test_equal_hours_are_one_value() -> None:
    assert every_day("UTC", NINE_TO_FIVE) == every_day("UTC", NINE_TO_FIVE)
    assert hash(every_day("UTC", NINE_TO_FIVE)) == hash(every_day("UTC", NINE_TO_FIVE))
    assert every_day("UTC", NINE_TO_FIVE) != every_day("UTC", NIGHT)


def test_every_offset_from_2000_to_2060_is_in_whole_minutes() -> None:
    """The search counts in minutes, so an offset with seconds would be off. Looked at once a fortnight."""
    fortnights = [datetime(2000, 1, 1, tzinfo=UTC) + timedelta(days=14 * count) for count in range(61 * 26)]
    odd = {
        name
        for name in available_timezones()
        for zone in [ZoneInfo(name)]
        if any((instant.astimezone(zone).utcoffset() or timedelta(0)) % timedelta(minutes=1) for instant in fortnights)
    }
    assert odd == set()
