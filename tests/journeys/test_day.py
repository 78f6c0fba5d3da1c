"""The trainer's day (D1): one pinned card that edits itself, other days, the week, one session's card."""

from datetime import timedelta

import pytest

from domain import booking, hours
from domain.availability import Window, minute_of
from domain.person import Person
from emulator.driver import Actor
from tests.world import World, berlin


@pytest.fixture
def tess(world: World) -> Actor:
    return world.trainer("Tess", (9, 12), (13, 17))


@pytest.fixture
def anna(world: World) -> Actor:
    return world.trainee("Anna", units=10)


def who(world: World, actor: Actor) -> Person:
    person: Person | None = world.read(lambda work: work.people.find_by_telegram(actor.id))
    assert person is not None
    return person


def pinned(world: World, actor: Actor) -> list[str]:
    """What is pinned in somebody's chat."""
    return [message.text for message in world.telegram.pinned(actor.id)]


def test_the_day_shows_sessions_free_times_and_the_zone(world: World, tess: Actor, anna: Actor) -> None:
    world.book(anna, tess, berlin(14))
    world.book(world.trainee("Ben", units=1), tess, berlin(11), minutes=20)
    tess.sends("/today")
    tess.sees("Today, Mon 30 Nov · 2 sessions · next 11:00", "Times in Berlin")
    tess.sees("free 10:00–11:00\n11:00 Ben · 20 min · 1 unit\nfree 11:20–12:00\nfree 13:00–14:00")
    tess.sees("14:00 Anna · 40 min · 2 units\nfree 14:40–17:00")
    assert tess.buttons[0] == ["11:00 Ben", "14:00 Anna"]
    assert tess.buttons[1:] == [["◂ Sun 29", "Tue 1 ▸", "Week"], ["Hours", "⌂ Home"]]


def test_an_empty_day_says_what_helps(world: World, tess: Actor) -> None:
    tess.sends("/today")
    tess.sees("free 10:00–12:00", "Nobody has booked yet", "/book", "/hours")
    world.act(hours.set_date, who(world, tess), berlin(9).date(), [Window(540, 600)])
    tess.sends("/today")
    tess.sees("No session, and your hours are over")
    world.act(hours.set_date, who(world, tess), berlin(9).date(), [])
    tess.sends("/today")
    tess.sees("You have no hours on this day", "/hours")
    world.act(hours.add_time_off, who(world, tess), berlin(9).date(), berlin(9).date())
    tess.sends("/today")
    tess.sees("You are off this day")
    tess.taps("◂ Sun 29")
    tess.sees("Sunday 29 November", "There was no session")


def test_days_and_weeks_can_be_leafed_through(world: World, tess: Actor, anna: Actor) -> None:
    world.book(anna, tess, berlin(9, days=1))
    world.book(anna, tess, berlin(15, days=1))
    world.book(anna, tess, berlin(9, days=7))
    tess.sends("/today")
    tess.taps("Tue 1 ▸")
    tess.sees("Tuesday 1 December · 2 sessions", "09:00 Anna")
    tess.taps("Week")
    tess.sees("Mon 30 Nov – Sun 6 Dec · 2 sessions", "Times in Berlin", "Today · free", "Tue 1 Dec · 2 sessions")
    tess.taps("Week after")
    tess.sees("Mon 7 Dec – Sun 13 Dec · 1 session", "Mon 7 Dec · 1 session")
    tess.taps("Mon 7 Dec")
    tess.sees("Monday 7 December · 1 session", "09:00 Anna")
    tess.taps("Week")
    tess.taps("Week before")
    tess.taps("‹ Back")
    tess.sees("Today, Mon 30 Nov")


def test_the_card_is_pinned_and_replaces_the_earlier_one(world: World, tess: Actor) -> None:
    tess.sends("/today")
    first = tess.screen.id
    assert len(pinned(world, tess)) == 1
    tess.sends("/today")
    assert len(pinned(world, tess)) == 1
    assert first not in [message.id for message in tess.messages]


def test_the_pinned_card_edits_itself_when_its_day_changes(world: World, tess: Actor, anna: Actor) -> None:
    tess.sends("/today")
    made = world.book(anna, tess, berlin(14))
    world.passes(seconds=3)
    assert "14:00 Anna" in pinned(world, tess)[0]
    world.act(booking.move, who(world, tess), made, berlin(15))
    world.passes(seconds=3)
    assert "15:00 Anna" in pinned(world, tess)[0]
    world.act(booking.move, who(world, tess), made, berlin(15, days=1))
    world.passes(seconds=3)
    assert "Anna" not in pinned(world, tess)[0]
    world.act(booking.move, who(world, tess), made, berlin(16))
    world.passes(seconds=3)
    assert "16:00 Anna" in pinned(world, tess)[0]
    world.act(booking.cancel, who(world, anna), made, 2)
    world.passes(seconds=3)
    assert "Anna" not in pinned(world, tess)[0]


