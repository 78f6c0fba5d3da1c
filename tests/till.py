"""A small studio on a real database without any Telegram: people, packages, bookings to hold units for, and a clock.

For tests of rules that only a database can prove; conversations are tested in `tests/world.py`.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from itertools import count
from typing import Any, Concatenate, ParamSpec, TypeVar

from sqlalchemy import Connection, text

from domain import founding, ledger, package, person, welcome
from domain.ids import BookingId, PersonId
from domain.lot import Lot
from domain.package import Package
from domain.permission import Role
from domain.person import NewPerson, Person
from domain.session import NewSession
from domain.studio import Studio
from storage.work import Work
from tests.connections import Run, connections

P = ParamSpec("P")
T = TypeVar("T")
NOON = datetime(2026, 11, 30, 11, 0, tzinfo=UTC)
"""Noon in Berlin, on a Monday in winter."""


class Till:
    """Runs actions at `now`, each in a transaction of its own unless it is bound to one; `without` some guards."""

    def __init__(self, database_url: str, zone: str = "Europe/Berlin", without: frozenset[str] = frozenset()) -> None:
        self.now = NOON
        self._connections = connections(database_url, without)
        self._bound: Run | None = None
        self._numbers = count(7000)
        self.act(founding.found, Studio(name="Studio Kraft", zone=zone, currency="EUR"))
        self.owner = self.person("Olga", Role.ADMIN)

    def act(self, action: Callable[Concatenate[Any, P], T], *args: P.args, **named: P.kwargs) -> T:
        """Run a domain action; an exception undoes everything it did."""
        return self._run(lambda connection: action(Work(connection, self.now), *args, **named))

    def rows(self, query: str, **values: Any) -> list[Any]:
        """What the tables say, past every rule of ours."""
        return self._run(lambda connection: list(connection.execute(text(query), values)))

    @contextmanager
    def bound(self) -> Iterator[None]:
        """Everything inside happens in one transaction, which is undone at the end."""
        with self._connections.held() as run:
            self._bound = run
            try:
                yield
            finally:
                self._bound = None

    def _run(self, act: Callable[[Connection], T]) -> T:
        if self._bound is None:
            return self._connections.run(act)

        def within(connection: Connection) -> T:
            with connection.begin_nested():
                return act(connection)

        return self._bound(within)

    def close(self) -> None:
        self._connections.close()

    def person(self, name: str, role: Role = Role.TRAINEE) -> Person:
        """Somebody new with a role and an account."""

        def arrive(work: Any) -> Person:
            newcomer = NewPerson(telegram_id=next(self._numbers), name=name, language="en")
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
