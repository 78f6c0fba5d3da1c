"""Sending what is due: claim with a lease, check that it is still true, send, mark. What happened is in the rows.

A crash between sending and marking repeats that one message when the lease has run out; nothing else is repeated.
"""

import asyncio
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Concatenate, ParamSpec, Protocol, TypeVar

import structlog

from domain import day, notice, outbox, welcome
from domain.day import Pinned
from domain.outbox import Kind, Notice
from domain.person import Person
from domain.studio import Studio
from jobs.budget import Budget

P = ParamSpec("P")
T = TypeVar("T")
LEASE = timedelta(seconds=60)
BATCH = 20
ATTEMPTS = 8
BACK_OFF = timedelta(seconds=2)
log = structlog.get_logger()


class Claimed(Protocol):
    """A notice this process may send until its lease ends."""

    @property
    def id(self) -> int: ...
    @property
    def attempts(self) -> int: ...
    @property
    def notice(self) -> Notice: ...


class OutboxStore(Protocol):
    """What sending needs beyond what the domain adds."""

    def claim(self, now: datetime, until: datetime, limit: int) -> list[Any]: ...
    def mark_sent(self, claimed: Any, message_id: int | None, at: datetime) -> bool: ...
    def retry(self, claimed: Any, due_at: datetime, *, counted: bool, problem: str) -> bool: ...
    def drop(self, claimed: Any, *, expired: bool, problem: str) -> bool: ...
    def drop_for(self, person_id: int) -> None: ...


class Store(Protocol):
    async def transact(self, action: Callable[Concatenate[Any, P], T], *args: P.args, **named: P.kwargs) -> T: ...
    async def read(self, query: Callable[Concatenate[Any, P], T], *args: P.args, **named: P.kwargs) -> T: ...


class Sent(Protocol):
    """What became of a send, as the notifier tells it."""

    @property
    def outcome(self) -> str: ...
    @property
    def message_id(self) -> int | None: ...
    @property
    def wait_seconds(self) -> float: ...
    @property
    def problem(self) -> str: ...


class Notifier(Protocol):
    async def send(self, reader: Person, studio: Studio, notice: Notice) -> Sent: ...
    async def redraw(self, reader: Person, studio: Studio, pinned: Pinned) -> Sent: ...


@dataclass(frozen=True, slots=True)
class Ready:
    """A claimed notice as it is true now, with its reader; `pinned` is the card where it is an edit of one."""

    claimed: Claimed
    notice: Notice
    reader: Person
    studio: Studio
    pinned: Pinned | None = None


class Sender:
    """Empties the outbox of what is due. `wake` is called when a commit added notices."""

    def __init__(self, store: Store, notifier: Notifier, budget: Budget) -> None:
        self._store, self._notifier, self._budget = store, notifier, budget
        self._woken = asyncio.Event()
        self._busy = asyncio.Lock()
        self._revoked = self._leaving = False

    def wake(self) -> None:
        """Look for due notices soon; may be called from any thread's callback on the loop."""
        self._woken.set()

    async def run(self) -> None:
        """Send whenever woken, for ever."""
        while True:
            await self._woken.wait()
            await self.send_due()

    async def send_due(self) -> None:
        """Send everything due now; returns when nothing is left to claim."""
        async with self._busy:
            self._woken.clear()
            while not (self._revoked or self._leaving) and (batch := await self._store.transact(_claim)):
                for claimed in batch:
                    await self._send(claimed)

    async def stop(self, seconds: float) -> None:
        """Let the notice that is being sent arrive and be marked, within the time; the others wait for the next start.

        Cutting it off instead would leave unknown whether it arrived, and it would be sent twice.
        """
        self._leaving = True
        with suppress(TimeoutError):
            async with asyncio.timeout(seconds), self._busy:
                return

    async def _send(self, claimed: Claimed) -> None:
        if self._leaving:
            await self._store.transact(_give_back, claimed)
            return
        ready = await self._store.transact(_check, claimed)
        if ready is None:
            return
        wait = self._budget.wait_seconds(ready.reader.telegram_id)
        if wait:
            await asyncio.sleep(wait)
        self._budget.take(ready.reader.telegram_id)
        sent = await self._deliver(ready)
        self._revoked = sent.outcome == "revoked"
        if sent.outcome != "sent":
            log.warning("notice not sent", id=claimed.id, outcome=sent.outcome, problem=sent.problem)
        await self._store.transact(_record, ready, sent)

    async def _deliver(self, ready: Ready) -> Sent:
        if ready.pinned is not None:
            return await self._notifier.redraw(ready.reader, ready.studio, ready.pinned)
        return await self._notifier.send(ready.reader, ready.studio, ready.notice)


