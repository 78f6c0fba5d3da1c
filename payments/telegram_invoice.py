"""Telegram Payments: an order as an invoice, and a successful payment as a charge. Sending is the bot's.

Limits are those of the Bot API: title 32, description 255 characters, payload 128 bytes, start parameter 64.
"""

import re
from dataclasses import dataclass

from domain.purchase import Charge, Purchase

TITLE_LENGTH = 32
DESCRIPTION_LENGTH = 255
CODE = re.compile(r"[A-Z]+(?:_[A-Z]+)+")
AMOUNT_REFUSED = "CURRENCY_TOTAL_AMOUNT_INVALID"
"""What Telegram says of an amount below the provider's least or above its most."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Invoice:
    """What `sendInvoice` needs; `start_parameter` makes a forwarded copy lead to the bot instead of a pay button."""

    title: str
    description: str
    payload: str
    provider_token: str
    currency: str
    prices: tuple[tuple[str, int], ...]
    start_parameter: str = "buy"


def invoice_for(order: Purchase, title: str, description: str, provider_token: str) -> Invoice:
    """The invoice of an order, worded by the caller; the order's token is its payload."""
    return Invoice(
        title=title[:TITLE_LENGTH],
        description=description[:DESCRIPTION_LENGTH],
        payload=order.token,
        provider_token=provider_token,
        currency=order.currency,
        prices=((title[:TITLE_LENGTH], order.amount_minor),),
    )


def charge_of(*, telegram_id: str, provider_id: str, payload: str, amount_minor: int, currency: str) -> Charge:
    """A `SuccessfulPayment` as the domain knows it; Telegram's charge id is its identity, never the payload."""
    return Charge(id=telegram_id, provider_id=provider_id, token=payload, amount_minor=amount_minor, currency=currency)


def code_of(refusal: str) -> str:
    """The code in Telegram's refusal of an invoice (core.telegram.org/method/messages.sendMedia), or nothing."""
    found = CODE.search(refusal)
    return found[0] if found else ""
