"""Reminders (F1): when they come, what they say, what can be tapped, and when they must not come."""

from datetime import UTC, datetime, timedelta

import pytest

from domain import booking, studio
from domain.ids import BookingId
from domain.person import Person
from emulator.driver import Actor
from tests.world import World, berlin, opened


@pytest.fixture
def tess(world: World) -> Actor:
    return world.trainer("Tess", (6, 22))


@pytest.fixture
def anna(world: World) -> Actor:
    return world.trainee("Anna", units=8)


@pytest.fixture
def made(world: World, tess: Actor, anna: Actor) -> BookingId:
    """Wednesday 18:00, 40 minutes, 2 units."""
    return world.book(anna, tess, berlin(18, days=2))


def who(world: World, actor: Actor) -> Person:
    person: Person | None = world.read(lambda work: work.people.find_by_telegram(actor.id))
    assert person is not None
    return person


def reminded(actor: Actor) -> int:
    """How many reminders are in the chat."""
    return sum("40 min with Tess" in message.text for message in actor.messages)


def jumps(world: World, until: datetime) -> None:
    """The bot is down until then."""
    world.stop()
    world.clock._set(until)
    world.start()
    world.runner.run(world.settle())


def test_a_reminder_comes_a_day_and_two_hours_before(world: World, anna: Actor, made: BookingId) -> None:
    world.runner.run(world.clock.move_to(berlin(17, 59, days=1)))
    assert reminded(anna) == 0
    world.passes(minutes=1)
    anna.sees("Tomorrow 18:00: 40 min with Tess.", "I'll be there", "Move", "Cancel · free until Wed 2 Dec, 06:00")
    anna.sees_not("Times in")
    world.runner.run(world.clock.move_to(berlin(15, 59, days=2)))
    assert reminded(anna) == 1
    world.passes(minutes=1)
    anna.sees("Today 18:00: 40 min with Tess.", "Cancel · costs 2 units", "Show the session")
    assert reminded(anna) == 2


def test_a_reminder_names_the_place_as_it_is_when_it_is_sent(world: World, anna: Actor, made: BookingId) -> None:
    world.act(studio.set_place, who(world, world.owner()), "Studio 2, <back> door")
    world.passes(hours=32)
    anna.sees("Tomorrow 18:00: 40 min with Tess, Studio 2, <back> door.")


def test_a_reader_in_another_zone_sees_both_times(world: World, tess: Actor) -> None:
    lena = world.trainee("Lena", units=2)
    lena.sends("/profile")
    lena.taps("Time zone")
    lena.sends("Lisbon")
    world.book(lena, tess, berlin(18, days=2))
    world.passes(hours=32)
    lena.sees("Tomorrow 17:00: 40 min with Tess.", "Times in Lisbon; at the studio it is 18:00 (Berlin).")


def test_nobody_is_reminded_of_a_cancelled_session(world: World, anna: Actor, made: BookingId) -> None:
    world.act(booking.cancel, who(world, anna), made, 0)
    world.passes(days=4)
    assert reminded(anna) == 0


def test_a_moved_session_gets_reminders_for_its_new_time_only(world: World, anna: Actor, made: BookingId) -> None:
    world.act(booking.move, who(world, anna), made, berlin(20, days=3))
    world.runner.run(world.clock.move_to(berlin(19, 59, days=2)))
    assert reminded(anna) == 0
    world.passes(minutes=1)
    anna.sees("Tomorrow 20:00: 40 min with Tess.")
    world.runner.run(world.clock.move_to(berlin(18, days=3)))
    anna.sees("Today 20:00: 40 min with Tess.")
    world.passes(days=1)
    assert reminded(anna) == 2


def test_a_session_moved_after_its_reminder_gets_another(world: World, anna: Actor, made: BookingId) -> None:
    world.passes(hours=32)
    assert reminded(anna) == 1
    world.act(booking.move, who(world, anna), made, berlin(20, days=4))
    world.runner.run(world.clock.move_to(berlin(20, days=3)))
    anna.sees("Tomorrow 20:00: 40 min with Tess.")
    assert reminded(anna) == 2


def test_one_s_own_lead_time_is_kept(world: World, anna: Actor, made: BookingId) -> None:
    anna.sends("/profile")
    anna.taps("Reminders")
    anna.taps("2 h before")
    world.runner.run(world.clock.move_to(berlin(15, 59, days=2)))
    assert reminded(anna) == 0
    world.passes(days=1)
    assert reminded(anna) == 1


def test_who_wants_no_reminders_gets_none(world: World, anna: Actor, made: BookingId) -> None:
    anna.sends("/profile")
    anna.taps("Reminders")
    anna.taps("No reminders")
    world.passes(days=3)
    assert reminded(anna) == 0


def test_changing_the_lead_time_does_not_repeat_what_was_sent(world: World, anna: Actor, made: BookingId) -> None:
    world.passes(hours=32)
    assert reminded(anna) == 1
    anna.sends("/profile")
    anna.taps("Reminders")
    anna.taps("1 day before and again 2 h before")
    world.passes(days=2)
    assert reminded(anna) == 2


