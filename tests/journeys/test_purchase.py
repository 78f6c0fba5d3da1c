"""Buying units (B2, B5): shop, invoice, pre-checkout, credit, and everything that can go wrong with money."""

import asyncio
import threading
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest
import structlog
from sqlalchemy import text

from bot.handlers import purchase as handlers
from domain import credit, package, purchase
from domain.availability import minute_of
from domain.ids import PackageId
from emulator.driver import DECLINED_CARD, GOOD_CARD, POOR_CARD, Actor
from emulator.picture import labels
from tests.world import OWNER_ID, World, berlin, opened

NO_PAYMENTS = {"payment_provider_token": ""}


def as_owner(world: World, action: Any, *args: Any) -> Any:
    """Something the owner does without a tap."""
    return world.act(lambda work: action(work, work.people.find_by_telegram(OWNER_ID), *args))


def sell(world: World, units: int, price_minor: int, valid_days: int | None = None) -> PackageId:
    """Put a package on sale."""
    made: PackageId = as_owner(world, package.create, units, price_minor, "EUR", valid_days).id
    return made


@pytest.fixture
def shop(world: World) -> World:
    """A studio that sells single units and packages of ten."""
    world.owner()
    sell(world, 1, 2500)
    sell(world, 10, 22000, valid_days=90)
    return world


def ask_for_ten(anna: Actor) -> None:
    """Everything up to the invoice."""
    anna.sends("/buy")
    anna.taps("10 units")
    anna.taps("Pay €220")


def free_units(world: World, anna: Actor) -> int:
    def query(work: Any) -> int:
        owner = work.people.find_by_telegram(anna.id)
        return sum(lot.available for lot in work.ledger.list_lots(owner.id))

    return world.read(query)


def slot_in(world: World, minutes: int, starts_at: datetime) -> str:
    """The slot as buttons carry it, with the one trainer there is."""

    def query(work: Any) -> str:
        (tess,) = work.trainers.list_all()
        kind = next(each for each in work.types.list_published() if each.minutes == minutes)
        return f"{tess.id}-{kind.id}-{minute_of(starts_at)}"

    return world.read(query)


def invoices(anna: Actor) -> int:
    return sum(message.invoice is not None for message in anna.messages)


def is_told(world: World, payer: Actor, *, times: int = 1, **changed: Any) -> None:
    """Telegram reports a payment of the payer's, as it may at any time; `changed` makes it unlike the real one."""
    paid = {
        "currency": "EUR",
        "total_amount": 22000,
        "invoice_payload": "unknown",
        "telegram_payment_charge_id": "tg_again",
        "provider_payment_charge_id": "ch_again",
    } | changed
    telegram = world.telegram

    async def report() -> None:
        message = telegram.post(payer.id, "service", {"successful_payment": paid}, sender_id=payer.id)
        for _ in range(times):
            telegram.updates.add("message", telegram.message_json(message), f"chat {payer.id}")

    world.driver.act(report())


def test_a_package_is_bought_and_its_units_are_there(shop: World) -> None:
    anna = shop.trainee("Anna", units=8)
    anna.taps("Buy")
    anna.sees(
        "Buy units", "You have 8 units free", "1 unit · €25", "10 units · €220 (€22 each)", "10 units: valid 90 days"
    )
    anna.taps("10 units")
    anna.sees("10 units · €220 (€22 each)", "Valid 90 days, last day Sun 28 Feb", "Then you have 18 units free")
    anna.taps("Pay €220")
    anna.sees("10 units", "Training units of 20 minutes at Studio Kraft", "Pay €220", "Cancel")
    assert anna.pays().ok
    anna.sees("10 units added", "18 free", "Last day Sun 28 Feb 2027", "Book a session", "Home")
    assert free_units(shop, anna) == 18


