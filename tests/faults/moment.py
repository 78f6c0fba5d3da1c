"""The moments at which the process can be killed: around each commit that wrote and each request, counted by kind."""

import json
import random
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

KINDS = ("before-commit", "after-commit", "before-send", "after-send")


@dataclass(frozen=True, slots=True)
class Moment:
    """The `number`-th of its kind since the process started, from 1; `what` was about to happen, or had."""

    kind: str
    number: int
    what: str = ""

    def __str__(self) -> str:
        return f"{self.kind}:{self.number} {self.what}".rstrip()


def lived_through(journal: Path) -> list[Moment]:
    """Every moment that a process has noted, in order; a line that was cut off counts for nothing."""
    lines = journal.read_text().splitlines(keepends=True) if journal.exists() else []
    return [Moment(**json.loads(line)) for line in lines if line.endswith("\n")]


def spread(moments: Iterable[Moment], count: int, seed: int) -> list[Moment]:
    """So many of the moments, seeded: the kinds in turn, and each kind's evenly over the whole story."""
    chance = random.Random(seed)
    of_kind = {kind: [moment for moment in moments if moment.kind == kind] for kind in KINDS}
    shares = {kind: len(range(nth, count, len(KINDS))) for nth, kind in enumerate(KINDS)}
    return [
        of_kind[kind][min(int((nth + chance.random()) * len(of_kind[kind]) / share), len(of_kind[kind]) - 1)]
        for kind, share in shares.items()
        for nth in range(share)
    ]
