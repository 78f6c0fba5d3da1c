"""What a database is to everybody else, on either engine, and what both engines share.

Both run a synchronous function on a connection inside one transaction and return what it returned.
"""

import asyncio
import sqlite3
from collections.abc import Callable
from datetime import datetime
from typing import Protocol, TypeVar

from sqlalchemy.engine import Connection
from sqlalchemy.exc import DBAPIError, OperationalError
from sqlalchemy.exc import TimeoutError as NoConnectionFree

T = TypeVar("T")
CACHED_STATEMENTS = 512
SQLITE_AWAY = frozenset(
    {
        sqlite3.SQLITE_BUSY,
        sqlite3.SQLITE_LOCKED,
        sqlite3.SQLITE_READONLY,
        sqlite3.SQLITE_IOERR,
        sqlite3.SQLITE_FULL,
        sqlite3.SQLITE_CANTOPEN,
    }
)
POSTGRES_AWAY = ("08", "25006", "53", "57P", "58")
"""How the codes of a PostgreSQL begin that is not there, only reads, lacks something, is stopped, or has a bad disk."""


class InUse(Exception):
    """Another process runs on this file, or on the database that was to be filled."""


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

    async def now(self) -> datetime:
        """The time by the clock that all who share the database can see."""
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


def is_outage(failure: BaseException) -> bool:
    """Whether the database is away or takes nothing from anybody: no fault of what was asked of it."""
    if isinstance(failure, (OSError, FileGone, NoConnectionFree)):
        return True
    cause = failure.orig if isinstance(failure, DBAPIError) else failure
    if isinstance(cause, sqlite3.OperationalError):
        return getattr(cause, "sqlite_errorcode", 0) & 0xFF in SQLITE_AWAY
    code = getattr(cause, "sqlstate", None)
    if code:
        return str(code).startswith(POSTGRES_AWAY)
    return isinstance(failure, OperationalError) or getattr(failure, "connection_invalidated", False) is True


async def unhurried(running: "asyncio.Future[T]") -> T:
    """Wait for a transaction that goes on even when the waiting task is cancelled."""
    return await asyncio.shield(running)