def test_single_units_are_counted_with_a_stepper(shop: World) -> None:
    anna = shop.trainee("Anna")
    anna.sends("/buy")
    anna.taps("1 unit · €25")
    anna.sees("Then you have 1 unit free", "It does not expire")
    assert anna.buttons[0] == ["−", "1", "+"]
    anna.taps("−")
    anna.sees("Buy 1 unit · €25")
    anna.taps("+")
    anna.taps("+")
    anna.sees("3 units · €75 (€25 each)", "Then you have 3 units free", "Buy 3 units · €75")
    anna.taps("20")
    anna.taps("Buy 20 units · €500")
    assert anna.pays().ok
    anna.sees("20 units added", "20 free")


def test_nobody_steps_beyond_fifty(shop: World) -> None:
    anna = shop.trainee("Anna")
    anna.forges("by.p:1:50:")
    anna.sees("Buy 50 units · €1,250")
    anna.taps("+")
    anna.sees("Buy 50 units · €1,250")
    for quantity in (0, 51):
        anna.forges(f"by.p:1:{quantity}:")
        assert anna.alert == "One order holds 1 to 50 packages."


def test_whoever_lacks_units_buys_and_is_back_at_the_very_slot(shop: World) -> None:
    shop.trainer("Tess")
    anna = shop.trainee("Anna", units=1)
    anna.sends("/book")
    anna.taps("40 min ·")
    anna.taps("14:00")
    anna.sees("That needs 2 units; 1 free")
    anna.taps("Buy units and book this time")
    anna.taps("1 unit · €25")
    anna.taps("Buy 1 unit · €25")
    assert anna.pays().ok
    anna.sees("1 unit added", "2 free", "Book Mon 30 Nov, 14:00")
    anna.taps("Book Mon 30 Nov, 14:00")
    anna.sees("40 min with Tess", "14:00–14:40", "2 units will be held; 0 stay free")


def test_the_proof_of_a_payment_stays_when_one_goes_on_from_it(shop: World) -> None:
    anna = shop.trainee("Anna")
    ask_for_ten(anna)
    assert anna.pays().ok
    proof = anna.screen
    anna.taps("Home")
    anna.sees("Hi Anna")
    assert "10 units added" in proof.text
    assert labels(proof.inline_keyboard) == [["Book a session"]], "only the button that was used is gone"


def test_the_way_back_from_the_shop_leads_to_the_slot(shop: World) -> None:
    shop.trainer("Tess")
    anna = shop.trainee("Anna")
    anna.sends("/book")
    anna.taps("20 min ·")
    anna.taps("14:00")
    anna.taps("Buy units and book this time")
    anna.taps("10 units")
    anna.taps("Back")
    anna.sees("Buy units")
    anna.taps("Back")
    anna.sees("20 min with Tess", "14:00–14:20")


def test_a_slot_that_is_over_when_the_payment_comes_is_not_offered(shop: World) -> None:
    anna = shop.trainee("Anna")
    over = int(berlin(9).timestamp()) // 60
    anna.forges(f"by:1-1-{over}")
    anna.taps("10 units")
    anna.taps("Pay €220")
    assert anna.pays().ok
    anna.sees("10 units added", "Book a session")


def test_a_double_tap_on_pay_brings_one_invoice(shop: World) -> None:
    anna = shop.trainee("Anna")
    anna.sends("/buy")
    anna.taps("10 units")
    shop.driver.together(anna.async_taps("Pay €220"), anna.async_taps("Pay €220"))
    assert invoices(anna) == 1


def test_a_tap_on_pay_that_waited_too_long_shows_the_terms_again(shop: World, monkeypatch: pytest.MonkeyPatch) -> None:
    anna = shop.trainee("Anna")
    anna.sends("/buy")
    anna.taps("10 units")
    as_owner(shop, package.set_validity, PackageId(2), 30)
    monkeypatch.setattr("bot.dispatcher.CONFIRM_WITHIN", timedelta(seconds=-1))
    anna.taps("Pay €220")
    anna.sees("Valid 30 days")
    assert invoices(anna) == 0


