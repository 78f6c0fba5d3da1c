"""What the other side hears of a change (F2), worded for its reader when it is sent."""

import pytest

from domain import booking
from domain.person import Person
from emulator.driver import Actor
from tests.world import World, berlin


@pytest.fixture
def tess(world: World) -> Actor:
    return world.trainer("Tess")


@pytest.fixture
def anna(world: World) -> Actor:
    return world.trainee("Anna", units=8)


def who(world: World, actor: Actor) -> Person:
    person: Person | None = world.read(lambda work: work.people.find_by_telegram(actor.id))
    assert person is not None
    return person


def test_a_booking_leads_its_trainer_to_the_session(world: World, tess: Actor, anna: Actor) -> None:
    world.book(anna, tess, berlin(9, days=1))
    tess.sees("New booking: Tue 1 Dec, 09:00, 40 min with Anna.")
    tess.taps("Show the session")
    tess.sees("Tue 1 Dec, 09:00–09:40", "Anna · 40 min", "2 units held", "Cancel · units go back")
    tess.taps("‹ Day")
    tess.sees("Tuesday 1 December · 1 session", "09:00 Anna")


def test_a_cancellation_leads_its_trainer_to_the_day(world: World, tess: Actor, anna: Actor) -> None:
    made = world.book(anna, tess, berlin(9, days=1))
    world.act(booking.cancel, who(world, anna), made, 0)
    tess.sees("Cancelled: Anna will not come Tue 1 Dec, 09:00", "The time is free again")
    tess.taps("Show the day")
    tess.sees("Tuesday 1 December", "free 09:00–17:00")


def test_a_trainee_s_move_tells_the_trainer_both_times(world: World, tess: Actor, anna: Actor) -> None:
    made = world.book(anna, tess, berlin(9, days=1))
    world.act(booking.move, who(world, anna), made, berlin(10, days=2))
    tess.sees("Moved: Anna now comes Wed 2 Dec, 10:00 instead of Tue 1 Dec, 09:00")


def test_a_trainer_s_cancellation_offers_another_time_of_the_same_kind(world: World, tess: Actor, anna: Actor) -> None:
    made = world.book(anna, tess, berlin(9, days=1))
    world.act(booking.cancel, who(world, tess), made, 0)
    anna.sees("Cancelled: Tess had to cancel Tue 1 Dec, 09:00. 2 units went back to your balance.")
    anna.taps("Book another time")
    anna.sees("40 min with Tess")


def test_a_reader_elsewhere_is_told_whose_time_it_is(world: World, tess: Actor, anna: Actor) -> None:
    tess.sends("/profile")
    tess.taps("Time zone")
    tess.sends("Lisbon")
    world.book(anna, tess, berlin(9, days=1))
    tess.sees("New booking: Tue 1 Dec, 08:00", "Times in Lisbon.")
    tess.sends("/today")
    tess.sees("Times in Berlin")
    tess.taps("Tue 1 ▸")
    tess.sees("09:00 Anna")


def test_a_hostile_name_is_shown_as_it_is(world: World, tess: Actor) -> None:
    odd = world.trainee("<b>&{0}</i>", units=2)
    world.book(odd, tess, berlin(9, days=1))
    tess.sees("New booking: Tue 1 Dec, 09:00, 40 min with <b>&{0}</i>.")
