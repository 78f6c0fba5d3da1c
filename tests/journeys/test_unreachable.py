"""Somebody who has blocked the bot: the admins hear of it, nobody is promised a word, and who comes back catches up."""

import pytest

from emulator.driver import Actor
from tests.world import World, berlin

TOLD = "Anna has blocked the bot and is not told: please call them."


@pytest.fixture
def tess(world: World) -> Actor:
    return world.trainer("Tess")


@pytest.fixture
def anna(world: World) -> Actor:
    return world.trainee("Anna", units=8)


@pytest.fixture
def olga(world: World) -> Actor:
    return world.owner()


def opens(tess: Actor, when: str) -> None:
    tess.sends("/today")
    tess.taps(when)


def test_the_admins_hear_at_once_of_a_block_and_not_again_within_the_hour(olga: Actor, anna: Actor) -> None:
    for _ in range(10):
        anna.blocks()
        anna.unblocks()
    assert sum("Anna has blocked the bot" in message.text for message in olga.messages) == 1


def test_a_block_is_told_again_another_day(world: World, olga: Actor, anna: Actor) -> None:
    anna.blocks()
    anna.unblocks()
    world.passes(days=1)
    anna.blocks()
    assert sum("Anna has blocked the bot" in message.text for message in olga.messages) == 2


def test_a_visitor_who_leaves_is_nobody_s_business(world: World, olga: Actor) -> None:
    ben = world.person("Ben")
    ben.starts()
    ben.blocks()
    olga.sees_not("has blocked")


def test_a_trainer_cancelling_is_told_to_call_and_the_trainee_hears_of_it_on_coming_back(
    world: World, tess: Actor, anna: Actor
) -> None:
    world.book(anna, tess, berlin(14))
    anna.blocks()
    opens(tess, "14:00 Anna")
    tess.taps("Cancel · units go back")
    tess.sees("Anna gets 2 units back", TOLD)
    tess.taps("Yes, cancel")
    tess.sees("Cancelled: today 14:00 with Anna. 2 units went back.", TOLD)
    assert tess.toast == "Cancelled; Anna is not told, please call"
    tess.sees_not("Anna is told")
    world.passes(days=2)
    anna.starts()
    anna.sees("Hi Anna!", "Cancelled: Tess had to cancel Mon 30 Nov, 14:00")
    anna.sends("/start")
    assert sum("had to cancel" in message.text for message in anna.messages) == 1


def test_what_was_missed_long_ago_is_not_told_any_more(world: World, tess: Actor, anna: Actor) -> None:
    made = world.book(anna, tess, berlin(14))
    anna.blocks()
    tess.forges(f"tt.xx:{made}")
    world.passes(days=15)
    anna.starts()
    anna.sees_not("had to cancel")


def test_reminders_come_again_for_whoever_comes_back(world: World, tess: Actor, anna: Actor) -> None:
    world.book(anna, tess, berlin(14, days=2))
    anna.blocks()
    tess.sends("/start")
    world.passes(days=1, hours=5)
    anna.starts()
    anna.sees("Tomorrow 14:00: 40 min with Tess")
    world.passes(hours=22)
    anna.sees("Today 14:00: 40 min with Tess", "I'll be there")


def test_a_trainer_moving_and_noting_a_no_show_is_told_to_call(world: World, tess: Actor, anna: Actor) -> None:
    world.book(anna, tess, berlin(14))
    anna.blocks()
    opens(tess, "14:00 Anna")
    tess.taps("Move")
    tess.taps("15:20")
    tess.sees(TOLD)
    tess.sees_not("is told,")
    tess.taps("Move it")
    tess.sees("Moved to", TOLD)
    world.passes(hours=6)
    opens(tess, "15:20 Anna")
    tess.taps("No-show")
    tess.sees("Anna loses 2 units.", TOLD)


def test_an_admin_who_gives_units_is_told_to_call(olga: Actor, anna: Actor) -> None:
    anna.blocks()
    olga.sends("/adjust")
    olga.taps("Anna")
    olga.taps("+5")
    olga.sees(TOLD)
    olga.taps("goodwill")
    olga.taps("Give 5 units")
    olga.sees("5 units given to Anna.", TOLD)


def test_a_trainee_is_told_that_the_trainer_cannot_be_reached(world: World, tess: Actor, anna: Actor) -> None:
    world.book(anna, tess, berlin(14, days=2))
    world.book(anna, tess, berlin(15, days=2))
    tess.blocks()
    anna.sends("/sessions")
    anna.taps("Wed 2 Dec, 14:00")
    anna.taps("Cancel · free")
    anna.taps("Yes, cancel · free")
    anna.sees("✓ Cancelled", "Tess has blocked the bot and is not told: please call them.")
    anna.sends("/sessions")
    anna.taps("Wed 2 Dec, 15:00")
    anna.taps("Move")
    anna.taps("16:20")
    anna.taps("Move it")
    anna.sees("Moved to Wed 2 Dec, 16:20", "Tess has blocked the bot and is not told: please call them.")


def test_time_off_names_who_has_to_be_called(world: World, tess: Actor, anna: Actor) -> None:
    world.book(anna, tess, berlin(14, days=2))
    anna.blocks()
    tess.sends("/hours")
    tess.taps("Time off")
    tess.taps("Add time off")
    tess.sends("2 Dec")
    tess.taps("Save, cancel the booking")
    tess.sees("1 booking was cancelled, its units are back.", TOLD)
