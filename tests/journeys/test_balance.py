"""The balance (B3): what is free, held and used, what runs out next, and where every unit went."""

from datetime import date
from typing import Any

import pytest

from domain import booking, completion, ledger
from emulator.driver import Actor
from tests.world import World, berlin


def for_person(world: World, actor: Actor, action: Any, *args: Any) -> Any:
    """Something this person does without a tap."""
    return world.act(lambda work: action(work, work.people.find_by_telegram(actor.id), *args))


def test_an_empty_balance_says_what_to_do(world: World) -> None:
    anna = world.trainee("Anna")
    anna.sends("/balance")
    anna.sees("Your units", "0 free · 0 held · 0 used so far", "Buy units first, then book", "Buy units", "Home")
    anna.sees_not("Where are my units?")


def test_the_balance_tells_what_is_free_held_used_and_runs_out_next(world: World) -> None:
    tess, anna = world.trainer("Tess"), world.trainee("Anna", units=4)
    world.grant(anna, 3, expires_on=date(2026, 12, 31))
    world.book(anna, tess, berlin(14), minutes=40)
    anna.sends("/balance")
    anna.sees("5 free · 2 held · 0 used so far", "1 expires after Thu 31 Dec")
    anna.sees("3 of 3 left (2 held), given Mon 30 Nov, until Thu 31 Dec", "4 of 4 left, given Mon 30 Nov, no expiry")
    anna.taps("Book a session")
    anna.sees("How long with Tess?")


def test_used_up_lots_come_last_and_say_so(world: World) -> None:
    anna = world.trainee("Anna")
    world.grant(anna, 2, expires_on=date(2026, 12, 1))
    for_person(world, anna, lambda work, her: ledger.withdraw(work, her.id, 2, "slip", "a correction"))
    world.grant(anna, 5)
    anna.sends("/balance")
    text = anna.screen.text
    assert text.index("5 of 5 left") < text.index("0 of 2 left")


def test_many_lots_are_shown_page_by_page(world: World) -> None:
    anna = world.trainee("Anna")
    for units in range(1, 9):
        world.grant(anna, units)
    anna.sends("/balance")
    anna.sees("36 free", "1 of 1 left", "6 of 6 left", "More")
    anna.sees_not("7 of 7 left", "Before")
    anna.taps("More")
    anna.sees("7 of 7 left", "8 of 8 left", "Before")
    anna.taps("Before")
    anna.sees("1 of 1 left")


def test_every_step_of_every_unit_can_be_traced(world: World) -> None:
    tess, anna = world.trainer("Tess"), world.trainee("Anna", units=9)
    kept = world.book(anna, tess, berlin(14), minutes=40)
    dropped = world.book(anna, tess, berlin(12, days=2), minutes=20)
    for_person(world, anna, booking.cancel, dropped, 0)
    world.passes(hours=5)
    for_person(world, tess, completion.complete, kept)
    for_person(world, anna, lambda work, her: ledger.withdraw(work, her.id, 1, "slip", "a <b>correction</b>"))
    anna.sends("/balance")
    anna.sees("6 free · 0 held · 2 used so far")
    anna.taps("Where are my units?")
    anna.sees(
        "Mon 30 Nov: 9 units given: granted",
        "2 units held for today 14:00 with Tess",
        "1 unit held for Wed 2 Dec, 12:00 with Tess",
        "1 unit free again, cancelled: Wed 2 Dec, 12:00 with Tess",
        "2 units used: today 14:00 with Tess",
        "1 unit taken: a <b>correction</b>",
    )
    text = anna.screen.text
    assert text.index("taken") < text.index("given"), "the newest first"
    anna.taps("Back")
    anna.sees("Your units")


def test_late_cancellations_no_shows_moves_and_undone_completions_are_named(world: World) -> None:
    tess, anna = world.trainer("Tess"), world.trainee("Anna", units=9)
    late = world.book(anna, tess, berlin(13), minutes=20)
    for_person(world, anna, booking.cancel, late, 1)
    moved = world.book(anna, tess, berlin(12, days=3), minutes=40)
    for_person(world, anna, booking.move, moved, berlin(15, days=3))
    missed = world.book(anna, tess, berlin(14), minutes=20)
    world.passes(hours=5)
    for_person(world, tess, completion.no_show, missed)
    for_person(world, tess, completion.undo, missed)
    anna.sends("/balance")
    anna.taps("Where are my units?")
    anna.sees(
        "1 unit used, cancelled late: today 13:00",
        "2 units free again, moved: Thu 3 Dec, 15:00",
        "1 unit used, missed: today 14:00",
        "1 unit held again, completion undone: today 14:00",
    )


def test_a_long_history_is_shown_page_by_page_and_ends(world: World) -> None:
    anna = world.trainee("Anna")
    for units in range(1, 11):
        world.grant(anna, units)
    anna.sends("/balance")
    anna.taps("Where are my units?")
    anna.sees("10 units given", "3 units given", "Older")
    anna.sees_not("2 units given", "Newer")
    anna.taps("Older")
    anna.sees("2 units given", "1 unit given", "Newer")
    anna.sees_not("Older")
    anna.forges("bl.m:500")
    anna.sees("Nothing has moved yet")


def test_times_elsewhere_are_named_by_their_city(world: World) -> None:
    tess = world.trainer("Tess")
    anna = world.person("Anna")
    anna.starts()
    anna.taps("Yes, call me")
    anna.taps("Another time zone")
    anna.sends("Lisbon")
    anna.taps("Yes, Lisbon time")
    world.grant(anna, 2)
    world.book(anna, tess, berlin(14), minutes=40)
    anna.sends("/balance")
    anna.taps("Where are my units?")
    anna.sees("Times in Lisbon", "held for today 13:00 with Tess")


def test_the_owner_is_told_in_the_morning_what_ran_out(world: World) -> None:
    anna = world.trainee("Anna", units=1)
    world.grant(anna, 3, expires_on=date(2026, 11, 30))
    world.passes(hours=14)
    anna.sends("/balance")
    anna.sees("1 free", "0 of 3 left")
    world.passes(hours=10)
    anna.sees("3 units expired")
    world.passes(hours=48)
    assert sum("expired" in message.text and "units" in message.text for message in anna.messages) == 1


def test_held_units_survive_the_expiry_of_their_lot(world: World) -> None:
    tess, anna = world.trainer("Tess"), world.trainee("Anna")
    world.grant(anna, 3, expires_on=date(2026, 11, 30))
    world.book(anna, tess, berlin(16), minutes=40)
    world.passes(hours=16)
    anna.sends("/balance")
    anna.sees("0 free · 2 held", "2 of 3 left (2 held), given Mon 30 Nov, expired after Mon 30 Nov")


def test_somebody_elses_units_stay_their_own(world: World) -> None:
    world.trainee("Ben", units=7)
    anna = world.trainee("Anna", units=2)
    anna.sends("/balance")
    anna.sees("2 free")
    anna.taps("Where are my units?")
    anna.sees_not("7 units")


@pytest.mark.parametrize("forged", ["bl.l:-1", "bl.l:9999999", "bl.l:x", "bl.m:99999999999999999999", "bl:1"])
def test_a_forged_page_is_an_old_button(world: World, forged: str) -> None:
    anna = world.trainee("Anna")
    anna.forges(forged)
    assert anna.alert.startswith("This button is out of date")


def test_a_visitor_has_no_balance(world: World) -> None:
    vera = world.person("Vera")
    vera.starts()
    vera.sends("/balance")
    vera.sees("Two taps first")
