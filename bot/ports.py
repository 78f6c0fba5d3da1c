"""What the conversations are handed by `app.wiring`: transactions and queries, without knowing where data is kept."""

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any, Concatenate, ParamSpec, Protocol, TypeVar

from domain import adjustment, asking, day, invite, notice, overview, purchase, welcome

P = ParamSpec("P")
T = TypeVar("T")


class Received(Protocol):
    """An update as it was stored; `lane` is whose turn it waits for."""

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

    def finish(self, update_id: int, now: datetime) -> bool:
        """Mark an update done; False when it was before, and so must not take effect again."""
        ...

    def fail(self, update_id: int, why: str) -> bool: ...
    def bury(self, update_id: int, why: str, now: datetime) -> bool: ...
    def close(self, update_ids: list[int], now: datetime) -> None:
        """Note that the outcome was shown; an update that only showed something is thereby done."""
        ...

    def close_overtaken(self, now: datetime) -> None: ...
    def list_new(self) -> Sequence[Received]: ...
    def list_unanswered(self) -> Sequence[Received]: ...


class Work(
    notice.Work,
    day.Work,
    overview.Work,
    purchase.Work,
    invite.Work,
    adjustment.Work,
    welcome.Work,
    asking.Work,
    Protocol,
):
    """The transaction as conversations see it: everything the domain uses, and the inbox row of the update."""

    @property
    def inbox(self) -> InboxStore: ...


class Store(Protocol):
    """Runs domain actions in transactions and queries on snapshots."""

    async def transact(self, action: Callable[Concatenate[Any, P], T], *args: P.args, **named: P.kwargs) -> T: ...
    async def read(self, query: Callable[Concatenate[Any, P], T], *args: P.args, **named: P.kwargs) -> T: ...


class Clock(Protocol):
    def now(self) -> datetime: ...
