"""A small studio on a real SQLite file without any Telegram: people, packages, bookings to hold units for, and a clock.

For tests of rules that only a database can prove; conversations are tested in `tests/world.py`.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any, Concatenate, ParamSpec, TypeVar

from sqlalchemy import create_engine, text
from sqlalchemy.engine import Connection

from domain import founding, ledger, package, person, welcome
from domain.ids import BookingId, PersonId
from domain.ledger import Lot
from domain.package import Package
from domain.permission import Role
from domain.person import NewPerson, Person
from domain.session import NewSession
from domain.studio import Studio
from storage.engine import _prepare
from storage.tables import METADATA
from storage.work import Work

P = ParamSpec("P")
T = TypeVar("T")
NOON = datetime(2026, 11, 30, 11, 0, tzinfo=UTC)
"""Noon in Berlin, on a Monday in winter."""


class Till:
    """Runs actions at `now`, each in a transaction of its own unless it is bound to a connection."""

    def __init__(self, file: Path, zone: str = "Europe/Berlin") -> None:
        self.engine = create_engine(f"sqlite:///{file}")
        _prepare(self.engine, "BEGIN IMMEDIATE", "")
        self.now = NOON
        self._bound: Connection | None = None
        METADATA.create_all(self.engine)
        self.act(founding.found, Studio(name="Studio Kraft", zone=zone, currency="EUR"))
        self.owner = self.person("Olga", Role.ADMIN)

    def act(self, action: Callable[Concatenate[Any, P], T], *args: P.args, **named: P.kwargs) -> T:
        """Run a domain action; an exception undoes everything it did."""
        with self._begun() as connection:
            return action(Work(connection, self.now), *args, **named)

    def rows(self, query: str, **values: Any) -> list[Any]:
        """What the tables say, past every rule of ours."""
        with self._begun() as connection:
            return list(connection.execute(text(query), values))

    def ignore_checks(self, on: bool) -> None:
        """Take the CHECK constraints out, or put them back (sqlite.org/pragma.html#pragma_ignore_check_constraints)."""
        with self._begun() as connection:
            connection.execute(text(f"PRAGMA ignore_check_constraints={'ON' if on else 'OFF'}"))

    @contextmanager
    def bound(self) -> Iterator[None]:
        """Everything inside happens in one transaction, which is undone at the end."""
        with self.engine.connect() as connection, connection.begin() as outer:
            self._bound = connection
            try:
                yield
            finally:
                self._bound = None
                outer.rollback()

    @contextmanager
    def _begun(self) -> Iterator[Connection]:
        if self._bound is None:
            with self.engine.begin() as connection:
                yield connection
        else:
            with self._bound.begin_nested():
                yield self._bound

    def close(self) -> None:
        self.engine.dispose()

    def person(self, name: str, role: Role = Role.TRAINEE) -> Person:
        """Somebody new with a role and an account."""

        def arrive(work: Any) -> Person:
            number = work.people._connection.execute(text("SELECT count(*) FROM person")).scalar_one()
            newcomer = NewPerson(telegram_id=7000 + number, name=name, language="en")
            return person.give_role(work, welcome.arrive(work, newcomer, ()), role)

        return self.act(arrive)

    def package(self, units: int, price_minor: int, valid_days: int | None = None) -> Package:
        """A package on sale."""
        return self.act(package.create, self.owner, units, price_minor, "EUR", valid_days)

    def lot(self, owner: Person, units: int, expires_on: date | None = None, source: str = "") -> Lot:
        """Units that were granted."""

        def issue(work: Any) -> Lot:
            return ledger.issue(work, owner.id, units, source or f"grant:{work.token()}", expires_on, "a gift")

        return self.act(issue)

    def bookings(self, trainee: Person, count: int) -> list[BookingId]:
        """Bookings with a trainer that hold nothing yet."""
        trainer = self.person("Tess", Role.TRAINER)

        def add(work: Any) -> list[BookingId]:
            work.trainers.add(trainer.id, trainer.zone, 20)
            return [_booking(work, trainer.id, trainee.id, NOON + timedelta(days=day)) for day in range(count)]

        return self.act(add)

    def account(self, owner: Person) -> tuple[int, int]:
        """Available and held, as the account row has it."""
        (row,) = self.rows("SELECT available, held FROM account WHERE person_id = :id", id=owner.id)
        return row.available, row.held


def _booking(work: Any, trainer_id: PersonId, trainee_id: PersonId, starts_at: datetime) -> BookingId:
    kind = work.types.list_published()[0]
    session_id = work.sessions.add(
        NewSession(
            trainer_id=trainer_id,
            type_id=kind.id,
            starts_at=starts_at,
            ends_at=starts_at + timedelta(minutes=20),
            blocks_from_at=starts_at,
            blocks_until_at=starts_at + timedelta(minutes=20),
        )
    )
    booked: BookingId = work.bookings.add(session_id, trainee_id, kind.units, 720, work.now)
    return booked