def test_a_lead_time_that_is_past_when_booking_is_skipped(world: World, tess: Actor, anna: Actor) -> None:
    world.book(anna, tess, berlin(18))
    world.runner.run(world.clock.move_to(berlin(15, 59)))
    assert reminded(anna) == 0
    world.passes(days=1)
    assert reminded(anna) == 1


def test_a_reminder_missed_while_the_bot_was_down_comes_as_soon_as_it_is_back(
    world: World, anna: Actor, made: BookingId
) -> None:
    jumps(world, berlin(12, days=2))
    anna.sees("Today 18:00: 40 min with Tess.")
    assert reminded(anna) == 1


@pytest.mark.parametrize("late", [timedelta(0), timedelta(hours=1)])
def test_nobody_is_reminded_of_a_session_that_has_begun(
    world: World, anna: Actor, made: BookingId, late: timedelta
) -> None:
    jumps(world, berlin(18, days=2) + late)
    assert reminded(anna) == 0


@pytest.mark.parametrize(
    ("start", "reminded_at"),
    [
        (datetime(2027, 3, 28, 16, tzinfo=UTC), "17:00"),
        (datetime(2026, 10, 25, 17, tzinfo=UTC), "19:00"),
    ],
    ids=["clocks go forward", "clocks go back"],
)
def test_a_day_before_is_24_hours_even_when_the_clocks_change(
    database_url: str, start: datetime, reminded_at: str
) -> None:
    with opened(database_url, start - timedelta(days=3)) as world:
        tess, anna = world.trainer("Tess", (6, 22)), world.trainee("Anna", units=2)
        world.book(anna, tess, start)
        world.runner.run(world.clock.move_to(start - timedelta(days=1, minutes=1)))
        assert reminded(anna) == 0
        world.passes(minutes=1)
        anna.sees("Tomorrow 18:00: 40 min with Tess.")
        anna.sends("/profile")
        anna.sees(f"now {reminded_at}")


def test_i_ll_be_there_is_noted_and_tells_nobody(world: World, tess: Actor, anna: Actor, made: BookingId) -> None:
    world.passes(hours=32)
    heard = len(tess.messages)
    world.driver.together(anna.async_taps("I'll be there"), anna.async_taps("I'll be there"))
    anna.sees("Noted. See you tomorrow 18:00!", "Tomorrow 18:00: 40 min with Tess.", "Move", "Cancel · free until")
    anna.sees_not("I'll be there")
    assert len(tess.messages) == heard
    anna.taps("Cancel · free until")
    anna.sees("Cancel tomorrow 18:00 with Tess?")


def test_who_said_to_come_is_not_asked_again(world: World, tess: Actor, anna: Actor, made: BookingId) -> None:
    world.passes(hours=32)
    anna.taps("I'll be there")
    world.runner.run(world.clock.move_to(berlin(16, days=2)))
    anna.sees("Today 18:00: 40 min with Tess.", "You said you'll be there.", "Cancel · costs 2 units")
    anna.sees_not("[ I'll be there ]")
    tess.forges(f"dy.s:{made}")
    tess.sees("Anna said: I'll be there.")


def test_i_ll_be_there_for_a_cancelled_session_shows_the_truth(
    world: World, tess: Actor, anna: Actor, made: BookingId
) -> None:
    world.passes(hours=32)
    world.act(booking.cancel, who(world, tess), made, 0)
    anna.taps("I'll be there")
    anna.sees("Wed 2 Dec, 18:00–18:40 with Tess", "cancelled by the trainer, free")
    anna.sees_not("Noted")


def test_i_ll_be_there_for_a_moved_session_shows_its_new_time(
    world: World, tess: Actor, anna: Actor, made: BookingId
) -> None:
    world.passes(hours=32)
    world.act(booking.move, who(world, tess), made, berlin(20, days=2))
    anna.taps("I'll be there")
    anna.sees("See you tomorrow 20:00!")


def test_a_reminder_s_move_leads_to_the_times(world: World, anna: Actor, made: BookingId) -> None:
    world.passes(hours=32)
    anna.taps("Move")
    anna.sees("40 min with Tess", "times in Berlin")


def test_a_reminder_s_move_that_comes_too_late_shows_the_session(world: World, anna: Actor, made: BookingId) -> None:
    world.passes(hours=32)
    world.runner.run(world.clock.move_to(berlin(6, 1, days=2)))
    anna.taps("Move")
    assert anna.alert == "It is too late to move this session yourself. Ask your trainer."
    anna.sees("Wed 2 Dec, 18:00–18:40 with Tess", "It is too late to move it yourself; Tess can.")
    anna.sees("Cancel · costs 2 units", "‹ My sessions")


def test_a_reminder_s_move_of_what_was_cancelled_shows_that(
    world: World, tess: Actor, anna: Actor, made: BookingId
) -> None:
    world.passes(hours=32)
    world.act(booking.cancel, who(world, tess), made, 0)
    anna.taps("Move")
    assert anna.alert == "This session is over or cancelled already."
    anna.sees("Wed 2 Dec, 18:00–18:40 with Tess", "cancelled by the trainer, free")
