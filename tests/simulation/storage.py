"""The product's `Database` on a real SQLite file, inside the loop, with faults before and after each commit.

A transaction takes some virtual time, is never cut by cancelling who waits for it, and runs in one piece, as in the
writer's thread. The connections are made once and serve every process: making them anew would only cost time.
"""

import asyncio
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from random import Random
from typing import Any, TypeVar

from alembic import command
from sqlalchemy import create_engine, event
from sqlalchemy.engine import Connection, Engine
from sqlalchemy.exc import OperationalError
from sqlalchemy.pool import StaticPool

from storage.direct import DirectSqlite
from storage.migrate import config
from tests.simulation.fault import CommitFault, Faults
from tests.simulation.loop import VirtualLoop, current_life

T = TypeVar("T")
PRAGMAS = ("journal_mode=WAL", "synchronous=OFF", "foreign_keys=ON", "wal_autocheckpoint=2000", "cache_size=-20000")
FASTEST_SECONDS, SLOWEST_SECONDS = 0.0005, 0.02


class DroppedConnection(Exception):
    """What the driver says of a connection that is gone."""


class Disk:
    """The database's file with the two connections to it. `observe` is called after each commit."""

    def __init__(self, file: Path) -> None:
        self.file = file
        self._writing = _engine(file)
        with self._writing.begin() as connection:
            command.upgrade(config(connection), "head")
        self._reading = _engine(file, "query_only=ON")
        self.writer = DirectSqlite(self._writing.connect())
        self.reader = DirectSqlite(self._reading.connect())

    def close(self) -> None:
        self.writer.long_way.close()
        self.reader.long_way.close()


class SimulatedDatabase:
    """The database as one process sees it."""

    shared = False

    def __init__(
        self,
        disk: Disk,
        loop: VirtualLoop,
        random: Random,
        faults: Faults,
        observe: Callable[[], None],
        trouble: Callable[[], None],
    ) -> None:
        self._disk, self._loop, self._random, self._faults = disk, loop, random, faults
        self._observe, self._trouble = observe, trouble
        self._life = current_life()

    async def transact(self, run: Callable[[Connection], T]) -> T:
        return await self._later(self._commit, run)

    async def read(self, run: Callable[[Connection], T]) -> T:
        return await self._later(self._query, run)

    async def rebuild(self, run: Callable[[Connection], T]) -> T:
        return await self.transact(run)

    async def survey(self, run: Callable[[Connection], T]) -> T:
        return await self.read(run)

    async def now(self) -> datetime:
        raise AssertionError("a studio's time is its host's")

    def announce(self, connection: Connection, topic: str) -> None:
        """Nobody else is there to hear it."""

    async def listen(self, _heard: Callable[[str], None]) -> None:
        """Wait for ever."""
        await self._loop.create_future()

    def take_for_oneself(self) -> None:
        """The host starts one process at a time."""

    async def close(self) -> None:
        """The connections outlive the process."""

    def _later(
        self, do: Callable[[Callable[[Connection], T]], T], run: Callable[[Connection], T]
    ) -> "asyncio.Future[T]":
        answer = self._loop.create_future()
        self._loop.call_later(self._random.uniform(FASTEST_SECONDS, SLOWEST_SECONDS), self._do, do, run, answer)
        return answer

    def _do(
        self,
        do: Callable[[Callable[[Connection], T]], T],
        run: Callable[[Connection], T],
        answer: "asyncio.Future[T]",
    ) -> None:
        try:
            result = do(run)
        except Exception as failure:  # noqa: BLE001 - whoever waits is told
            if not answer.done():
                answer.set_exception(failure)
                answer.exception()  # whoever waited may be gone
        else:
            if not answer.done():
                answer.set_result(result)

    def _commit(self, run: Callable[[Connection], T]) -> T:
        fault = self._faults.at_commit()
        if fault is CommitFault.AWAY:
            self._trouble()
            raise _dropped()
        writer, undo = self._disk.writer, fault in {CommitFault.KILL_BEFORE, CommitFault.DROP_BEFORE}
        writer.begin("BEGIN IMMEDIATE")
        try:
            result = run(writer)  # type: ignore[arg-type]
        except BaseException:
            writer.rollback()
            raise
        if undo:
            writer.rollback()
        else:
            writer.commit()
            self._observe()
        if fault is CommitFault.DROP_BEFORE or fault is CommitFault.DROP_AFTER:
            self._trouble()
            raise _dropped()
        if fault is not None:
            self._faults.kill(self._life, fault.value)
        return result

    def _query(self, run: Callable[[Connection], T]) -> T:
        if self._faults.at_read():
            raise _dropped()
        reader = self._disk.reader
        reader.begin()
        try:
            return run(reader)  # type: ignore[arg-type]
        finally:
            reader.rollback()


def _dropped() -> OperationalError:
    return OperationalError("COMMIT", {}, DroppedConnection("connection was closed in the middle of operation"))


def _engine(file: Path, *pragmas: str) -> Engine:
    """Begins nothing by itself: transactions are begun and ended on the short cut."""
    engine = create_engine(
        f"sqlite:///{file}", poolclass=StaticPool, connect_args={"check_same_thread": False, "isolation_level": None}
    )

    @event.listens_for(engine, "connect")
    def on_connect(connection: Any, _record: Any) -> None:
        for pragma in (*PRAGMAS, *pragmas):
            connection.execute(f"PRAGMA {pragma}")

    return engine
