"""Which starts are offered: grid, open time, busy time with buffers, earliest and latest, and the picks among them."""

from collections.abc import Iterable
from datetime import UTC, date, datetime

import pytest

from domain import slot
from domain.availability import Hours, Minute, Window, instant_of, minute_of

BERLIN = "Europe/Berlin"
NINE_TO_ELEVEN = Window(9 * 60, 11 * 60)


def at(text: str) -> Minute:
    """A UTC time of March 2027, as in `at("01 09:00")`, or a whole ISO one."""
    full = text if len(text) > 8 else f"2027-03-{text}"
    return minute_of(datetime.fromisoformat(full).replace(tzinfo=UTC))


def every_day(zone: str, *windows: Window) -> Hours:
    return Hours(zone, dict.fromkeys(range(7), windows), {})


def only(on: str, *windows: Window) -> Hours:
    """Hours in Berlin that open on a single date."""
    return Hours(BERLIN, {}, {date.fromisoformat(on): windows})


def offered(
    hours: Hours,
    on: str,
    *busy: tuple[Minute, Minute],
    minutes: int = 40,
    step: int = 20,
    before: int = 0,
    after: int = 0,
) -> list[str]:
    """The starts of a date in UTC, in words."""
    starts = slot.search(
        hours,
        busy,
        slot.Fit(
            minutes=minutes,
            step=step,
            buffer_before=before,
            buffer_after=after,
            earliest=at(f"{on} 00:00"),
            latest=at(f"{on} 23:59"),
        ),
    )
    return in_words(starts)


def in_words(starts: Iterable[Minute]) -> list[str]:
    return [f"{instant_of(start):%H:%M}" for start in starts]


def test_a_free_window_offers_every_step_at_which_the_session_still_fits() -> None:
    assert offered(every_day("UTC", NINE_TO_ELEVEN), "01") == ["09:00", "09:20", "09:40", "10:00", "10:20"]


def test_the_grid_counts_from_the_start_of_each_window() -> None:
    hours = every_day("UTC", Window(545, 605), Window(720, 780))
    assert offered(hours, "01", step=20) == ["09:05", "09:25", "12:00", "12:20"]


def test_a_session_longer_than_the_window_is_not_offered() -> None:
    assert offered(every_day("UTC", NINE_TO_ELEVEN), "01", minutes=125) == []


def test_a_session_may_run_on_into_a_touching_window_whose_grid_is_its_own() -> None:
    hours = every_day("UTC", Window(540, 570), Window(570, 630))
    assert offered(hours, "01", minutes=40) == ["09:00", "09:20", "09:30", "09:50"]


def test_a_session_may_run_on_across_midnight() -> None:
    hours = every_day("UTC", Window(0, 20), Window(23 * 60 + 20, 24 * 60))
    assert offered(hours, "01", minutes=50, step=10) == ["23:20", "23:30"]


def test_a_session_may_last_for_days() -> None:
    hours = every_day("UTC", Window(0, 24 * 60))
    assert offered(hours, "01", minutes=4 * 24 * 60, step=12 * 60) == ["00:00", "12:00"]


def test_a_session_may_touch_what_is_busy() -> None:
    busy = at("01 09:40"), at("01 10:20")
    assert offered(every_day("UTC", NINE_TO_ELEVEN), "01", busy) == ["09:00", "10:20"]


def test_buffers_keep_their_distance_from_what_is_busy() -> None:
    hours, busy = every_day("UTC", Window(480, 720)), (at("01 09:40"), at("01 10:20"))
    assert offered(hours, "01", busy, before=5) == ["08:00", "08:20", "08:40", "09:00", "10:40", "11:00", "11:20"]
    assert offered(hours, "01", busy, after=5) == ["08:00", "08:20", "08:40", "10:20", "10:40", "11:00", "11:20"]


def test_a_gap_exactly_as_long_as_the_session_with_its_buffers_is_offered() -> None:
    hours, busy = every_day("UTC", NINE_TO_ELEVEN), [(at("01 09:00"), at("01 09:15")), (at("01 10:05"), at("01 11:00"))]
    assert offered(hours, "01", *busy, before=5, after=5) == ["09:20"]
    assert offered(hours, "01", *busy, before=5, after=10) == []


def test_buffers_may_lie_outside_the_window() -> None:
    assert offered(every_day("UTC", Window(540, 580)), "01", before=60, after=60) == ["09:00"]


def test_a_buffer_meets_what_is_busy_outside_the_window() -> None:
    hours = every_day("UTC", Window(540, 580))
    assert offered(hours, "01", (at("01 08:00"), at("01 08:30")), before=30) == ["09:00"]
    assert offered(hours, "01", (at("01 08:00"), at("01 08:31")), before=30) == []


def test_busy_intervals_may_overlap_and_come_in_any_order() -> None:
    busy = [(at("01 10:00"), at("01 10:10")), (at("01 09:00"), at("01 10:20")), (at("01 09:10"), at("01 09:20"))]
    assert offered(every_day("UTC", NINE_TO_ELEVEN), "01", *busy) == ["10:20"]


