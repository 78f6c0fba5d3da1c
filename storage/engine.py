"""What a database is to everybody else, on either engine, and what both engines share.

Both run a synchronous function on a connection inside one transaction and return what it returned.
"""

import asyncio
from collections.abc import Callable
from datetime import datetime
from typing import Protocol, TypeVar

from sqlalchemy.engine import Connection

T = TypeVar("T")
CACHED_STATEMENTS = 512


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


async def unhurried(running: "asyncio.Future[T]") -> T:
    """Wait for a transaction that goes on even when the waiting task is cancelled."""
    return await asyncio.shield(running)
