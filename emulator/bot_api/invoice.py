"""Methods that ask for money: an invoice as a message or as a link.

The limits of title, description and tips are documented, the server's words for them are not: those are our own.
"""

import re
from typing import Any

from telegram.constants import InvoiceLimit

from emulator import currency
from emulator.bot_api.method import method
from emulator.bot_api.request import Request
from emulator.bot_api.send import deliver
from emulator.chat import Telegram
from emulator.decoding import int_field, text_field
from emulator.keyboard import parse_markup
from emulator.payment import Order
from emulator.refusal import bad_request

Json = dict[str, Any]

_ASKABLE = ("name", "phone_number", "email")
_START_PARAMETER = re.compile(r"[A-Za-z0-9_-]{0,64}\Z")


@method("sendInvoice")
def send_invoice(telegram: Telegram, request: Request) -> Json:
    """Send an invoice; without a keyboard it gets a pay button of its own."""
    order = order_of(telegram, request)
    pay = {"text": f"Pay {currency.written(order.total_minor, order.currency)}", "pay": True}
    markup = parse_markup(request.text("reply_markup"), invoice=True) or {"inline_keyboard": [[pay]]}
    message = deliver(telegram, request, {"invoice": order.as_invoice()}, markup=markup, invoice=order.as_json())
    telegram.cashier.attach(message, order)
    return telegram.message_json(message)


@method("createInvoiceLink")
def create_invoice_link(telegram: Telegram, request: Request) -> str:
    """Make a link under which the invoice can be paid."""
    return telegram.cashier.link(order_of(telegram, request))


def order_of(telegram: Telegram, request: Request) -> Order:
    """What a call wants to sell, refused when Telegram or the provider would not sell it."""
    order = Order(
        title=request.required("title"),
        description=request.required("description"),
        payload=request.required("payload"),
        currency=request.required("currency"),
        prices=_prices(request),
        start_parameter=request.text("start_parameter"),
        photo_url=request.text("photo_url"),
        max_tip_minor=request.integer("max_tip_amount"),
        needs=tuple(name for name in _ASKABLE if request.flag(f"need_{name}")),
    )
    request.json("provider_data", "DATA_JSON_INVALID")
    _check_words(order)
    _check_money(telegram, request, order)
    _check_tips(request, order.max_tip_minor)
    return order


def _prices(request: Request) -> tuple[tuple[str, int], ...]:
    request.required("prices")
    prices = request.json("prices", "can't parse prices JSON object")
    if not isinstance(prices, list):
        raise bad_request("expected an Array of labeled prices")
    if not prices:
        raise bad_request("there must be at least one price")
    return tuple(_price(price) for price in prices)


def _price(price: object) -> tuple[str, int]:
    prefix = "can't parse labeled price: "
    if not isinstance(price, dict):
        raise bad_request(f"{prefix}LabeledPrice must be an Object")
    label = text_field(price, "label", prefix)
    if not label:
        raise bad_request(f"{prefix}LabeledPrice label must be non-empty")
    return label, int_field(price, "amount", prefix)


def _check_words(order: Order) -> None:
    if len(order.title) > InvoiceLimit.MAX_TITLE_LENGTH:
        raise bad_request("INVOICE_TITLE_INVALID")
    if len(order.description) > InvoiceLimit.MAX_DESCRIPTION_LENGTH:
        raise bad_request("INVOICE_DESCRIPTION_INVALID")
    if len(order.payload.encode()) > InvoiceLimit.MAX_PAYLOAD_LENGTH:
        raise bad_request("INVOICE_PAYLOAD_INVALID")
    if not _START_PARAMETER.match(order.start_parameter):
        raise bad_request("START_PARAM_INVALID")
    if order.photo_url and not order.photo_url.startswith(("http://", "https://")):
        raise bad_request("WEBDOCUMENT_URL_INVALID")


def _check_money(telegram: Telegram, request: Request, order: Order) -> None:
    if request.text("provider_token") != telegram.cashier.provider_token:
        raise bad_request("PAYMENT_PROVIDER_INVALID")
    if not currency.is_known(order.currency):
        raise bad_request("CURRENCY_INVALID")
    least, most = currency.limits_minor(order.currency)
    if not least <= order.total_minor <= most:
        raise bad_request("CURRENCY_TOTAL_AMOUNT_INVALID")


def _check_tips(request: Request, most: int) -> None:
    tips = request.json("suggested_tip_amounts", "can't parse suggested_tip_amounts JSON object") or []
    if not isinstance(tips, list):
        raise bad_request("expected an Array of suggested tip amounts")
    rising = all(isinstance(tip, int) for tip in tips) and tips == sorted({tip for tip in tips if 0 < tip <= most})
    if most < 0 or len(tips) > InvoiceLimit.MAX_TIP_AMOUNTS or not rising:
        raise bad_request("TIP_AMOUNTS_INVALID")
