"""Input that nobody hoped for: each gets a clear answer or a quiet redraw, and changes nothing it should not."""

from typing import Any

import pytest
from sqlalchemy import text

from domain import package, person
from tests.world import World

HOSTILE = (
    "<3",
    "</b>",
    "A & <i>B",
    "{name}{}",
    "%s %(x)s",
    "\u202eevil\u202c",
    "👩‍👩‍👧‍👦" * 9,
    "x" * 64,
    "O'Brien; DROP TABLE person",
)


def _counts(world: World) -> list[int]:
    tables = ("booking", "session", "lot", "purchase", "charge", "package", "ledger_entry", "invite")
    sql = " UNION ALL ".join(f"SELECT count(*) FROM {table}" for table in tables)
    return world.runner.run(world.app.database.read(lambda c: [row[0] for row in c.execute(text(sql))]))


def test_commands_nobody_knows_show_what_is_possible(world: World) -> None:
    anna = world.trainee("Anna")
    before = _counts(world)
    for said in ("/nonsense", "/book@someone", "/", "/BOOK!", "//", "/start " + "x" * 200, "/book now please"):
        anna.sends(said)
        assert anna.buttons, said
    assert _counts(world) == before


def test_stickers_photos_documents_and_contacts_are_answered(world: World) -> None:
    anna = world.trainee("Anna")
    for act, kind in (
        (anna.sends_sticker, "sticker"),
        (lambda: anna.sends_photo(b"\x89PNG"), "picture"),
        (lambda: anna.sends_document(b"x", "x.txt"), "file"),
        (lambda: anna.shares_contact("+4930123456"), "contact"),
    ):
        act()
        anna.sees(f"I did not expect a {kind} here", "/book", "Home")


def test_an_edited_message_changes_nothing(world: World) -> None:
    anna = world.trainee("Anna")
    anna.sends("/profile")
    anna.taps("Name")
    anna.sends("Anne")
    anna.sees("Name: Anne")
    anna.edits("Hacker")
    anna.sends("/profile")
    anna.sees("Name: Anne")


def test_very_long_text_is_refused_where_a_name_is_asked_for(world: World) -> None:
    anna = world.trainee("Anna")
    anna.sends("/profile")
    anna.taps("Name")
    anna.sends("x" * 4096)
    anna.sees("That is 4096 letters; 64 fit", "Cancel")
    anna.sends("\u200b\u200b")
    anna.sees("A name needs at least one letter", "Cancel")
    anna.sends("Anne")
    anna.sees("Changed", "Name: Anne")


def test_in_a_group_the_bot_only_says_where_it_works(world: World) -> None:
    anna = world.trainee("Anna")
    group = world.telegram.add_group("Gym")
    before = _counts(world)
    world.telegram.send_text(anna.id, "hello all", chat_id=group.id)
    world.telegram.send_text(anna.id, "/book", chat_id=group.id)
    world.runner.run(world.settle())
    said = [message.text for message in world.telegram.messages(group.id) if message.sender == "bot"]
    assert said == ["I only work in a private chat, where nobody else sees your sessions: @session_tracker_demo_bot"]
    assert _counts(world) == before


def test_old_keyboards_do_what_is_still_right(world: World) -> None:
    world.trainer("Tess")
    anna = world.trainee("Anna", units=3)
    anna.sends("/book")
    anna.taps("20 min ·")
    world.restart()
    anna.taps("14:00")
    anna.sees("Mon 30 Nov, 14:00–14:20")
    world.passes(days=1)
    anna.taps("Book it")
    assert anna.alert
    assert "Mon 30 Nov, 14:00 is over. Nearest:" in anna.alert
    assert anna.sees("When?") is None


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_name_is_shown_as_it_is_on_every_screen(world: World, name: str) -> None:
    """Telegram refuses markup that does not parse, so a name that leaked into markup would fail loudly."""
    olga = world.owner(name)
    tess = world.trainer(name)
    world.act(_on_sale, olga.id)
    anna = world.person(name)
    anna.starts()
    anna.taps("Yes, call me")
    anna.taps("Yes, Berlin time")
    world.grant(anna, 5)
    for actor, commands in (
        (olga, ("/start", "/admin", "/packages", "/adjust", "/invite", "/settings")),
        (anna, ("/profile", "/book", "/balance", "/buy", "/start")),
    ):
        for command in commands:
            actor.sends(command)
            assert actor.buttons
    anna.sends("/book")
    anna.taps("20 min ·")
    anna.taps("14:00")
    anna.taps("Book it")
    anna.sees("Booked", person.clean_name(name))
    tess.sees("New booking", person.clean_name(name))
    anna.sends("/sessions")
    anna.sees("14:00")
    world.passes(hours=4)
    tess.sends("/today")
    tess.taps("Complete")
    world.passes(minutes=2)
    anna.sees("1 unit used")
    anna.taps("Something is wrong")
    anna.sends(f"{name} was not me")
    olga.sees("says something is wrong")
    refused = [call.outcome for call in world.telegram.calls if not call.ok and "not modified" not in str(call.outcome)]
    assert refused == []


def _on_sale(work: Any, telegram_id: int) -> None:
    owner = work.people.find_by_telegram(telegram_id)
    package.create(work, owner, 1, 2500, "EUR", None)
