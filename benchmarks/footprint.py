"""Goal 10, footprint: the real command when it is ready, against a process that only imports its libraries."""

import asyncio
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from time import perf_counter
from typing import IO, NamedTuple

from benchmarks.measure import Result, Scale, spoken

MEMORY, START, STRETCH = 1.25, 1.5, 1.1
ROUNDS = 0.03
READY = '"event": "ready"'
IMPORT = "import sys, aiogram, sqlalchemy, aiosqlite; print('imported', flush=True); sys.stdin.read()"


class Footprint(NamedTuple):
    """What a process takes until it is there."""

    seconds: float
    kilobytes: float


async def measure(scale: Scale) -> list[Result]:
    """Start both in turn, several times; the database is there already, as at any start but the first."""
    return await asyncio.to_thread(_measured, scale.part(ROUNDS))


def _measured(rounds: int) -> list[Result]:
    with TemporaryDirectory() as folder, _telegram() as (token, url):
        settings = {
            "BOT_TOKEN": token,
            "TELEGRAM_API_URL": url,
            "DATABASE_URL": f"sqlite+aiosqlite:///{Path(folder) / 'studio.sqlite3'}",
            "ADMIN_IDS": "1",
            "HTTP_PORT": "0",
            "LOG_FORMAT": "json",
        }
        _product(settings)
        taken = [(_product(settings), _imported()) for _ in range(rounds)]
    ours, theirs = (Footprint(*map(median, zip(*each, strict=True))) for each in zip(*taken, strict=True))
    return [
        Result(
            goal="10",
            name="memory when ready / when the libraries are imported",
            ratio=ours.kilobytes / theirs.kilobytes,
            limit=MEMORY,
            stretch=STRETCH,
            detail=f"{ours.kilobytes / 1024:.0f} MiB against {theirs.kilobytes / 1024:.0f} MiB",
        ),
        Result(
            goal="10",
            name="start to ready / the same import",
            ratio=ours.seconds / theirs.seconds,
            limit=START,
            stretch=STRETCH,
            detail=f"{spoken(ours.seconds)} against {spoken(theirs.seconds)}",
        ),
    ]


def _product(settings: dict[str, str]) -> Footprint:
    """`session-tracker run` until its log says that it is ready."""
    return _footprint([sys.executable, "-m", "app", "run"], settings, "stderr", READY)


def _imported() -> Footprint:
    return _footprint([sys.executable, "-c", IMPORT], {}, "stdout", "imported")


def _footprint(command: list[str], settings: dict[str, str], stream: str, sign: str) -> Footprint:
    """Start the command, wait until it prints the sign, look at its memory and end it."""
    began = perf_counter()
    with subprocess.Popen(
        command,
        env=os.environ | settings,
        stdin=subprocess.PIPE,
        text=True,
        **{stream: subprocess.PIPE},  # type: ignore[call-overload]
    ) as process:
        said: list[str] = []
        _wait_for(getattr(process, stream), sign, said)
        seconds = perf_counter() - began
        assert sign in "".join(said[-1:]), "".join(said)
        kilobytes = subprocess.run(
            ["ps", "-o", "rss=", "-p", str(process.pid)], capture_output=True, text=True, check=True
        ).stdout
        process.send_signal(signal.SIGTERM)
        process.communicate()
    return Footprint(seconds, float(kilobytes))


def _wait_for(output: IO[str], sign: str, said: list[str]) -> None:
    for line in output:
        said.append(line)
        if sign in line:
            return


@contextmanager
def _telegram() -> Iterator[tuple[str, str]]:
    command = [sys.executable, "-m", "benchmarks.telegram"]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        token, url = process.stdout.readline().split()
        try:
            yield token, url
        finally:
            process.communicate()
