"""How fast one person may act: faster than any human does, and too slow to take the bot from the others.

Each person's limit remembers one instant, when it is at rest again, and every update moves it on: the generic cell rate
algorithm (ITU-T I.371). It is each process's own and forgets those who have been away longest.
"""

from collections.abc import Callable, Hashable
from typing import TypeVar

BURST = 120
INTERVAL_SECONDS = 0.2
"""After a burst, five updates a second."""
AHEAD_SECONDS = INTERVAL_SECONDS * (BURST - 0.5)
"""How far in the future the rest may lie; the half keeps sums of fractions from deciding."""
TAP_SECONDS = 3.0
TEXT_SECONDS = 60.0
"""How often somebody is told at most: by the answer to a tap, which costs nothing, and by a message."""
REMEMBERED = 10_000
Key = TypeVar("Key", bound=Hashable)


class Limit:
    """Who may go on, and who is to be told that it goes too fast."""

    def __init__(self, monotonic: Callable[[], float]) -> None:
        self._monotonic = monotonic
        self._rests_at: dict[int, float] = {}
        self._told_at: dict[tuple[int, bool], float] = {}

    def admits(self, telegram_id: int) -> bool:
        """Whether this person's next update may be handled; one that may counts."""
        now = self._monotonic()
        rests_at = max(now, self._rests_at.get(telegram_id, now))
        if rests_at - now > AHEAD_SECONDS:
            return False
        _remember(self._rests_at, telegram_id, rests_at + INTERVAL_SECONDS)
        return True

    def tells(self, telegram_id: int, *, tapped: bool) -> bool:
        """Whether to tell this person now; if so, not again for a while."""
        now, key = self._monotonic(), (telegram_id, tapped)
        if now - self._told_at.get(key, float("-inf")) < (TAP_SECONDS if tapped else TEXT_SECONDS):
            return False
        _remember(self._told_at, key, now)
        return True


def _remember(instants: dict[Key, float], key: Key, at: float) -> None:
    """Keep an instant as the latest, and no more than are to be remembered."""
    instants.pop(key, None)
    instants[key] = at
    if len(instants) > REMEMBERED:
        del instants[next(iter(instants))]
