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
    anna.sees("3 given Mon 30 Nov: 1 free, 2 held, last day Thu 31 Dec", "4 given Mon 30 Nov: 4 free, no expiry")
    anna.taps("Book a session")
    anna.sees("How long with Tess?")


def test_used_up_lots_come_last_and_say_so(world: World) -> None:
    anna = world.trainee("Anna")
    world.grant(anna, 2, expires_on=date(2026, 12, 1))
    for_person(world, anna, lambda work, her: ledger.withdraw(work, her.id, 2, "slip", "a correction"))
    world.grant(anna, 5)
    anna.sends("/balance")
    text = anna.screen.text
    assert text.index("5 free, no expiry") < text.index("2 given Mon 30 Nov: none left")


def test_many_lots_are_shown_page_by_page(world: World) -> None:
    anna = world.trainee("Anna")
    for units in range(1, 9):
        world.grant(anna, units)
    anna.sends("/balance")
    anna.sees("36 free", "1 given Mon 30 Nov: 1 free", "6 given Mon 30 Nov: 6 free", "More")
    anna.sees_not("7 given", "Before")
    anna.taps("More")
    anna.sees("7 given", "8 given", "Before")
    anna.taps("Before")
    anna.sees("1 given Mon 30 Nov: 1 free")


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
        "Mon 30 Nov, 10:00 · +9 given: granted",
        "Mon 30 Nov, 10:00 · −2 held · Mon 30 Nov, 14:00, Tess",
        "Mon 30 Nov, 10:00 · −1 held · Wed 2 Dec, 12:00, Tess",
        "Mon 30 Nov, 10:00 · +1 free again, cancelled · Wed 2 Dec, 12:00, Tess",
        "Mon 30 Nov, 15:00 · 2 used · Mon 30 Nov, 14:00, Tess",
        "Mon 30 Nov, 15:00 · −1 taken: a <b>correction</b>",
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
        "1 used, cancelled late · Mon 30 Nov, 13:00",
        "2 still held · moved from Thu 3 Dec, 12:00 to Thu 3 Dec, 15:00, Tess",
        "1 used, missed · Mon 30 Nov, 14:00",
        "1 held again, completion undone · Mon 30 Nov, 14:00",
    )


def test_the_history_tells_what_happened_at_the_time_and_a_move_in_one_line(world: World) -> None:
    tess, anna = world.trainer("Tess"), world.trainee("Anna", units=9)
    world.grant(anna, 1, expires_on=date(2026, 12, 31))
    booked = world.book(anna, tess, berlin(11, days=3), minutes=60)
    for_person(world, anna, booking.move, booked, berlin(10, days=2))
    for_person(world, anna, booking.move, booked, berlin(9, days=4))
    for_person(world, anna, booking.cancel, booked, 0)
    anna.sends("/balance")
    anna.taps("Where are my units?")
    assert anna.screen.text.splitlines()[2:-2] == [
        "Mon 30 Nov, 10:00 · +3 free again, cancelled · Fri 4 Dec, 09:00, Tess",
        "Mon 30 Nov, 10:00 · 3 still held · moved from Wed 2 Dec, 10:00 to Fri 4 Dec, 09:00, Tess",
        "Mon 30 Nov, 10:00 · 3 still held · moved from Thu 3 Dec, 11:00 to Wed 2 Dec, 10:00, Tess",
        "Mon 30 Nov, 10:00 · −3 held · Thu 3 Dec, 11:00, Tess",
    ]


def test_a_long_history_is_shown_page_by_page_and_ends(world: World) -> None:
    anna = world.trainee("Anna")
    for units in range(1, 11):
        world.grant(anna, units)
    anna.sends("/balance")
    anna.taps("Where are my units?")
    anna.sees("+10 given", "+3 given", "Older")
    anna.sees_not("+2 given", "Newer")
    anna.taps("Older")
    anna.sees("+2 given", "+1 given", "Newer")
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
    anna.sees("Times in Lisbon", "−2 held · Mon 30 Nov, 13:00, Tess")


def test_the_owner_is_told_in_the_morning_what_ran_out(world: World) -> None:
    anna = world.trainee("Anna", units=1)
    world.grant(anna, 3, expires_on=date(2026, 11, 30))
    world.passes(hours=14)
    anna.sends("/balance")
    anna.sees("1 free", "3 given Mon 30 Nov: none left")
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
    anna.sees("0 free · 2 held", "3 given Mon 30 Nov: 2 held, last day was Mon 30 Nov")


def test_somebody_elses_units_stay_their_own(world: World) -> None:
    world.trainee("Ben", units=7)
    anna = world.trainee("Anna", units=2)
    anna.sends("/balance")
    anna.sees("2 free")
    anna.taps("Where are my units?")
    anna.sees_not("+7")


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
