"""An order as an invoice, and a payment as a charge, within the limits of the Bot API (B5)."""

from datetime import UTC, datetime

from domain.ids import PackageId, PersonId, PurchaseId
from domain.purchase import Charge, Purchase, Status
from payments.telegram_invoice import charge_of, invoice_for

ORDER = Purchase(
    id=PurchaseId(7),
    token="t" * 22,
    person_id=PersonId(1),
    package_id=PackageId(2),
    quantity=1,
    units=10,
    amount_minor=22000,
    currency="EUR",
    valid_days=None,
    status=Status.MADE,
    return_to="",
    made_at=datetime(2026, 11, 30, tzinfo=UTC),
)


def test_an_invoice_asks_for_the_orders_amount_and_carries_its_token() -> None:
    invoice = invoice_for(ORDER, "10 units", "Training", "provider")
    assert (invoice.payload, invoice.currency, invoice.provider_token) == (ORDER.token, "EUR", "provider")
    assert invoice.prices == (("10 units", 22000),)


def test_a_forwarded_invoice_leads_to_the_bot_instead_of_being_payable() -> None:
    assert invoice_for(ORDER, "10 units", "Training", "provider").start_parameter


def test_words_too_long_for_an_invoice_are_cut() -> None:
    invoice = invoice_for(ORDER, "ß" * 40, "ß" * 300, "provider")
    assert (len(invoice.title), len(invoice.description)) == (32, 255)
    assert len(invoice.payload.encode()) <= 128


def test_a_charge_is_known_by_telegrams_id_and_never_by_its_payload() -> None:
    paid = charge_of(telegram_id="tg", provider_id="ch", payload="token", amount_minor=22000, currency="EUR")
    assert paid == Charge(id="tg", provider_id="ch", token="token", amount_minor=22000, currency="EUR")