class Work(notice.Work, day.Work, Protocol):
    @property
    def outbox(self) -> Any: ...


def _claim(work: Work) -> list[Claimed]:
    claimed: list[Claimed] = work.outbox.claim(work.now, work.now + LEASE, BATCH)
    return claimed


def _give_back(work: Work, claimed: Claimed) -> None:
    """End the claim on a notice that was not sent, so that the next start need not wait for the lease."""
    work.outbox.retry(claimed, claimed.notice.due_at, counted=False, problem="")


def _check(work: Work, claimed: Claimed) -> Ready | None:
    """The notice with its reader, or None after dropping one that is late, untrue or for somebody who is away."""
    told = claimed.notice
    reader = work.people.get(told.person_id)
    late = told.expires_at is not None and told.expires_at <= work.now
    current = notice.current(work, told) if reader.reachable and not late else None
    pinned = day.pinned(work, reader.id) if told.kind is Kind.REFRESH else None
    if current is None or (told.kind is Kind.REFRESH and pinned is None):
        work.outbox.drop(claimed, expired=late, problem="" if reader.reachable else "unreachable")
        return None
    return Ready(claimed, current, reader, work.studio.get(), pinned)


def _record(work: Work, ready: Ready, sent: Sent) -> None:
    claimed = ready.claimed
    if sent.outcome == "sent":
        work.outbox.mark_sent(claimed, sent.message_id, work.now)
    elif sent.outcome in {"wait", "revoked"}:
        wait = timedelta(seconds=sent.wait_seconds)
        work.outbox.retry(claimed, work.now + wait, counted=False, problem=sent.problem)
    elif sent.outcome == "unreachable":
        _lose(work, ready)
    elif sent.outcome == "gone":
        work.cards.drop(ready.reader.id)
        work.outbox.drop(claimed, expired=True, problem=sent.problem)
    elif sent.outcome == "unknown" and claimed.attempts + 1 < ATTEMPTS:
        pause = BACK_OFF * 2**claimed.attempts
        work.outbox.retry(claimed, work.now + pause, counted=True, problem=sent.problem)
    else:
        _bury(work, claimed, sent.problem)


def _lose(work: Work, ready: Ready) -> None:
    """Nothing reaches this person until they come back; the admins are told once."""
    if ready.reader.reachable:
        welcome.set_reachable(work, ready.reader, reachable=False)
        values: dict[str, outbox.Value] = {"name": ready.reader.name}
        key = f"unreachable:{ready.reader.id}:{work.now:%Y%m%d%H%M}"
        outbox.tell_admins(work, key, Kind.UNREACHABLE, values, but=ready.reader.id)
    work.outbox.drop_for(ready.reader.id)


def _bury(work: Work, claimed: Claimed, problem: str) -> None:
    work.outbox.drop(claimed, expired=False, problem=problem)
    if claimed.notice.kind is not Kind.NOTICE_DEAD:
        values: dict[str, outbox.Value] = {"kind": claimed.notice.kind.value, "problem": problem[:200]}
        outbox.tell_admins(work, f"notice_dead:{claimed.id}", Kind.NOTICE_DEAD, values)
