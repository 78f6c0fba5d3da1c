"""A trainer's hours: the week, breaks, copies, special dates and the zone (C3)."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from bot.keyboards.hours import number_of
from domain import hours
from emulator.driver import Actor
from tests.world import World, opened


def test_a_new_trainer_starts_with_one_tap_and_can_then_be_booked(world: World) -> None:
    tess = _new_trainer(world)
    tess.sends("/hours")
    tess.sees("When do you work? Nothing can be booked before you say so.")
    tess.taps("Mon–Fri 09:00–17:00")
    tess.sees("You can be booked now", "Mon 09:00–17:00", "Fri 09:00–17:00", "Sat closed", "times in Berlin")
    assert _starts(world, "20 min ·")[:2] == ["11:00", "11:20"]


def test_the_start_button_of_an_old_screen_does_not_undo_what_was_refined(world: World) -> None:
    tess = _new_trainer(world)
    tess.sends("/hours")
    world.driver.together(tess.async_taps("Mon–Fri 09:00–17:00"), tess.async_taps("Mon–Fri 09:00–17:00"))
    _types_windows(tess, "Mon", "10-12")
    tess.forges("hr.go")
    tess.sees("Mon 10:00–12:00", "Tue 09:00–17:00")


def test_a_weekday_gets_a_quick_choice_or_is_closed(world: World) -> None:
    tess = world.trainer("Tess")
    tess.sends("/hours")
    tess.taps("Tue")
    tess.sees("Tuesday: 09:00–17:00 (Berlin)")
    tess.taps("08–12")
    tess.sees("✓ Saved", "Tuesday: 08:00–12:00")
    tess.taps("Closed")
    tess.sees("✓ Saved", "Tuesday: closed")
    tess.sees_not("Add a break")
    tess.taps("Back")
    tess.sees("Mon 09:00–17:00", "Tue closed", "Wed 09:00–17:00")


def test_several_windows_are_typed_and_a_wrong_entry_explains_itself(world: World) -> None:
    tess = world.trainer("Tess")
    tess.sends("/hours")
    tess.taps("Mon")
    tess.taps("Other times")
    tess.sees("Type the hours for Monday", "9-12 13:30-18", "Cancel")
    for wrong, said in (
        ("whenever", "I cannot read these times. Example"),
        ("<b>9</b>", "I cannot read these times"),
        ("17-9", "Each stretch ends after it begins"),
        ("9:02-12", "multiples of five minutes"),
        (" ".join(f"{hour}-{hour}:30" for hour in range(13)), "at most twelve"),
    ):
        tess.sends(wrong)
        tess.sees(said, "Type the hours for Monday", "Cancel")
    tess.sends_sticker()
    tess.sees("I cannot read these times", "Cancel")
    tess.sends("9 to 12, 1.30pm – 6pm")
    tess.sees("✓ Saved", "Monday: 09:00–12:00, 13:30–18:00")
    tess.sends("10-11")
    tess.sees("I did not expect a message here")


def test_cancel_forgets_the_question(world: World) -> None:
    tess = world.trainer("Tess")
    tess.sends("/hours")
    tess.taps("Mon")
    tess.taps("Other times")
    tess.taps("Cancel")
    tess.sees("Monday: 09:00–17:00")
    tess.sends("10-11")
    tess.sees("I did not expect a message here")


def test_a_break_is_tapped_or_typed_and_only_counts_where_hours_are_open(world: World) -> None:
    tess = world.trainer("Tess")
    tess.sends("/hours")
    tess.taps("Mon")
    tess.taps("Add a break")
    tess.sees("When is the break?", "12–13")
    tess.sees_not("17–18")
    for outside in ("18-19", "closed"):
        tess.sends(outside)
        tess.sees("Nothing is open at that time", "When is the break?", "12–13")
    tess.sends("15-15:30")
    tess.sees("✓ Saved", "Monday: 09:00–15:00, 15:30–17:00")
    tess.taps("Add a break")
    world.driver.together(tess.async_taps("12–13"), tess.async_taps("12–13"))
    tess.sees("Monday: 09:00–12:00, 13:00–15:00, 15:30–17:00")


def test_a_weekday_is_copied_to_those_that_were_tapped_or_to_the_usual_ones(world: World) -> None:
    tess = world.trainer("Tess")
    _types_windows(tess, "Mon", "10-14")
    tess.taps("Copy to…")
    tess.sees("Which days get the same hours?")
    tess.taps("Wed")
    tess.taps("Sat")
    tess.taps("✓ Wed")
    tess.taps("Sun")
    tess.taps("Copy to Sat, Sun")
    tess.sees("✓ Copied to Sat, Sun.", "Tue 09:00–17:00", "Wed 09:00–17:00", "Sat 10:00–14:00", "Sun 10:00–14:00")
    tess.taps("Mon")
    tess.taps("Copy to…")
    tess.taps("Copy to Mon–Fri")
    tess.sees("✓ Copied to Tue, Wed, Thu, Fri.", "Fri 10:00–14:00")
    _types_windows(tess, "Sun", "closed")
    tess.taps("Copy to…")
    tess.taps("Copy to all days")
    tess.sees("When do you work?")


def test_a_special_date_differs_from_its_weekday_until_it_is_dropped(world: World) -> None:
    tess = world.trainer("Tess")
    tess.sends("/hours")
    tess.taps("Special date")
    tess.sees("Which date is special?", "Mon 30", "Mon 7")
    tess.taps("later ▸")
    tess.sees("Tue 8")
    tess.taps("Tue 8")
    tess.sees("Tue 8 Dec: 09:00–17:00 (Berlin)", "Like every Tuesday.")
    tess.taps("08–12")
    tess.sees("✓ Saved", "Tue 8 Dec: 08:00–12:00", "Other than every Tuesday: 09:00–17:00.")
    tess.taps("Add a break")
    tess.sends("10-10:30")
    tess.sees("08:00–10:00, 10:30–12:00")
    tess.taps("Home")
    tess.sends("/hours")
    tess.sees("Special dates", "Tue 8 Dec 08:00–10:00, 10:30–12:00")
    tess.taps("Special date")
    tess.taps("later ▸")
    tess.taps("•Tue 8")
    tess.taps("Like every Tuesday")
    tess.sees("✓ Saved", "Tue 8 Dec: 09:00–17:00", "Like every Tuesday.")


def test_a_date_is_typed_and_a_past_or_impossible_one_explains_itself(world: World) -> None:
    tess = world.trainer("Tess")
    tess.sends("/hours")
    tess.taps("Special date")
    for wrong, said in (
        ("31 Nov", "I know no such day"),
        ("soon <3", "I know no such day"),
        ("24 Dec - 2 Jan", "I know no such day"),
        ("29.11.2026", "That is over"),
        ("2031-01-01", "within two years"),
    ):
        tess.sends(wrong)
        tess.sees(said, "Which date is special?", "Mon 7", "Back")
    tess.sends("24.12.")
    tess.sees("Thu 24 Dec: 09:00–17:00")
    tess.taps("Closed")
    tess.sees("✓ Saved", "Thu 24 Dec: closed", "Other than every Thursday: 09:00–17:00.")


def test_a_special_date_that_has_passed_meanwhile_is_refused_and_the_week_is_shown(world: World) -> None:
    tess = world.trainer("Tess")
    today = number_of(date(2026, 11, 30))
    tess.sends("/hours")
    tess.taps("Special date")
    tess.taps("Mon 30")
    tess.taps("Other times")
    world.passes(days=1)
    tess.sends("10-12")
    tess.sees("That is over", "Your hours", "Special date")
    for stale in (
        f"hr.w:{today}:540:600",
        f"hr.t:{today}",
        f"hr.b:{today}",
        f"hr.bp:{today}:540:600",
        f"hr.xx:{today}",
    ):
        tess.taps("Time off")
        tess.forges(stale)
        assert "That is over" in tess.alert, stale
        tess.sees("Your hours", "Special date")


def test_a_special_date_says_how_many_sessions_stay(world: World) -> None:
    tess = world.trainer("Tess")
    anna = world.trainee("Anna", units=3)
    anna.sends("/book")
    anna.taps("20 min ·")
    anna.taps("Tue 1")
    anna.taps("09:20")
    anna.taps("Book it")
    tess.sends("/hours")
    tess.taps("Special date")
    tess.taps("Tue 1")
    tess.sees("1 session is booked that day and stays.")


def test_today_is_the_day_of_the_hours_zone(database_url: str) -> None:
    """At 23:30 UTC it is tomorrow in Berlin, where the hours are kept."""
    with opened(database_url, datetime(2026, 11, 30, 23, 30, tzinfo=UTC)) as world:
        tess = world.trainer("Tess")
        tess.sends("/hours")
        tess.taps("Special date")
        tess.sees("Tue 1")
        tess.sees_not("Mon 30")
        tess.sends("30.11.2026")
        tess.sees("That is over")


def test_hours_move_to_the_trainers_own_zone_and_booked_sessions_stay(world: World) -> None:
    tess = world.trainer("Tess")
    anna = world.trainee("Anna", units=3)
    anna.sends("/book")
    anna.taps("20 min ·")
    anna.taps("Tue 1")
    anna.taps("09:20")
    anna.taps("Book it")
    _moves_to(tess, "London")
    tess.sends("/hours")
    tess.sees("times in Berlin", "Your hours are kept in Berlin time; your profile says London.")
    tess.taps("Use London time")
    tess.sees("Keep your hours in London time?", "09:00 stays 09:00, but in London: that is 10:00 in Berlin")
    tess.taps("Use London time")
    tess.sees("✓ Your hours are now in London time.", "times in London", "Mon 09:00–17:00")
    tess.sees_not("your profile says")
    anna.sends("/sessions")
    anna.sees("09:20")


def test_a_zone_button_that_names_an_earlier_profile_zone_only_asks_again(world: World) -> None:
    tess = world.trainer("Tess")
    _moves_to(tess, "London")
    tess.sends("/hours")
    tess.forges("hr.zz:Asia/Tokyo")
    tess.sees("Keep your hours in London time?")
    tess.forges("hr.zz:Europe/London")
    tess.sees("times in London")
    tess.forges("hr.zz:Europe/London")
    tess.sees("times in London")


def test_hours_set_before_the_clocks_change_keep_their_wall_clock_times(database_url: str) -> None:
    """On 28 March 2027 Berlin goes from UTC+1 to UTC+2; the start of the day stays nine o'clock."""
    with opened(database_url, datetime(2027, 3, 26, 12, tzinfo=UTC)) as world:
        tess = world.trainer("Tess")
        _types_windows(tess, "Mon", "9-10")
        anna = world.trainee("Anna", units=3)
        anna.sends("/book")
        anna.taps("60 min ·")
        anna.taps("Mon 29")
        assert [label for row in anna.buttons for label in row if ":" in label] == ["09:00"]
        anna.taps("09:00")
        anna.taps("Book it")
        assert world.read(_first_start, anna.id) == datetime(2027, 3, 29, 7, tzinfo=UTC)