def test_an_invoice_can_be_put_away(shop: World) -> None:
    anna = shop.trainee("Anna")
    ask_for_ten(anna)
    anna.taps("Cancel")
    assert invoices(anna) == 0
    anna.sees("The invoice is put away", "10 units · €220")


def test_another_amount_puts_the_first_invoice_away(shop: World) -> None:
    anna = shop.trainee("Anna")
    anna.sends("/buy")
    anna.taps("1 unit")
    anna.taps("Buy 1 unit")
    (first,) = (message for message in anna.messages if message.invoice)
    anna.taps("‹ Other amount")
    anna.sees("Buy units", "10 units · €220")
    assert (anna.toast, invoices(anna)) == ("The invoice is put away.", 0)
    anna.taps("10 units")
    anna.taps("Pay €220")
    assert invoices(anna) == 1
    sheet_left_open = shop.telegram.cashier.pay_message(shop.telegram.people[anna.id], first, GOOD_CARD, 0)
    declined = shop.driver.act(sheet_left_open).declined_reason
    assert declined == "This invoice was put away; nothing was charged. Open /buy for another."
    assert anna.pays().ok
    assert free_units(shop, anna) == 10


def test_an_order_that_was_put_away_is_good_again_once_its_offer_is_taken_again(shop: World) -> None:
    anna = shop.trainee("Anna")
    ask_for_ten(anna)
    anna.taps("‹ Other amount")
    shop.passes(minutes=1)
    anna.forges("by.ok:2:1:22000::0")
    assert invoices(anna) == 1
    assert anna.pays().ok
    assert free_units(shop, anna) == 10


def test_other_amount_never_takes_a_paid_invoice_away(shop: World) -> None:
    anna = shop.trainee("Anna")
    ask_for_ten(anna)
    (invoice,) = (message.id for message in anna.messages if message.invoice)
    assert anna.pays().ok
    anna.forges(f"by.o:1:{invoice}")
    anna.sees("✓ Paid: 10 units, €220.", "Buy more")
    assert invoices(anna) == 1


def test_an_invoice_that_was_put_away_can_be_had_again(shop: World) -> None:
    anna = shop.trainee("Anna")
    ask_for_ten(anna)
    anna.taps("Cancel")
    anna.taps("Pay €220")
    assert invoices(anna) == 1
    assert anna.pays().ok
    anna.sees("10 units added", "10 free")


def test_putting_away_the_invoice_of_what_is_hidden_by_now_leads_to_the_shop(shop: World) -> None:
    anna = shop.trainee("Anna")
    ask_for_ten(anna)
    as_owner(shop, package.set_on_sale, PackageId(2), False)
    anna.taps("Cancel")
    anna.sees("The invoice is put away", "Buy units", "1 unit · €25")


@pytest.mark.parametrize("card", [DECLINED_CARD, POOR_CARD])
def test_a_declined_card_changes_nothing_and_another_may_be_tried(shop: World, card: str) -> None:
    anna = shop.trainee("Anna", units=2)
    ask_for_ten(anna)
    assert not anna.pays(card).ok
    assert free_units(shop, anna) == 2
    assert anna.pays().ok
    assert free_units(shop, anna) == 12


def test_an_invoice_at_an_old_price_is_refused_with_the_reason(shop: World) -> None:
    anna = shop.trainee("Anna")
    ask_for_ten(anna)
    as_owner(shop, package.set_price, PackageId(2), 24000)
    assert anna.pays().declined_reason.startswith("This offer has changed; nothing was charged")
    assert (shop.telegram.cashier.charges, free_units(shop, anna)) == ([], 0)


def test_an_invoice_for_a_hidden_package_is_refused_with_the_reason(shop: World) -> None:
    anna = shop.trainee("Anna")
    ask_for_ten(anna)
    as_owner(shop, package.set_on_sale, PackageId(2), False)
    assert anna.pays().declined_reason.startswith("This offer has changed; nothing was charged")


