"""What the conversations are handed by `app.wiring`: transactions and queries, without knowing where data is kept."""

from collections.abc import Callable, Collection, Sequence
from datetime import datetime
from typing import Concatenate, ParamSpec, Protocol, TypeVar

from domain import adjustment, asking, day, invite, notice, overview, purchase, reconcile, welcome

P = ParamSpec("P")
T = TypeVar("T")


class Received(Protocol):
    """An update as it was stored; `id` grows within its `lane`, and `lane` is whose turn it waits for."""

    @property
    def id(self) -> int: ...
    @property
    def update_id(self) -> int: ...
    @property
    def lane(self) -> str: ...
    @property
    def body(self) -> str: ...
    @property
    def attempts(self) -> int: ...
    @property
    def received_at(self) -> datetime: ...


class InboxStore(Protocol):
    """Where updates are kept while they wait and after."""

    def add(self, update_id: int, lane: str, body: str, received_at: datetime) -> Received | None:
        """Store an update; None when it is known already."""
        ...

    def fail(self, update_id: int, why: str) -> bool: ...
    def close_overtaken(self, lanes: Collection[str], now: datetime) -> None: ...
    def list_new(self, lanes: Collection[str]) -> Sequence[Received]: ...
    def is_new(self, update_id: int) -> bool: ...
    def list_unanswered(self, lanes: Collection[str]) -> Sequence[Received]: ...


class LaneStore(Protocol):
    """Which process handles whose updates; `me` is the number that a process has given itself."""

    def beat(self, me: int, alive_until: datetime) -> None: ...
    def leave(self, me: int) -> None: ...
    def forget_others(self, me: int) -> None: ...
    def hold(self, me: int, name: str) -> int: ...
    def adopt(self, me: int, now: datetime, believed_until: datetime) -> list[str]: ...
    def take_unheld(self, me: int) -> list[str]: ...
    def lock(self, me: int, names: Collection[str]) -> list[str]: ...
    def list_new(self, me: int) -> Sequence[Received]: ...
    def finish(self, me: int, update_id: int, now: datetime) -> bool:
        """Mark an update done; False when it was done before or its lane is another's: it must not take effect."""
        ...

    def bury(self, me: int, update_id: int, why: str, now: datetime) -> bool:
        """Give an open update up; False when it is done or its lane is another's, who may still handle it."""
        ...

    def close(self, me: int, update_ids: Collection[int], now: datetime) -> None:
        """Note that outcomes were shown; an update that only showed something is thereby done."""
        ...

    def release(self, me: int, names: Collection[str]) -> None: ...


class Work(
    notice.Work,
    day.Work,
    overview.Work,
    purchase.Work,
    invite.Work,
    adjustment.Work,
    reconcile.Work,
    welcome.Work,
    asking.Work,
    Protocol,
):
    """The transaction as conversations see it: everything the domain uses, and the inbox row of the update.

    `cause` says what the notices of this transaction go back to.
    """

    cause: str

    @property
    def inbox(self) -> InboxStore: ...
    @property
    def lanes(self) -> LaneStore: ...
    def announce(self, topic: str) -> None:
        """Let the processes of this database know, when this commits."""
        ...


class Store(Protocol):
    """Runs domain actions in transactions and queries on snapshots."""

    async def transact(self, action: Callable[Concatenate[Work, P], T], *args: P.args, **named: P.kwargs) -> T: ...
    async def read(self, query: Callable[Concatenate[Work, P], T], *args: P.args, **named: P.kwargs) -> T: ...
    def is_outage(self, failure: BaseException) -> bool:
        """Whether the database was away, or a statement waited in vain: no fault of the action that was tried."""
        ...


class Clock(Protocol):
    def now(self) -> datetime: ...


class Meter(Protocol):
    """Counts what happens in this process, for whoever watches over it. All words come from closed lists of ours."""

    def update_received(self, kind: str) -> None: ...
    def update_given_up(self) -> None: ...
    def turn_ended(self, action: str, outcome: str, seconds: float) -> None: ...
    def call_ended(self, method: str, answer: str, seconds: float) -> None: ...
