"""Coming in (A1, A2, A3)."""

import pytest

from emulator.driver import Actor
from tests.world import OWNER_ID, World


def commands(world: World, somebody: Actor) -> set[str]:
    seen = world.telegram.commands.seen_by(world.telegram.people[somebody.id])
    return {entry["command"] for entry in seen}


def calls(world: World, method: str) -> int:
    return sum(call.method == method for call in world.telegram.calls)


def test_a_visitor_becomes_a_trainee_with_two_taps(world: World) -> None:
    anna = world.person("Anna")
    anna.starts()
    anna.sees("Welcome to Studio Kraft", "What shall we call you?")
    anna.taps("Yes, call me Anna")
    anna.sees("Is it 10:00 where you are?", "Berlin")
    anna.taps("Yes, Berlin time")
    anna.sees("You are in", "Hi Anna", "none yet", "1 unit is 20 minutes", "Book a session", "Help")


def test_a_visitor_can_give_another_name_and_zone(world: World) -> None:
    anna = world.person("Anna")
    anna.starts()
    anna.taps("Another name")
    anna.sends("  <b>Ann</b>  Marie ")
    anna.sees("Nice to meet you, <b>Ann</b> Marie")
    anna.taps("Another time zone")
    anna.sends("Atlantis")
    anna.sees("I know no time zone for “Atlantis”", "Lisbon", "London", "Back")
    anna.sends("lisbon")
    anna.sees("Is it 09:00 where you are?", "Lisbon")
    anna.taps("Yes, Lisbon time")
    anna.sees("You are in")


def test_what_a_visitor_types_answers_the_question_before_them(world: World) -> None:
    anna = world.person("Anna")
    anna.starts()
    anna.sends("Annika")
    anna.sees("Nice to meet you, Annika", "Is it 10:00")
    anna.sends("Atlantis")
    anna.sees("I know no time zone for “Atlantis”", "London")
    world.restart()
    anna.sends("Lisbon")
    anna.sees("Is it 09:00 where you are?")
    anna.sends("Tokyo")
    anna.sees("Is it 18:00 where you are?")
    anna.taps("Yes, Tokyo time")
    anna.sees("You are in", "Hi Annika")


def test_a_visitor_who_picks_a_city_goes_on_with_it(world: World) -> None:
    anna = world.person("Anna")
    anna.starts()
    anna.taps("Yes, call me")
    anna.taps("Another time zone")
    anna.taps("New York")
    anna.sees("Is it 04:00 where you are?")
    anna.taps("Yes, New York time")
    anna.sees("You are in")


def test_a_name_nobody_could_read_is_refused_with_the_way_on(world: World) -> None:
    anna = world.person("Anna")
    anna.starts()
    anna.sends("x" * 3000)
    anna.sees("That is 3000 letters; 64 fit", "Cancel")
    anna.sends("...")
    anna.sees("A name needs at least one letter", "Cancel")
    anna.sends_sticker()
    anna.sees("A name needs at least one letter", "Cancel")
    anna.taps("Cancel")
    anna.sees("What shall we call you?")


@pytest.mark.parametrize("offset", ["UTC+3", "gmt -5", "GMT+1", "+03:00", "EST"])
def test_an_offset_is_no_time_zone_and_the_reason_is_told(world: World, offset: str) -> None:
    anna = world.trainee("Anna")
    anna.sends("/profile")
    anna.taps("Time zone")
    anna.sends(offset)
    anna.sees("knows no summer time", "Lisbon", "London", "Back")


def test_a_country_is_taken_for_its_one_zone_or_the_city_is_asked(world: World) -> None:
    anna = world.trainee("Anna")
    anna.sends("/profile")
    anna.taps("Time zone")
    anna.sends("Munich")
    anna.sees("I know no time zone for “Munich”. Type your country", "Berlin, London", "Back")
    anna.sends("Australia")
    anna.sees("“Australia” has several time zones", "Back")
    anna.sends("Italy")
    anna.sees("✓ Changed.", "Time zone: Rome, now 10:00")


@pytest.mark.parametrize("said", ["/book", "/buy", "/sessions", "/balance", "/profile", "/today", "/admin"])
def test_a_visitor_s_command_begins_with_the_sign_up(world: World, said: str) -> None:
    anna = world.person("Anna")
    anna.starts()
    anna.sends(said)
    anna.sees("Two taps first", "What shall we call you?")
    anna.sends("Annika")
    anna.sees("Nice to meet you, Annika")


