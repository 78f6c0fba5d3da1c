"""Booking a session (B1, C4, C6, C18)."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from domain import completion, hours, welcome
from domain.availability import minute_of
from emulator.driver import Actor
from tests.world import World, berlin


def test_a_trainee_books_forty_minutes_and_sees_what_it_costs(world: World) -> None:
    world.trainer("Tess")
    anna = world.trainee("Anna", units=10)
    anna.sends("/book")
    anna.sees("How long with Tess?", "20 minutes are 1 unit", "You have 10 units free", "40 min · 2 units · leaves 8")
    anna.taps("40 min ·")
    anna.sees("When? 40 min with Tess, 2 units", "Monday 30 November, times in Berlin", "•Mon 30•", "Tue 1")
    anna.taps("14:00")
    anna.sees("40 min with Tess", "Mon 30 Nov, 14:00–14:40 (Berlin)", "2 units will be held; 8 stay free")
    anna.sees("It can no longer be moved, and cancelling or not coming costs 2 units.")
    anna.taps("Book it")
    anna.sees("Booked", "Mon 30 Nov, 14:00–14:40", "8 free · 2 held")
    anna.sees_not("Free to cancel")
    anna.taps("Home")
    anna.sees("Next: today 14:00 (in 4 h), 40 min with Tess", "8 free · 2 held")


def test_the_terms_of_cancelling_and_staying_away_are_named_before_booking(world: World) -> None:
    world.trainer("Tess")
    anna = world.trainee("Anna", units=10)
    anna.sends("/book")
    for label in ("40 min ·", "Wed 2", "10:00"):
        anna.taps(label)
    anna.sees("Free to cancel until tomorrow 22:00; after that, or if you do not come, it costs 2 units.")
    anna.taps("Book it")
    anna.sees("✓ Booked.", "Free to cancel until Tue 1 Dec, 22:00.", "8 free · 2 held")


def test_the_trainer_is_told_of_a_booking(world: World) -> None:
    tess = world.trainer("Tess")
    anna = world.trainee("Anna", units=3)
    world.books(anna, "20 min ·", "Tue 1", "09:20")
    tess.sees("New booking: Tue 1 Dec, 09:20, 20 min with Anna")


def test_a_second_tap_on_book_shows_the_booking_that_exists(world: World) -> None:
    world.trainer("Tess")
    anna = world.trainee("Anna", units=3)
    anna.sends("/book")
    anna.taps("20 min ·")
    anna.taps("14:00")
    world.driver.together(anna.async_taps("Book it"), anna.async_taps("Book it"))
    assert not anna.alert
    anna.sees("✓ Booked.", "2 free · 1 held")


def test_a_tap_on_another_length_at_a_booked_time_shows_what_is_booked(world: World) -> None:
    tess, anna = world.trainer("Tess"), world.trainee("Anna", units=3)
    anna.sends("/book")
    anna.taps("40 min ·")
    anna.taps("14:00")
    world.book(anna, tess, berlin(14), minutes=20)
    anna.taps("Book it")
    anna.sees("This time is booked already.", "14:00–14:20, 20 min with Tess", "2 free · 1 held")


def test_a_slot_taken_meanwhile_gets_the_nearest_alternatives(world: World) -> None:
    world.trainer("Tess")
    anna, ben = world.trainee("Anna", units=3), world.trainee("Ben", units=3)
    for each in (anna, ben):
        each.sends("/book")
        each.taps("40 min ·")
        each.taps("14:00")
    ben.taps("Book it")
    ben.sees("Booked")
    anna.taps("Book it")
    assert anna.alert is not None
    assert anna.alert == "Today 14:00 is not free any more. Nearest: 13:00 · 13:20 · 14:40"
    anna.sees("When? 40 min with Tess", "13:20", "14:40")
    assert not {"13:40", "14:00", "14:20"} & {label for row in anna.buttons for label in row}


def test_fifty_people_tapping_at_once_get_one_booking(world: World) -> None:
    tess = world.trainer("Tess")
    people = [world.person(f"P{number}") for number in range(50)]
    world.driver.together(*(one.async_starts() for one in people))
    for one in people:
        world.act(_make_trainee, one.id)
        world.grant(one, 3)
    trainer_id = world.read(lambda work: work.people.find_by_telegram(tess.id).id)
    start = minute_of(datetime(2026, 12, 1, 10, 0, tzinfo=UTC))
    world.driver.together(*(one.async_forges(f"bk.ok:{trainer_id}:2:0:{start}") for one in people))
    booked = [one for one in people if "✓ Booked" in one.screen.text]
    assert len(booked) == 1
    booked[0].sees("1 free · 2 held")
    refused = [one for one in people if one not in booked]
    told = [one.alert or one.screen.text for one in refused]
    assert all("not free any more. Nearest: 10:00 · 10:20 · 11:40" in text for text in told)


def test_any_trainer_offers_the_times_of_all(world: World) -> None:
    world.trainer("Tess", (9, 12))
    world.trainer("Tom", (13, 16))
    anna = world.trainee("Anna", units=3)
    anna.sends("/book")
    anna.sees("Who would you like to train with?", "First free: today 11:00, Tess, 20 min")
    anna.taps("Any trainer")
    anna.taps("60 min ·")
    anna.sees("11:00", "13:00", "15:00")
    anna.taps("15:00")
    anna.sees("60 min with Tom")


def _any_at_ten(world: World, anna: Actor) -> None:
    anna.sends("/book")
    for label in ("Any trainer", "40 min ·", "Wed 2", "10:00"):
        anna.taps(label)
    anna.sees("40 min with Tess")


def test_any_trainer_whose_proposed_one_is_taken_gets_the_same_time_with_another(world: World) -> None:
    tess, tom = world.trainer("Tess"), world.trainer("Tom")
    anna, ben = world.trainee("Anna", units=3), world.trainee("Ben", units=4)
    _any_at_ten(world, anna)
    world.book(ben, tess, berlin(10, days=2))
    anna.taps("Book it")
    assert anna.alert == "Tess was just taken; Tom is free at 10:00."
    anna.sees("40 min with Tom", "Wed 2 Dec, 10:00–10:40", "Book it")
    anna.taps("Book it")
    anna.sees("✓ Booked.", "40 min with Tom")
    tom.sees("New booking: Wed 2 Dec, 10:00, 40 min with Anna")


def test_any_trainer_where_nobody_is_left_gets_the_nearest_of_all(world: World) -> None:
    tess, tom = world.trainer("Tess"), world.trainer("Tom", (10, 12))
    anna, ben, kim = world.trainee("Anna", units=3), world.trainee("Ben", units=4), world.trainee("Kim", units=4)
    _any_at_ten(world, anna)
    world.book(ben, tess, berlin(10, days=2))
    world.book(kim, tom, berlin(10, days=2))
    world.book(world.trainee("Lea", units=2), tess, berlin(10, 40, days=2))
    anna.taps("Book it")
    assert anna.alert == "Wed 2 Dec, 10:00 is not free any more. Nearest: 09:00 · 09:20 · 10:40"
    anna.sees("40 min with any trainer", "Wednesday 2 December", "10:40")


def test_a_time_that_comes_too_soon_or_is_over_is_refused_by_its_rule(world: World) -> None:
    world.trainer("Tess")
    anna = world.trainee("Anna", units=3)
    anna.sends("/book")
    anna.taps("20 min ·")
    anna.taps("11:00")
    world.passes(minutes=10)
    anna.taps("Book it")
    assert anna.alert == "Today 11:00 is too soon: at least 1 h ahead. Nearest: 11:20 · 11:40 · 12:00"
    anna.taps("11:20")
    world.passes(hours=2)
    anna.taps("Book it")
    assert anna.alert == "Today 11:20 is over. Nearest: 13:20 · 13:40 · 14:00"


def test_a_studio_without_trainers_says_so(world: World) -> None:
    anna = world.trainee("Anna", units=3)
    anna.sees("There is no trainer yet")
    anna.sends("/book")
    anna.sees("There is no trainer here yet")


def test_a_trainer_without_free_time_says_why(world: World) -> None:
    world.trainer("Tess", (9, 9 + 1))
    anna = world.trainee("Anna", units=3)
    world.passes(minutes=30)
    anna.sends("/book")
    anna.taps("60 min ·")
    anna.sees("Tue 1")
    world.act(_close_studio)
    anna.sends("/book")
    anna.taps("20 min ·")
    anna.sees("Nothing is free in the next 30 days", "Try a shorter session", "Back")


def test_only_times_with_enough_notice_and_within_the_horizon_are_offered(world: World) -> None:
    world.trainer("Tess")
    anna = world.trainee("Anna", units=3)
    anna.sends("/book")
    anna.taps("20 min ·")
    anna.sees("11:00")
    anna.sees_not("10:40")


def test_times_are_shown_in_the_persons_zone_and_the_studios(world: World) -> None:
    world.trainer("Tess")
    anna = world.trainee("Anna", units=3)
    anna.sends("/profile")
    anna.taps("Time zone")
    anna.taps("New York")
    anna.sends("/book")
    anna.taps("40 min ·")
    anna.sees("times in New York", "05:00")
    anna.taps("05:00")
    anna.sees("05:00–05:40 (New York)", "At the studio:", "11:00–11:40 (Berlin)")


def test_somebody_who_is_both_cannot_be_in_two_places(world: World) -> None:
    world.trainer("Tess")
    tom = world.trainer("Tom")
    world.grant(tom, 5)
    world.act(_make_trainee, tom.id)
    anna = world.trainee("Anna", units=3)
    anna.sends("/book")
    anna.taps("Tom")
    anna.taps("40 min ·")
    anna.taps("14:00")
    anna.taps("Book it")
    anna.sees("Booked")
    tom.sends("/book")
    tom.taps("20 min ·")
    tom.sees("13:40", "14:40")
    tom.sees_not("14:00", "14:20")


def test_the_same_as_last_time_is_one_tap(world: World) -> None:
    world.trainer("Tess")
    anna = world.trainee("Anna", units=6)
    world.books(anna, "40 min ·", "Tue 1", "09:20")
    world.passes(days=2)
    world.act(_complete_all)
    anna.sends("/book")
    anna.taps("Same as last time: Tue 8 Dec, 09:20, Tess, 40 min")
    anna.sees("Tue 8 Dec, 09:20–10:00", "2 units will be held; 2 stay free")


def test_the_month_shows_which_days_have_free_times(world: World) -> None:
    world.trainer("Tess")
    anna = world.trainee("Anna", units=3)
    anna.sends("/book")
    anna.taps("20 min ·")
    anna.taps("Month")
    anna.sees("20 min with Tess, 1 unit", "November 2026", "Bookable until Wed 30 Dec", "December ▸")
    anna.taps("December ▸")
    anna.sees("December 2026", "24")
    anna.taps("‹ Back")
    anna.sees("Monday 30 November")
    anna.taps("Month")
    anna.taps("December ▸")
    anna.taps("24")
    anna.sees("Thursday 24 December")


def test_a_day_without_free_times_says_so(world: World) -> None:
    tess = world.trainer("Tess")
    world.act(_close, tess.id, date(2026, 12, 24))
    anna = world.trainee("Anna", units=3)
    anna.sends("/book")
    anna.taps("20 min ·")
    anna.taps("Month")
    anna.taps("December ▸")
    anna.taps("·")
    assert anna.toast == "Nothing is free on Thu 24 Dec."


def test_units_that_run_out_before_the_session_are_named(world: World) -> None:
    world.trainer("Tess")
    anna = world.trainee("Anna")
    world.grant(anna, 3, date(2026, 12, 2))
    anna.sends("/book")
    anna.taps("40 min ·")
    anna.taps("Thu 3")
    anna.taps("10:00")
    anna.sees("That needs 2 units. You have 3 units, but 3 of them run out before Thu 3 Dec.", "Buy units")
    anna.taps("Other time")
    anna.taps("Wed 2")
    anna.taps("10:00")
    anna.sees("2 units will be held; 1 stays free")


def test_a_confirmation_that_is_handled_late_shows_the_terms_again(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A tap stored before a crash and handled long after it books nothing."""
    world.trainer("Tess")
    anna = world.trainee("Anna", units=3)
    anna.sends("/book")
    anna.taps("20 min ·")
    anna.taps("14:00")
    monkeypatch.setattr("bot.dispatcher.CONFIRM_WITHIN", timedelta(seconds=-1))
    anna.taps("Book it")
    anna.sees("1 unit will be held", "Book it")
    anna.sends("/sessions")
    anna.sees("Nothing is booked")


def _close(work: Any, telegram_id: int, day: date) -> None:
    hours.set_date(work, work.people.find_by_telegram(telegram_id), day, ())


def _close_studio(work: Any) -> None:
    for trainer in work.trainers.list_all():
        person = work.people.get(trainer.id)
        for weekday in range(7):
            hours.set_weekday(work, person, weekday, ())


def _make_trainee(work: Any, telegram_id: int) -> None:
    welcome.sign_up(work, work.people.find_by_telegram(telegram_id))


def _complete_all(work: Any) -> None:
    for booked in work.bookings.list_active(datetime(2026, 1, 1, tzinfo=UTC)):
        completion.complete(work, work.people.get(booked.trainer_id), booked.id)
