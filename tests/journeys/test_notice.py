"""What the other side hears of a change (F2), worded for its reader when it is sent."""

import pytest

from bot.screens.notice import SCREENS
from domain import booking
from domain.outbox import Kind
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


def test_a_trainer_s_move_into_the_paid_window_says_that_free_cancelling_is_over(
    world: World, tess: Actor, anna: Actor
) -> None:
    made = world.book(anna, tess, berlin(9, days=3))
    world.act(booking.move, who(world, tess), made, berlin(10, days=2))
    anna.sees("Tess moved your session to Wed 2 Dec, 10:00")
    anna.sees_not("Free cancelling is over")
    world.act(booking.move, who(world, tess), made, berlin(15))
    anna.sees(
        "Tess moved your session to Mon 30 Nov, 15:00",
        "Free cancelling is over for it; if it does not suit you, tell Tess.",
    )


def test_a_trainer_s_cancellation_offers_another_time_of_the_same_kind(world: World, tess: Actor, anna: Actor) -> None:
    made = world.book(anna, tess, berlin(9, days=1))
    world.act(booking.cancel, who(world, tess), made, 0)
    anna.sees("Cancelled: Tess had to cancel Tue 1 Dec, 09:00. 2 units went back to your balance.")
    anna.taps("Book another time")
    anna.sees("40 min with Tess")


def lives_in(somebody: Actor, city: str) -> None:
    somebody.sends("/profile")
    somebody.taps("Time zone")
    somebody.sends(city)


def test_a_trainer_elsewhere_reads_everything_in_the_zone_of_the_hours(world: World, tess: Actor, anna: Actor) -> None:
    lives_in(tess, "New York")
    world.book(anna, tess, berlin(9, days=1))
    tess.sees("New booking: Tue 1 Dec, 09:00", "Times in Berlin.")
    tess.sends("/start")
    tess.sees("Next: tomorrow 09:00", "Times in Berlin.")
    tess.sends("/today")
    tess.sees("Times in Berlin")
    tess.taps("Tue 1 ▸")
    tess.taps("09:00 Anna")
    tess.sees("Tue 1 Dec, 09:00–09:40 (Berlin)")
    tess.taps("Cancel · units go back")
    tess.sees("Cancel tomorrow 09:00 with Anna?", "Times in Berlin.")
    tess.taps("‹ Keep it")
    tess.taps("Move")
    tess.sees("now tomorrow 09:00", "Tuesday 1 December, times in Berlin")
    tess.taps("10:20")
    tess.sees("Move from tomorrow 09:00 to:", "Tue 1 Dec, 10:20–11:00 (Berlin)")
    tess.taps("Move it")
    tess.sees("Moved to Tue 1 Dec, 10:20–11:00 (Berlin).")


def test_hours_in_a_zone_of_their_own_are_named_to_a_trainer_at_home(world: World, anna: Actor) -> None:
    tom = world.trainer("Tom", zone="Europe/London")
    world.book(anna, tom, berlin(12, days=1))
    tom.sees("New booking: Tue 1 Dec, 11:00", "Times in London.")
    tom.sends("/start")
    tom.sees("Next: tomorrow 11:00", "Times in London.")
    world.passes(days=1, hours=3)
    tom.sees("Did Anna train Tue 1 Dec, 11:00?", "Times in London.")


def test_no_zone_is_named_where_there_is_but_one(world: World, tess: Actor, anna: Actor) -> None:
    world.book(anna, tess, berlin(9, days=1))
    for somebody in (tess, anna):
        somebody.sends("/start")
        somebody.sees("Next: tomorrow 09:00")
        somebody.sees_not("Times in")


def test_a_trainee_abroad_is_told_whose_time_it_is(world: World, tess: Actor, anna: Actor) -> None:
    lives_in(anna, "New York")
    world.books(anna, "40 min ·", "Thu 3", "05:00")
    both = "Times in New York; at the studio it is 11:00 (Berlin)."
    anna.sees("Booked", "Thu 3 Dec, 05:00–05:40", both)
    anna.sends("/start")
    anna.sees("Next: Thu 3 Dec, 05:00", both)
    anna.sends("/sessions")
    anna.taps("Thu 3 Dec")
    anna.taps("Move")
    anna.taps("05:20")
    anna.taps("Move it")
    anna.sees("Moved to Thu 3 Dec, 05:20–06:00", "Times in New York; at the studio it is 11:20 (Berlin).")
    anna.sends("/sessions")
    anna.taps("Thu 3 Dec")
    anna.taps("Cancel · free")
    anna.sees("Cancel Thu 3 Dec, 05:20 with Tess?", "Times in New York.")


@pytest.mark.parametrize(
    ("taps", "said"), [(["Complete · 2 units"], "Session with"), (["No-show", "Yes"], "did not come")]
)
def test_a_receipt_abroad_names_its_zone(world: World, tess: Actor, anna: Actor, taps: list[str], said: str) -> None:
    lives_in(anna, "New York")
    world.book(anna, tess, berlin(14))
    world.passes(hours=5)
    for label in taps:
        tess.taps(label)
    world.passes(minutes=2)
    anna.sees(said, "Mon 30 Nov, 08:00", "Times in New York.")


def test_a_day_that_is_another_at_the_studio_is_named(world: World, anna: Actor) -> None:
    tom = world.trainer("Tom", (0, 24))
    lives_in(anna, "New York")
    made = world.book(anna, tom, berlin(14, days=2))
    world.act(booking.move, who(world, tom), made, berlin(3, days=3))
    anna.sees("moved your session to Wed 2 Dec, 21:00", "at the studio it is Thu 3 Dec, 03:00 (Berlin).")


def test_a_hostile_name_is_shown_as_it_is(world: World, tess: Actor) -> None:
    odd = world.trainee("<b>&{0}</i>", units=2)
    world.book(odd, tess, berlin(9, days=1))
    tess.sees("New booking: Tue 1 Dec, 09:00, 40 min with <b>&{0}</i>.")


def test_a_notice_that_may_be_lost_is_told_the_admins_in_words(world: World, tess: Actor, anna: Actor) -> None:
    olga = world.owner()
    world.telegram.faults.lose_answers("sendMessage", 2)
    world.book(anna, tess, berlin(9, days=1))
    world.passes(minutes=30)
    olga.sees("Tess may not have got a message: a new booking (Tue 1 Dec, 09:00). Nothing has said whether it arrived")


def test_a_notice_that_cannot_be_sent_is_to_be_passed_on(
    world: World, tess: Actor, anna: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    olga = world.owner()
    made = world.book(anna, tess, berlin(9, days=1))
    monkeypatch.delitem(SCREENS, Kind.CANCELLED_BY_TRAINER)
    world.act(booking.cancel, who(world, tess), made, 0)
    olga.sees("A message to Anna could not be delivered: a cancelled session (Tue 1 Dec, 09:00). Please tell them")
    olga.taps("Units of Anna")
    olga.sees("Units: 8 free · 0 held")
