"""Packages and prices (B2, G1)."""

from datetime import timedelta
from typing import Any

import pytest

from domain import package
from domain.ids import PackageId
from domain.permission import Role
from emulator.driver import Actor
from tests.world import World, opened


def put_on_sale(owner: Actor, units: str, price: str, validity: str = "No limit") -> None:
    owner.sends("/packages")
    owner.taps("New package")
    owner.taps(units)
    owner.sends(price)
    owner.taps(validity)
    owner.taps("Put on sale")


def packages(world: World) -> list[tuple[int, int, int | None, bool]]:
    return world.read(
        lambda work: [(p.units, p.price_minor, p.valid_days, p.on_sale) for p in work.packages.list_all()]
    )


def test_a_package_is_put_on_sale_step_by_step(world: World) -> None:
    olga = world.owner()
    olga.sends("/packages")
    olga.sees("Nothing is on sale yet")
    olga.taps("New package")
    olga.sees("How many units")
    olga.taps("10")
    olga.sees("New package: 10 units", "Type the price")
    olga.sends("220")
    olga.sees("10 units for €220 (€22 each)", "For how long")
    olga.taps("180 days")
    olga.sees("One unit costs €22", "Valid for 180 days", "buyers see it at once")
    olga.taps("Put on sale")
    olga.sees("✓ On sale: 10 units for €220", "180 days")
    assert packages(world) == [(10, 22000, 180, True)]


def test_units_and_validity_can_be_typed(world: World) -> None:
    olga = world.owner()
    olga.sends("/packages")
    olga.taps("New package")
    olga.sends("twelve")
    olga.sees("I need a whole number", "How many units")
    olga.sends("0")
    olga.sees("A package holds 1 to 500 units")
    olga.sends("12 units")
    olga.sends("99,90 €")
    olga.sees("12 units for €99.90 (€8.33 each)")
    olga.sends("5 parsecs")
    olga.sees("I need a number of days", "For how long")
    olga.sends("9999 days")
    olga.sees("1 to 3650 days")
    olga.sends("60 days")
    olga.sees("Valid for 60 days")
    olga.taps("Put on sale")
    assert packages(world) == [(12, 9990, 60, True)]


@pytest.mark.parametrize(
    ("typed", "price_minor"),
    [("220", 22000), ("220.50", 22050), ("€230", 23000), ("220,50", 22050), ("1.234,50 EUR", 123450)],
)
def test_a_price_can_be_typed_in_many_ways(world: World, typed: str, price_minor: int) -> None:
    olga = world.owner()
    put_on_sale(olga, "10", "200")
    olga.taps("10 units · €200")
    olga.taps("Change price")
    olga.sends(typed)
    olga.sees("€200 → ", "Buyers see the new price at once", "refused and charge nothing")
    olga.taps("Sell at")
    olga.sees("✓ 10 units now cost")
    assert packages(world) == [(10, price_minor, None, True)]


def test_a_price_that_another_admin_changed_meanwhile_is_shown_before_it_is_changed_again(world: World) -> None:
    olga = world.owner()
    put_on_sale(olga, "10", "220")
    olga.taps("10 units · €220")
    olga.taps("Change price")
    olga.sends("230")
    olga.sees("€220 → €230")
    world.act(lambda work: package.set_price(work, work.people.find_by_telegram(olga.id), PackageId(1), 18000))
    olga.taps("Sell at €230")
    assert "The price was changed meanwhile" in olga.alert
    olga.sees("€180 → €230", "Sell at €230")
    assert packages(world) == [(10, 18000, None, True)]
    world.driver.together(olga.async_taps("Sell at €230"), olga.async_taps("Sell at €230"))
    olga.sees("✓ 10 units now cost €230")
    assert packages(world) == [(10, 23000, None, True)]


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("cheap", "cannot read that as an amount in EUR"),
        ("-5", "cannot read that"),
        ("5 USD", "cannot read that"),
        ("1e9", "cannot read that"),
        ("<b>5", "cannot read that"),
        ("{price}", "cannot read that"),
        ("0", "between €0.01 and"),
        ("999999999999", "between €0.01 and"),
    ],
)
def test_a_price_that_is_none_explains_itself_and_changes_nothing(world: World, typed: str, said: str) -> None:
    olga = world.owner()
    put_on_sale(olga, "10", "200")
    olga.taps("10 units · €200")
    olga.taps("Change price")
    olga.sends(typed)
    olga.sees(said, "Type the new price", "Cancel")
    olga.sends_sticker()
    olga.sees("cannot read that")
    assert packages(world) == [(10, 20000, None, True)]
    olga.taps("Cancel")
    olga.sees("10 units for €200")


def test_changing_validity_concerns_units_bought_from_now_on(world: World) -> None:
    olga = world.owner()
    put_on_sale(olga, "5", "120", "90 days")
    olga.taps("5 units · €120")
    olga.taps("Change validity")
    olga.sees("Units already bought keep their date")
    olga.taps("No limit")
    olga.sees("bought from now on", "never expire")
    assert packages(world) == [(5, 12000, None, True)]


