"""Connections: on SQLite one writer thread and reading connections beside it; on PostgreSQL a pool.

Both run a synchronous function on a connection inside one transaction and return what it returned.
"""

import asyncio
import fcntl
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import IO, Any, Protocol, TypeVar

from sqlalchemy import String, bindparam, create_engine, event, func, select
from sqlalchemy.engine import URL, Connection, make_url
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine
from sqlalchemy.pool import StaticPool

T = TypeVar("T")
CHANNEL = "session_tracker"
NOTIFY = select(func.pg_notify(CHANNEL, bindparam("topic", type_=String)))
BUSY_TIMEOUT_MS = 10_000


class InUse(Exception):
    """Another process runs on this file."""


class Database(Protocol):
    """Where the data is. `shared` tells whether several processes may run on it."""

    @property
    def shared(self) -> bool: ...

    async def transact(self, run: Callable[[Connection], T]) -> T:
        """Run in a read-write transaction that commits when `run` returns."""
        ...

    async def read(self, run: Callable[[Connection], T]) -> T:
        """Run in a read-only transaction on one snapshot."""
        ...

    def announce(self, connection: Connection, topic: str) -> None:
        """Tell every process that listens, when the transaction commits."""
        ...

    async def listen(self, heard: Callable[[str], None]) -> None:
        """Call `heard` with what is announced, for as long as the connection holds."""
        ...

    def take_for_oneself(self) -> None:
        """Keep other processes from running on a database that is not shared. Raises `InUse`."""
        ...

    async def close(self) -> None: ...


def connect(url: str) -> Database:
    """The database behind a URL as `DATABASE_URL` gives it."""
    parsed = make_url(url)
    return SqliteDatabase(parsed) if parsed.get_backend_name() == "sqlite" else PostgresDatabase(parsed)


class SqliteDatabase:
    """One writer thread with one connection, so a transaction is one hop and never waits for another's lock."""

    shared = False

    def __init__(self, url: URL) -> None:
        assert url.database, "SQLite needs a file: memory databases cannot be shared by two connections"
        self._file = Path(url.database)
        self._file.parent.mkdir(parents=True, exist_ok=True)
        self._lock: IO[bytes] | None = None
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="writer")
        self._writer = create_engine(
            url.set(drivername="sqlite"),
            poolclass=StaticPool,
            connect_args={"check_same_thread": False},
            hide_parameters=True,
        )
        self._reader = create_async_engine(url.set(drivername="sqlite+aiosqlite"), hide_parameters=True)
        _prepare(self._writer, "BEGIN IMMEDIATE", "")
        _prepare(self._reader.sync_engine, "BEGIN", "PRAGMA query_only=ON")

    async def transact(self, run: Callable[[Connection], T]) -> T:
        def in_thread() -> T:
            with self._writer.begin() as connection:
                return run(connection)

        return await _unhurried(asyncio.get_running_loop().run_in_executor(self._thread, in_thread))

    async def read(self, run: Callable[[Connection], T]) -> T:
        async with self._reader.begin() as connection:
            return await connection.run_sync(run)

    def announce(self, connection: Connection, topic: str) -> None:
        """Nobody else is there to hear it."""

    async def listen(self, heard: Callable[[str], None]) -> None:  # noqa: ARG002 -- nobody else is there to be heard
        """Wait for ever."""
        await asyncio.Event().wait()

    def take_for_oneself(self) -> None:
        self._lock = self._file.with_name(f"{self._file.name}.lock").open("ab")
        try:
            fcntl.flock(self._lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            self._lock.close()
            raise InUse from None

    async def close(self) -> None:
        await asyncio.get_running_loop().run_in_executor(self._thread, self._writer.dispose)
        self._thread.shutdown()
        await self._reader.dispose()
        if self._lock is not None:
            self._lock.close()


class PostgresDatabase:
    """A pool of asyncpg connections, READ COMMITTED; the actions' locks and the cells keep order."""

    shared = True

    def __init__(self, url: URL) -> None:
        self._engine: AsyncEngine = create_async_engine(url, pool_size=10, max_overflow=10, hide_parameters=True)
        self._running: set[asyncio.Task[Any]] = set()

    async def transact(self, run: Callable[[Connection], T]) -> T:
        task = asyncio.create_task(self._transact(run))
        self._running.add(task)
        task.add_done_callback(self._running.discard)
        return await _unhurried(task)

    async def _transact(self, run: Callable[[Connection], T]) -> T:
        async with self._engine.begin() as connection:
            return await connection.run_sync(run)

    async def read(self, run: Callable[[Connection], T]) -> T:
        async with self._engine.connect() as connection:
            await connection.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)
            async with connection.begin():
                return await connection.run_sync(run)

    def announce(self, connection: Connection, topic: str) -> None:
        connection.execute(NOTIFY, {"topic": topic})

    async def listen(self, heard: Callable[[str], None]) -> None:
        async with self._engine.connect() as connection:
            raw: Any = (await connection.get_raw_connection()).driver_connection
            lost = asyncio.Event()
            raw.add_termination_listener(lambda _connection: lost.set())
            await raw.add_listener(CHANNEL, lambda _connection, _pid, _channel, topic: heard(topic))
            try:
                await lost.wait()
            finally:
                await connection.invalidate()

    def take_for_oneself(self) -> None:
        """Several processes may run on it."""

    async def close(self) -> None:
        await asyncio.gather(*self._running, return_exceptions=True)
        await self._engine.dispose()


async def _unhurried(running: "asyncio.Future[T]") -> T:
    """Wait for a transaction that goes on even when the waiting task is cancelled."""
    return await asyncio.shield(running)


def _prepare(engine: Any, begin: str, extra: str) -> None:
    """Take transactions into our own hands (sqlite3 would begin late) and ask for durability before speed."""

    @event.listens_for(engine, "connect")
    def on_connect(connection: Any, _record: Any) -> None:
        connection.isolation_level = None
        cursor = connection.cursor()
        for pragma in (
            f"PRAGMA busy_timeout={BUSY_TIMEOUT_MS}",
            "PRAGMA journal_mode=WAL",
            "PRAGMA synchronous=FULL",
            "PRAGMA foreign_keys=ON",
            extra,
        ):
            if pragma:
                cursor.execute(pragma)
        cursor.close()

    @event.listens_for(engine, "begin")
    def on_begin(connection: Connection) -> None:
        connection.exec_driver_sql(begin)
