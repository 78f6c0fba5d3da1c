"""Sending what is due: claim what may leave, send, record. What happened is in the rows.

A send that may have arrived (a crash before marking, a lost answer) is repeated once, after Telegram has answered
something harmless; nothing else is repeated.
"""

import asyncio
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import groupby
from typing import Any, Concatenate, ParamSpec, Protocol, TypeVar

import structlog

from domain.day import Pinned
from domain.outbox import Notice
from domain.person import Person
from domain.studio import Studio
from jobs import budget
from jobs.claim import LEASE, Landed, Ready, Sent, claim, is_any_due, is_true, record

P = ParamSpec("P")
T = TypeVar("T")
PROBE_SECONDS = (1.0, 2.0, 5.0, 10.0, 30.0)
AGAIN_SECONDS = 0.05
LEAVE_WITHIN = LEASE / 2
"""How long after it was asked for a claim is good for a send to begin, which itself takes a while."""
TRUE_FOR = timedelta(seconds=1)
"""For how long what was found true is not asked again."""
FLOODED_CHATS = 2
"""So many chats refused at once mean that the limit for all is meant, which Telegram does not say."""
log = structlog.get_logger()


class Store(Protocol):
    async def transact(self, action: Callable[Concatenate[Any, P], T], *args: P.args, **named: P.kwargs) -> T: ...
    async def read(self, query: Callable[Concatenate[Any, P], T], *args: P.args, **named: P.kwargs) -> T: ...


class Clock(Protocol):
    def now(self) -> datetime: ...


class Notifier(Protocol):
    async def answers(self) -> bool: ...
    async def send(self, reader: Person, studio: Studio, notice: Notice) -> Sent: ...
    async def redraw(self, reader: Person, studio: Studio, pinned: Pinned) -> Sent: ...


@dataclass(frozen=True, slots=True)
class Failed:
    """A notice that our own code stumbled over; sending it again would not help."""

    problem: str
    outcome: str = "refused"
    message_id: int | None = None
    wait_seconds: float = 0.0


class Meter(Protocol):
    def notice_sent(self, kind: str, answer: str, lag_seconds: float) -> None: ...


