"""Guards of money: nothing is promised that was not ordered, and each charge becomes one credit."""

from tests.sabotage.twin import Edit, Twin

CREDIT = "domain/credit.py"
PURCHASE = "domain/purchase.py"
PAYMENTS_TELEGRAM_INVOICE = "tests/payments/test_telegram_invoice.py"
STORAGE_PURCHASE = "tests/storage/test_purchase.py"
REFUSED = f"{STORAGE_PURCHASE}::test_a_pre_checkout_is_refused_for_whatever_is_not_the_order[sqlite]"
FITS = f"{STORAGE_PURCHASE}::test_a_charge_that_fits_no_order_is_kept_and_told_to_the_admins_once"

TWINS = (
    Twin(
        name="checkout-amount",
        guard="a pre-checkout of another amount or currency is refused",
        edits=[
            Edit(
                PURCHASE,
                "if (made.amount_minor, made.currency) != (amount_minor, currency) or not _still",
                "if not _still",
            )
        ],
        tests=[REFUSED],
    ),
    Twin(
        name="checkout-person",
        guard="a pre-checkout by somebody else is refused",
        edits=[Edit(PURCHASE, "    if made.person_id != payer.id:\n        raise WrongPayer\n", "")],
        tests=[REFUSED],
    ),
    Twin(
        name="checkout-unpaid",
        guard="an order that is paid is not paid again",
        edits=[
            Edit(
                PURCHASE,
                "    if made.status is Status.PAID:\n        raise AlreadyPaid(made)\n    if made.put_away_at",
                "    if made.put_away_at",
            )
        ],
        tests=[f"{STORAGE_PURCHASE}::test_an_offer_whose_order_is_paid_is_finished[sqlite]"],
    ),
    Twin(
        name="charge-fits",
        guard="a charge that does not fit its order brings nobody units; the admins are told",
        edits=[Edit(CREDIT, "    if made is None or not _fits(made, payer, charge):\n", "    if made is None:\n")],
        tests=[f"{FITS}[sqlite-wrong0]"],
    ),
    Twin(
        name="charge-key",
        guard="a payment is known by Telegram's charge id, never by its invoice",
        edits=[Edit("payments/telegram_invoice.py", "id=telegram_id", "id=payload")],
        tests=[f"{PAYMENTS_TELEGRAM_INVOICE}::test_a_charge_is_known_by_telegrams_id_and_never_by_its_payload"],
    ),
    Twin(
        name="price-agreed",
        guard="an order is made at the price that was shown",
        edits=[Edit(PURCHASE, "    if wanted.amount_minor != agreed_minor:\n        raise OfferChanged\n", "")],
        tests=[f"{STORAGE_PURCHASE}::test_an_order_is_made_only_at_the_price_that_was_shown[sqlite]"],
    ),
)