def test_earliest_and_latest_are_offered_themselves() -> None:
    starts = slot.search(
        every_day("UTC", NINE_TO_ELEVEN),
        [],
        slot.Fit(
            minutes=20,
            step=20,
            buffer_before=0,
            buffer_after=0,
            earliest=at("01 10:20"),
            latest=at("02 09:20"),
        ),
    )
    assert in_words(starts) == ["10:20", "10:40", "09:00", "09:20"]


def test_nothing_is_offered_when_latest_precedes_earliest() -> None:
    hours, busy = every_day("UTC", NINE_TO_ELEVEN), [(at("01 09:00"), at("01 09:20"))]
    starts = slot.search(
        hours,
        busy,
        slot.Fit(
            minutes=20,
            step=20,
            buffer_before=0,
            buffer_after=0,
            earliest=at("05 00:00"),
            latest=at("01 00:00"),
        ),
    )
    assert starts == []


def test_wall_times_that_are_skipped_are_left_out() -> None:
    """On 28 March 2027 Berlin goes from 02:00 (01:00 UTC) to 03:00."""
    hours = only("2027-03-28", Window(90, 240))
    assert offered(hours, "28", minutes=20, step=30) == ["00:30", "01:00", "01:30"]


def test_a_session_may_run_across_the_skipped_hour() -> None:
    assert offered(only("2027-03-28", Window(90, 240)), "28", minutes=80, step=30) == ["00:30"]


def test_wall_times_that_are_repeated_are_offered_both_times() -> None:
    """On 31 October 2027 Berlin goes from 03:00 (01:00 UTC) back to 02:00."""
    hours = only("2027-10-31", Window(90, 240))
    assert offered(hours, "2027-10-31", minutes=60, step=60) == ["00:30", "01:30"]
    assert offered(hours, "2027-10-31", minutes=20, step=60) == ["00:30", "01:30", "02:30"]


def test_a_session_stops_where_the_wall_clock_leaves_its_window_before_the_repeat() -> None:
    hours = only("2027-10-31", Window(130, 170))
    assert offered(hours, "2027-10-31", minutes=40, step=20) == ["00:10", "01:10"]


def test_an_exception_decides_over_the_week() -> None:
    hours = Hours("UTC", {0: (NINE_TO_ELEVEN,)}, {date(2027, 3, 1): (Window(600, 640),)})
    assert offered(hours, "01") == ["10:00"]


def test_the_first_start_is_the_first_that_is_free() -> None:
    hours, busy = every_day("UTC", NINE_TO_ELEVEN), [(at("01 09:00"), at("01 09:20"))]
    fit = slot.Fit(minutes=20, step=20, buffer_before=0, buffer_after=0, earliest=at("01 00:00"), latest=at("02 00:00"))
    assert slot.search(hours, busy, fit)[0] == at("01 09:20")


def test_there_is_no_start_when_all_is_busy() -> None:
    hours, busy = every_day("UTC", NINE_TO_ELEVEN), [(at("01 09:00"), at("01 11:00"))]
    fit = slot.Fit(minutes=20, step=20, buffer_before=0, buffer_after=0, earliest=at("01 00:00"), latest=at("02 00:00"))
    assert slot.search(hours, busy, fit) == []


@pytest.mark.parametrize(
    ("minutes", "step", "before", "after"),
    [(0, 20, 0, 0), (20, 0, 0, 0), (20, -5, 0, 0), (20, 20, -5, 0), (20, 20, 0, -5)],
)
def test_lengths_that_make_no_sense_are_refused(minutes: int, step: int, before: int, after: int) -> None:
    with pytest.raises(ValueError, match="at least a minute"):
        offered(every_day("UTC", NINE_TO_ELEVEN), "01", minutes=minutes, step=step, before=before, after=after)


def test_any_trainer_joins_the_starts_and_says_whose_they_are() -> None:
    nine, ten, eleven = at("01 09:00"), at("01 10:00"), at("01 11:00")
    assert slot.search_any({"Tom": [ten, eleven], "Tess": [nine, ten], "Ben": []}) == [
        (nine, ("Tess",)),
        (ten, ("Tom", "Tess")),
        (eleven, ("Tom",)),
    ]


def test_the_nearest_starts_come_in_order_of_time() -> None:
    starts = [at(f"01 {hour:02}:00") for hour in (8, 10, 13, 14)]
    assert in_words(slot.nearest(starts, at("01 12:00"), 3)) == ["10:00", "13:00", "14:00"]


def test_of_two_equally_near_starts_the_earlier_is_taken() -> None:
    starts = [at("01 10:00"), at("01 12:00"), at("01 15:00")]
    assert in_words(slot.nearest(starts, at("01 11:00"), 1)) == ["10:00"]


def test_there_may_be_fewer_starts_than_asked_for() -> None:
    assert slot.nearest([at("01 10:00")], at("01 11:00"), 3) == [at("01 10:00")]