class Sender:
    """Empties the outbox of what is due. `wake` is called when a commit added notices."""

    def __init__(
        self,
        store: Store,
        notifier: Notifier,
        wall: Clock,
        replies: Callable[[], int],
        meter: Meter | None = None,
    ) -> None:
        """`replies` counts the messages other than notices that this process has sent to Telegram so far."""
        self._meter = meter
        self._store, self._notifier, self._wall, self._replies = store, notifier, wall, replies
        self._woken, self._moved = asyncio.Event(), asyncio.Event()
        self._busy = asyncio.Lock()
        self._flights: dict[int, asyncio.Task[None]] = {}
        self._landed: list[Landed] = []
        self._flooded: dict[int, datetime] = {}
        self._counted = 0
        self._probes = 0
        self._full_until = float("-inf")
        self._more = self._away = self._leaving = False

    @property
    def away(self) -> bool:
        """Whether Telegram does not take messages at present."""
        return self._away

    def wake(self) -> None:
        """Look for due notices soon."""
        self._woken.set()

    async def run(self) -> None:
        """Send whatever is due, for ever."""
        while True:
            self._woken.clear()
            pause = await self._round()
            with suppress(TimeoutError):
                async with asyncio.timeout(pause):
                    await self._woken.wait()

    async def send_due(self) -> None:
        """Return when nothing is due any more, and nothing is under way."""
        while True:
            self._moved.clear()
            pause = await self._round()
            if pause is None and not self._flights and not self._landed:
                return
            with suppress(TimeoutError):
                async with asyncio.timeout(pause):
                    await self._moved.wait()

    async def stop(self, seconds: float) -> None:
        """Let what has left arrive and be marked, within the time; what has not left waits for the next start.

        Cutting it off instead would leave unknown whether it arrived, and it would be sent twice.
        """
        self._leaving = True
        flights = list(self._flights.values())
        if flights:
            await asyncio.wait(flights, timeout=seconds)
        with suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                while self._landed:
                    await self._record()

    async def _round(self) -> float | None:
        """Record what has ended, let depart what may; the answer is when to look again."""
        async with self._busy:
            await self._record()
            if self._leaving or (self._away and not await self._is_back()):
                return PROBE_SECONDS[min(self._probes, len(PROBE_SECONDS)) - 1] if self._away else None
            if (full_seconds := self._full_until - asyncio.get_running_loop().time()) > 0:
                return min(full_seconds, AGAIN_SECONDS) if self._landed else full_seconds
            replies, pause_seconds = self._replies(), None
            uncounted = replies > self._counted
            if self._more or uncounted or await self._store.read(is_any_due, list(self._flights)):
                pause_seconds = await self._claim(replies - self._counted)
                self._counted = replies
            return AGAIN_SECONDS if self._landed else pause_seconds

    async def _claim(self, replies: int) -> float | None:
        """Let depart what may beside so many replies; the answer is when to look again."""
        loop = asyncio.get_running_loop()
        asked_at = loop.time()
        batch = await self._store.transact(claim, self._wall.now(), replies, list(self._flights))
        self._more = batch.full
        if batch.full:
            self._full_until = loop.time() + (batch.pause_seconds or 0.0)
        for person_id, ready in groupby(sorted(batch.ready, key=_person_of), key=_person_of):
            self._flights[person_id] = asyncio.create_task(self._deliver_all(person_id, list(ready), asked_at))
        return batch.pause_seconds

    async def _deliver_all(self, person_id: int, chain: list[Ready], asked_at: float) -> None:
        """One person's notices, one after the other; those that would leave too late for their lease do not."""
        try:
            for ready in chain:
                sent = await self._deliver(ready, asked_at)
                self._landed.append(Landed(ready, sent))
        finally:
            del self._flights[person_id]
            self._woken.set()
            self._moved.set()

    async def _deliver(self, ready: Ready, asked_at: float) -> Sent | None:
        wait = min(ready.departs_at - self._wall.now(), budget.HORIZON)
        if wait > timedelta(0):
            await asyncio.sleep(wait.total_seconds())
        if self._away or self._leaving or not await self._may_leave(ready, asked_at):
            return None
        try:
            sent = await self._send(ready)
        except Exception as failure:
            log.exception("a notice could not be put into words", notice=ready.claimed.id, cause=ready.claimed.cause)
            return Failed(problem=type(failure).__name__)
        self._tell(ready, sent)
        self._away = self._away or sent.outcome in {"unknown", "offline", "revoked"}
        return sent

    def _tell(self, ready: Ready, sent: Sent) -> None:
        """Count the send, and log it with what it goes back to."""
        lag_seconds = max(0.0, (ready.claimed_at - ready.notice.due_at).total_seconds())
        if self._meter is not None:
            self._meter.notice_sent(ready.notice.kind.value, str(sent.outcome), lag_seconds)
        if sent.outcome == "sent":
            log.info(
                "notice sent",
                notice=ready.claimed.id,
                cause=ready.claimed.cause,
                kind=ready.notice.kind.value,
                person=ready.reader.id,
                ms=round(1000 * lag_seconds),
            )
        else:
            log.warning(
                "notice not sent",
                notice=ready.claimed.id,
                cause=ready.claimed.cause,
                outcome=sent.outcome,
                problem=sent.problem,
            )

    async def _may_leave(self, ready: Ready, asked_at: float) -> bool:
        """Whether its lease lasts, and it is as true as when it was claimed; otherwise it is claimed once more."""
        age_seconds = asyncio.get_running_loop().time() - asked_at
        if age_seconds > LEAVE_WITHIN.total_seconds():
            return False
        if ready.pinned is not None or age_seconds <= TRUE_FOR.total_seconds():
            return True
        try:
            return await self._store.read(is_true, ready)
        except Exception:
            log.exception("a notice could not be looked at again", notice=ready.claimed.id, cause=ready.claimed.cause)
            return False

    async def _send(self, ready: Ready) -> Sent:
        if ready.pinned is not None:
            return await self._notifier.redraw(ready.reader, ready.studio, ready.pinned)
        return await self._notifier.send(ready.reader, ready.studio, ready.notice)

    async def _is_back(self) -> bool:
        """Ask Telegram something harmless before anything is sent again."""
        self._away = not await self._notifier.answers()
        self._probes = self._probes + 1 if self._away else 0
        return not self._away

    async def _record(self) -> None:
        """Write down what became of sends; those whose row somebody else has just locked come next time."""
        if not self._landed:
            return
        landed = sorted(self._landed, key=lambda each: (each.ready.reader.id, each.ready.claimed.id))
        flooded = self._floods(landed)
        recorded = await self._store.transact(record, landed, flooded, self._wall.now())
        self._landed[:] = [each for each in self._landed if each.ready.claimed.id not in recorded]

    def _floods(self, landed: list[Landed]) -> datetime | None:
        """Until when all messages wait, where Telegram has refused several chats at once."""
        now = self._wall.now()
        for each in landed:
            if each.sent is not None and each.sent.outcome == "wait":
                self._flooded[each.ready.reader.id] = now + timedelta(seconds=each.sent.wait_seconds)
        self._flooded = {chat: until for chat, until in self._flooded.items() if until > now}
        return max(self._flooded.values()) if len(self._flooded) >= FLOODED_CHATS else None


def _person_of(ready: Ready) -> int:
    return ready.reader.id
