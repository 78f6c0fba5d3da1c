"""Time off: what it touches is shown first, and kept or cancelled as the trainer says (C3)."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from bot.keyboards.hours import number_of
from domain import booking, hours, lot
from emulator.driver import Actor
from tests.world import World


def test_days_without_bookings_are_taken_off_and_offered_no_more(world: World) -> None:
    tess = world.trainer("Tess")
    anna = world.trainee("Anna", units=3)
    tess.sends("/hours")
    tess.taps("Time off")
    tess.sees("No time off is planned.")
    tess.taps("Add time off")
    tess.sees("first day", "24 Dec - 2 Jan", "Mon 30 Nov – Mon 7 Dec")
    tess.taps("Tue 1")
    tess.sees("Away from Tue 1 Dec")
    tess.taps("Wed 2")
    tess.sees("Time off Tue 1 Dec – Wed 2 Dec", "Nobody has booked these days.")
    tess.taps("Save time off")
    tess.sees("✓ Time off Tue 1 Dec – Wed 2 Dec is saved.", "Delete Tue 1 Dec – Wed 2 Dec")
    tess.taps("Back")
    tess.sees("Your hours", "Time off", "Tue 1 Dec – Wed 2 Dec")
    anna.sends("/book")
    anna.taps("20 min ·")
    anna.sees("Mon 30", "Thu 3")
    anna.sees_not("Tue 1", "Wed 2")


def test_bookings_are_listed_and_stay_when_the_trainer_keeps_them(world: World) -> None:
    tess = world.trainer("Tess")
    anna = _booked(world, "Anna", "09:20")
    _types(tess, "1 Dec")
    tess.sees("1 booking lies in these days.", "Tue 1 Dec, 09:20–09:40 · Anna · 1 unit", "Times in Berlin.")
    tess.taps("Save, keep the booking")
    tess.sees("✓ Time off Tue 1 Dec is saved.")
    tess.sees_not("cancelled")
    anna.sends("/sessions")
    anna.sees("09:20")
    assert world.read(_balance, anna.id) == (2, 1)


def test_all_bookings_are_cancelled_at_once_and_their_units_go_back(world: World) -> None:
    tess = world.trainer("Tess")
    anna, ben = _booked(world, "Anna", "09:20"), _booked(world, "Ben", "10:00")
    _types(tess, "1 Dec - 3 Dec")
    tess.sees("2 bookings lie in these days.", "Anna", "Ben")
    world.driver.together(
        tess.async_taps("Save, cancel all 2 bookings"), tess.async_taps("Save, cancel all 2 bookings")
    )
    tess.sees("✓ Time off Tue 1 Dec – Thu 3 Dec is saved.")
    for each in (anna, ben):
        each.sees("Tess had to cancel", "1 unit went back to your balance")
        assert world.read(_balance, each.id) == (3, 0)
    assert len(world.read(_ahead, tess.id)) == 1


def test_a_booking_made_meanwhile_is_shown_before_anything_is_cancelled(world: World) -> None:
    tess = world.trainer("Tess")
    anna = _booked(world, "Anna", "09:20")
    _types(tess, "1 Dec")
    ben = _booked(world, "Ben", "10:00")
    tess.taps("Save, cancel the booking")
    assert "The bookings have changed meanwhile" in tess.alert
    tess.sees("2 bookings lie in these days.", "Anna", "Ben")
    assert world.read(_ahead, tess.id) == []
    assert world.read(_balance, anna.id) == world.read(_balance, ben.id) == (2, 1)


def test_a_booking_that_is_gone_meanwhile_is_no_reason_to_ask_again(world: World) -> None:
    tess = world.trainer("Tess")
    anna = _booked(world, "Anna", "09:20")
    _types(tess, "1 Dec")
    anna.sends("/sessions")
    anna.taps("09:20")
    anna.taps("Cancel ·")
    anna.taps("Yes, cancel")
    anna.sees("0 held")
    tess.taps("Save, cancel the booking")
    tess.sees("✓ Time off Tue 1 Dec is saved.")


def test_a_session_that_reaches_into_the_first_day_is_touched_and_one_that_has_begun_is_not(world: World) -> None:
    tess = world.trainer("Tess", (0, 24))
    anna = world.trainee("Anna", units=9)
    for start in (datetime(2026, 11, 30, 22, 40, tzinfo=UTC), datetime(2026, 12, 1, 10, tzinfo=UTC)):
        world.act(_book_an_hour, anna.id, tess.id, start)
    _types(tess, "1 Dec")
    tess.sees("2 bookings lie in these days.", "Mon 30 Nov, 23:40–00:40", "Tue 1 Dec, 11:00–12:00")
    world.passes(hours=14)
    _types(tess, "1 Dec")
    tess.sees("1 booking lies in these days.", "Tue 1 Dec, 11:00–12:00")


def test_a_past_impossible_or_reversed_range_explains_itself(world: World) -> None:
    tess = world.trainer("Tess")
    tess.sends("/hours")
    tess.taps("Time off")
    tess.taps("Add time off")
    for wrong, said in (
        ("all of <b>May</b>", "I know no such day"),
        ("1.11.2026 - 3.11.2026", "That is over"),
        ("2.1.2027 - 24.12.2026", "The last day comes after the first"),
        ("24 Dec 2026 - 2 Jan 2030", "within two years"),
    ):
        tess.sends(wrong)
        tess.sees(said, "When are you away?", "Tue 1", "Back")
    tess.sends("24 Dec – 2 Jan")
    tess.sees("Time off Thu 24 Dec – Sat 2 Jan 2027")


def test_time_off_is_deleted_and_the_days_follow_the_hours_again(world: World) -> None:
    tess = world.trainer("Tess")
    _saved(tess, "1 Dec")
    tess.taps("Delete Tue 1 Dec")
    tess.sees("Delete the time off Tue 1 Dec?", "Your hours can be booked again on Tue 1 Dec.", "Back")
    assert len(world.read(_ahead, tess.id)) == 1
    world.driver.together(tess.async_taps("Delete it"), tess.async_taps("Delete it"))
    tess.sees("No time off is planned.")
    assert world.read(_ahead, tess.id) == []


def test_days_that_are_over_by_the_time_of_the_tap_are_asked_for_again(world: World) -> None:
    tess = world.trainer("Tess")
    tess.sends("/hours")
    tess.taps("Time off")
    tess.taps("Add time off")
    world.passes(days=1)
    tess.taps("Mon 30")
    assert "That is over" in tess.alert
    tess.sees("When are you away?", "Tue 1")
    tess.sends("2 Dec")
    tess.sees("Time off Wed 2 Dec")


def test_of_two_that_overlap_the_days_of_the_other_stay_off(world: World) -> None:
    tess = world.trainer("Tess")
    for days in ("7 Dec - 13 Dec", "9 Dec - 11 Dec"):
        _saved(tess, days)
    tess.taps("Delete Wed 9 Dec")
    tess.sees("All of these days stay off through your other time off.")
    tess.taps("‹ Back")
    tess.taps("Delete Mon 7 Dec")
    tess.sees("again on Mon 7 Dec – Tue 8 Dec, Sat 12 Dec – Sun 13 Dec.", "The other days stay off", "Back")
    tess.taps("Delete it")
    tess.sees("✓ Deleted. Your hours can be booked again on Mon 7 Dec – Tue 8 Dec, Sat 12 Dec", "Delete Wed 9 Dec")
    tess.taps("Delete Wed 9 Dec")
    tess.taps("Delete it")
    tess.sees("✓ Deleted. Your hours can be booked again on Wed 9 Dec – Fri 11 Dec.", "No time off is planned.")
    tess.sees_not("The other days")


def test_a_long_list_is_shown_in_pages(world: World) -> None:
    tess = world.trainer("Tess")
    for day in range(10, 17):
        _saved(tess, f"{day} Dec")
    tess.sees("Thu 10 Dec", "Mon 14 Dec", "later ▸")
    tess.sees_not("Tue 15 Dec")
    tess.taps("later ▸")
    tess.sees("Tue 15 Dec", "Wed 16 Dec")
    tess.sends("/hours")
    tess.sees("Mon 14 Dec", "… and 2 more")


def test_somebody_elses_time_off_does_not_exist(world: World) -> None:
    tess, tom = world.trainer("Tess"), world.trainer("Tom")
    _saved(tess, "24 Dec")
    theirs = world.read(_ahead, tess.id)[0].id
    tom.sends("/hours")
    for forged in (f"to.x:{theirs}", f"to.xx:{theirs}"):
        tom.forges(forged)
        assert tom.alert == "This does not exist any more."
        tom.sees("No time off is planned.")
    tom.forges(f"to.x:{10**30}")
    assert tom.alert == "This button is out of date. Here is where things stand."
    assert [each.id for each in world.read(_ahead, tess.id)] == [theirs]


def test_forged_days_are_refused(world: World) -> None:
    tess = world.trainer("Tess")
    anna = world.trainee("Anna")
    tess.sends("/hours")
    for forged in ("to.s:20000:20001", "to.s:3:4", "to.f:0:0", "to.ok:20000:20001:0:0"):
        tess.forges(forged)
        assert tess.alert, forged
        anna.forges(forged)
        assert "not open to you" in anna.alert
    for beyond in ("to.f:2932896:0", "to.s:1:9999999999999", "to.f:-1:0", "hr.o:-5"):
        tess.forges(beyond)
        assert tess.alert == "This button is out of date. Here is where things stand."


def test_saving_or_deleting_long_after_the_tap_only_shows_it_again(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    tess = world.trainer("Tess")
    _saved(tess, "24 Dec")
    kept = world.read(_ahead, tess.id)
    tess.taps("Delete Thu 24 Dec")
    monkeypatch.setattr("bot.dispatcher.CONFIRM_WITHIN", timedelta(seconds=-1))
    tess.taps("Delete it")
    tess.sees("Delete the time off Thu 24 Dec?")
    day = number_of(date(2026, 12, 28))
    tess.forges(f"to.ok:{day}:{day}:0:0")
    tess.sees("Time off Mon 28 Dec: nothing can be booked.")
    assert world.read(_ahead, tess.id) == kept


def _types(tess: Actor, text: str) -> None:
    tess.sends("/hours")
    tess.taps("Time off")
    tess.taps("Add time off")
    tess.sends(text)


def _saved(tess: Actor, text: str) -> None:
    _types(tess, text)
    tess.taps("Save time off")
    tess.sees("is saved")


def _booked(world: World, name: str, time: str) -> Actor:
    """Somebody with three units, one of them held for this time tomorrow."""
    somebody = world.trainee(name, units=3)
    somebody.sends("/book")
    somebody.taps("20 min ·")
    somebody.taps("Tue 1")
    somebody.taps(time)
    somebody.taps("Book it")
    return somebody


def _book_an_hour(work: Any, trainee: int, trainer: int, starts_at: datetime) -> None:
    anna, tess = (work.people.find_by_telegram(each) for each in (trainee, trainer))
    hour = next(kind for kind in work.types.list_published() if kind.minutes == 60)
    booking.book(work, anna, tess.id, hour.id, starts_at)


def _ahead(work: Any, telegram_id: int) -> list[hours.TimeOff]:
    return hours.timetable(work, work.people.find_by_telegram(telegram_id).id).time_off


def _balance(work: Any, telegram_id: int) -> tuple[int, int]:
    lots = work.ledger.list_lots(work.people.find_by_telegram(telegram_id).id)
    balance = lot.balance(lots, date(2026, 12, 1))
    return balance.available, balance.held