def test_only_trainers_have_hours(world: World) -> None:
    anna = world.trainee("Anna")
    anna.sends("/hours")
    anna.sees("This is not open to you")
    for forged in ("hr", "hr.go", "hr.w:0:540:1020", "hr.xx:21000", "hr.zz:Europe/London"):
        anna.forges(forged)
        assert "not open to you" in anna.alert, forged


def test_forged_and_stale_buttons_change_nothing(world: World) -> None:
    tess = world.trainer("Tess")
    tess.sends("/hours")
    before = world.read(_kept, tess.id)
    for forged in (
        "hr.d:-1",
        "hr.d:99999999999999999999",
        "hr.d:20000",
        "hr.w:0:1020:540",
        "hr.w:0:541:600",
        "hr.w:0:-60:600",
        "hr.w:20000:540:600",
        "hr.bp:0:1200:1260",
        "hr.bp:0:600:600",
        "hr.c:20900:0",
        "hr.cc:20900:127",
        "hr.xx:3",
        "hr.d:x",
    ):
        tess.forges(forged)
        assert tess.alert, forged
    tess.forges("hr.x:999999999999")
    tess.sees("Which date is special?")
    tess.forges(f"hr.c:0:{10**50}")
    assert tess.alert == "This button is out of date. Here is where things stand."
    assert world.read(_kept, tess.id) == before