def test_a_pay_button_at_an_old_price_shows_todays_shop(shop: World) -> None:
    anna = shop.trainee("Anna")
    anna.sends("/buy")
    anna.taps("10 units")
    as_owner(shop, package.set_price, PackageId(2), 24000)
    anna.taps("Pay €220")
    assert "This offer has changed" in anna.alert
    anna.sees("10 units · €240 (€24 each)")
    assert invoices(anna) == 0


def test_a_package_that_was_hidden_meanwhile_leads_back_to_the_shop(shop: World) -> None:
    anna = shop.trainee("Anna")
    anna.sends("/buy")
    as_owner(shop, package.set_on_sale, PackageId(2), False)
    anna.taps("10 units")
    assert "This offer has changed" in anna.alert
    anna.sees("Buy units", "1 unit · €25")
    anna.sees_not("10 units")


def test_an_invoice_is_not_payable_by_somebody_else(shop: World) -> None:
    anna, ben = shop.trainee("Anna"), shop.trainee("Ben")
    ask_for_ten(anna)
    (token,) = shop.read(lambda work: work._connection.exec_driver_sql("SELECT token FROM purchase").scalars().all())

    async def pay_annas_order() -> str:
        url = await shop.app.bot.create_invoice_link(
            title="10 units",
            description="10 units",
            payload=token,
            currency="EUR",
            prices=[{"label": "10 units", "amount": 22000}],
            provider_token=shop.telegram.cashier.provider_token,
        )
        return (await shop.telegram.pay_link(ben.id, url, GOOD_CARD)).declined_reason

    assert shop.driver.act(pay_annas_order()).startswith("This invoice was made for somebody else")
    assert shop.telegram.cashier.charges == []


def test_an_order_that_is_paid_cannot_be_paid_again(shop: World) -> None:
    anna = shop.trainee("Anna")
    ask_for_ten(anna)
    assert anna.pays().ok
    shop.passes(days=2)
    assert anna.pays().declined_reason == "You paid this on Mon 30 Nov. To buy more, open Buy units."
    assert (len(shop.telegram.cashier.charges), free_units(shop, anna)) == (1, 10)


def test_the_offer_says_that_its_invoice_is_out_and_then_that_it_is_paid(shop: World) -> None:
    anna = shop.trainee("Anna")
    anna.sends("/buy")
    anna.taps("10 units")
    offer = anna.screen
    anna.taps("Pay €220")
    assert "The invoice is below" in offer.content["text"]
    assert labels(offer.inline_keyboard) == [["‹ Other amount", "⌂ Home"]]
    assert anna.pays().ok
    assert "✓ Paid: 10 units, €220." in offer.content["text"]
    assert labels(offer.inline_keyboard) == [["Buy more", "⌂ Home"]]
    anna.taps("Buy more")
    anna.taps("10 units")
    anna.taps("Pay €220")
    assert anna.pays().ok
    anna.sees("10 units added", "20 free")


def test_a_stale_tap_on_pay_after_the_payment_asks_for_no_second_one(shop: World) -> None:
    anna = shop.trainee("Anna")
    ask_for_ten(anna)
    assert anna.pays().ok
    anna.forges("by.ok:2:1:22000::0")
    assert anna.alert == "You paid this on Mon 30 Nov. To buy more, open Buy units."
    anna.sees("✓ Paid: 10 units, €220.")
    assert invoices(anna) == 1


def test_a_stale_tap_on_pay_sends_the_invoice_of_the_same_order_again(shop: World) -> None:
    anna = shop.trainee("Anna")
    ask_for_ten(anna)
    shop.passes(minutes=1)
    anna.forges("by.ok:2:1:22000::0")
    assert invoices(anna) == 2
    assert anna.pays().ok
    assert anna.pays().declined_reason.startswith("You paid this")
    assert free_units(shop, anna) == 10


