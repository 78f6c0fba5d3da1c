"""Goal 5, the webhook: taps a second over loopback, against stock aiogram that answers in the background.

This process is the load; the bots are others. A tap counts when its screen is edited, an answer when it is 200.
"""

import asyncio
import socket
import subprocess
import sys
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from itertools import cycle, islice
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from time import perf_counter

from aiohttp import ClientSession, TCPConnector

from benchmarks import update
from benchmarks.measure import Result, Scale, percentile, samples, spoken
from benchmarks.served import FIRST_TELEGRAM_ID, HOST, PEOPLE, SECRET
from bot.keyboards.booking import OpenBooking, PickTrainer
from bot.keyboards.button import Home
from bot.keyboards.slot import PickType
from web.telegram import PATH, SECRET_HEADER

RATE, LATE = (0.5, 0.8), (1.0, None)
CONNECTIONS = 20
TAPS, ROUNDS = 160, 0.025
HOME = (Home().pack(),)
WAY = (Home().pack(), OpenBooking().pack(), PickTrainer(trainer=1).pack(), PickType(trainer=1, type=3).pack())
"""The screens from home to the times."""


async def measure(scale: Scale) -> list[Result]:
    """Rounds of taps on the product and on aiogram in turn."""
    rounds, taps = scale.part(ROUNDS), TAPS if scale.rounds >= Scale().rounds else TAPS // 4
    with TemporaryDirectory() as folder:
        file = Path(folder) / "studio.sqlite3"
        async with served("product", str(file)) as product, served("stock") as stock:
            home = await samples(rounds, ours=lambda: product.load(HOME, taps), theirs=lambda: stock.load(HOME, taps))
            ours, theirs = (percentile(each.waits[-rounds * taps :], 0.99) for each in (product, stock))
            way = await samples(rounds, ours=lambda: product.load(WAY, taps), theirs=lambda: stock.load(WAY, taps))
    rate, beside = (taps / median(home[name]) for name in ("ours", "theirs"))
    way_rate, way_beside = (taps / median(way[name]) for name in ("ours", "theirs"))
    return [
        Result(
            goal="5",
            name="webhook taps a second / stock aiogram without a database",
            ratio=rate / beside,
            limit=RATE[0],
            stretch=RATE[1],
            at_least=True,
            detail=f"{rate:.0f} against {beside:.0f} a second, {CONNECTIONS} at once",
        ),
        Result(
            goal="5",
            name="p99 of the webhook's answer / stock aiogram's",
            ratio=ours / theirs,
            limit=LATE[0],
            detail=f"{spoken(ours)} against {spoken(theirs)}",
        ),
        Result(
            goal="5",
            name="taps a second on the way to the times / the same",
            ratio=way_rate / way_beside,
            at_least=True,
            detail=f"{way_rate:.0f} against {way_beside:.0f} a second",
        ),
    ]


class Served:
    """A bot in another process, and the connections to it. `waits` are the seconds until each answer."""

    def __init__(self, process: subprocess.Popen[str], url: str, session: ClientSession) -> None:
        self._process, self._url, self._session = process, url, session
        self._shown, self._people = 0, cycle(range(FIRST_TELEGRAM_ID, FIRST_TELEGRAM_ID + PEOPLE))
        self.waits: list[float] = []

    async def load(self, buttons: tuple[str, ...], taps: int) -> float:
        """The seconds until so many taps, by many people, have edited their screens."""
        waiting = iter([update.tap(next(self._people), data) for data in islice(cycle(buttons), taps)])
        self._shown += taps
        began = perf_counter()
        await asyncio.gather(*(self._post_all(waiting) for _ in range(CONNECTIONS)))
        await asyncio.to_thread(self._ask, str(self._shown), "shown")
        return perf_counter() - began

    async def _post_all(self, waiting: Iterator[str]) -> None:
        headers = {SECRET_HEADER: SECRET, "Content-Type": "application/json"}
        for body in waiting:
            began = perf_counter()
            async with self._session.post(self._url, data=body, headers=headers) as answer:
                assert answer.status == 200, answer.status
                await answer.read()
            self.waits.append(perf_counter() - began)

    def _ask(self, line: str, sign: str) -> None:
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(f"{line}\n")
        self._process.stdin.flush()
        assert self._process.stdout.readline().strip() == sign


@asynccontextmanager
async def served(kind: str, *arguments: str) -> AsyncIterator[Served]:
    """A bot that listens."""
    port = _free_port()
    command = [sys.executable, "-m", "benchmarks.served", kind, str(port), *arguments]
    process = await asyncio.to_thread(_started, command)
    with process:
        assert process.stdout is not None
        assert await asyncio.to_thread(process.stdout.readline) == "ready\n", "it did not start"
        async with ClientSession(connector=TCPConnector(limit=CONNECTIONS)) as session:
            yield Served(process, f"http://{HOST}:{port}{PATH}", session)
        await asyncio.to_thread(process.communicate)


def _started(command: list[str]) -> subprocess.Popen[str]:
    return subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        port: int = probe.getsockname()[1]
    return port
