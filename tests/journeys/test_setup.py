"""The admin's panel (G1): what is set up, and what is missing next."""

from tests.world import World, opened


def test_the_panel_leads_from_an_empty_studio_to_one_that_can_be_booked(world: World) -> None:
    olga = world.owner()
    olga.sends("/admin")
    olga.sees("Studio Kraft", "Berlin time", "Trainers: none yet", "Packages: none yet", "Paying in the chat: on")
    olga.sees("cancel free until 12 h before", "Next: invite a trainer")
    olga.taps("I also train")
    olga.taps("Yes, I also train")
    olga.sends("/admin")
    olga.sees("Trainers: Olga", "not to be booked: Olga", "Next: put units on sale")
    olga.taps("Packages")
    olga.taps("New package")
    olga.taps("10")
    olga.sends("220")
    olga.taps("No limit")
    olga.taps("Put on sale")
    olga.taps("‹ Back")
    olga.sees("Packages: 1 on sale, 0 hidden", "Next: a trainer has to set their hours")
    world.trainer("Tess")
    olga.sends("/admin")
    olga.sees("Trainers: Olga, Tess", "not to be booked: Olga", "People can buy and book.")
    olga.sees_not("Nothing is missing")
    olga.sends("/hours")
    olga.taps("Mon–Fri")
    olga.sends("/admin")
    olga.sees("People can buy and book. Nothing is missing.")


def test_home_leads_to_the_panel_and_the_panel_to_everything(world: World) -> None:
    olga = world.owner()
    for label, text in (
        ("Packages", "as buyers see them"),
        ("Give or take units", "Whose?"),
        ("Invite staff", "Who is it?"),
        ("Settings", "Settings of Studio Kraft"),
    ):
        olga.sends("/start")
        olga.taps("Overview")
        olga.taps(label)
        olga.sees(text)


def test_the_panel_says_when_nobody_can_pay(database_url: str) -> None:
    with opened(database_url, payment_provider_token="") as world:
        olga = world.owner()
        olga.sends("/admin")
        olga.sees("Paying in the chat: off, until PAYMENT_PROVIDER_TOKEN is set")


def test_the_panel_is_for_admins(world: World) -> None:
    anna = world.trainee("Anna")
    anna.sends("/admin")
    anna.sees("not open to you")
