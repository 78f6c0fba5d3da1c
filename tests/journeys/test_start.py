"""Coming in (A1, A2, A3)."""

from tests.world import World


def test_a_visitor_becomes_a_trainee_with_two_taps(world: World) -> None:
    anna = world.person("Anna")
    anna.starts()
    anna.sees("Welcome to Studio Kraft", "What shall we call you?")
    anna.taps("Yes, call me Anna")
    anna.sees("Is it 10:00 where you are?", "Berlin")
    anna.taps("Yes, Berlin time")
    anna.sees("You are in", "Hi Anna", "0 free", "0 held", "Book a session")


def test_a_visitor_can_give_another_name_and_zone(world: World) -> None:
    anna = world.person("Anna")
    anna.starts()
    anna.taps("Another name")
    anna.sends("  <b>Ann</b>  Marie ")
    anna.sees("Nice to meet you, <b>Ann</b> Marie")
    anna.taps("Another time zone")
    anna.sends("Atlantis")
    anna.sees("I know no time zone for “Atlantis”", "Lisbon")
    anna.sends("lisbon")
    anna.sees("Is it 09:00 where you are?", "Lisbon")
    anna.taps("Yes, Lisbon time")
    anna.sees("You are in")


def test_whoever_is_named_in_the_configuration_is_an_admin(world: World) -> None:
    world.owner().sees("You run this studio", "Invite a trainer", "Packages")


def test_text_that_nobody_asked_for_shows_what_is_possible(world: World) -> None:
    anna = world.trainee("Anna")
    anna.sends("hello?")
    anna.sees("I did not expect a message here", "Book a session")
    anna.sends_sticker()
    anna.sees("I did not expect a message here")


def test_a_forged_button_changes_nothing(world: World) -> None:
    anna = world.trainee("Anna")
    for forged in ("nonsense", "bk.ok:x:y:z", "pf.as:8", "home:1:2", ":", "pf.zp:99"):
        anna.forges(forged)
        assert anna.alert, forged
