"""A studio on bare storage: many connections at once, each in a thread, with guards that can be taken out one by one.

The guards of a race are the lock (a transaction that begins alone on SQLite, locked rows on PostgreSQL), the cells'
primary key, and the CHECK constraints. Each alone has to be enough; with all of them out, the race must go wrong, or
the test would prove nothing.
"""

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from datetime import UTC, datetime
from typing import Any, TypeVar

from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from domain import founding
from domain.error import Refusal
from domain.person import Person
from domain.studio import Studio
from storage.work import Work
from tests.connections import connections
from tests.factories import trainee, trainer_named

T = TypeVar("T")
NOW = datetime(2026, 11, 30, 9, 0, tzinfo=UTC)
SLOT = datetime(2026, 12, 1, 10, 0, tzinfo=UTC)


class Bare:
    """A founded studio with one trainer; `without` names the guards that are missing."""

    def __init__(self, database_url: str, without: frozenset[str] = frozenset()) -> None:
        self._connections = connections(database_url, without)
        self.run(founding.found, Studio(name="Studio", zone="UTC", currency="EUR"))
        self.trainer = self.run(trainer_named, "Tess", 1)

    def trainee(self, number: int, units: int) -> Person:
        """Somebody with so many units."""
        return self.run(trainee, number, units)

    def run(self, action: Callable[..., T], *args: Any) -> T:
        """One action in a transaction of its own."""
        return self._connections.run(lambda connection: action(Work(connection, NOW), *args))

    def race(self, acts: list[Callable[[], T]]) -> list[T | Exception]:
        """All at once, each in its thread; what each returned, or how the domain or the database refused it."""

        def attempt(act: Callable[[], T]) -> T | Exception:
            try:
                return act()
            except (Refusal, IntegrityError) as refusal:
                return refusal

        with ThreadPoolExecutor(len(acts)) as threads:
            return list(threads.map(attempt, acts))

    def count(self, sql: str) -> int:
        return self._connections.run(lambda connection: int(connection.execute(text(sql)).scalar_one()))

    def close(self) -> None:
        self._connections.close()


class Meeting:
    """Wraps a check so that the racers wait for each other between it and the write; a lock in the way ends it."""

    def __init__(self, racers: int, check: Callable[..., T]) -> None:
        self._barrier, self._check = threading.Barrier(racers), check

    def __call__(self, *args: Any, **named: Any) -> Any:
        seen = self._check(*args, **named)
        with suppress(threading.BrokenBarrierError):
            self._barrier.wait(timeout=0.5)
        return seen
