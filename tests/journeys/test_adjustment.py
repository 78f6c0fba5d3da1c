"""Giving and taking units (G1, B4)."""

from datetime import timedelta
from typing import Any

import pytest

from domain.permission import Role
from domain.person import give_role
from emulator.driver import Actor
from tests.world import World


def opens_card(owner: Actor, name: str) -> None:
    owner.sends("/adjust")
    owner.taps(name)


def test_units_are_given_with_a_reason_that_the_person_reads(world: World) -> None:
    olga, anna = world.owner(), world.trainee("Anna")
    opens_card(olga, "Anna")
    olga.sees("Anna", "0 free", "How many to give or take?")
    olga.taps("+5")
    olga.sees("give 5 units", "Anna will read the reason")
    olga.taps("goodwill")
    olga.sees("Free units: 0 → 5", "Reason, as Anna will read it: goodwill", "never expire")
    olga.taps("Give 5 units")
    olga.sees("5 units given to Anna", "5 free")
    anna.sees("5 units added", "goodwill")


def test_units_are_taken_with_a_typed_number_and_reason(world: World) -> None:
    olga, anna = world.owner(), world.trainee("Anna", units=6)
    opens_card(olga, "Anna")
    olga.sends("-2")
    olga.sees("take 2 units", "Why?")
    olga.sends("Counted <twice> in May & June")
    olga.sees("Free units: 6 → 4", "Counted <twice> in May & June")
    olga.taps("Take 2 units")
    olga.sees("2 units taken from Anna", "4 free")
    anna.sees("2 units taken", "Counted <twice> in May & June")
    olga.taps("More for the same person")
    olga.sees("−2 · Counted <twice> in May & June")


@pytest.mark.parametrize(("typed", "said"), [("4", "give 4"), ("+4", "give 4"), ("−2", "take 2"), ("- 2", "take 2")])
def test_a_number_of_units_can_be_typed_in_several_ways(world: World, typed: str, said: str) -> None:
    olga = world.owner()
    world.trainee("Anna", units=6)
    opens_card(olga, "Anna")
    olga.sends(typed)
    olga.sees(said)


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("0", "1 to 500 units"),
        ("501", "1 to 500 units"),
        ("-501", "1 to 500 units"),
        ("a few", "I need a whole number"),
        ("1.5", "I need a whole number"),
        ("99999999999999999999", "I need a whole number"),
        ("-7", "7 units cannot be taken: only 6 are free"),
    ],
)
def test_a_number_that_cannot_be_explains_itself_and_changes_nothing(world: World, typed: str, said: str) -> None:
    olga = world.owner()
    world.trainee("Anna", units=6)
    opens_card(olga, "Anna")
    olga.sends(typed)
    olga.sees(said, "6 free", "How many to give or take?")
    olga.sends("+1")
    olga.sees("Why?")


def test_held_units_cannot_be_taken_and_the_alert_says_what_is_free(world: World) -> None:
    olga = world.owner()
    world.trainee("Anna", units=2)
    opens_card(olga, "Anna")
    olga.taps("−3")
    assert "3 units cannot be taken: only 2 are free" in olga.alert


def test_units_that_are_gone_by_the_time_of_the_confirmation_are_not_taken(world: World) -> None:
    olga = world.owner()
    anna = world.trainee("Anna", units=3)
    opens_card(olga, "Anna")
    olga.taps("−3")
    olga.taps("correction")
    world.act(_spend, anna.id, 2)
    olga.taps("Take 3 units")
    assert "only 1 is free" in olga.alert
    olga.sees("1 free")


def test_two_admins_who_confirm_the_same_do_not_give_it_twice(world: World) -> None:
    olga, oskar = world.owner(), world.trainee("Oskar")
    anna = world.trainee("Anna", units=20)
    world.act(lambda work: give_role(work, work.people.find_by_telegram(oskar.id), Role.ADMIN))
    for admin in (olga, oskar):
        opens_card(admin, "Anna")
        admin.taps("+5")
        admin.taps("paid in cash")
        admin.sees("Free units: 20 → 25")
    world.driver.together(olga.async_taps("Give 5 units"), olga.async_taps("Give 5 units"))
    olga.sees("25 free")
    oskar.taps("Give 5 units")
    assert "The units have changed meanwhile; nothing was given or taken" in oskar.alert
    oskar.sees("Free units: 25 → 30", "paid in cash", "Give 5 units")
    assert sum("5 units added" in message.text for message in anna.messages) == 1
    oskar.taps("Give 5 units")
    oskar.sees("✓ 5 units given to Anna", "30 free")


def test_a_double_tap_counts_once(world: World) -> None:
    olga = world.owner()
    anna = world.trainee("Anna")
    opens_card(olga, "Anna")
    olga.taps("+3")
    olga.taps("paid in cash")
    world.driver.together(olga.async_taps("Give 3 units"), olga.async_taps("Give 3 units"))
    olga.sees("counted already, once", "3 free")
    assert [message.text for message in anna.messages if "added" in message.text] == [
        "3 units added to your balance: paid in cash"
    ]


def test_a_confirmation_delivered_twice_counts_once(world: World) -> None:
    olga = world.owner()
    world.trainee("Anna")
    opens_card(olga, "Anna")
    olga.taps("+3")
    olga.taps("goodwill")
    world.telegram.updates.deliver_twice(1)
    olga.taps("Give 3 units")
    opens_card(olga, "Anna")
    olga.sees("3 free")