def test_cancel_never_takes_a_paid_invoice_away(shop: World) -> None:
    anna = shop.trainee("Anna")
    ask_for_ten(anna)
    invoice = anna.screen
    assert anna.pays().ok
    anna.taps("Cancel")
    assert anna.alert == "This is paid; 10 units are yours. It stays here as your receipt."
    assert invoices(anna) == 1
    assert labels(invoice.inline_keyboard) == [["Pay €220"]]


def test_somebody_elses_invoice_is_not_put_away(shop: World) -> None:
    anna, ben = shop.trainee("Anna"), shop.trainee("Ben")
    ask_for_ten(anna)
    before = len(ben.messages)
    ben.forges("by.x:1")
    assert ben.alert == "This does not exist any more."
    assert (len(ben.messages), invoices(anna)) == (before, 1)


def test_as_many_single_units_as_a_package_holds_are_offered_as_that_package(shop: World) -> None:
    anna = shop.trainee("Anna")
    anna.sends("/buy")
    anna.taps("1 unit · €25")
    anna.taps("10")
    anna.sees("10 units · €250 (€25 each)", "10 units: valid 90 days", "Buy 10 units · €250")
    anna.taps("10 as a package · €220 · saves €30")
    anna.sees("10 units · €220 (€22 each)", "Pay €220")
    anna.taps("Back")
    anna.taps("1 unit · €25")
    anna.taps("5")
    anna.sees_not("as a package")


def test_the_shop_offers_first_just_what_the_slot_lacks(shop: World) -> None:
    shop.trainer("Tess")
    anna = shop.trainee("Anna", units=1)
    anna.forges(f"by:{slot_in(shop, 60, berlin(14, days=3))}")
    anna.sees("60 min with Tess, Thu 3 Dec, 14:00 needs 3 units; you have 1.")
    assert [row[0] for row in anna.buttons[:2]] == ["2 units · €50 (€25 each)", "10 units · €220 (€22 each)"]
    anna.taps("2 units · €50")
    anna.sees("Then you have 3 units for Thu 3 Dec, 14:00; it needs 3.")
    anna.taps("−")
    anna.sees("Then you have 2 units for Thu 3 Dec, 14:00; it needs 3.")
    anna.taps("Buy 1 unit")
    assert anna.pays().ok
    anna.sees("1 unit added", "60 min with Tess, Thu 3 Dec, 14:00 needs 3 units; you have 2.", "Buy 1 unit more")
    anna.taps("Buy 1 unit more")
    anna.taps("1 unit · €25")
    anna.taps("Buy 1 unit")
    assert anna.pays().ok
    anna.taps("Book Thu 3 Dec, 14:00")
    anna.sees("60 min with Tess", "3 units will be held")


def test_the_shop_counts_what_lasts_until_the_slot(shop: World) -> None:
    shop.trainer("Tess")
    sell(shop, 3, 3000, valid_days=1)
    anna = shop.trainee("Anna")
    shop.grant(anna, 3, expires_on=berlin(9, days=1).date())
    anna.forges(f"by:{slot_in(shop, 60, berlin(14, days=3))}")
    anna.sees("needs 3 units; you have 0. 3 more expire before then.")
    assert anna.buttons[0] == ["3 units · €75 (€25 each)"], "the cheaper three would not last"
    anna.taps("3 units · €30")
    anna.sees("They expire before Thu 3 Dec, 14:00, so they are of no use for it.")


