"""Connections to a SQLite file: one writer thread, and some reading threads beside it."""

import asyncio
import fcntl
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path
from typing import IO, Any, TypeVar, cast

from sqlalchemy import create_engine, event
from sqlalchemy.engine import URL, Connection, Engine
from sqlalchemy.ext.asyncio import create_async_engine
from sqlalchemy.pool import Pool, QueuePool, StaticPool

from storage.direct import DirectSqlite
from storage.engine import CACHED_STATEMENTS, FileGone, InUse, unhurried

T = TypeVar("T")
READERS = 3
PRAGMAS = (
    "PRAGMA busy_timeout=10000",
    "PRAGMA journal_mode=WAL",
    "PRAGMA synchronous=FULL",
    "PRAGMA foreign_keys=ON",
)


class SqliteDatabase:
    """One writer thread with one connection, so a transaction is one hop and never waits for another's lock.

    Actions and queries run on compiled statements (`storage.direct`); what is long goes the usual way.
    """

    shared = False

    def __init__(self, url: URL) -> None:
        assert url.database, "SQLite needs a file: memory databases cannot be shared by two connections"
        self._file = Path(url.database)
        self._lock: IO[bytes] | None = None
        self._opened_as: tuple[int, int] | None = None
        plain = url.set(drivername="sqlite")
        self._writing = _direct_engine(plain, StaticPool)
        self._reading = _direct_engine(plain, QueuePool, "PRAGMA query_only=ON")
        self._surveying = create_async_engine(url.set(drivername="sqlite+aiosqlite"), hide_parameters=True)
        _prepare(self._surveying.sync_engine, "PRAGMA query_only=ON")
        for engine in (self._writing, self._reading, self._surveying.sync_engine):
            event.listen(engine, "do_connect", self._before_connect)
        event.listen(self._surveying.sync_engine, "begin", lambda connection: connection.exec_driver_sql("BEGIN"))
        self._writer = ThreadPoolExecutor(1, thread_name_prefix="writer")
        self._readers = ThreadPoolExecutor(READERS, thread_name_prefix="reader")
        self._own = threading.local()
        self._opened: list[DirectSqlite] = []

    async def transact(self, run: Callable[[Connection], T]) -> T:
        return await self._in(self._writer, self._transact, run)

    async def read(self, run: Callable[[Connection], T]) -> T:
        return await self._in(self._readers, self._read, run)

    async def rebuild(self, run: Callable[[Connection], T]) -> T:
        return await self._in(self._writer, self._rebuild, run)

    async def survey(self, run: Callable[[Connection], T]) -> T:
        async with self._surveying.begin() as connection:
            self._look_for_the_file()
            return await connection.run_sync(run)

    async def now(self) -> datetime:
        return datetime.now(UTC)

    async def _in(
        self,
        threads: ThreadPoolExecutor,
        do: Callable[[Callable[[Connection], T]], T],
        run: Callable[[Connection], T],
    ) -> T:
        return await unhurried(asyncio.get_running_loop().run_in_executor(threads, do, run))

    def _transact(self, run: Callable[[Connection], T]) -> T:
        direct = self._connection(self._writing)
        direct.begin("BEGIN IMMEDIATE")
        try:
            result = run(cast(Connection, direct))
            direct.commit()
        except BaseException:
            direct.rollback()
            raise
        return result

    def _read(self, run: Callable[[Connection], T]) -> T:
        direct = self._connection(self._reading)
        direct.begin()
        try:
            return run(cast(Connection, direct))
        finally:
            direct.rollback()

    def _rebuild(self, run: Callable[[Connection], T]) -> T:
        direct = self._connection(self._writing)
        with direct.long_way.begin():
            direct.begin("BEGIN IMMEDIATE")
            return run(direct.long_way)

    def _connection(self, engine: Engine) -> DirectSqlite:
        """The connection of this thread."""
        direct: DirectSqlite | None = getattr(self._own, "direct", None)
        if direct is None:
            direct = self._own.direct = DirectSqlite(engine.connect())
            self._opened.append(direct)
        self._look_for_the_file()
        return direct

    def _before_connect(self, *_: Any) -> None:
        """SQLite would make a file that is gone anew."""
        if self._opened_as is None:
            _make_folder(self._file)
        else:
            self._look_for_the_file()

    def _look_for_the_file(self) -> None:
        """SQLite itself goes on writing to a file that no name leads to any more."""
        found = _identity(self._file)
        self._opened_as = self._opened_as or found
        if found is None or found != self._opened_as:
            raise FileGone(f"{self._file} was deleted or replaced: put it back, or stop, restore a backup and start")

    def announce(self, connection: Connection, topic: str) -> None:
        """Nobody else is there to hear it."""

    async def listen(self, heard: Callable[[str], None]) -> None:  # noqa: ARG002 -- nobody else is there to be heard
        """Wait for ever."""
        await asyncio.Event().wait()

    def take_for_oneself(self) -> None:
        _make_folder(self._file)
        self._lock = self._file.with_name(f"{self._file.name}.lock").open("ab")
        try:
            fcntl.flock(self._lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            self._lock.close()
            raise InUse from None

    async def close(self) -> None:
        for threads in (self._writer, self._readers):
            await asyncio.to_thread(threads.shutdown)
        for direct in self._opened:
            direct.long_way.close()
        self._writing.dispose()
        self._reading.dispose()
        await self._surveying.dispose()
        if self._lock is not None:
            self._lock.close()


def _direct_engine(url: URL, pool: type[Pool], *pragmas: str) -> Engine:
    """Connections whose transactions `storage.direct` begins and ends."""
    engine = create_engine(
        url,
        poolclass=pool,
        connect_args={"check_same_thread": False, "cached_statements": CACHED_STATEMENTS},
        hide_parameters=True,
    )
    _prepare(engine, *pragmas)
    return engine


def _prepare(engine: Engine, *pragmas: str) -> None:
    """Take transactions into our own hands (sqlite3 would begin late) and ask for durability before speed."""

    @event.listens_for(engine, "connect")
    def on_connect(connection: Any, _record: Any) -> None:
        connection.isolation_level = None
        cursor = connection.cursor()
        for pragma in (*PRAGMAS, *pragmas):
            cursor.execute(pragma)
        cursor.close()


def _identity(file: Path) -> tuple[int, int] | None:
    """What stays the same for as long as it is the same file."""
    try:
        found = file.stat()
    except FileNotFoundError:
        return None
    return found.st_dev, found.st_ino


def _make_folder(file: Path) -> None:
    """A file's folder comes with its first use."""
    file.parent.mkdir(parents=True, exist_ok=True)