def test_a_command_of_another_role_says_whose_it_is(world: World) -> None:
    world.trainer("Tess").sees("Hi Tess")
    anna, olga = world.trainee("Anna"), world.owner()
    anna.sends("/today")
    anna.sees("/today is for: trainer", "/book", "/sessions", "Home")
    anna.sends("/adjust")
    anna.sees("/adjust is for: admin")
    olga.sends("/today")
    olga.sees("/today is for: trainer", "I also train", "/packages")


def test_old_buttons_of_the_sign_up_change_nothing_for_a_member(world: World) -> None:
    anna = world.person("Anna")
    anna.starts()
    anna.taps("Yes, call me")
    anna.taps("Yes, Berlin time")
    for old in ("st.n", "st.z", "st.an", "st.az", "st.zp:7"):
        anna.forges(old)
        assert "You are in already" in anna.alert, old
        anna.sees("Hi Anna")
        anna.sees_not("✓ You are in.")
    anna.sends("Tokyo")
    anna.sends("/profile")
    anna.sees("Time zone: Berlin", "Name: Anna")


def test_whoever_is_named_in_the_configuration_is_an_admin(world: World) -> None:
    world.owner().sees("You run this studio", "invite a trainer", "Packages")


def test_a_lost_menu_of_commands_comes_back_with_start(world: World) -> None:
    anna = world.trainee("Anna")
    world.telegram.commands.delete({"type": "chat", "chat_id": anna.id}, "")
    assert "book" not in commands(world, anna)
    anna.starts()
    assert {"book", "sessions", "help"} <= commands(world, anna)


def test_a_menu_of_commands_that_is_right_is_not_published_again(world: World) -> None:
    anna = world.trainee("Anna")
    before = calls(world, "setMyCommands")
    anna.starts()
    assert calls(world, "setMyCommands") == before


def test_somebody_who_has_not_started_reads_what_the_bot_is_for(world: World) -> None:
    profile = world.telegram.profile
    assert "Studio Kraft" in profile.descriptions[""]
    assert "Studio Kraft" in profile.short_descriptions[""]
    before = calls(world, "setMyDescription")
    world.restart()
    assert calls(world, "setMyDescription") == before == 1


def test_the_bot_starts_though_its_descriptions_cannot_be_set(world: World) -> None:
    world.telegram.profile.descriptions.clear()
    world.telegram.faults.refuse_with_429("setMyDescription", 3, retry_after=30)
    world.restart()
    world.trainee("Anna").sees("You are in")


def test_help_is_reached_from_every_home(world: World) -> None:
    for actor, told in ((world.trainee("Anna"), "/book"), (world.trainer("Tess"), "/today"), (world.owner(), "/role")):
        if actor.id == OWNER_ID:
            actor.taps("I also train")
            actor.taps("Yes, I also train")
        actor.taps("Help")
        actor.sees(told, "/profile", "/start")
        actor.taps("Home")
        actor.sees("Hi ")


def test_text_that_nobody_asked_for_shows_what_is_possible(world: World) -> None:
    anna = world.trainee("Anna")
    anna.sends("hello?")
    anna.sees("I did not expect a message here", "/book", "Home")
    anna.sends_sticker()
    anna.sees("I did not expect a sticker here")


@pytest.mark.parametrize(
    ("said", "offered"),
    [
        ("Book a session tomorrow at 10", "Book a session"),
        ("can I CANCEL it?", "My sessions"),
        ("how many units are left", "My units"),
        ("what is the price", "Buy units"),
        ("/week", "My sessions"),
        ("change my name", "Profile"),
    ],
)
def test_a_sentence_that_sounds_like_a_feature_offers_it(world: World, said: str, offered: str) -> None:
    anna = world.trainee("Anna")
    anna.sends(said)
    assert [offered] in anna.buttons
    anna.sees_not("Today")


def test_an_unknown_command_is_named(world: World) -> None:
    anna = world.trainee("Anna")
    anna.sends("/frobnicate <b>")
    anna.sees("/frobnicate is not one of my commands", "/book", "/help")


def test_a_forged_button_changes_nothing(world: World) -> None:
    anna = world.trainee("Anna")
    for forged in ("nonsense", "bk.ok:x:y:z", "pf.as:8", "home:1:2", ":", "pf.zp:99"):
        anna.forges(forged)
        assert anna.alert, forged
