"""Whether a notice that has become due is still true; asked in the moment before it is sent."""

from collections.abc import Callable
from typing import Protocol

from domain import completion, nudge, reminder
from domain.outbox import Kind, Value


class Work(completion.Work, Protocol):
    """Reads whatever the checks need."""


CHECKS: dict[Kind, Callable[[Work, dict[str, Value]], bool]] = {
    Kind.REMINDER: reminder.still_true,
    Kind.NUDGE: nudge.still_true,
    Kind.RECEIPT: completion.receipt_still_true,
    Kind.MISSED: completion.receipt_still_true,
}


def still_true(work: Work, kind: Kind, values: dict[str, Value]) -> bool:
    """False when what caused the notice has changed; kinds without a check report what has happened and stay true."""
    check = CHECKS.get(kind)
    return check is None or check(work, values)
