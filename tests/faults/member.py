"""One place for a process of the product: who is started in it has the same settings and a folder of its own."""

import asyncio
import multiprocessing
import os
import signal
import socket
from collections.abc import Mapping
from multiprocessing.process import BaseProcess
from pathlib import Path

from tests.faults import killed
from tests.faults.killed import Orders
from tests.faults.moment import Moment

FORKS = multiprocessing.get_context("forkserver")
FORKS.set_forkserver_preload(["pytest", "tests.libraries", "tests.faults.killed"])
"""Importing the product takes seconds, so it is imported once; each process is then a fork of that."""


class Member:
    """At most one process at a time; `folder` is that of the latest."""

    def __init__(self, folder: Path, environment: Mapping[str, str], clock: Path) -> None:
        self.starts = 0
        self._folder, self._environment, self._clock = folder, environment, clock
        self._process: BaseProcess | None = None

    @property
    def folder(self) -> Path:
        return self.folder_of(self.starts)

    @property
    def journal(self) -> Path:
        """Where the latest process notes its moments."""
        return self.folder / "journal.jsonl"

    def folder_of(self, start: int) -> Path:
        """What the process of that start has left; they are counted from 1."""
        return self._folder / str(start)

    @property
    def alive(self) -> bool:
        return self._process is not None and self._process.is_alive()

    def start(self, moment: Moment | None = None) -> None:
        """Start a process; it dies at the moment, if there is one."""
        self.starts += 1
        self.folder.mkdir(parents=True)
        orders = Orders(dict(self._environment), self.folder, self._clock, moment)
        self._process = FORKS.Process(target=killed.run, args=(orders,), daemon=True)
        self._process.start()

    def signal(self, which: signal.Signals) -> None:
        """Send the process a signal, unless it is gone."""
        process = self._process
        assert process is not None, "what never started gets no signal"
        if process.is_alive() and process.pid:
            os.kill(process.pid, which)

    async def ended(self) -> int:
        """Wait for the end of the process without blocking others; its status as `subprocess` has it."""
        process, gone = self._process, asyncio.Event()
        assert process is not None, "what never started does not end"
        sentinel = os.dup(process.sentinel)
        loop = asyncio.get_running_loop()
        loop.add_reader(sentinel, gone.set)
        try:
            await gone.wait()
        finally:
            loop.remove_reader(sentinel)
            os.close(sentinel)
        process.join()
        assert process.exitcode is not None, "an ended process has a status"
        return process.exitcode


async def listens(port: int) -> bool:
    """Whether somebody takes connections there."""
    try:
        _, writer = await asyncio.open_connection("127.0.0.1", port)
    except OSError:
        return False
    writer.close()
    return True


def free_port() -> int:
    """A port that nobody listens on at present."""
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        port: int = found.getsockname()[1]
        return port
