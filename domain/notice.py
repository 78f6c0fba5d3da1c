"""A notice in the moment before it is sent: whether it is still true, and the facts that only that moment knows."""

from collections.abc import Callable
from dataclasses import replace
from typing import Protocol

from domain import completion, nudge, reminder
from domain.outbox import Kind, Notice, Value

Values = dict[str, Value]


class Work(completion.Work, Protocol):
    """Reads whatever the checks need."""


CHECKS: dict[Kind, Callable[[Work, Values], Values | None]] = {
    Kind.REMINDER: reminder.current,
    Kind.NUDGE: nudge.current,
    Kind.RECEIPT: completion.receipt,
    Kind.MISSED: completion.receipt,
}
"""What is said now instead of what was written down; None when it is no longer true."""


def current(work: Work, told: Notice) -> Notice | None:
    """The notice as it is true now; None when what caused it has changed.

    Kinds without a check report what has happened and stay true.
    """
    check = CHECKS.get(told.kind)
    values = told.values if check is None else check(work, told.values)
    return None if values is None else replace(told, values=values)