def test_a_slot_that_is_taken_when_the_payment_comes_is_not_offered(shop: World) -> None:
    tess, anna, ben = shop.trainer("Tess"), shop.trainee("Anna"), shop.trainee("Ben", units=3)
    anna.forges(f"by:{slot_in(shop, 60, berlin(14))}")
    anna.taps("3 units")
    anna.taps("Buy 3 units")
    shop.book(ben, tess, berlin(14), minutes=60)
    assert anna.pays().ok
    anna.sees("3 units added", "Today 14:00 is not free any more. Nearest: 12:40 · 13:00 · 15:00", "Pick another time")
    anna.sees_not("Book Mon 30 Nov")
    anna.taps("Pick another time")
    anna.sees("60 min with Tess", "Monday 30 November", "15:00")
    anna.taps("15:00")
    anna.taps("Book it")
    anna.sees("Booked.")


def test_updates_that_come_twice_credit_once(shop: World) -> None:
    anna = shop.trainee("Anna")
    ask_for_ten(anna)
    shop.telegram.updates.deliver_twice(2)
    assert anna.pays().ok
    assert free_units(shop, anna) == 10
    assert len(shop.telegram.cashier.charges) == 1


def test_a_payment_told_again_and_again_shows_the_same_and_credits_nothing(shop: World) -> None:
    anna = shop.trainee("Anna")
    ask_for_ten(anna)
    anna.pays()
    (charge,) = shop.telegram.cashier.charges
    same = {"invoice_payload": charge.payload, "telegram_payment_charge_id": charge.telegram_payment_charge_id}
    is_told(shop, anna, times=3, **same)
    anna.sees("10 units added", "10 free")
    assert free_units(shop, anna) == 10


@pytest.mark.parametrize("wrong", [{"total_amount": 21999}, {"currency": "USD"}, {"invoice_payload": "unknown"}])
def test_a_payment_that_fits_no_order_is_kept_and_both_sides_are_told(shop: World, wrong: dict[str, Any]) -> None:
    olga, anna = shop.owner(), shop.trainee("Anna")
    ask_for_ten(anna)
    (token,) = shop.read(lambda work: work._connection.exec_driver_sql("SELECT token FROM purchase").scalars().all())
    is_told(shop, anna, times=2, **{"invoice_payload": token} | wrong)
    anna.sees("fits no order of yours", "the studio has been told")
    olga.sees("A payment fits no order", "from Anna")
    assert sum("fits no order" in message.text for message in olga.messages) == 1
    assert free_units(shop, anna) == 0


def test_a_payment_from_somebody_nobody_knows_is_kept_too(shop: World) -> None:
    olga, zoe = shop.owner(), shop.person("Zoe")
    shop.telegram.people[zoe.id].started = True
    is_told(shop, zoe)
    zoe.sees("Your payment of €220 arrived, but it fits no order of yours")
    olga.sees("A payment fits no order", "from Zoe")
    zoe.taps("Home")
    zoe.sees("Welcome to Studio Kraft")


