"""Buying units (B2, B5, B13): shop, invoice, pre-checkout, credit, and everything that can go wrong with money."""

import asyncio
from typing import Any

import pytest
from sqlalchemy import text

from domain import package, purchase, welcome
from domain.ids import PackageId
from domain.permission import Permission, Role
from emulator.driver import DECLINED_CARD, Actor
from tests.world import OWNER_ID, World, opened


def sell(world: World, units: int, price_minor: int, valid_days: int | None = None) -> int:
    """Put a package on sale, as the owner."""

    def create(work: Any) -> int:
        owner = work.people.find_by_telegram(OWNER_ID)
        return package.create(work, owner, units, price_minor, "EUR", valid_days).id

    return world.act(create)


@pytest.fixture
def shop(world: World) -> World:
    """A studio that sells single units and packages of ten."""
    world.owner()
    sell(world, 1, 2500)
    sell(world, 10, 22000, valid_days=90)
    return world


def balance_of(world: World, actor: Actor) -> tuple[int, int]:
    """Available and held, as the account row has it."""

    def query(work: Any) -> tuple[int, int]:
        row = work._connection.execute(
            text("SELECT available, held FROM account JOIN person ON person.id = person_id WHERE telegram_id = :id"),
            {"id": actor.id},
        ).one()
        return row.available, row.held

    return world.read(query)


def order_ten(world: World, anna: Actor) -> None:
    anna.sends("/buy")
    anna.taps("10 units")
    anna.taps("Pay €220")


def test_a_package_is_bought_and_its_units_are_there(shop: World) -> None:
    anna = shop.trainee("Anna", units=8)
    anna.taps("Buy")
    anna.sees("Buy units", "You have 8 units free", "1 unit · €25", "10 units · €220 (€22 each)", "valid 90 days")
    anna.taps("10 units")
    anna.sees("10 units · €220", "Valid 90 days, until Sun 28 Feb", "Then you have 18 units free", "Pay €220")
    anna.taps("Pay €220")
    assert anna.screen.invoice is not None
    anna.sees("10 units", "Pay €220", "Cancel")
    assert anna.pays().ok
    anna.sees("10 units added", "18 free", "Valid until Sun 28 Feb 2027", "Book a session")
    assert balance_of(shop, anna) == (18, 0)
