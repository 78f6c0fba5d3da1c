"""What tells the time, and the time of the machine, for everything but tests and the demo's studio."""

import time
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from typing import Protocol

TELLING_SECONDS = 0.5
"""An answer that took longer than this says too little about what the time is now."""


class Clock(Protocol):
    def now(self) -> datetime: ...


class SystemClock:
    """Real time, in UTC. Processes on several machines go by one of their clocks, the database's: see `agree`."""

    def __init__(self) -> None:
        self._ahead = timedelta(0)

    def now(self) -> datetime:
        return machine_time() + self._ahead

    async def agree(self, ask: Callable[[], Awaitable[datetime]]) -> None:
        """Go by the clock that `ask` tells of, from now on and until this is done again."""
        asked_at, began = machine_time(), time.monotonic()
        told = await ask()
        took_seconds = time.monotonic() - began
        if took_seconds <= TELLING_SECONDS:
            self._ahead = told - asked_at - timedelta(seconds=took_seconds / 2)


def machine_time() -> datetime:
    """What the machine's own clock shows."""
    return datetime.now(UTC)
