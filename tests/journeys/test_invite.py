"""Staff and their invitations (A1, A2, A3, A11)."""

import re
from typing import Any

from emulator.driver import Actor
from tests.world import World

THREE_DAYS = 3


def link_for(owner: Actor, role: str) -> str:
    """The link an admin is shown for a role."""
    owner.sends("/invite")
    owner.taps(role)
    if role == "Admin":
        owner.taps("Make an admin link")
    found = re.search(r"https://t\.me/\S+\?start=join-[\w-]{22}", owner.screen.text)
    assert found, owner.picture()
    return found[0]


def signs_up(visitor: Actor) -> None:
    visitor.taps("Yes, call me")
    visitor.taps("Yes, Berlin time")


def commands(world: World, somebody: Actor) -> set[str]:
    seen = world.telegram.commands.seen_by(world.telegram.people[somebody.id])
    return {entry["command"] for entry in seen}


def test_an_invited_visitor_signs_up_and_is_a_trainer(world: World) -> None:
    olga = world.owner()
    link = link_for(olga, "Trainer")
    olga.sees("Invitation #1: trainer", "For one person, until Thu 3 Dec, 10:00", "Share the link")
    tess = world.person("Tess")
    tess.opens(link)
    tess.sees("You have been invited to work here")
    signs_up(tess)
    tess.sees("You are in", "Hi Tess", "you have set no hours", "Set my hours")
    olga.sees("Tess joined: trainer")
    assert {"today", "hours"} <= commands(world, tess)


def test_the_link_survives_whatever_the_visitor_does_before_signing_up(world: World) -> None:
    link = link_for(world.owner(), "Trainer")
    tess = world.person("Tess")
    tess.opens(link)
    tess.taps("Another name")
    tess.sends("Tess B.")
    tess.sends("/start")
    world.restart()
    signs_up(tess)
    tess.sees("Hi Tess B.!", "Set my hours")


def test_a_member_who_follows_a_link_gets_the_role_as_well(world: World) -> None:
    link = link_for(world.owner(), "Trainer")
    anna = world.trainee("Anna", units=3)
    anna.opens(link)
    anna.sees("You are trainer now", "set your hours", "My hours", "Switch role")
    anna.taps("Switch role")
    anna.taps("trainee")
    anna.sees("3 free")
    assert {"book", "today", "role"} <= commands(world, anna)


def test_a_used_link_lets_nobody_else_in(world: World) -> None:
    link = link_for(world.owner(), "Trainer")
    world.trainee("Anna").opens(link)
    ben, carl = world.trainee("Ben"), world.person("Carl")
    ben.opens(link)
    ben.sees("used up or too old", "Book a session")
    carl.opens(link)
    carl.sees("used up or too old", "Welcome to Studio Kraft", "buy training units")
    signs_up(carl)
    carl.sees("Book a session")
    carl.sees_not("My hours")
    assert "today" not in commands(world, ben) | commands(world, carl)


def test_a_link_that_ran_out_or_never_was_gives_no_role(world: World) -> None:
    link = link_for(world.owner(), "Admin")
    world.passes(days=THREE_DAYS)
    anna = world.trainee("Anna")
    for dead in (link, link[:-5] + "AAAAA", link[: link.index("join-")] + "join-"):
        anna.opens(dead)
        anna.sees("used up or too old")
        anna.sees_not("Packages")
    anna.sends("/packages")
    anna.sees("not open to you")


def test_a_link_that_is_used_while_its_visitor_signs_up_is_said_to_be_gone(world: World) -> None:
    link = link_for(world.owner(), "Trainer")
    tess, tom = world.person("Tess"), world.person("Tom")
    tess.opens(link)
    tess.taps("Yes, call me")
    tom.opens(link)
    signs_up(tom)
    tess.taps("Yes, Berlin time")
    assert "used up or too old" in tess.alert
    tess.sees("Welcome to Studio Kraft")
    signs_up(tess)
    tess.sees("Book a session")


def test_two_people_racing_for_one_link_give_one_trainer(world: World) -> None:
    link = link_for(world.owner(), "Trainer")
    payload = link.partition("start=")[2]
    anna, ben = world.trainee("Anna"), world.trainee("Ben")
    world.driver.together(anna.async_starts(payload), ben.async_starts(payload))
    joined = [each for each in (anna, ben) if "You are trainer now" in each.screen.text]
    refused = [each for each in (anna, ben) if "used up or too old" in each.screen.text]
    assert len(joined) == len(refused) == 1
    assert len(world.read(lambda work: work.trainers.list_all())) == 1