def test_the_pinned_card_offers_complete_when_the_session_begins(world: World, tess: Actor, anna: Actor) -> None:
    world.book(anna, tess, berlin(14))
    tess.sends("/today")
    assert "Complete" not in str(tess.buttons)
    world.passes(hours=4, seconds=5)
    assert "▸ 14:00 Anna · 40 min · 2 units · now" in pinned(world, tess)[0]
    tess.taps("14:00 Anna: Complete · 2 units")
    tess.sees("✓ 14:00 Anna · 2 units redeemed", "Undo 14:00 Anna · until 14:01:05")
    world.passes(seconds=70)
    tess.sees_not("Undo")


def test_the_pinned_card_says_when_a_session_is_over_and_free_time_is_gone(
    world: World, tess: Actor, anna: Actor
) -> None:
    world.book(anna, tess, berlin(11))
    tess.sends("/today")
    world.runner.run(world.clock.move_to(berlin(11, 10)))
    assert "▸ 11:00 Anna · 40 min · 2 units · now" in pinned(world, tess)[0]
    world.runner.run(world.clock.move_to(berlin(11, 41)))
    assert "▸ 11:00 Anna · 40 min · 2 units · not completed yet" in pinned(world, tess)[0]
    assert "free 11:45–12:00" in pinned(world, tess)[0]
    world.runner.run(world.clock.move_to(berlin(12, 1)))
    assert "–12:00" not in pinned(world, tess)[0]


def test_the_pinned_card_follows_the_hours(world: World, tess: Actor) -> None:
    tess.sends("/today")
    tess.sends("/hours")
    tess.taps("Mon")
    tess.taps("Closed")
    world.passes(seconds=3)
    assert "You have no hours on this day" in pinned(world, tess)[0]
    tess.sends("/hours")
    tess.taps("Time off")
    tess.taps("Add time off")
    tess.taps("Mon 30")
    tess.taps("Mon 30")
    tess.taps("Save")
    world.passes(seconds=3)
    assert "You are off this day" in pinned(world, tess)[0]


def test_what_earlier_days_left_open_stands_first_on_today(world: World, tess: Actor, anna: Actor) -> None:
    world.book(anna, tess, berlin(14))
    world.passes(days=1)
    tess.sends("/today")
    tess.sees("Still open: Mon 30 Nov, 14:00 Anna · 2 units")
    tess.taps("Mon 30 Nov, 14:00 Anna: Complete · 2 units")
    assert tess.toast == "✓ Anna: 2 units redeemed"
    tess.sees("Today, Tue 1 Dec", "Undo Mon 30 Nov, 14:00 Anna")
    tess.sees_not("Still open")
    world.passes(minutes=2)
    assert "Undo" not in str(tess.buttons)
    tess.taps("◂ Mon 30")
    tess.sees("✓ 14:00 Anna · 2 units redeemed")


def test_many_changes_make_one_edit_and_another_day_makes_none(world: World, tess: Actor, anna: Actor) -> None:
    tess.sends("/today")
    before = edits(world)
    for hour in (13, 14, 15):
        world.book(anna, tess, berlin(hour))
    world.book(anna, tess, berlin(13, days=2))
    world.passes(seconds=5)
    assert edits(world) == before + 1


@pytest.mark.parametrize(
    ("label", "shown"),
    [
        ("Tue 1 ▸", "Tuesday 1 December"),
        ("Week", "Mon 30 Nov – Sun 6 Dec"),
        ("14:00 Anna", "2 units held"),
        ("Hours", "Your hours"),
    ],
)
def test_what_the_pinned_card_leads_to_opens_below_and_is_left_alone(
    world: World, tess: Actor, anna: Actor, label: str, shown: str
) -> None:
    world.book(anna, tess, berlin(14))
    tess.sends("/today")
    tess.taps(label)
    tess.sees(shown)
    world.book(anna, tess, berlin(16))
    world.passes(seconds=3)
    assert pinned(world, tess)[0].startswith("Today, Mon 30 Nov · 2 sessions")
    assert any(shown in message.text for message in tess.messages)


