"""The proof of the books in the chat, and the alarm when they do not agree (G1, promise 4)."""

import asyncio
from typing import Any

import pytest
from sqlalchemy import text

from domain import reconcile
from emulator.driver import Actor
from tests.world import World, berlin, opened


def plant(work: Any, sql: str) -> None:
    """Do what no rule would."""
    work.people._connection.execute(text(sql))


def prove_and_alarm(work: Any) -> None:
    reconcile.alarm(work, reconcile.reconcile(work))


def alarms(admin: Actor) -> int:
    return sum("The books do not agree: " in message.text for message in admin.messages)


def test_an_admin_sees_that_the_books_agree_and_finds_the_way_back(world: World) -> None:
    olga, tess, anna = world.owner(), world.trainer("Tess"), world.trainee("Anna", units=8)
    world.book(anna, tess, berlin(9, days=1))
    olga.sends("/reconcile")
    olga.sees(
        "✓ The books agree, Mon 30 Nov, 10:00.",
        "Accounts: 3, as lots and ledger have them; 6 units free, 2 held",
        "Holds: 2 units, for active bookings: 1",
        "Bookings: 1 active, each with its session",
    )
    olga.taps("Check again")
    olga.sees("✓ The books agree")
    olga.taps("‹ Back")
    olga.sees("Studio Kraft")


def test_the_proof_reads_whole_tables_where_no_tap_waits(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    olga, database = world.owner(), world.app.database
    surveyed, survey = [], database.survey

    async def surveying(run: Any) -> Any:
        surveyed.append(run)
        return await survey(run)

    monkeypatch.setattr(database, "survey", surveying)
    olga.sends("/reconcile")
    olga.sees("✓ The books agree")
    assert len(surveyed) == 1


def test_what_does_not_agree_comes_first_and_is_named(world: World) -> None:
    olga = world.owner()
    world.trainee("Anna", units=8)
    world.act(plant, "UPDATE account SET held = held + 1 WHERE available = 8")
    olga.sends("/reconcile")
    olga.sees("✗ The books do not agree", "Nothing was changed", "✗ Accounts: person:2", "Holds: 0 units")


def test_the_admins_are_told_once_a_day_what_does_not_agree(world: World) -> None:
    olga = world.owner()
    world.trainee("Anna", units=8)
    world.act(plant, "UPDATE account SET held = held + 1 WHERE available = 8")
    world.act(prove_and_alarm)
    olga.sees("The books do not agree: Accounts (1).")
    world.act(prove_and_alarm)
    assert alarms(olga) == 1
    olga.taps("Check again")
    olga.sees("✗ Accounts: person:2")
    world.passes(days=1)
    world.act(prove_and_alarm)
    assert alarms(olga) == 2


def test_the_books_are_proven_by_themselves(database_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("app.wiring.HOUSE_SECONDS", 0.2)
    with opened(database_url) as world:
        olga = world.owner()
        world.trainee("Anna", units=8)
        world.act(plant, "UPDATE account SET held = held + 1 WHERE available = 8")
        world.runner.run(asyncio.sleep(1))
        world.runner.run(world.settle())
        olga.sees("The books do not agree: Accounts (1).")


def test_nobody_is_told_that_all_is_well(world: World) -> None:
    olga = world.owner()
    world.act(prove_and_alarm)
    assert alarms(olga) == 0


def test_whoever_is_no_admin_is_not_shown_the_books(world: World) -> None:
    anna = world.trainee("Anna")
    anna.sends("/reconcile")
    anna.sees("This is not open to you")
    anna.sees_not("The books")
