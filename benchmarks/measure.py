"""How things are measured: pieces side by side in rounds, medians, and what a ratio is held against.

A piece does its own preparing and checking and answers only with the seconds that count.
"""

import os
import sys
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager, redirect_stderr
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from time import thread_time

from app import logs

Piece = Callable[[], Awaitable[float]]
SILENT_ROUNDS = 2
"""Rounds that nobody counts: what is compiled, cached or opened once is so by then."""


@dataclass(frozen=True, slots=True)
class Scale:
    """How long to measure: a number of rounds for pieces of a few milliseconds, and the size of a large studio."""

    rounds: int = 120
    large: int = 1_000_000

    def part(self, share: float) -> int:
        """Rounds for pieces that take longer, three at least."""
        return max(3, round(self.rounds * share))


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """One line of the report. Without a goal it is told for information; `at_least` turns the comparison round."""

    goal: str
    name: str
    ratio: float
    limit: float | None = None
    stretch: float | None = None
    at_least: bool = False
    detail: str = ""

    @property
    def holds(self) -> bool | None:
        """Whether the goal is met; None where there is none."""
        return None if self.limit is None else self._within(self.limit)

    @property
    def stretches(self) -> bool | None:
        return None if self.stretch is None else self._within(self.stretch)

    def _within(self, limit: float) -> bool:
        return self.ratio >= limit if self.at_least else self.ratio <= limit


async def medians(rounds: int, **pieces: Piece) -> dict[str, float]:
    """The median seconds of each piece. Every round runs them all, every other one backwards, so noise hits all."""
    return {name: median(seconds) for name, seconds in (await samples(rounds, **pieces)).items()}


async def samples(rounds: int, **pieces: Piece) -> dict[str, list[float]]:
    """All the seconds that were measured."""
    measured: dict[str, list[float]] = {name: [] for name in pieces}
    for number in range(-SILENT_ROUNDS, rounds):
        names = list(pieces) if number % 2 else list(reversed(pieces))
        for name in names:
            seconds = await pieces[name]()
            if number >= 0:
                measured[name].append(seconds)
    return measured


@contextmanager
def logged_nowhere() -> Iterator[None]:
    """The product's log is put into words as in production, and written to nowhere."""
    with Path(os.devnull).open("w") as nowhere:
        with redirect_stderr(nowhere):
            logs.set_up("info", "json")
        sys.excepthook = sys.__excepthook__
        yield


def timed(call: Callable[[], object], times: int = 1) -> Piece:
    """A piece that only computes: a call, or so many of them where one is too short, in seconds of the processor."""

    async def piece() -> float:
        began = thread_time()
        for _ in range(times):
            call()
        return (thread_time() - began) / times

    return piece


def percentile(seconds: list[float], share: float) -> float:
    """The value that so large a share of all does not exceed."""
    ranked = sorted(seconds)
    return ranked[min(len(ranked) - 1, int(share * len(ranked)))]


def spoken(seconds: float) -> str:
    """A time in the unit that leaves few digits."""
    if seconds >= 1:
        return f"{seconds:.2f} s"
    return f"{1000 * seconds:.2f} ms" if seconds >= 0.001 else f"{1_000_000 * seconds:.0f} µs"