def test_completing_on_the_pinned_card_keeps_it_a_card(world: World, tess: Actor, anna: Actor) -> None:
    world.book(anna, tess, berlin(11))
    tess.sends("/today")
    world.passes(hours=1, minutes=5)
    tess.taps("11:00 Anna: Complete")
    assert "✓ 11:00 Anna · 2 units redeemed" in pinned(world, tess)[0]
    tess.taps("Week")
    assert pinned(world, tess)[0].startswith("Today")


def test_an_edit_that_telegram_puts_off_is_made_later(world: World, tess: Actor, anna: Actor) -> None:
    tess.sends("/today")
    world.book(anna, tess, berlin(14))
    world.telegram.faults.refuse_with_429("editMessageText", 1, retry_after=3)
    world.passes(seconds=3)
    assert "Anna" not in pinned(world, tess)[0]
    world.passes(seconds=3)
    assert "14:00 Anna" in pinned(world, tess)[0]


def test_a_card_whose_day_is_over_turns_to_the_next(world: World, tess: Actor, anna: Actor) -> None:
    world.book(anna, tess, berlin(10, days=1))
    tess.sends("/today")
    world.runner.run(world.clock.move_to(berlin(23, 59)))
    assert pinned(world, tess)[0].startswith("Today, Mon 30 Nov")
    world.passes(minutes=2)
    assert pinned(world, tess)[0].startswith("Today, Tue 1 Dec · 1 session · next 10:00")
    world.passes(hours=10)
    assert "▸ 10:00 Anna" in pinned(world, tess)[0]


def test_a_card_that_is_gone_is_given_up_quietly(world: World, tess: Actor, anna: Actor) -> None:
    olga = world.owner()
    tess.sends("/today")
    world.telegram.remove([tess.screen])
    world.book(anna, tess, berlin(14))
    world.passes(seconds=3)
    olga.sees_not("could not be delivered")
    trainer_id = who(world, tess).id
    assert world.read(lambda work: work.cards.find(trainer_id)) is None


def test_the_trainer_cancels_after_being_asked_and_the_units_go_back(world: World, tess: Actor, anna: Actor) -> None:
    world.book(anna, tess, berlin(14))
    tess.sends("/today")
    tess.taps("14:00 Anna")
    tess.sees("Mon 30 Nov, 14:00–14:40", "(Berlin)", "Anna · 40 min", "2 units held · in 4 h", "Move")
    tess.taps("Cancel · units go back")
    tess.sees("Cancel today 14:00 with Anna?", "Anna gets 2 units back. The time is free again.", "Anna is told.")
    tess.taps("‹ Keep it")
    tess.taps("Cancel · units go back")
    world.driver.together(tess.async_taps("Yes, cancel"), tess.async_taps("Yes, cancel"))
    assert not tess.alert
    tess.sees("✓ Cancelled: today 14:00 with Anna", "2 units went back", "Today, Mon 30 Nov")
    anna.sees(
        "Cancelled: Tess had to cancel Mon 30 Nov, 14:00", "2 units went back to your balance", "Book another time"
    )
    anna.sends("/start")
    anna.sees("10 free · 0 held")


def test_the_trainer_moves_a_session_through_the_booking_screens(world: World, tess: Actor, anna: Actor) -> None:
    world.book(anna, tess, berlin(14))
    tess.sends("/today")
    tess.taps("14:00 Anna")
    tess.taps("Move")
    tess.sees("Move to when? 40 min with Anna, now today 14:00")
    tess.taps("Month")
    tess.sees("40 min with Anna, now today 14:00")
    tess.taps("‹ Back")
    tess.taps("15:20")
    tess.sees("40 min with Anna", "15:20–16:00")
    tess.sees_not("with Tess")
    tess.taps("Move it")
    anna.sees("Tess moved your session to Mon 30 Nov, 15:20", "it was Mon 30 Nov, 14:00", "It still holds 2 units")


def test_the_way_back_from_moving_leads_the_trainer_to_the_session(world: World, tess: Actor, anna: Actor) -> None:
    world.book(anna, tess, berlin(14))
    tess.sends("/today")
    tess.taps("14:00 Anna")
    tess.taps("Move")
    tess.taps("‹ Back")
    assert not tess.alert
    tess.sees("Anna · 40 min", "2 units held", "‹ Day")


def test_the_minimum_notice_does_not_bind_the_trainer_who_moves(world: World, anna: Actor) -> None:
    tess = world.trainer("Tess", (9, 12), (13, 18))
    world.book(anna, tess, berlin(16), minutes=20)
    world.runner.run(world.clock.move_to(berlin(15, 45)))
    tess.sends("/today")
    tess.taps("16:00 Anna")
    tess.taps("Move")
    tess.sees("Monday 30 November", "16:20", "16:40")
    tess.sees_not("15:40", "At least")
    tess.taps("16:20")
    tess.taps("Move it")
    tess.sees("Moved to Mon 30 Nov, 16:20–16:40")
    anna.sees("Tess moved your session to Mon 30 Nov, 16:20")
    anna.sends("/book")
    anna.taps("20 min ·")
    anna.sees_not("16:00", "16:40")


