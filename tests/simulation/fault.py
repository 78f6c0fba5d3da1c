"""What goes wrong, when, and how often: every fault is drawn here from the seed, and counted by its kind.

Faults strike where the product is at work (a commit, a call, an update), since most of a year nothing moves. Where they
come from a storm they come together; a calm lets nothing happen, so that what was left can be brought to its end.
"""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from random import Random

from tests.simulation.loop import Life


class CommitFault(StrEnum):
    """What happens to a transaction: the process dies or the connection drops, before or after the commit."""

    KILL_BEFORE = "kill before commit"
    KILL_AFTER = "kill after commit"
    DROP_BEFORE = "connection dropped before commit"
    DROP_AFTER = "connection dropped after commit"
    AWAY = "database away"


class CallFault(StrEnum):
    """What happens to a call of the Bot API; the last words tell whether it took effect."""

    FLOOD = "429"
    BROKEN = "5xx, not done"
    BROKEN_DONE = "5xx, done"
    REFUSED = "connection refused"
    LOST = "answer lost, done"
    LATE = "answer late, done"
    HANG = "time-out, not done"
    HANG_DONE = "time-out, done"
    GARBAGE = "no JSON, not done"
    GARBAGE_DONE = "no JSON, done"


class UpdateFault(StrEnum):
    """What happens to an update on its way, or to the bot when it arrives."""

    TWICE = "update repeated"
    LATE = "update late, overtaken"
    KILL = "kill at an await"
    STOP = "stopped by SIGTERM"


DONE = frozenset({CallFault.BROKEN_DONE, CallFault.LOST, CallFault.LATE, CallFault.HANG_DONE, CallFault.GARBAGE_DONE})
"""The call took effect, whatever its caller hears."""
AMBIGUOUS = frozenset(CallFault) - {CallFault.FLOOD, CallFault.REFUSED, CallFault.LATE}
"""Whoever called cannot know whether the call took effect."""


@dataclass(frozen=True)
class Rates:
    """How probable a fault is at each place where one can happen."""

    kill_before: float = 0.0012
    kill_after: float = 0.0012
    drop_before: float = 0.0012
    drop_after: float = 0.0006
    read: float = 0.0003
    call: float = 0.008
    twice: float = 0.006
    late: float = 0.006
    kill: float = 0.003
    stop: float = 0.0012


USUAL = Rates()
QUIET = Rates(0, 0, 0, 0, 0, 0, 0, 0, 0, 0)
STORM = Rates(0.03, 0.03, 0.03, 0.02, 0.01, 0.3, 0.1, 0.1, 0.05, 0.01)


class Faults:
    """Draws faults and counts them. `kill` and `on_stop` are what the host of the process does about them."""

    def __init__(self, random: Random, rates: Rates) -> None:
        self._random, self._usual = random, rates
        self.rates = QUIET
        self.counts: Counter[str] = Counter()
        self.kill: Callable[[Life, str], None]
        self._away = False

    def begin(self) -> None:
        """Faults may happen from now on, at their usual rates."""
        self.rates = self._usual

    def storm(self) -> None:
        """Faults come thick and fast."""
        self.rates = STORM

    def calm(self) -> None:
        """Nothing goes wrong any more."""
        self.rates = QUIET
        self._away = False

    def set_away(self, *, away: bool) -> None:
        """The database answers nothing for a while."""
        self._away = away

    def count(self, kind: str) -> None:
        self.counts[kind] += 1

    def at_commit(self) -> CommitFault | None:
        rates, drawn = self.rates, self._random.random()
        if self._away:
            return CommitFault.AWAY
        for fault, rate in (
            (CommitFault.KILL_BEFORE, rates.kill_before),
            (CommitFault.KILL_AFTER, rates.kill_after),
            (CommitFault.DROP_BEFORE, rates.drop_before),
            (CommitFault.DROP_AFTER, rates.drop_after),
        ):
            if drawn < rate:
                self.counts[fault.value] += 1
                return fault
            drawn -= rate
        return None

    def at_read(self) -> bool:
        struck = self._away or self._random.random() < self.rates.read
        self.counts["connection dropped at a read"] += struck and not self._away
        return struck

    def at_call(self) -> CallFault | None:
        if self._random.random() >= self.rates.call:
            return None
        fault = self._random.choice(list(CallFault))
        self.counts[fault.value] += 1
        return fault

    def at_update(self) -> UpdateFault | None:
        rates, drawn = self.rates, self._random.random()
        for fault, rate in (
            (UpdateFault.TWICE, rates.twice),
            (UpdateFault.LATE, rates.late),
            (UpdateFault.KILL, rates.kill),
            (UpdateFault.STOP, rates.stop),
        ):
            if drawn < rate:
                self.counts[fault.value] += 1
                return fault
            drawn -= rate
        return None
