"""Lanes: one person's updates in the order they came, different people side by side."""

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable, Collection

from bot.ports import Received

REMEMBERED = 100_000
"""Far more than can wait at once, so that what a process knows it never takes for new."""


class Lanes:
    """Runs `handle` for each update, one at a time in each lane."""

    def __init__(self, handle: Callable[[Received], Awaitable[None]]) -> None:
        self._handle = handle
        self._waiting: dict[str, deque[Received]] = {}
        self._running: set[asyncio.Task[None]] = set()
        self._seen: dict[int, str] = {}
        self._ended: set[str] = set()
        self._draining = False
        self._quiet = asyncio.Event()
        self._quiet.set()

    def put(self, received: Received) -> None:
        """Queue an update behind the others of its lane; an idle lane starts at once.

        One seen before is left out, and so is everything once the lanes drain: it must not pass what is left waiting.
        """
        if self._draining or received.id in self._seen:
            return
        self._remember(received)
        lane = received.lane
        if lane in self._waiting:
            self._waiting[lane].append(received)
            return
        self._waiting[lane] = deque([received])
        self._ended.discard(lane)
        self._quiet.clear()
        task = asyncio.create_task(self._run(lane), name=f"lane {lane}")
        self._running.add(task)
        task.add_done_callback(self._running.discard)

    def forget(self, lanes: Collection[str]) -> None:
        """Know nothing of the updates of lanes that come back: somebody else has held them meanwhile."""
        idle = set(lanes) - self._waiting.keys()
        if idle:
            self._seen = {seen: lane for seen, lane in self._seen.items() if lane not in idle}

    def lose(self, lane: str) -> None:
        """Leave a running lane to whoever holds it by now; what is open in it comes again, in its order.

        Going on with what waits would pass what could not take effect here.
        """
        waiting = self._waiting[lane]
        while len(waiting) > 1:
            waiting.pop()
        self._seen = {seen: of for seen, of in self._seen.items() if of != lane}

    def take_ended(self) -> list[str]:
        """The lanes that have come to their end since this was last asked."""
        ended, self._ended = self._ended, set()
        return sorted(ended)

    def give_back(self, ended: list[str]) -> None:
        """Undo `take_ended` for lanes that could not be let go of."""
        self._ended.update(lane for lane in ended if lane not in self._waiting)

    async def idle(self) -> None:
        """Wait until no lane has anything left."""
        await self._quiet.wait()

    async def drain(self, seconds: float) -> None:
        """Let what runs finish within the time and leave what waits for another process or the next start."""
        self._draining = True
        for waiting in self._waiting.values():
            while len(waiting) > 1:
                waiting.pop()
        if self._running:
            _, late = await asyncio.wait(self._running, timeout=seconds)
            for task in late:
                task.cancel()
            await asyncio.gather(*late, return_exceptions=True)

    def _remember(self, received: Received) -> None:
        self._seen[received.id] = received.lane
        if len(self._seen) > REMEMBERED:
            del self._seen[next(iter(self._seen))]

    async def _run(self, lane: str) -> None:
        waiting = self._waiting[lane]
        try:
            while waiting:
                await self._handle(waiting[0])
                waiting.popleft()
        finally:
            del self._waiting[lane]
            self._ended.add(lane)
            if not self._waiting:
                self._quiet.set()
