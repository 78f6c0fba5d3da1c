"""The studio's settings (G1): what each is, how it is changed, what a change touches."""

from datetime import timedelta

import pytest

from domain import package
from domain.studio import Studio
from emulator.driver import Actor
from tests.world import World, berlin


def studio(world: World) -> Studio:
    kept: Studio = world.read(lambda work: work.studio.get())
    return kept


def opens(owner: Actor, setting: str) -> None:
    owner.sends("/settings")
    owner.taps(setting)


def test_the_settings_show_what_is_so_now(world: World) -> None:
    olga = world.owner()
    olga.sends("/settings")
    olga.sees(
        "Free cancelling until: 12 h before",
        "Shortest notice: 1 h",
        "How far ahead: 30 days",
        "1 day before and again 2 h",
    )
    olga.sees("Place: none")
    olga.sees_not("Mind:")


def test_a_setting_is_changed_with_a_tap_and_says_what_that_touches(world: World) -> None:
    olga = world.owner()
    opens(olga, "Free cancelling until")
    olga.sees("loses no units", "New bookings only", "• 12 h before •")
    olga.taps("6 h before")
    olga.sees("✓ Free cancelling until: 6 h before", "sessions already booked keep the rule")
    assert studio(world).cancel_notice_minutes == 360


@pytest.mark.parametrize(
    ("typed", "minutes"), [("12 h", 720), ("1 day", 1440), ("90 min", 90), ("0", 0), ("1 h 30 min", 90), ("1.5h", 90)]
)
def test_lengths_can_be_typed_in_several_ways(world: World, typed: str, minutes: int) -> None:
    olga = world.owner()
    opens(olga, "Shortest notice")
    olga.sends(typed)
    olga.sees("✓ Shortest notice")
    assert studio(world).minimum_notice_minutes == minutes


@pytest.mark.parametrize(
    ("setting", "typed", "said"),
    [
        ("Free cancelling until", "12", "cannot read that as a length"),
        ("Free cancelling until", "soon", "cannot read that as a length"),
        ("Free cancelling until", "-3 h", "cannot read that as a length"),
        ("Free cancelling until", "8 days", "between 0 min and 7 days"),
        ("How far ahead", "0", "between 1 day and 365 days"),
        ("How far ahead", "36 h", "I need a number of days"),
        ("Reminders", "1 min", "between 5 min and 7 days"),
        ("Reminders", "1 h, 2 h, 3 h, 4 h, 5 h, 6 h", "At most 5 reminders"),
        ("Reminders", "1 day, whenever", "cannot read that as a length"),
        ("Place", "x" * 101, "at most 100 letters"),
    ],
)
def test_what_a_setting_cannot_be_explains_itself_and_changes_nothing(
    world: World, setting: str, typed: str, said: str
) -> None:
    olga = world.owner()
    before = studio(world)
    opens(olga, setting)
    olga.sends(typed)
    olga.sees(said, setting, "for example")
    assert studio(world) == before
    olga.taps("‹ Back")
    olga.sees("Settings of Studio Kraft")


def test_how_far_ahead_counts_days(world: World) -> None:
    olga = world.owner()
    opens(olga, "How far ahead")
    olga.sends("8 weeks")
    olga.sees("How far ahead: 56 days")
    assert studio(world).horizon_days == 56


def test_the_place_is_typed_and_can_be_taken_away(world: World) -> None:
    olga = world.owner()
    opens(olga, "Place")
    olga.sends_sticker()
    olga.sees("I can only read text here")
    olga.sends("  Studio 2, <b>Linden</b>str. {5} ")
    olga.sees("✓ Place: Studio 2, <b>Linden</b>str. {5}")
    opens(olga, "Place")
    olga.taps("No place")
    olga.sees("✓ Place: none")


def test_a_first_reminder_after_the_end_of_free_cancelling_is_warned_of_not_refused(world: World) -> None:
    olga = world.owner()
    opens(olga, "Reminders")
    olga.taps("2 h before")
    olga.sees("✓ Reminders: 2 h before", "Mind: the first reminder comes 2 h before", "12 h before")
    assert studio(world).reminder_leads == (120,)
    opens(olga, "Free cancelling until")
    olga.taps("the start")
    olga.sees_not("Mind:")


