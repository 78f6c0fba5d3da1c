"""A notice in the moment before it is sent: whether it is still true, and the facts that only that moment knows."""

from collections.abc import Callable
from dataclasses import replace
from typing import Protocol

from domain import completion, nudge, reminder
from domain.outbox import Kind, Notice, Value

Values = dict[str, Value]


class Work(completion.Work, Protocol):
    """Reads whatever the checks need."""


CHECKS: dict[Kind, Callable[[Work, Values], bool]] = {
    Kind.REMINDER: reminder.still_true,
    Kind.NUDGE: nudge.still_true,
    Kind.RECEIPT: completion.receipt_still_true,
    Kind.MISSED: completion.receipt_still_true,
}
FACTS: dict[Kind, Callable[[Work, Values], Values]] = {
    Kind.REMINDER: reminder.facts,
    Kind.RECEIPT: completion.receipt_facts,
    Kind.MISSED: completion.receipt_facts,
}


def current(work: Work, told: Notice) -> Notice | None:
    """The notice as it is true now; None when what caused it has changed.

    Kinds without a check report what has happened and stay true.
    """
    check, facts = CHECKS.get(told.kind), FACTS.get(told.kind)
    if check is not None and not check(work, told.values):
        return None
    return told if facts is None else replace(told, values=told.values | facts(work, told.values))
