"""The one transaction: every store on one connection, at one instant. It satisfies each feature's slice by shape."""

import secrets
from collections.abc import Callable
from datetime import datetime
from functools import cached_property
from typing import Concatenate, ParamSpec, Protocol, TypeVar

from sqlalchemy.engine import Connection

from domain import adjustment, asking, day, invite, notice, overview, purchase, reconcile, welcome
from storage.asking import AskingStore
from storage.audit import Audits
from storage.booking import Bookings
from storage.card import Cards
from storage.engine import Database, is_outage
from storage.figures import Figures
from storage.hours import HoursStore
from storage.inbox import Inbox
from storage.invite import Invites
from storage.lane import Lanes
from storage.ledger import LedgerStore
from storage.outbox import Outbox
from storage.pace import Pace
from storage.package import Packages
from storage.person import People
from storage.purchase import Purchases
from storage.reconcile import Books
from storage.session import Occupancy, Sessions
from storage.session_type import Types
from storage.studio import StudioRow
from storage.trainer import Trainers

P = ParamSpec("P")
T = TypeVar("T")


class Work:
    """A transaction in progress. `now` is the same instant for everything in it; `cause` is the update it answers."""

    def __init__(self, connection: Connection, now: datetime) -> None:
        self.now = now
        self.cause = ""
        self.announced: set[str] = set()
        self._connection = connection

    def announce(self, topic: str) -> None:
        """Let the processes of this database know, when this commits."""
        self.announced.add(topic)

    def token(self) -> str:
        return secrets.token_urlsafe(16)

    @cached_property
    def asking(self) -> AskingStore:
        return AskingStore(self._connection)

    @cached_property
    def audits(self) -> Audits:
        return Audits(self._connection)

    @cached_property
    def bookings(self) -> Bookings:
        return Bookings(self._connection)

    @cached_property
    def books(self) -> Books:
        return Books(self._connection)

    @cached_property
    def cards(self) -> Cards:
        return Cards(self._connection)

    @cached_property
    def figures(self) -> Figures:
        return Figures(self._connection)

    @cached_property
    def hours(self) -> HoursStore:
        return HoursStore(self._connection)

    @cached_property
    def inbox(self) -> Inbox:
        return Inbox(self._connection)

    @cached_property
    def invites(self) -> Invites:
        return Invites(self._connection)

    @cached_property
    def lanes(self) -> Lanes:
        return Lanes(self._connection)

    @cached_property
    def ledger(self) -> LedgerStore:
        return LedgerStore(self._connection)

    @cached_property
    def occupancy(self) -> Occupancy:
        return Occupancy(self._connection)

    @cached_property
    def outbox(self) -> Outbox:
        return Outbox(self._connection, self)

    @cached_property
    def pace(self) -> Pace:
        return Pace(self._connection)

    @cached_property
    def packages(self) -> Packages:
        return Packages(self._connection)

    @cached_property
    def people(self) -> People:
        return People(self._connection)

    @cached_property
    def purchases(self) -> Purchases:
        return Purchases(self._connection)

    @cached_property
    def sessions(self) -> Sessions:
        return Sessions(self._connection)

    @cached_property
    def studio(self) -> StudioRow:
        return StudioRow(self._connection)

    @cached_property
    def trainers(self) -> Trainers:
        return Trainers(self._connection)

    @cached_property
    def types(self) -> Types:
        return Types(self._connection)


class Clock(Protocol):
    def now(self) -> datetime: ...


class Store:
    """Runs actions in transactions and queries on snapshots; `heard` is called with what a commit of ours announces."""

    def __init__(self, database: Database, clock: Clock, heard: Callable[[str], None]) -> None:
        self._database = database
        self._clock = clock
        self._heard = heard

    async def transact(self, action: Callable[Concatenate[Work, P], T], *args: P.args, **named: P.kwargs) -> T:
        """Call the action with a unit of work, commit, and return what it returned; an exception undoes everything.

        Cancelling the caller does not stop the commit.
        """

        def run(connection: Connection) -> tuple[T, set[str]]:
            work = Work(connection, self._clock.now())
            result = action(work, *args, **named)
            for topic in sorted(work.announced):
                self._database.announce(connection, topic)
            return result, work.announced

        result, announced = await self._database.transact(run)
        for topic in announced:
            self._heard(topic)
        return result

    async def read(self, query: Callable[Concatenate[Work, P], T], *args: P.args, **named: P.kwargs) -> T:
        """Call the query on a consistent snapshot in which nothing can be written."""
        return await self._database.read(lambda connection: query(Work(connection, self._clock.now()), *args, **named))

    def is_outage(self, failure: BaseException) -> bool:
        """Whether the database was away or takes nothing, through no fault of what was asked of it."""
        return is_outage(failure)

    async def survey(self, query: Callable[[Work], T]) -> T:
        """As `read`, for what reads whole tables and may take its time."""
        return await self._database.survey(lambda connection: query(Work(connection, self._clock.now())))


class _Everything(
    notice.Work,
    day.Work,
    overview.Work,
    purchase.Work,
    invite.Work,
    adjustment.Work,
    welcome.Work,
    asking.Work,
    reconcile.Work,
    Protocol,
):
    """Every slice the domain asks for."""


def _fits(work: Work) -> _Everything:
    """Let the type checker prove that the transaction is all of them."""
    return work