def test_a_payment_that_meets_a_refusal_is_tried_again_until_it_counts(
    shop: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    anna = shop.trainee("Anna")
    ask_for_ten(anna)
    monkeypatch.setattr("bot.intake.BACK_OFF_SECONDS", (0.0, 0.0))
    real, refused = credit.credit, []

    def refuse_once(*args: Any) -> Any:
        if not refused:
            refused.append(True)
            raise purchase.OfferChanged
        return real(*args)

    monkeypatch.setattr(credit, "credit", refuse_once)
    assert anna.pays().ok
    anna.sees("10 units added", "10 free")


def test_a_failure_during_the_pre_checkout_is_a_no_in_time(shop: World, monkeypatch: pytest.MonkeyPatch) -> None:
    anna = shop.trainee("Anna")
    ask_for_ten(anna)

    def fail(*_args: Any) -> None:
        raise RuntimeError

    with monkeypatch.context() as broken:
        broken.setattr(purchase, "approve", fail)
        assert "Try again in a moment; nothing was charged" in anna.pays().declined_reason
    assert anna.pays().ok
    assert free_units(shop, anna) == 10


def test_a_pre_checkout_is_answered_while_its_payer_s_taps_wait(shop: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """Something of Anna's is still being handled; the bank does not wait for that."""
    anna = shop.trainee("Anna")
    ask_for_ten(anna)
    gate, table = asyncio.Event(), shop.app.intake._dispatcher.table

    async def slow(_turn: Any) -> None:
        await gate.wait()

    async def pay_meanwhile() -> bool:
        await anna.async_sends("/help")
        try:
            async with asyncio.timeout(5):
                return (await anna.async_pays()).ok
        finally:
            gate.set()

    monkeypatch.setitem(table, "/help", replace(table["/help"], run=slow))
    assert shop.runner.run(pay_meanwhile())
    shop.runner.run(shop.settle())
    assert free_units(shop, anna) == 10


def test_a_database_that_hangs_during_the_pre_checkout_is_a_no_in_time(
    shop: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    anna = shop.trainee("Anna")
    ask_for_ten(anna)
    declined = threading.Event()
    real_decline = handlers._decline

    async def decline(turn: Any, why: str) -> None:
        await real_decline(turn, why)
        declined.set()

    def hang(*_args: Any) -> None:
        assert declined.wait(5)

    monkeypatch.setattr(handlers, "APPROVE_WITHIN_SECONDS", 0.05)
    monkeypatch.setattr(handlers, "_decline", decline)
    monkeypatch.setattr(purchase, "approve", hang)
    assert "nothing was charged" in anna.pays().declined_reason
    assert shop.telegram.cashier.charges == []


def test_a_yes_whose_arrival_telegram_does_not_confirm_still_counts(shop: World) -> None:
    anna = shop.trainee("Anna")
    ask_for_ten(anna)
    shop.telegram.faults.lose_answers("answerPreCheckoutQuery")
    assert anna.pays().ok
    assert free_units(shop, anna) == 10


def test_a_promise_without_payment_is_told_to_the_admins_once(shop: World) -> None:
    olga, anna = shop.owner(), shop.trainee("Anna")
    ask_for_ten(anna)
    anna.pays(DECLINED_CARD)
    shop.passes(minutes=31)
    olga.sees("A payment is missing", "Anna was let through to pay €220")
    shop.passes(minutes=31)
    assert sum("A payment is missing" in message.text for message in olga.messages) == 1


def test_without_a_provider_the_shop_says_where_to_pay(database_url: str) -> None:
    with opened(database_url, **NO_PAYMENTS) as world:
        olga = world.owner()
        sell(world, 10, 22000)
        anna = world.trainee("Anna")
        anna.sends("/buy")
        anna.sees("Online payment is off here. Ask at the desk", "10 units · €220")
        anna.taps("10 units")
        anna.sees("Online payment is off here")
        anna.sees_not("Pay €220", "PAYMENT_PROVIDER_TOKEN")
        anna.forges("by.ok:1:1:22000::0")
        assert anna.alert.startswith("Online payment is off here")
        olga.sends("/buy")
        olga.sees("PAYMENT_PROVIDER_TOKEN")


def test_without_a_provider_a_slot_promises_no_buying_and_says_whom_to_ask(database_url: str) -> None:
    with opened(database_url, **NO_PAYMENTS) as world:
        world.owner()
        sell(world, 1, 2500)
        world.trainer("Tess")
        anna = world.trainee("Anna", units=1)
        anna.sends("/book")
        anna.sees(
            "20 min · 1 unit · leaves 0", "40 min · 2 units · 1 missing", "sold by Studio Kraft", "ask your trainer"
        )
        anna.taps("40 min")
        anna.taps("14:00")
        anna.sees("That needs 2 units; 1 free.", "sold by Studio Kraft, not here", "20 min instead", "Other time")
        assert not [label for row in anna.buttons for label in row if "Buy" in label]
        world.grant(anna, 2)
        anna.sends("/book")
        anna.sees_not("sold by")


def test_an_empty_shop_says_so_and_shows_the_admin_what_to_do(world: World) -> None:
    olga, anna = world.owner(), world.trainee("Anna")
    anna.sends("/buy")
    anna.sees("Nothing is on sale right now. Ask the studio")
    anna.sees_not("Packages")
    olga.sends("/buy")
    olga.sees("Nothing is on sale yet", "Packages")


def test_an_amount_that_the_provider_does_not_take_is_refused_in_words(world: World) -> None:
    olga = world.owner()
    sell(world, 1, 1)
    anna = world.trainee("Anna")
    anna.sends("/buy")
    anna.taps("1 unit ·")
    anna.taps("Buy 1 unit")
    anna.sees("This amount cannot be paid online. Nothing was charged", "Buy units")
    assert invoices(anna) == 0
    olga.sees("€0.01 cannot be paid online", "/packages")


def test_a_provider_token_that_telegram_refuses_is_told_to_the_buyer_and_once_to_the_admins(
    world: World,
) -> None:
    olga, anna = world.owner(), world.trainee("Anna")
    sell(world, 10, 22000)
    world.telegram.cashier.provider_token = "1:TEST:another"
    with structlog.testing.capture_logs() as lines:
        for _ in range(2):
            ask_for_ten(anna)
            anna.sees("Online payment does not work right now", "The studio has been told")
            world.passes(seconds=10)
    assert invoices(anna) == 0
    olga.sees("Nobody can pay online", "PAYMENT_PROVIDER_INVALID", "PAYMENT_PROVIDER_TOKEN")
    assert {line["reason"] for line in lines if line["event"] == "telegram refused an invoice"} == {
        "PAYMENT_PROVIDER_INVALID"
    }
    assert world.read(_alarms) == 1


def _alarms(work: Any) -> int:
    query = text("SELECT count(*) FROM outbox WHERE kind = 'invoice_refused'")
    count: int = work._connection.execute(query).scalar_one()
    return count


def test_only_trainees_buy(shop: World) -> None:
    olga = shop.owner()
    olga.sends("/buy")
    olga.taps("10 units")
    olga.sees("only they can buy")
    olga.sees_not("Pay €220")
    olga.forges("by.ok:2:1:22000::0")
    assert olga.alert.startswith("This is not open to you")
    visitor = shop.person("Vera")
    visitor.starts()
    visitor.sends("/buy")
    visitor.sees("Two taps first")


@pytest.mark.parametrize(
    "forged",
    [
        "by.p:99:1:",
        "by.p:-1:1:",
        "by.p:99999999999999999999:1:",
        "by.p:1:99999999999999999999:",
        "by.ok:99:1:1::0",
        "by.ok:2:1:1::0",
        "by.ok:2:-1:-22000::0",
        "by.ok:2:x:22000::0",
        "by.ok:2:1:22000::-1",
        "by.p:",
        "by.x:1",
    ],
)
def test_a_forged_button_buys_nothing(shop: World, forged: str) -> None:
    anna = shop.trainee("Anna")
    anna.forges(forged)
    assert anna.alert
    assert invoices(anna) == 0


@pytest.mark.parametrize("slot", ["1", "a-b-c", "999999999999-1-1", "1-1-1-1-1", "-1-1-1", "١-١-١", "<b>", "x" * 50])
def test_a_forged_slot_is_dropped(shop: World, slot: str) -> None:
    anna = shop.trainee("Anna")
    anna.forges(f"by:{slot}")
    anna.sees("Buy units", "Home")
    anna.sees_not("Back")
    anna.taps("10 units")
    anna.taps("Pay €220")
    assert anna.pays().ok
    anna.sees("Book a session")


def test_a_hostile_studio_name_is_only_a_name(database_url: str) -> None:
    with opened(database_url, studio_name="<3 & {0} </b>") as world:
        world.owner()
        sell(world, 10, 22000)
        anna = world.trainee("Anna")
        ask_for_ten(anna)
        anna.sees("Training units of 20 minutes at <3 & {0} </b>.")
        assert anna.pays().ok
