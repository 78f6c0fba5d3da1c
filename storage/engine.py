"""Connections: on SQLite one writer thread and some reading threads beside it; on PostgreSQL a pool.

Both run a synchronous function on a connection inside one transaction and return what it returned.
"""

import asyncio
import fcntl
import threading
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import IO, Any, Protocol, TypeVar, cast

from sqlalchemy import String, bindparam, create_engine, event, func, select
from sqlalchemy.engine import URL, Connection, Engine, make_url
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine
from sqlalchemy.pool import NullPool, Pool, QueuePool, StaticPool

from storage.direct import DirectSqlite, Statements

T = TypeVar("T")
CHANNEL = "session_tracker"
NOTIFY = select(func.pg_notify(CHANNEL, bindparam("topic", type_=String)))
READERS = 3
CACHED_STATEMENTS = 512
COMMAND_SECONDS = 10.0
"""How long PostgreSQL may take for one statement before the connection counts as gone."""
IDLE_SECONDS = 5.0
"""How long the server lets a transaction rest between two statements: a process that froze in one holds up nobody."""
KEEPALIVES = {"tcp_keepalives_idle": "10", "tcp_keepalives_interval": "5", "tcp_keepalives_count": "3"}
"""How soon the server sees that a machine is gone (PostgreSQL, runtime configuration, connections)."""
PRAGMAS = (
    "PRAGMA busy_timeout=10000",
    "PRAGMA journal_mode=WAL",
    "PRAGMA synchronous=FULL",
    "PRAGMA foreign_keys=ON",
)


class InUse(Exception):
    """Another process runs on this file."""


class FileGone(Exception):
    """The database's file was deleted or replaced while it was open: whatever were written now would be lost."""


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

    async def rebuild(self, run: Callable[[Connection], T]) -> T:
        """As `transact`, for what makes tables or fills them anew."""
        ...

    async def survey(self, run: Callable[[Connection], T]) -> T:
        """As `read`, for what reads much and may take its time."""
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
    """One writer thread with one connection, so a transaction is one hop and never waits for another's lock.

    Actions and queries run on compiled statements (`storage.direct`); what is long goes the usual way.
    """

    shared = False

    def __init__(self, url: URL) -> None:
        assert url.database, "SQLite needs a file: memory databases cannot be shared by two connections"
        self._file = Path(url.database)
        self._lock: IO[bytes] | None = None
        self._opened_as: tuple[int, int] | None = None
        self._statements = Statements()
        plain = url.set(drivername="sqlite")
        self._writing = _direct_engine(plain, StaticPool)
        self._reading = _direct_engine(plain, QueuePool, "PRAGMA query_only=ON")
        self._surveying = create_async_engine(url.set(drivername="sqlite+aiosqlite"), hide_parameters=True)
        _prepare(self._surveying.sync_engine, "PRAGMA query_only=ON")
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
            return await connection.run_sync(run)

    async def _in(
        self,
        threads: ThreadPoolExecutor,
        do: Callable[[Callable[[Connection], T]], T],
        run: Callable[[Connection], T],
    ) -> T:
        return await _unhurried(asyncio.get_running_loop().run_in_executor(threads, do, run))

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
            direct = self._own.direct = DirectSqlite(engine.connect(), self._statements)
            self._opened.append(direct)
        self._look_for_the_file()
        return direct

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


class PostgresDatabase:
    """A pool of asyncpg connections, READ COMMITTED; the actions' locks and the cells keep order.

    Actions and queries run on compiled statements, as on SQLite, and give up on a connection that has fallen silent;
    what is long has a connection of its own and all the time it needs.
    """

    shared = True

    def __init__(self, url: URL) -> None:
        from storage.direct_asyncpg import DirectAsyncpg

        self._direct, self._statements = DirectAsyncpg, Statements()
        self._engine = _asyncpg_engine(url, {"pool_size": 10, "max_overflow": 10}, command_timeout=COMMAND_SECONDS)
        self._patient = _asyncpg_engine(url, {"poolclass": NullPool})
        self._running: set[asyncio.Task[Any]] = set()

    async def transact(self, run: Callable[[Connection], T]) -> T:
        return await self._uncut(self._engine, self._directly(run))

    async def read(self, run: Callable[[Connection], T]) -> T:
        return await self._look(self._engine, self._directly(run))

    async def rebuild(self, run: Callable[[Connection], T]) -> T:
        return await self._uncut(self._patient, run)

    async def survey(self, run: Callable[[Connection], T]) -> T:
        return await self._look(self._patient, run)

    async def _uncut(self, engine: AsyncEngine, run: Callable[[Connection], T]) -> T:
        task = asyncio.create_task(self._change(engine, run))
        self._running.add(task)
        task.add_done_callback(self._running.discard)
        return await _unhurried(task)

    async def _change(self, engine: AsyncEngine, run: Callable[[Connection], T]) -> T:
        async with engine.begin() as connection:
            return await connection.run_sync(run)

    async def _look(self, engine: AsyncEngine, run: Callable[[Connection], T]) -> T:
        async with engine.connect() as connection:
            await connection.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)
            async with connection.begin():
                return await connection.run_sync(run)

    def _directly(self, run: Callable[[Connection], T]) -> Callable[[Connection], T]:
        return lambda connection: run(cast(Connection, self._direct(connection, self._statements)))

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
        await self._patient.dispose()


def _asyncpg_engine(url: URL, pool: Mapping[str, Any], **named: Any) -> AsyncEngine:
    settings = {"default_transaction_isolation": "read committed", **KEEPALIVES}
    if named:
        settings["idle_in_transaction_session_timeout"] = f"{1000 * IDLE_SECONDS:.0f}"
    return create_async_engine(
        url,
        **pool,
        hide_parameters=True,
        connect_args={"statement_cache_size": CACHED_STATEMENTS, "server_settings": settings, **named},
    )


async def _unhurried(running: "asyncio.Future[T]") -> T:
    """Wait for a transaction that goes on even when the waiting task is cancelled."""
    return await asyncio.shield(running)


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

    @event.listens_for(engine, "do_connect")
    def before_connect(*_: Any) -> None:
        _make_folder(Path(engine.url.database or ""))

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
