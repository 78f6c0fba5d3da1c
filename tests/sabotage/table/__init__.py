"""Every sabotage twin: which guard is taken out where, and which tests have to notice. A module for each field."""

from tests.sabotage.table import access, booking, intake, ledger, outbox, purchase, running, sending, shared

TWINS = (
    *intake.TWINS,
    *outbox.TWINS,
    *sending.TWINS,
    *booking.TWINS,
    *ledger.TWINS,
    *purchase.TWINS,
    *access.TWINS,
    *running.TWINS,
    *shared.TWINS,
)
