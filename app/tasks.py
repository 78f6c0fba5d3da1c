"""What goes on beside the rest: loops that begin again after they have stumbled, and chores that are done soon."""

import asyncio
from collections.abc import Awaitable, Callable, Coroutine
from typing import Any

import structlog

RESTART_SECONDS = 1.0
LINGER_SECONDS = 0.5
"""For how long one may go on that was told to end; the driver gives a connection two seconds where nobody answers."""
log = structlog.get_logger()


class Tasks:
    """The background loops of one application, by name, and its chores. Made and ended on its event loop."""

    def __init__(self) -> None:
        self._loops: dict[str, asyncio.Task[None]] = {}
        self._chores: set[asyncio.Task[None]] = set()

    def run(self, name: str, work: Callable[[], Awaitable[None]]) -> None:
        """Keep a background loop going: what it stumbles over is logged, and it begins again."""

        async def run() -> None:
            while True:
                try:
                    await work()
                except Exception:
                    log.exception("a background loop failed, will begin again", loop=name)
                    await asyncio.sleep(RESTART_SECONDS)

        self._loops[name] = asyncio.create_task(run(), name=name)

    async def cancel(self, *names: str) -> None:
        """End background loops where they stand; one that never began is none, and one that lingers is left behind."""
        loops = [self._loops.pop(name) for name in names if name in self._loops]
        for loop in loops:
            loop.cancel()
        if loops:
            await asyncio.wait(loops, timeout=LINGER_SECONDS)

    def do(self, chore: Callable[[], Coroutine[Any, Any, None]]) -> None:
        """Do something soon; where it fails, the next look does it."""

        async def run() -> None:
            try:
                await chore()
            except Exception:
                log.exception("a chore failed, the next look does it")

        task = asyncio.create_task(run())
        self._chores.add(task)
        task.add_done_callback(self._chores.discard)

    def drop_chores(self) -> None:
        """Let go of the chores that are still being done."""
        for chore in self._chores:
            chore.cancel()
