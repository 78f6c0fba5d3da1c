"""What a captured payment becomes: one lot of units for each charge, or word to the admins.

Two payments of one invoice can cross, so a payment is keyed by the provider's charge, never by the order: each captured
charge becomes one lot of units. Money that moved always becomes units, whatever is on sale by then.
"""

from dataclasses import dataclass
from datetime import timedelta
from typing import Protocol

from domain import audit, ledger, outbox, package, purchase
from domain.lot import CHARGE, Balance, Lot
from domain.outbox import Kind
from domain.person import Person
from domain.purchase import Charge, Purchase

APPROVED_LIMIT = timedelta(minutes=30)
"""How long after its promise an order may wait for its payment before the admins are told."""


class Work(purchase.Work, Protocol):
    """Orders, their charges, and the ledger."""


@dataclass(frozen=True, slots=True)
class Credit:
    """What a charge became: the lot, and the balance with it. `again` when the charge was already known."""

    purchase: Purchase
    lot: Lot
    balance: Balance
    again: bool = False


def credit(work: Work, payer: Person, charge: Charge) -> Credit | None:
    """Turn a captured charge into units, once. None: the charge fits no order; it is kept and the admins are told."""
    made = work.purchases.lock_by_token(charge.token)
    if work.purchases.knows_charge(charge.id):
        return _known(work, charge)
    if made is None or not _fits(made, payer, charge):
        _keep_unmatched(work, payer, charge)
        return None
    work.purchases.add_charge(charge, payer.id, made.id, work.now)
    work.purchases.mark_paid(made.id, made.paid_at or work.now)
    expires_on = package.last_day(made.valid_days, work.studio.get().date_of(work.now))
    lot = ledger.issue(work, payer.id, made.units, _source(charge), expires_on, "bought")
    audit.record(work, payer.id, "purchase.credit", f"purchase:{made.id}", units=made.units, charge=charge.id)
    return Credit(made, lot, ledger.balance_of(work, payer.id))


def flag_unpaid(work: Work) -> int:
    """Tell the admins of orders promised half an hour ago whose payment never came; each once. Returns how many."""
    overdue = work.purchases.lock_approved_before(work.now - APPROVED_LIMIT, 100)
    for made in overdue:
        work.purchases.mark_flagged(made.id, work.now)
        payer = work.people.get(made.person_id)
        facts: dict[str, outbox.Value] = {
            "name": payer.name,
            "amount_minor": made.amount_minor,
            "currency": made.currency,
        }
        outbox.tell_admins(work, f"payment_missing:{made.id}", Kind.PAYMENT_MISSING, facts)
        audit.record(work, None, "purchase.flag", f"purchase:{made.id}")
    return len(overdue)


def report_refused_invoice(work: Work, made: Purchase, code: str) -> None:
    """Tell the admins that Telegram does not sell this: for everybody or for this amount, as its code says."""
    facts: dict[str, outbox.Value] = {"code": code, "amount_minor": made.amount_minor, "currency": made.currency}
    outbox.alarm(work, Kind.INVOICE_REFUSED, facts, of=code)


def _fits(made: Purchase, payer: Person, charge: Charge) -> bool:
    ordered = (made.person_id, made.amount_minor, made.currency)
    return ordered == (payer.id, charge.amount_minor, charge.currency)


def _source(charge: Charge) -> str:
    return f"{CHARGE}{charge.id}"


def _known(work: Work, charge: Charge) -> Credit | None:
    made, lot = work.purchases.find_charge(charge.id), work.ledger.find_lot(_source(charge))
    return Credit(made, lot, ledger.balance_of(work, made.person_id), again=True) if made and lot else None


def _keep_unmatched(work: Work, payer: Person, charge: Charge) -> None:
    work.purchases.add_charge(charge, payer.id, None, work.now)
    facts: dict[str, outbox.Value] = {
        "name": payer.name,
        "amount_minor": charge.amount_minor,
        "currency": charge.currency,
    }
    outbox.tell_admins(work, f"payment_unmatched:{charge.id}", Kind.PAYMENT_UNMATCHED, facts)
    audit.record(work, payer.id, "purchase.unmatched", f"charge:{charge.id}", amount_minor=charge.amount_minor)
