"""The processes of the fleet: each can be killed, asked to leave, and started again in its place."""

import asyncio
import signal
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from emulator.clock import Clock
from tests.faults.member import Member, listens

START_SECONDS = 600.0
LOOK_SECONDS = 0.05
STOP_SECONDS = 10.0
UNABLE = 1


@dataclass
class Fleet:
    """`killed_at` are the instants after which a killed process did nothing more; `stops` the lengths of leaving."""

    clock: Clock
    members: Sequence[Member]
    ports: Sequence[int]
    killed_at: list[datetime] = field(default_factory=list)
    stops: list[float] = field(default_factory=list)
    failed_starts: int = 0
    pauses: int = 0
    problems: list[str] = field(default_factory=list)

    def __len__(self) -> int:
        return len(self.members)

    async def start(self) -> None:
        """Start all, and wait until they are there."""
        for number in range(len(self)):
            self.begin(number)
        await self.complete()

    def begin(self, number: int) -> None:
        """Start a process in a place that is free."""
        self.members[number].start()

    async def complete(self) -> None:
        """Wait until every process serves; one that has ended by itself is started again."""
        async with asyncio.timeout(START_SECONDS):
            for number, port in enumerate(self.ports):
                while not await listens(port):
                    if not self.members[number].alive:
                        await self._begin_anew(number)
                    await asyncio.sleep(LOOK_SECONDS)

    async def _begin_anew(self, number: int) -> None:
        """Where Telegram was too slow for a start, it ends with status 1 and is for its supervisor to repeat."""
        status = await self.members[number].ended()
        self.failed_starts += 1
        if status != UNABLE:
            self.problems.append(f"process {number} ended by itself with {status}")
        self.begin(number)

    async def kill(self, number: int) -> None:
        """Kill -9, and nothing else."""
        self.members[number].signal(signal.SIGKILL)
        status = await self.members[number].ended()
        self.killed_at.append(self.clock.now())
        if status != -signal.SIGKILL:
            self.problems.append(f"process {number} ended with {status} before it was killed")

    async def pause(self, number: int, seconds: float) -> None:
        """Let it stand still, as on a machine that is busy elsewhere; it knows nothing of that when it goes on."""
        self.pauses += 1
        self.members[number].signal(signal.SIGSTOP)
        await asyncio.sleep(seconds)
        self.members[number].signal(signal.SIGCONT)

    async def stop(self, number: int) -> None:
        """Ask it to leave; that takes at most ten seconds and ends with status 0."""
        loop = asyncio.get_running_loop()
        began = loop.time()
        self.members[number].signal(signal.SIGTERM)
        status = await self.members[number].ended()
        self.stops.append(loop.time() - began)
        if status != 0 or self.stops[-1] > STOP_SECONDS:
            self.problems.append(f"process {number} left with {status} after {self.stops[-1]:.1f} s")