def test_a_confirmation_left_for_something_else_is_out_of_date(world: World) -> None:
    olga = world.owner()
    world.trainee("Anna")
    opens_card(olga, "Anna")
    olga.taps("+3")
    olga.taps("goodwill")
    olga.sends("/packages")
    olga.taps("Give 3 units")
    assert "Nothing was given or taken" in olga.alert
    opens_card(olga, "Anna")
    olga.sees("0 free")


def test_a_confirmation_that_waited_too_long_is_shown_again(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    olga = world.owner()
    world.trainee("Anna")
    opens_card(olga, "Anna")
    olga.taps("+3")
    olga.taps("goodwill")
    with monkeypatch.context() as patch:
        patch.setattr("bot.dispatcher.CONFIRM_WITHIN", timedelta(seconds=-1))
        olga.taps("Give 3 units")
    olga.sees("Free units: 0 → 3", "Give 3 units")
    olga.taps("Give 3 units")
    olga.sees("3 units given to Anna")


def test_a_forged_confirmation_gives_nothing(world: World) -> None:
    olga = world.owner()
    world.trainee("Anna")
    opens_card(olga, "Anna")
    olga.taps("+3")
    olga.taps("goodwill")
    for forged in (
        "aj.ok:2:500:x:0",
        "aj:99999999999999999999",
        "aj.r:2:900:goodwill",
        "aj.u:2:0",
        "aj.u:99:1",
        "aj.p:99",
        "aj.r:2:1:bribe",
    ):
        olga.forges(forged)
        assert olga.alert, forged
    opens_card(olga, "Anna")
    olga.sees("0 free")


def test_people_are_paged_newest_first_and_found_by_part_of_their_name(world: World) -> None:
    olga = world.owner()
    for name in ("Jörg", "Per%cy", "Anna_B", "Mia", "Ben", "Tom", "Zoë", "Éva", "Иван"):
        world.trainee(name)
        world.passes(minutes=1)
    olga.sends("/adjust")
    assert olga.buttons[0] == ["Иван", "Éva"]
    olga.taps("older ▸")
    olga.sees("Jörg", "Olga")
    olga.taps("◂ newer")
    for typed, name in (
        ("jorg", "Jörg"),
        ("иВ", "Иван"),
        ("eva", "Éva"),
        ("%", "Per%cy"),
        ("_", "Anna_B"),
        ("O", "Tom"),
    ):
        olga.sends(typed)
        olga.sees(name)
        assert "Mia" not in [label for row in olga.buttons for label in row], typed
    olga.sends("nobody <b>")
    olga.sees("Nobody's name contains “nobody <b>”")
    olga.taps("Everybody")
    olga.sees("Whose?")


def test_people_of_one_name_are_told_apart_by_when_they_came(world: World) -> None:
    olga = world.owner()
    world.trainee("Anna", units=2)
    world.passes(days=1)
    for name in ("Anna", "Ben"):
        world.trainee(name)
    olga.sends("/adjust")
    assert olga.buttons[:3] == [["Ben"], ["Anna, since Tue 1 Dec, 10:00"], ["Anna, since Mon 30 Nov, 10:00"]]
    olga.sends("anna")
    olga.taps("Anna, since Mon 30 Nov")
    olga.sees("Anna", "Here since Mon 30 Nov, 10:00", "2 free")
    olga.taps("+1")
    olga.taps("goodwill")
    olga.sees("Anna: give 1 unit", "Here since Mon 30 Nov, 10:00", "Free units: 2 → 3")
    olga.sends("/adjust")
    olga.sends("ben")
    assert olga.buttons[0] == ["Ben"]


def test_a_search_with_many_hits_says_so(world: World) -> None:
    olga = world.owner()
    for number in range(9):
        world.trainee(f"Anna {number}")
    olga.sends("/adjust")
    olga.sends("anna")
    olga.sees("Many names contain “anna”", "Anna 0")
    assert "Anna 8" not in [label for row in olga.buttons for label in row]


def test_a_reason_that_is_none_is_asked_for_again(world: World) -> None:
    olga = world.owner()
    world.trainee("Anna")
    opens_card(olga, "Anna")
    olga.taps("+3")
    for typed in ("x" * 201, "\u200e"):
        olga.sends(typed)
        olga.sees("with a reason of at most 200 letters", "Why?")
    olga.sends_sticker()
    olga.sees("Why?")
    olga.sends("{units} 🎁 </b>")
    olga.sees("{units} 🎁 </b>", "Free units: 0 → 3")


def test_visitors_are_not_listed(world: World) -> None:
    olga = world.owner()
    world.person("Vera").starts()
    olga.sends("/adjust")
    olga.sees_not("Vera")
    olga.forges("aj.p:2")
    assert "does not exist" in olga.alert


def test_only_admins_adjust(world: World) -> None:
    world.owner()
    anna = world.trainee("Anna")
    anna.sends("/adjust")
    anna.sees("not open to you")
    for forged in ("aj:0", "aj.p:2", "aj.u:2:5", "aj.r:2:5:cash", "aj.ok:2:5:x:0"):
        anna.forges(forged)
        assert "not open to you" in anna.alert, forged


def _spend(work: Any, telegram_id: int, units: int) -> None:
    from domain import ledger

    person = work.people.find_by_telegram(telegram_id)
    ledger.withdraw(work, person.id, units, "test", "spent")
