"""Transactions for tests that are not asynchronous, from any number of threads at once, on either engine.

The guards of a race can be taken out: `lock` (SQLite's `BEGIN IMMEDIATE`, PostgreSQL's `FOR UPDATE`), `cells` (the key
of the cells) and `checks` (the CHECK constraints of units).
"""

import asyncio
import re
import threading
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from typing import Any, Protocol, TypeVar

from sqlalchemy import CheckConstraint, Connection, create_engine, event, make_url, text
from sqlalchemy.ext.asyncio import AsyncConnection, create_async_engine
from sqlalchemy.pool import NullPool

from storage.ledger import account, hold_line, ledger_entry, lot

T = TypeVar("T")
PRAGMAS = ("busy_timeout=600000", "journal_mode=WAL", "synchronous=NORMAL", "foreign_keys=ON")
"""Writers of one SQLite file do not queue but ask again and again, so one of many may wait for long."""
UNKEYED_CELLS = (
    "DROP TABLE occupancy",
    "CREATE TABLE occupancy (kind, resource_id, cell, seat, session_id)",
)
FOR_UPDATE = re.compile(r" FOR UPDATE( OF \w+)?$")


class Run(Protocol):
    """Calls a function with a connection and returns what it returned."""

    def __call__(self, act: Callable[[Connection], T], /) -> T: ...


class Connections(Protocol):
    """A database with its tables. Any number of threads may use it."""

    def run(self, act: Callable[[Connection], T], /) -> T:
        """In a transaction of its own, which commits when the function returns."""
        ...

    def held(self) -> AbstractContextManager[Run]:
        """Everything that is run inside happens in one transaction, which is undone at the end."""
        ...

    def close(self) -> None: ...


def connections(url: str, without: frozenset[str] = frozenset()) -> Connections:
    """Connections to the database of that URL; `without` names the guards that are missing."""
    return _Sqlite(url, without) if make_url(url).get_backend_name() == "sqlite" else _Postgres(url, without)


class _Sqlite:
    def __init__(self, url: str, without: frozenset[str]) -> None:
        self._without = without
        plain = make_url(url).set(drivername="sqlite")
        self._engine = create_engine(plain, pool_size=64, connect_args={"check_same_thread": False})
        event.listen(self._engine, "connect", self._on_connect)
        event.listen(self._engine, "begin", self._on_begin)
        if "cells" in without:
            self.run(lambda connection: [connection.execute(text(sql)) for sql in UNKEYED_CELLS])

    def run(self, act: Callable[[Connection], T], /) -> T:
        with self._engine.begin() as connection:
            return act(connection)

    @contextmanager
    def held(self) -> Iterator[Run]:
        with self._engine.connect() as connection, connection.begin() as outer:
            try:
                yield lambda act: act(connection)
            finally:
                outer.rollback()

    def close(self) -> None:
        self._engine.dispose()

    def _on_connect(self, connection: Any, _record: Any) -> None:
        connection.isolation_level = None
        for pragma in PRAGMAS:
            connection.execute(f"PRAGMA {pragma}")
        if "checks" in self._without:
            connection.execute("PRAGMA ignore_check_constraints=ON")

    def _on_begin(self, connection: Any) -> None:
        if "lock" not in self._without:
            connection.exec_driver_sql("BEGIN IMMEDIATE")


class _Postgres:
    """Each thread has a loop and a connection of its own, on which asyncpg works as it does in the bot."""

    def __init__(self, url: str, without: frozenset[str]) -> None:
        self._engine = create_async_engine(url, poolclass=NullPool)
        self._own = threading.local()
        self._threads: list[_Thread] = []
        if "lock" in without:
            event.listen(self._engine.sync_engine, "before_cursor_execute", _unlocked, retval=True)
        if "cells" in without:
            self.run(lambda connection: connection.execute(text("ALTER TABLE occupancy DROP CONSTRAINT pk_occupancy")))
        if "checks" in without:
            self.run(_drop_checks)

    def run(self, act: Callable[[Connection], T], /) -> T:
        mine = self._mine()

        async def transact() -> T:
            async with mine.connection.begin():
                return await mine.connection.run_sync(act)

        return mine.runner.run(transact())

    @contextmanager
    def held(self) -> Iterator[Run]:
        mine = self._mine()
        outer = mine.connection.begin()
        mine.runner.run(_started(outer))
        try:
            yield lambda act: mine.runner.run(mine.connection.run_sync(act))
        finally:
            mine.runner.run(outer.rollback())

    def close(self) -> None:
        for each in self._threads:
            each.close()

    def _mine(self) -> "_Thread":
        mine: _Thread | None = getattr(self._own, "mine", None)
        if mine is None:
            mine = self._own.mine = _Thread(self._engine.connect())
            self._threads.append(mine)
        return mine


class _Thread:
    """What a thread keeps."""

    def __init__(self, connection: AsyncConnection) -> None:
        self.connection = connection
        self.runner = asyncio.Runner()
        self.runner.run(_started(connection))

    def close(self) -> None:
        self.runner.run(self.connection.close())
        self.runner.close()


async def _started(what: Any) -> None:
    await what


def _unlocked(_c: Any, _cursor: Any, statement: str, values: Any, _context: Any, _many: bool) -> tuple[str, Any]:
    """The statement without its lock."""
    return FOR_UPDATE.sub("", statement), values


def _drop_checks(connection: Connection) -> None:
    for table in (account, lot, ledger_entry, hold_line):
        for check in table.constraints:
            if isinstance(check, CheckConstraint):
                connection.execute(text(f"ALTER TABLE {table.name} DROP CONSTRAINT {check.name}"))
