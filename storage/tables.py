"""Every table, imported once so that the metadata is complete."""

from storage import (
    asking,
    audit,
    booking,
    card,
    hours,
    inbox,
    invite,
    ledger,
    outbox,
    package,
    person,
    purchase,
    session,
    session_type,
    studio,
    trainer,
)
from storage.schema import METADATA

__all__ = [
    "METADATA",
    "asking",
    "audit",
    "booking",
    "card",
    "hours",
    "inbox",
    "invite",
    "ledger",
    "outbox",
    "package",
    "person",
    "purchase",
    "session",
    "session_type",
    "studio",
    "trainer",
]
