"""The stand-in's clock: real time plus an offset that only grows, or a clock that stands still between moves.

What is due, and how it is handled, is somebody else's knowledge: `due` and `handle` are handed in.
"""

import asyncio
import contextlib
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta

MOST_TURNS_AT_ONE_INSTANT = 10


async def _nothing_due() -> datetime | None:
    return None


async def _nothing_to_handle() -> None:
    return None


class Clock:
    """Aware UTC time that can be moved forward, from one due thing to the next.

    `due` answers with the instant of the next due thing or None; `handle` handles all that is due and returns
    when it is quiet again.
    """

    def __init__(self, start: datetime | None = None, *, running: bool = True) -> None:
        self.due: Callable[[], Awaitable[datetime | None]] = _nothing_due
        self.handle: Callable[[], Awaitable[None]] = _nothing_to_handle
        self._running = running
        self._standing_at = (start or datetime.now(UTC)).astimezone(UTC)
        self._offset = self._standing_at - datetime.now(UTC) if start else timedelta(0)
        self._listeners: list[Callable[[], None]] = []

    def now(self) -> datetime:
        """The instant it is for everybody in the stand-in."""
        return datetime.now(UTC) + self._offset if self._running else self._standing_at

    def subscribe(self, listener: Callable[[], None]) -> Callable[[], None]:
        """Call `listener` after each move; the returned function ends that."""
        self._listeners.append(listener)
        return lambda: self._listeners.remove(listener)

    async def sleep(self, seconds: float) -> None:
        """Wait that long: in real time, or until the clock was moved past it."""
        until = self.now() + timedelta(seconds=seconds)
        moved = asyncio.Event()
        stop = self.subscribe(lambda: moved.set() if self.now() >= until else None)
        try:
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(seconds):
                    await moved.wait()
        finally:
            stop()

    async def advance(self, length: timedelta) -> None:
        """Move forward by a length of time, handling on the way what becomes due."""
        await self.move_to(self.now() + length)

    async def to_next_due(self) -> bool:
        """Move to the next due thing and let it be handled; False when nothing is due at all."""
        due_at = await self.due()
        if due_at is None:
            return False
        await self.move_to(max(due_at, self.now()))
        return True

    async def move_to(self, target_at: datetime) -> None:
        """Move to an instant, stopping at each due thing before it; a target in the past moves nothing."""
        turns, step = 0, timedelta(minutes=1)
        await self.handle()
        while (due_at := await self.due()) is not None and due_at <= target_at:
            now = self.now()
            turns = turns + 1 if due_at <= now else 0
            if turns > MOST_TURNS_AT_ONE_INSTANT:
                # What stays due in spite of being handled must not hold up time; ever longer steps pass it by.
                due_at, turns, step = min(now + step, target_at), 0, step * 2
                if due_at <= now:
                    break
            self._set(max(due_at, now))
            await self.handle()
        self._set(max(target_at, self.now()))
        await self.handle()

    def _set(self, instant: datetime) -> None:
        self._offset += instant - self.now()
        self._standing_at = instant
        for listener in tuple(self._listeners):
            listener()