def test_a_trainer_moves_nothing_into_the_past(world: World, tess: Actor, anna: Actor) -> None:
    made = world.book(anna, tess, berlin(16))
    world.runner.run(world.clock.move_to(berlin(15, 45)))
    tess.forges(f"bk.mv:{made}:{minute_of(berlin(15, 40))}")
    assert tess.alert
    assert world.read(lambda work: work.bookings.get(made)).starts_at == berlin(16)


def test_a_trainer_who_has_no_free_time_is_told_what_decides_it(world: World, tess: Actor, anna: Actor) -> None:
    world.book(anna, tess, berlin(14))
    today = berlin(9).date()
    world.act(hours.add_time_off, who(world, tess), today, today + timedelta(days=40))
    tess.sends("/today")
    tess.taps("14:00 Anna")
    tess.taps("Move")
    tess.sees("You have no free time in the next 30 days", "Your hours, time off and other sessions decide")
    tess.sees_not("another trainer", "ask the studio")
    tess.taps("Time off")
    tess.sees("Your time off", "Mon 30 Nov – Sat 9 Jan 2027")


def test_a_late_confirmation_shows_the_session_instead_of_cancelling(
    world: World, tess: Actor, anna: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    world.book(anna, tess, berlin(14))
    tess.sends("/today")
    tess.taps("14:00 Anna")
    tess.taps("Cancel · units go back")
    monkeypatch.setattr("bot.dispatcher.CONFIRM_WITHIN", timedelta(seconds=-1))
    tess.taps("Yes, cancel")
    tess.sees("2 units held · in 4 h", "Cancel · units go back")
    anna.sees_not("Cancelled")


@pytest.mark.parametrize("button", ["dy.s", "dy.o", "tt.x", "tt.xx", "cp", "cp.n", "cp.nn", "cp.u", "cp.l"])
def test_nobody_but_the_session_s_own_trainer_can_act(world: World, tess: Actor, anna: Actor, button: str) -> None:
    made = world.book(anna, tess, berlin(14))
    world.passes(hours=4)
    for other in (world.trainer("Tom"), anna, world.owner()):
        other.forges(f"{button}:{made}")
        assert other.alert in {"This does not exist any more.", "This is not open to you. /help shows what is."}
    assert world.read(lambda work: work.bookings.get(made)).active


@pytest.mark.parametrize("data", ["dy:99999999999", "dy:-1", "dy:x", "dy.s:99999999999999999999", "dy.s:0", "cp:-1"])
def test_a_forged_day_or_id_is_refused(world: World, tess: Actor, data: str) -> None:
    tess.forges(data)
    assert tess.alert


@pytest.mark.parametrize("data", ["dy:1", "dy:39999", "dy.w:1", "dy.w:39999"])
def test_the_first_and_last_day_that_a_button_can_carry_are_shown(world: World, tess: Actor, data: str) -> None:
    tess.forges(data)
    tess.sees("Times in Berlin")
    assert not tess.alert


def test_a_trainee_has_no_day(world: World, anna: Actor) -> None:
    anna.sends("/today")
    anna.sees("This is not open to you")


def test_hostile_and_long_names_fit_the_card(world: World, tess: Actor) -> None:
    odd = world.trainee("</b>&<i>{0}" + "x" * 40, units=1)
    world.book(odd, tess, berlin(14), minutes=20)
    tess.sends("/today")
    tess.sees("14:00 </b>&<i>{0}xxxxxxxx… · 20 min")


def edits(world: World) -> int:
    return sum(call.method == "editMessageText" for call in world.telegram.calls)


def test_home_tells_how_many_sessions_wait_to_be_completed(world: World, tess: Actor, anna: Actor) -> None:
    tess.sends("/start")
    tess.sees("Hi Tess! No session is ahead.")
    tess.sees_not("wait")
    for hour in (11, 14):
        world.book(anna, tess, berlin(hour))
    world.passes(days=1)
    tess.sends("/start")
    tess.sees("Hi Tess! No session is ahead.", "2 sessions wait to be completed.")
    tess.taps("Today · 2 to complete")
    tess.sees("Still open: Mon 30 Nov, 11:00 Anna", "Mon 30 Nov, 14:00 Anna: Complete · 2 units")