def test_a_hidden_package_is_marked_and_can_be_shown_again(world: World) -> None:
    olga = world.owner()
    put_on_sale(olga, "5", "120")
    olga.taps("5 units · €120")
    olga.taps("Hide from buyers")
    olga.sees("Hidden.", "Put on sale")
    olga.taps("‹ Back")
    olga.sees("hidden:", "Hidden: 5 units")
    olga.taps("Hidden: 5 units")
    olga.taps("Put on sale")
    olga.sees("On sale.")
    assert packages(world)[0][3]


def test_moving_up_twice_in_one_breath_moves_once(world: World) -> None:
    olga = world.owner()
    for units, price in (("1", "25"), ("5", "120"), ("10", "220")):
        put_on_sale(olga, units, price)
    olga.taps("10 units · €220")
    olga.sees("Number 3 of 3")
    world.driver.together(olga.async_taps("Move up"), olga.async_taps("Move up"))
    olga.sees("Number 2 of 3")
    assert [units for units, *_ in packages(world)] == [1, 10, 5]
    olga.taps("Move up")
    olga.sees("Number 1 of 3")
    assert "Move up" not in [label for row in olga.buttons for label in row]


def test_a_package_put_on_sale_twice_in_one_breath_is_one(world: World) -> None:
    olga = world.owner()
    olga.sends("/packages")
    olga.taps("New package")
    olga.taps("10")
    olga.sends("220")
    olga.taps("No limit")
    world.driver.together(olga.async_taps("Put on sale"), olga.async_taps("Put on sale"))
    assert packages(world) == [(10, 22000, None, True)]


def test_a_confirmation_that_waited_too_long_changes_nothing(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    olga = world.owner()
    put_on_sale(olga, "10", "200")
    olga.taps("10 units · €200")
    olga.taps("Change price")
    olga.sends("300")
    monkeypatch.setattr("bot.dispatcher.CONFIRM_WITHIN", timedelta(seconds=-1))
    olga.taps("Sell at €300")
    olga.sees("10 units for €200", "Change price")
    olga.taps("Hide from buyers")
    olga.sees("On sale.")
    assert packages(world) == [(10, 20000, None, True)]


def test_without_a_payment_provider_packages_can_be_prepared(database_url: str) -> None:
    with opened(database_url, payment_provider_token="") as world:
        olga = world.owner()
        olga.sends("/packages")
        olga.sees("Buying is off", "PAYMENT_PROVIDER_TOKEN")
        put_on_sale(olga, "10", "220")
        olga.sees("✓ On sale", "Buying is off")


def test_prices_follow_the_currency_of_the_studio(database_url: str) -> None:
    with opened(database_url, currency="JPY") as world:
        olga = world.owner()
        olga.sends("/packages")
        olga.taps("New package")
        olga.taps("10")
        olga.sees("2200")
        olga.sends("220.50")
        olga.sees("cannot read that as an amount in JPY")
        olga.sends("22,000")
        olga.sees("10 units for JP¥22,000")


def test_only_admins_see_and_change_prices(world: World) -> None:
    put_on_sale(world.owner(), "10", "220")
    anna = world.trainee("Anna")
    anna.sends("/packages")
    anna.sees("not open to you")
    for forged in ("pk", "pk.c:1", "pk.p:1", "pk.pp:1:1:1", "pk.vv:1:1", "pk.s:1:0", "pk.u:1:1", "pk.ok:1:1:0"):
        anna.forges(forged)
        assert "not open to you" in anna.alert, forged
    assert packages(world) == [(10, 22000, None, True)]


def test_forged_figures_change_nothing(world: World) -> None:
    olga = world.owner()
    put_on_sale(olga, "10", "220")
    for forged in (
        "pk.c:99",
        "pk.c:99999999999999999999",
        "pk.pp:1:-5:1",
        "pk.pp:99:5:1",
        "pk.vv:1:-1",
        "pk.nu:0",
        "pk.nu:501",
        "pk.np:0:100",
        "pk.nv:0:100:0",
        "pk.nv:5:0:0",
        "pk.ok:5:0:0",
        "pk.ok:0:5:0",
        "pk.u:99:1",
    ):
        olga.forges(forged)
        assert olga.alert, forged
    assert packages(world) == [(10, 22000, None, True)]


def test_the_list_has_an_end(world: World) -> None:
    olga = world.owner()
    world.act(_fill)
    put_on_sale(olga, "20", "999")
    assert "40 packages are the most" in olga.alert
    assert len(packages(world)) == package.PACKAGES_LIMIT


def _fill(work: Any) -> None:
    (admin,) = work.people.list_with_role(Role.ADMIN)
    for number in range(package.PACKAGES_LIMIT):
        package.create(work, admin, 1, 100 + number, "EUR", None)