def test_two_rules_that_leave_nothing_to_book_are_warned_of_everywhere(world: World) -> None:
    olga, anna = world.owner(), world.trainee("Anna", units=4)
    world.trainer("Tess")
    world.act(lambda work: package.create(work, work.people.find_by_telegram(olga.id), 10, 22000, "EUR", None))
    opens(olga, "Shortest notice")
    olga.sends("2 days")
    olga.sees_not("Mind:")
    opens(olga, "How far ahead")
    olga.sends("1 day")
    olga.sees("✓ How far ahead: 1 day", "Mind: nobody can book anything", "shortest notice (2 days)")
    opens(olga, "Shortest notice")
    olga.sees("Mind: nobody can book")
    olga.sends("/admin")
    olga.sees("Mind: nobody can book", "Next: change Shortest notice or How far ahead")
    olga.sees_not("Nothing is missing")
    anna.sends("/book")
    anna.taps("20 min")
    anna.sees("the studio asks for 2 days of notice, but opens only the next 1 day", "Back")
    opens(olga, "How far ahead")
    olga.sees("Mind: nobody can book")
    olga.sends("3 days")
    olga.sees_not("Mind:")
    olga.sends("/admin")
    olga.sees("Nothing is missing")


def test_changed_leads_move_the_reminders_that_wait_and_send_none_twice(world: World) -> None:
    olga, anna, tess = world.owner(), world.trainee("Anna", units=4), world.trainer("Tess")
    world.book(anna, tess, berlin(16, days=2))
    world.runner.run(world.clock.move_to(berlin(16, days=1)))
    anna.sees("Tomorrow 16:00")
    opens(olga, "Reminders")
    olga.sends("1 day, 4 h")
    olga.sees("✓ Reminders: 1 day before and again 4 h before", "reminders of 1 booked session were planned anew")
    world.runner.run(world.clock.move_to(berlin(12, days=2)))
    anna.sees("Today 16:00")
    world.runner.run(world.clock.move_to(berlin(15, days=2)))
    assert sum("40 min with Tess" in message.text for message in anna.messages) == 2


def test_a_changed_place_stands_in_reminders_that_wait(world: World) -> None:
    olga, anna, tess = world.owner(), world.trainee("Anna", units=4), world.trainer("Tess")
    world.book(anna, tess, berlin(16, days=2))
    opens(olga, "Place")
    olga.sends("Room 3")
    world.runner.run(world.clock.move_to(berlin(16, days=1)))
    anna.sees("Tomorrow 16:00", "Room 3")


def test_bookings_keep_the_rule_they_were_made_under(world: World) -> None:
    olga, anna, tess = world.owner(), world.trainee("Anna", units=4), world.trainer("Tess")
    made = world.book(anna, tess, berlin(16, days=2))
    opens(olga, "Free cancelling until")
    olga.taps("2 days before")
    assert world.read(lambda work: work.bookings.get(made)).cancel_notice_minutes == 720
    later = world.book(anna, tess, berlin(10, days=4))
    assert world.read(lambda work: work.bookings.get(later)).cancel_notice_minutes == 2880


def test_a_tap_that_waited_too_long_shows_the_setting_again(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    olga = world.owner()
    opens(olga, "Free cancelling until")
    monkeypatch.setattr("bot.dispatcher.CONFIRM_WITHIN", timedelta(seconds=-1))
    olga.taps("6 h before")
    olga.sees("Free cancelling until: 12 h before")
    assert studio(world).cancel_notice_minutes == 720


def test_forged_settings_change_nothing(world: World) -> None:
    olga = world.owner()
    olga.sends("/settings")
    before = studio(world)
    for forged in (
        "ad.f:name",
        "ad.v:currency:1",
        "ad.v:cancel_notice_minutes:soon",
        "ad.v:cancel_notice_minutes:-1",
        "ad.v:reminder_leads:1-x",
        "ad.v:reminder_leads:1",
        "ad.v:horizon_days:99999999999999999999",
    ):
        olga.forges(forged)
        assert olga.alert, forged
    assert studio(world) == before


def test_everybody_else_finds_their_own_settings(world: World) -> None:
    world.owner()
    anna = world.trainee("Anna")
    anna.sends("/settings")
    anna.sees("Your profile")
    for forged in ("ad", "ad.s", "ad.f:place", "ad.v:place:Nowhere"):
        anna.forges(forged)
        assert "not open to you" in anna.alert, forged


def test_an_unfinished_question_is_dropped_by_another_step(world: World) -> None:
    olga = world.owner()
    opens(olga, "Place")
    olga.taps("‹ Back")
    olga.sends("Room 3")
    olga.sees("I did not expect a message here")
    assert studio(world).place == ""
