"""A studio on bare storage: many connections at once, each in a thread, with guards that can be taken out one by one.

The guards of a race are the transaction (`BEGIN IMMEDIATE`), the cells' primary key, and the CHECK constraints. Each
alone has to be enough; with all of them out, the race must go wrong, or the test would prove nothing.
"""

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, TypeVar

from sqlalchemy import Engine, create_engine, event, text
from sqlalchemy.exc import IntegrityError

from domain import founding, hours, ledger, trainer, welcome
from domain.availability import Window
from domain.error import Refusal
from domain.person import NewPerson, Person
from domain.studio import Studio
from storage.tables import METADATA
from storage.work import Work

T = TypeVar("T")
NOW = datetime(2026, 11, 30, 9, 0, tzinfo=UTC)
SLOT = datetime(2026, 12, 1, 10, 0, tzinfo=UTC)


class Bare:
    """A founded studio with one trainer, in a file; `without` names the guards that are missing."""

    def __init__(self, folder: Path, without: frozenset[str] = frozenset()) -> None:
        self._without = without
        self._engine = self._connected(f"sqlite:///{folder / 'bare.sqlite3'}")
        with self._engine.begin() as connection:
            METADATA.create_all(connection)
            if "cells" in without:
                connection.execute(text("DROP TABLE occupancy"))
                columns = "kind, resource_id, cell, seat, session_id"
                connection.execute(text(f"CREATE TABLE occupancy ({columns})"))
        self.run(founding.found, Studio(name="Studio", zone="UTC", currency="EUR"))
        self.trainer = self.run(self._trainer)

    def trainee(self, number: int, units: int) -> Person:
        """Somebody with so many units."""

        def make(work: Work) -> Person:
            arrived = welcome.arrive(work, NewPerson(telegram_id=number, name=f"T{number}", language="en"), ())
            if units:
                ledger.issue(work, arrived.id, units, f"grant:{number}", None, "granted")
            return welcome.sign_up(work, arrived)

        return self.run(make)

    def run(self, action: Callable[..., T], *args: Any) -> T:
        """One action in a transaction of its own, or statement by statement where that guard is out."""
        with self._engine.begin() as connection:
            return action(Work(connection, NOW), *args)

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
        with self._engine.connect() as connection:
            return int(connection.execute(text(sql)).scalar_one())

    def close(self) -> None:
        self._engine.dispose()

    def _connected(self, url: str) -> Engine:
        engine = create_engine(url, pool_size=64, connect_args={"check_same_thread": False})

        @event.listens_for(engine, "connect")
        def on_connect(connection: Any, _record: Any) -> None:
            connection.isolation_level = None
            for pragma in ("busy_timeout=20000", "journal_mode=WAL", "foreign_keys=ON"):
                connection.execute(f"PRAGMA {pragma}")
            if "checks" in self._without:
                connection.execute("PRAGMA ignore_check_constraints=ON")

        @event.listens_for(engine, "begin")
        def on_begin(connection: Any) -> None:
            if "transaction" not in self._without:
                connection.exec_driver_sql("BEGIN IMMEDIATE")

        return engine

    @staticmethod
    def _trainer(work: Work) -> Person:
        tess = trainer.enrol(work, welcome.arrive(work, NewPerson(telegram_id=1, name="Tess", language="en"), ()))
        for weekday in range(7):
            hours.set_weekday(work, tess, weekday, [Window(480, 1200)])
        return tess


class Meeting:
    """Wraps a check so that the racers wait for each other between it and the write; a lock in the way ends it."""

    def __init__(self, racers: int, check: Callable[..., T]) -> None:
        self._barrier, self._check = threading.Barrier(racers), check

    def __call__(self, *args: Any, **named: Any) -> Any:
        seen = self._check(*args, **named)
        with suppress(threading.BrokenBarrierError):
            self._barrier.wait(timeout=0.5)
        return seen
