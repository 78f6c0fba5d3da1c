"""Paying: invoices, the bot's ten seconds, the test cards, and what is left in the books."""

import asyncio
from collections.abc import Awaitable
from datetime import timedelta
from typing import Any

import pytest
from aiogram import Bot
from aiogram.types import LabeledPrice

from emulator import payment
from emulator.chat import Telegram
from emulator.driver import DECLINED_CARD, GOOD_CARD, POOR_CARD
from emulator.payment import PayResult
from emulator.person import Person
from emulator.room import ImpossibleError
from tests.emulator.api import Api

TOO_LATE = "Bad Request: query is too old and response timeout expired or query ID is invalid"
INVOICE: dict[str, Any] = {
    "title": "10 units",
    "description": "10 units of 20 minutes",
    "payload": "order:7",
    "provider_token": "demo:provider",
    "currency": "EUR",
    "prices": [{"label": "10 units", "amount": 24000}, {"label": "Discount", "amount": -2000}],
}


async def invoice(api: Api, person: Person, **changes: Any) -> int:
    """The id of a new invoice message."""
    sent = await api.result("sendInvoice", chat_id=person.id, **(INVOICE | changes))
    return int(sent["message_id"])


async def paid(api: Api, pay: Awaitable[PayResult], **answer: Any) -> tuple[PayResult, dict[str, Any]]:
    """How it ends when the bot answers the pre-checkout so, and the query it was asked."""
    paying = asyncio.ensure_future(pay)
    (update,) = await api.result("getUpdates", timeout=5)
    query = update["pre_checkout_query"]
    await api.result("getUpdates", offset=update["update_id"] + 1)
    await api.result("answerPreCheckoutQuery", pre_checkout_query_id=query["id"], **(answer or {"ok": True}))
    return await paying, query


async def test_an_invoice_shows_what_it_sells_and_a_pay_button(bot: Bot, telegram: Telegram, anna: Person) -> None:
    prices = [LabeledPrice(label="10 units", amount=22000)]
    details: dict[str, Any] = {
        name: INVOICE[name] for name in ("title", "description", "payload", "currency", "provider_token")
    }
    sent = await bot.send_invoice(anna.id, prices=prices, **details)
    assert sent.invoice
    assert sent.reply_markup
    assert (sent.invoice.total_amount, sent.invoice.currency) == (22000, "EUR")
    assert sent.reply_markup.inline_keyboard[0][0].pay is True
    shown = telegram.messages(anna.id)[-1].as_json()
    assert shown["invoice"]["prices"] == [{"label": "10 units", "amount_minor": 22000}]
    assert shown["inline_keyboard"][0][0]["kind"] == "pay"
    assert telegram.violations == []


async def test_a_good_card_pays_when_the_bot_approves(api: Api, telegram: Telegram, anna: Person) -> None:
    message_id = await invoice(api, anna)
    result, query = await paid(api, telegram.pay(anna.id, message_id, GOOD_CARD))
    assert (query["invoice_payload"], query["total_amount"], query["currency"]) == ("order:7", 22000, "EUR")
    (update,) = await api.result("getUpdates")
    payment_told = update["message"]["successful_payment"]
    assert result.ok
    assert payment_told == {
        "currency": "EUR",
        "total_amount": 22000,
        "invoice_payload": "order:7",
        "telegram_payment_charge_id": result.telegram_payment_charge_id,
        "provider_payment_charge_id": result.provider_payment_charge_id,
    }
    (charge,) = telegram.cashier.charges
    assert (charge.person_id, charge.payload, charge.total_minor) == (anna.id, "order:7", 22000)
    assert telegram.find(anna.id, message_id).invoice["paid"]  # type: ignore[union-attr,index]
    assert telegram.violations == []


@pytest.mark.parametrize(
    ("card", "reason"),
    [(DECLINED_CARD, "Your card was declined."), (POOR_CARD, "Your card has insufficient funds.")],
)
async def test_a_bad_card_is_declined_after_the_bot_approved(
    card: str, reason: str, api: Api, telegram: Telegram, anna: Person
) -> None:
    message_id = await invoice(api, anna)
    result, _ = await paid(api, telegram.pay(anna.id, message_id, card))
    assert result == PayResult(ok=False, declined_reason=reason)
    assert telegram.cashier.charges == []
    assert await api.result("getUpdates") == []