def test_a_link_for_a_role_one_has_stays_good_for_somebody_else(world: World) -> None:
    olga = world.owner()
    link = link_for(olga, "Admin")
    olga.opens(link)
    olga.sees("You are admin already", "stays good", "Packages")
    anna = world.trainee("Anna")
    anna.opens(link)
    anna.sees("You are admin now", "Packages")
    olga.sees("Anna joined: admin")


def test_an_admin_link_comes_with_a_warning(world: World) -> None:
    olga = world.owner()
    olga.sends("/invite")
    olga.taps("Admin")
    olga.sees("can do all that you can", "Make an admin link")
    olga.taps("‹ Back")
    olga.sees("Who is it?")


def test_a_role_without_a_menu_is_not_offered(world: World) -> None:
    olga = world.owner()
    olga.sends("/invite")
    olga.sees_not("Front desk")


def test_the_link_stays_in_the_chat_whatever_is_tapped_next(world: World) -> None:
    olga = world.owner()
    link = link_for(olga, "Trainer")
    olga.sees("in the message below")
    for label in ("Invite somebody else", "Home"):
        olga.taps(label)
        assert any(link in message.text for message in olga.messages), label


def test_a_link_can_be_withdrawn(world: World) -> None:
    olga = world.owner()
    link = link_for(olga, "Trainer")
    olga.sends("/invite")
    olga.sees("1 link is still open")
    olga.taps("Withdraw #1: trainer, until Thu 3 Dec, 10:00")
    olga.sees("Withdrawn", "Who is it?")
    olga.sees_not("still open")
    anna = world.trainee("Anna")
    anna.opens(link)
    anna.sees("used up or too old")
    olga.forges("in.x:1")
    assert olga.alert == "That link is closed already: it was used or withdrawn, or its time is over."
    olga.sees("Invite staff", "Who is it?")


def test_open_links_can_be_told_apart(world: World) -> None:
    olga, oskar = world.owner(), world.trainee("Oskar")
    oskar.opens(link_for(olga, "Admin"))
    for admin in (olga, olga, oskar):
        link_for(admin, "Trainer")
    olga.sends("/invite")
    until = "trainer, until Thu 3 Dec, 10:00"
    olga.sees(f"Withdraw #2: {until}", f"Withdraw #3: {until}", f"Withdraw #4: {until}, by Oskar")
    oskar.sends("/invite")
    oskar.taps(f"Withdraw #3: {until}, by Olga")
    oskar.sees("✓ Withdrawn", "2 links are still open", f"Withdraw #2: {until}, by Olga")
    olga.taps("Withdraw #3")
    assert "closed already" in olga.alert
    olga.sees("2 links are still open")
    olga.sees_not("Withdraw #3")


def test_opening_one_s_own_used_link_says_that_one_is_in(world: World) -> None:
    link = link_for(world.owner(), "Trainer")
    anna = world.trainee("Anna")
    anna.opens(link)
    anna.opens(link)
    anna.sees("You are in already, as trainer")


def test_a_second_tap_makes_no_second_link(world: World) -> None:
    olga = world.owner()
    olga.sends("/invite")
    world.driver.together(olga.async_taps("Trainer"), olga.async_taps("Trainer"))
    olga.sees("Invitation #1: trainer")
    assert "For a new link" in olga.alert
    assert world.read(_invites) == 1


def test_only_admins_invite(world: World) -> None:
    anna = world.trainee("Anna")
    anna.sends("/invite")
    anna.sees("not open to you")
    for forged in ("in", "in.w", "in.ok:8", "in.x:1", "in.me", "in.my"):
        anna.forges(forged)
        assert "not open to you" in anna.alert, forged
    olga = world.owner()
    olga.sends("/invite")
    olga.forges("in.ok:1")
    assert "does not exist" in olga.alert
    assert world.read(_invites) == 0


def test_an_owner_who_also_trains_is_shown_the_next_step(world: World) -> None:
    olga = world.owner()
    assert "today" not in commands(world, olga)
    olga.taps("I also train")
    olga.sees("You become a trainer too", "You stay an admin")
    assert "today" not in commands(world, olga)
    olga.taps("Yes, I also train")
    olga.sees("You are a trainer as well", "set your hours", "My hours", "You run this studio", "Packages")
    assert {"admin", "today", "role"} <= commands(world, olga)
    olga.forges("in.my")
    assert len(world.read(lambda work: work.trainers.list_all())) == 1


def test_the_menu_of_commands_failing_does_not_stop_anybody(world: World) -> None:
    world.telegram.faults.refuse_with_429("setMyCommands", 3, retry_after=30)
    world.trainee("Anna").sees("You are in", "Book a session")


def _invites(work: Any) -> int:
    from sqlalchemy import func, select

    from storage.invite import invite

    count: int = work._connection.execute(select(func.count()).select_from(invite)).scalar_one()
    return count
