"""Proving that the books agree, and telling the admins when they do not.

What is compared with what, and how, is `storage/reconcile.py`: it reads the tables and trusts no rule of this floor.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Protocol

from domain import audit, outbox, studio
from domain.outbox import Kind, Value


class Check(StrEnum):
    """What is proven, each from rows that were written for different reasons."""

    ACCOUNTS = "accounts"
    LOTS = "lots"
    HOLDS = "holds"
    CHARGES = "charges"
    CELLS = "cells"
    BOOKINGS = "bookings"


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """What a check found: how many things it looked at, its sums by name, and the subjects (`lot:7`) that are wrong."""

    check: Check
    counted: int
    figures: Mapping[str, int] = field(default_factory=dict)
    wrong: tuple[str, ...] = ()


class Books(Protocol):
    def prove(self, now: datetime) -> list[Finding]:
        """One finding for each check, in the order of `Check`."""
        ...


class Work(studio.Work, outbox.Work, Protocol):
    @property
    def books(self) -> Books: ...


def reconcile(work: Work) -> list[Finding]:
    """Prove everything on one snapshot; nothing is written, so that it can be asked while others work."""
    return work.books.prove(work.now)


def agree(findings: Collection[Finding]) -> bool:
    return not any(each.wrong for each in findings)


def alarm(work: Work, findings: Collection[Finding]) -> None:
    """Tell the admins what does not agree, once on each day of the studio; nothing when everything does."""
    if agree(findings):
        return
    counts: dict[str, Value] = {each.check.value: len(each.wrong) for each in findings if each.wrong}
    outbox.tell_admins(work, f"mismatch:{work.studio.get().date_of(work.now)}", Kind.MISMATCH, counts)
    audit.record(work, None, "reconcile.mismatch", "studio:1", **counts)