async def test_a_number_that_is_no_card_does_not_reach_the_bot(api: Api, telegram: Telegram, anna: Person) -> None:
    result = await telegram.pay(anna.id, await invoice(api, anna), "1234 5678")
    assert result.declined_reason == "Your card number is invalid."
    assert await api.result("getUpdates") == []


async def test_the_bot_may_refuse_and_say_why(api: Api, telegram: Telegram, anna: Person) -> None:
    message_id = await invoice(api, anna)
    events: list[dict[str, Any]] = []
    telegram.subscribe(events.append)
    result, _ = await paid(api, telegram.pay(anna.id, message_id, GOOD_CARD), ok=False, error_message="Sold out.")
    assert result == PayResult(ok=False, declined_reason="Sold out.")
    shown = [(event["state"], event["text"]) for event in events if event["type"] == "payment"]
    assert shown == [("checking", "Checking with the bot…"), ("declined", "Sold out.")]


async def test_a_refusal_must_say_why(api: Api) -> None:
    refusal = await api.refusal("answerPreCheckoutQuery", pre_checkout_query_id="1", ok=False)
    assert refusal == "Bad Request: error_message is required when ok is False"


@pytest.mark.parametrize("clock_moves", [True, False])
async def test_a_bot_that_does_not_answer_in_time_loses_the_payment(
    clock_moves: bool, api: Api, telegram: Telegram, anna: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(payment, "PRE_CHECKOUT_SECONDS", 10 if clock_moves else 0.05)
    paying = asyncio.create_task(telegram.pay(anna.id, await invoice(api, anna), GOOD_CARD))
    (update,) = await api.result("getUpdates", timeout=5)
    if clock_moves:
        await telegram.clock.advance(timedelta(seconds=10))
    result = await paying
    assert result.declined_reason == "The bot did not answer in time. Try again later."
    query_id = update["pre_checkout_query"]["id"]
    assert await api.refusal("answerPreCheckoutQuery", pre_checkout_query_id=query_id, ok=True) == TOO_LATE


async def test_a_pre_checkout_answered_twice_is_refused(api: Api, telegram: Telegram, anna: Person) -> None:
    _, query = await paid(api, telegram.pay(anna.id, await invoice(api, anna), GOOD_CARD))
    assert await api.refusal("answerPreCheckoutQuery", pre_checkout_query_id=query["id"], ok=True) == TOO_LATE


async def test_an_invoice_can_be_paid_twice(api: Api, telegram: Telegram, anna: Person) -> None:
    message_id = await invoice(api, anna)
    first, _ = await paid(api, telegram.pay(anna.id, message_id, GOOD_CARD))
    await api.result("getUpdates", offset=-1)
    telegram.updates.drop_all()
    second, _ = await paid(api, telegram.pay(anna.id, message_id, GOOD_CARD))
    assert first.ok
    assert second.ok
    assert first.telegram_payment_charge_id != second.telegram_payment_charge_id
    assert len(telegram.cashier.charges) == 2


async def test_an_invoice_link_can_be_paid(api: Api, telegram: Telegram, anna: Person) -> None:
    url = await api.result("createInvoiceLink", **INVOICE)
    result, query = await paid(api, telegram.pay_link(anna.id, url, GOOD_CARD))
    assert result.ok
    assert query["invoice_payload"] == "order:7"
    assert telegram.violations == []


async def test_a_tip_is_paid_on_top_as_far_as_it_is_offered(api: Api, telegram: Telegram, anna: Person) -> None:
    message_id = await invoice(api, anna, max_tip_amount=500, suggested_tip_amounts=[100, 500])
    result, query = await paid(api, telegram.pay(anna.id, message_id, GOOD_CARD, tip_minor=500))
    assert result.ok
    assert query["total_amount"] == 22500
    with pytest.raises(ImpossibleError, match="tip"):
        await telegram.pay(anna.id, message_id, GOOD_CARD, tip_minor=501)


async def test_what_the_payer_has_to_fill_in_comes_with_the_payment(api: Api, telegram: Telegram, anna: Person) -> None:
    message_id = await invoice(api, anna, need_name=True, need_email=True)
    _, query = await paid(api, telegram.pay(anna.id, message_id, GOOD_CARD))
    assert query["order_info"] == {"name": "Anna Berg", "email": f"person{anna.id}@example.com"}
    (update,) = await api.result("getUpdates")
    assert update["message"]["successful_payment"]["order_info"] == query["order_info"]
    assert telegram.violations == []


async def test_what_is_no_invoice_cannot_be_paid(telegram: Telegram, anna: Person) -> None:
    with pytest.raises(ImpossibleError, match="no invoice"):
        await telegram.pay(anna.id, telegram.messages(anna.id)[0].id, GOOD_CARD)
    with pytest.raises(ImpossibleError, match="no invoice link"):
        await telegram.pay_link(anna.id, "https://t.me/$x", GOOD_CARD)


REFUSED = [
    ({"title": ""}, 'parameter "title" is required'),
    ({"description": ""}, 'parameter "description" is required'),
    ({"payload": ""}, 'parameter "payload" is required'),
    ({"currency": ""}, 'parameter "currency" is required'),
    ({"prices": ""}, 'parameter "prices" is required'),
    ({"title": "x" * 33}, "INVOICE_TITLE_INVALID"),
    ({"description": "x" * 256}, "INVOICE_DESCRIPTION_INVALID"),
    ({"payload": "ä" * 65}, "INVOICE_PAYLOAD_INVALID"),
    ({"prices": "["}, "can't parse prices JSON object"),
    ({"prices": {}}, "expected an Array of labeled prices"),
    ({"prices": []}, "there must be at least one price"),
    ({"prices": [1]}, "can't parse labeled price: LabeledPrice must be an Object"),
    ({"prices": [{"amount": 1}]}, "can't parse labeled price: Can't find field \"label\""),
    ({"prices": [{"label": "", "amount": 1}]}, "can't parse labeled price: LabeledPrice label must be non-empty"),
    ({"prices": [{"label": "x"}]}, "can't parse labeled price: Can't find field \"amount\""),
    ({"prices": [{"label": "x", "amount": 1.5}]}, 'can\'t parse labeled price: Field "amount" must be of type Number'),
    ({"currency": "XXX"}, "CURRENCY_INVALID"),
    ({"prices": [{"label": "x", "amount": 10}]}, "CURRENCY_TOTAL_AMOUNT_INVALID"),
    ({"prices": [{"label": "x", "amount": 10**9}]}, "CURRENCY_TOTAL_AMOUNT_INVALID"),
    ({"provider_token": ""}, "PAYMENT_PROVIDER_INVALID"),
    ({"provider_token": "1:live"}, "PAYMENT_PROVIDER_INVALID"),
    ({"provider_data": "{"}, "DATA_JSON_INVALID"),
    ({"photo_url": "picture.png"}, "WEBDOCUMENT_URL_INVALID"),
    ({"max_tip_amount": 100, "suggested_tip_amounts": [200]}, "TIP_AMOUNTS_INVALID"),
    ({"max_tip_amount": 100, "suggested_tip_amounts": [50, 20]}, "TIP_AMOUNTS_INVALID"),
    ({"max_tip_amount": 100, "suggested_tip_amounts": [1, 2, 3, 4, 5]}, "TIP_AMOUNTS_INVALID"),
    ({"suggested_tip_amounts": "["}, "can't parse suggested_tip_amounts JSON object"),
    ({"suggested_tip_amounts": {"a": 1}}, "expected an Array of suggested tip amounts"),
]


@pytest.mark.parametrize(("changes", "words"), REFUSED)
async def test_a_wrong_invoice_is_refused(changes: dict[str, Any], words: str, api: Api, anna: Person) -> None:
    assert await api.refusal("sendInvoice", chat_id=anna.id, **(INVOICE | changes)) == f"Bad Request: {words}"
    assert await api.refusal("createInvoiceLink", **(INVOICE | changes)) == f"Bad Request: {words}"


@pytest.mark.parametrize(
    ("rows", "words"),
    [
        ([[{"text": "Later", "callback_data": "x"}]], "REPLY_MARKUP_BUY_EMPTY"),
        ([[{"text": "Later", "callback_data": "x"}, {"text": "Pay", "pay": True}]], "BUTTON_POS_INVALID"),
    ],
)
async def test_the_pay_button_comes_first(rows: list[Any], words: str, api: Api, anna: Person) -> None:
    markup = {"inline_keyboard": rows}
    refusal = await api.refusal("sendInvoice", chat_id=anna.id, **INVOICE, reply_markup=markup)
    assert refusal == f"Bad Request: {words}"


async def test_a_start_parameter_has_a_form(api: Api, anna: Person) -> None:
    for start_parameter in ("x" * 65, "a b"):
        refusal = await api.refusal("sendInvoice", chat_id=anna.id, **INVOICE, start_parameter=start_parameter)
        assert refusal == "Bad Request: START_PARAM_INVALID"