def test_what_was_confirmed_long_ago_is_only_shown_again(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    tess = world.trainer("Tess")
    _moves_to(tess, "London")
    tess.sends("/hours")
    before = world.read(_kept, tess.id)
    monkeypatch.setattr("bot.dispatcher.CONFIRM_WITHIN", timedelta(seconds=-1))
    tess.forges("hr.cc:0:127")
    tess.sees("Which days get the same hours?")
    tess.forges("hr.zz:Europe/London")
    tess.sees("Keep your hours in London time?")
    tess.forges(f"hr.xx:{number_of(date(2026, 12, 24))}")
    tess.sees("Thu 24 Dec: 09:00–17:00")
    assert world.read(_kept, tess.id) == before


def _new_trainer(world: World) -> Actor:
    tess = world.trainer("Tess")
    world.act(_close_all, tess.id)
    return tess


def _types_windows(tess: Actor, weekday: str, text: str) -> None:
    tess.sends("/hours")
    tess.taps(weekday)
    tess.taps("Other times")
    tess.sends(text)
    tess.sees("✓")


def _moves_to(tess: Actor, city: str) -> None:
    tess.sends("/profile")
    tess.taps("Time zone")
    tess.taps(city)


def _starts(world: World, kind: str) -> list[str]:
    anna = world.trainee("Anna", units=3)
    anna.sends("/book")
    anna.taps(kind)
    return [label for row in anna.buttons for label in row if ":" in label]


def _close_all(work: Any, telegram_id: int) -> None:
    person = work.people.find_by_telegram(telegram_id)
    for weekday in range(7):
        hours.set_weekday(work, person, weekday, ())


def _kept(work: Any, telegram_id: int) -> hours.Timetable:
    return hours.timetable(work, work.people.find_by_telegram(telegram_id).id)


def _first_start(work: Any, telegram_id: int) -> datetime:
    person = work.people.find_by_telegram(telegram_id)
    start: datetime = work.bookings.list_upcoming(person.id, work.now)[0].starts_at
    return start
