"""Lanes: one person's updates in the order they came, different people side by side."""

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable

from bot.ports import Received


class Lanes:
    """Runs `handle` for each update, one at a time in each lane."""

    def __init__(self, handle: Callable[[Received], Awaitable[None]]) -> None:
        self._handle = handle
        self._waiting: dict[str, deque[Received]] = {}
        self._running: set[asyncio.Task[None]] = set()
        self._quiet = asyncio.Event()
        self._quiet.set()

    def put(self, received: Received) -> None:
        """Queue an update behind the others of its lane; an idle lane starts at once."""
        if received.lane in self._waiting:
            self._waiting[received.lane].append(received)
            return
        self._waiting[received.lane] = deque([received])
        self._quiet.clear()
        task = asyncio.create_task(self._run(received.lane), name=f"lane {received.lane}")
        self._running.add(task)
        task.add_done_callback(self._running.discard)

    async def idle(self) -> None:
        """Wait until no lane has anything left."""
        await self._quiet.wait()

    async def drain(self, seconds: float) -> None:
        """Let what runs finish within the time and leave what waits for the next start."""
        for waiting in self._waiting.values():
            while len(waiting) > 1:
                waiting.pop()
        if self._running:
            _, late = await asyncio.wait(self._running, timeout=seconds)
            for task in late:
                task.cancel()
            await asyncio.gather(*late, return_exceptions=True)

    async def _run(self, lane: str) -> None:
        waiting = self._waiting[lane]
        try:
            while waiting:
                await self._handle(waiting[0])
                waiting.popleft()
        finally:
            del self._waiting[lane]
            if not self._waiting:
                self._quiet.set()
