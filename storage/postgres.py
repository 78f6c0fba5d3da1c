"""Connections to PostgreSQL: a pool for what is quick, and one of its own for what is long."""

import asyncio
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any, TypeVar, cast

from sqlalchemy import String, bindparam, func, select
from sqlalchemy.engine import URL, Connection
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine
from sqlalchemy.pool import NullPool

from storage.engine import CACHED_STATEMENTS, unhurried

T = TypeVar("T")
CHANNEL = "session_tracker"
NOTIFY = select(func.pg_notify(CHANNEL, bindparam("topic", type_=String)))
TELL_TIME = select(func.clock_timestamp())
COMMAND_SECONDS = 10.0
"""How long PostgreSQL may take for one statement before the connection counts as gone."""
IDLE_SECONDS = 5.0
"""How long the server lets a transaction rest between two statements: a process that froze in one holds up nobody."""
KEEPALIVES = {"tcp_keepalives_idle": "10", "tcp_keepalives_interval": "5", "tcp_keepalives_count": "3"}
"""How soon the server sees that a machine is gone (PostgreSQL, runtime configuration, connections)."""


class PostgresDatabase:
    """A pool of asyncpg connections, READ COMMITTED; the actions' locks and the cells keep order.

    Actions and queries run on compiled statements, as on SQLite, and give up on a connection that has fallen silent;
    what is long has a connection of its own and all the time it needs.
    """

    shared = True

    def __init__(self, url: URL) -> None:
        from storage.direct_asyncpg import DirectAsyncpg

        self._direct = DirectAsyncpg
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

    async def now(self) -> datetime:
        told: datetime = await self._look(self._engine, lambda connection: connection.execute(TELL_TIME).scalar_one())
        return told.astimezone(UTC)

    async def _uncut(self, engine: AsyncEngine, run: Callable[[Connection], T]) -> T:
        task = asyncio.create_task(self._change(engine, run))
        self._running.add(task)
        task.add_done_callback(self._running.discard)
        return await unhurried(task)

    async def _change(self, engine: AsyncEngine, run: Callable[[Connection], T]) -> T:
        async with engine.begin() as connection:
            return await connection.run_sync(run)

    async def _look(self, engine: AsyncEngine, run: Callable[[Connection], T]) -> T:
        async with engine.connect() as connection:
            await connection.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)
            async with connection.begin():
                return await connection.run_sync(run)

    def _directly(self, run: Callable[[Connection], T]) -> Callable[[Connection], T]:
        return lambda connection: run(cast(Connection, self._direct(connection)))

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
