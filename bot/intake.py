"""Taking updates in: stored first, acknowledged then, handled in lanes, and given up only in the open.

Polling moves its offset after the commit; a webhook answers 200 after it. What was stored and not done when a process
ended is handled by the next that looks; what took effect but may not have been shown is shown again.
"""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from typing import Any
from uuid import uuid4

import structlog
from aiogram import Bot
from aiogram.exceptions import (
    ClientDecodeError,
    TelegramAPIError,
    TelegramConflictError,
    TelegramForbiddenError,
    TelegramNetworkError,
    TelegramNotFound,
    TelegramRetryAfter,
    TelegramServerError,
    TelegramUnauthorizedError,
)
from aiogram.methods import TelegramMethod
from pydantic import ValidationError

from bot import arrival
from bot.action import Superseded
from bot.dispatcher import Dispatcher
from bot.lane import Lanes
from bot.origin import lane_of_person
from bot.ports import Clock, Meter, Received, Store
from bot.together import Together

BACK_OFF_SECONDS = (0.5, 2.0, 6.0, 12.0)
POLL_SECONDS = 30
POLL_PAUSE_SECONDS = 1.0
REVOKED_PAUSE_SECONDS = 30.0
AWAY = (TelegramNetworkError, TelegramServerError, TelegramRetryAfter, ClientDecodeError)
"""Telegram is away. What has taken effect is shown as soon as it is back, before anything else in its lane."""
FLUSH_SECONDS = 0.2
STORE_PAUSE_SECONDS = 1.0
LOOK_SECONDS = 2.5
BEAT_SECONDS, LONE_SECONDS = 10.0, 25.0
"""How often one that is alone proves to itself that it can still write, and how long it trusts the last proof."""
KINDS = ["message", "callback_query", "pre_checkout_query", "my_chat_member"]
OTHER = "other"
"""How a kind that was not asked for is counted."""
log = structlog.get_logger()


class Tries:
    """How long to wait before an update is tried again. What is away uses up no try."""

    def __init__(self, spent: int) -> None:
        self._pauses = iter(BACK_OFF_SECONDS[spent:])
        self._away = 0

    def pause_seconds(self, *, away: bool) -> float | None:
        """None: there is no try left."""
        if not away:
            return next(self._pauses, None)
        self._away += 1
        return BACK_OFF_SECONDS[min(self._away, len(BACK_OFF_SECONDS)) - 1]


class GetRawUpdates(TelegramMethod[list[dict[str, Any]]]):
    """`getUpdates` whose answer stays JSON, so that one update nobody can read does not hide the others."""

    __returning__ = list[dict[str, Any]]
    __api_method__ = "getUpdates"
    offset: int | None = None
    timeout: int = POLL_SECONDS
    allowed_updates: list[str] = KINDS


class Intake:
    """The way in for one process among several on one database.

    `start` and then `look`, now and again, take up what nobody handles; `poll` or a webhook's `take` bring what is
    new; `drain` lets what runs finish, `leave` hands the rest on to the others.
    """

    def __init__(
        self,
        process: int,
        bot: Bot,
        store: Store,
        dispatcher: Dispatcher,
        wall: Clock,
        *,
        polls: bool,
        meter: Meter | None = None,
    ) -> None:
        self.process = process
        self._bot, self._store, self._dispatcher, self._wall = bot, store, dispatcher, wall
        self._meter = meter
        self._lanes, self._arriving = Lanes(self._handle), Together(self._keep)
        self._again: set[int] = set()
        self._shown: list[int] = []
        self._flush_due = asyncio.Event()
        self._polls, self._may_poll = polls, asyncio.Event()
        self._alone = self._left = self._in_doubt = False
        self.keeps_house = False
        self._heard_at = self._beat_at = float("-inf")

    def hears(self) -> bool:
        """Whether Telegram has answered this process lately, or somebody else polls."""
        return not self._may_poll.is_set() or self._since(self._heard_at) < 2 * POLL_SECONDS

    def beats(self) -> bool:
        """Whether the others take this process for alive; one that is alone, whether it could write lately."""
        return self._since(self._beat_at) < (LONE_SECONDS if self._alone else arrival.ALIVE.total_seconds())

    async def start(self, *, alone: bool) -> None:
        """Join the processes of this database (`alone`: take all others for dead) and take up what they left."""
        self._alone = alone
        if alone:
            await self._store.transact(arrival.be_alone, self.process)
        await self._look(await self._store.transact(arrival.take_unheld, self.process))

    async def look(self) -> None:
        """Say that this process lives, adopt what the dead have left, and collect what others stored for it.

        One that is alone has only itself to look after: what it stored without hearing so may never come again. It
        says that it lives now and then, which shows whether the database still takes anything.
        """
        if self._alone and self._in_doubt:
            await self.collect()
        if not self._left and (not self._alone or self._since(self._beat_at) >= BEAT_SECONDS):
            await self._look()

    async def collect(self) -> None:
        """Queue what was stored for this process by another, or by itself without its knowledge."""
        self._in_doubt = False
        try:
            found = await self._store.read(arrival.collect, self.process)
        except BaseException:
            self._in_doubt = True
            raise
        for received in found:
            self._lanes.put(received)

    async def _look(self, taken: Sequence[str] = ()) -> None:
        found = await self._store.transact(arrival.look, self.process, self._wall, self._polls, taken)
        self._beat_at = asyncio.get_running_loop().time()
        self.keeps_house = found.keeps_house
        if found.polls:
            self._may_poll.set()
        else:
            self._may_poll.clear()
        self._lanes.forget(found.adopted)
        self._again.update(received.update_id for received in found.unanswered)
        for received in (*found.unanswered, *found.new):
            self._lanes.put(received)

    async def take(self, bodies: list[dict[str, Any]]) -> None:
        """Store updates durably, then queue those of this process. Returning is the acknowledgement."""
        await self._arriving.add(bodies)

    async def _keep(self, bodies: list[dict[str, Any]]) -> None:
        try:
            kept = await self._store.transact(arrival.keep, self.process, bodies)
        except BaseException:
            self._in_doubt = True
            raise
        for received in kept:
            self._lanes.put(received)
        if self._meter is not None:
            for body in bodies:
                self._meter.update_received(next((kind for kind in KINDS if kind in body), OTHER))

    async def poll(self) -> None:
        """Ask Telegram for updates whenever it is this process's part; the offset moves only past what is stored."""
        while True:
            await self._may_poll.wait()
            await self._bot.delete_webhook()
            self._heard_at = asyncio.get_running_loop().time()
            await self._poll_while_allowed()

    async def keep_flushing(self) -> None:
        """Note what was shown soon after, several at once, so that a tap waits for no extra commit."""
        while True:
            await self._flush_due.wait()
            await asyncio.sleep(FLUSH_SECONDS)
            await self.flush()

    async def flush(self) -> None:
        """Note what was shown, and let go of the lanes that have come to their end."""
        self._flush_due.clear()
        shown, ended = list(self._shown), self._lanes.take_ended()
        if not shown and not ended:
            return
        try:
            left = await self._store.transact(arrival.close, self.process, shown, ended)
        except Exception:
            self._lanes.give_back(ended)
            self._flush_due.set()
            raise
        self._shown = [each for each in self._shown if each not in shown]
        for received in left:
            self._lanes.put(received)

    async def idle(self) -> None:
        """Wait until everything taken in has been handled and noted."""
        await self._lanes.idle()
        await self.flush()

    async def drain(self, seconds: float) -> None:
        """Let what runs finish within the time; nothing new begins."""
        await self._lanes.drain(seconds)

    async def leave(self) -> None:
        """Note what was shown and hand everything else on."""
        await self.flush()
        self._left = True
        await self._store.transact(arrival.leave, self.process)

    async def _poll_while_allowed(self) -> None:
        offset: int | None = None
        while self._may_poll.is_set():
            try:
                updates = await self._bot(GetRawUpdates(offset=offset), request_timeout=POLL_SECONDS + 10)
                self._heard_at = asyncio.get_running_loop().time()
                if updates:
                    await self.take(updates)
                    offset = updates[-1]["update_id"] + 1
            except TelegramRetryAfter as flood:
                await asyncio.sleep(flood.retry_after)
            except TelegramConflictError as conflict:
                log.warning("polling is refused, a webhook is taken away if there is one", trouble=str(conflict))
                await asyncio.sleep(POLL_PAUSE_SECONDS)
                return
            except (TelegramAPIError, ClientDecodeError) as trouble:
                log.warning("polling failed, will go on", trouble=type(trouble).__name__)
                revoked = isinstance(trouble, (TelegramUnauthorizedError, TelegramNotFound))
                await asyncio.sleep(REVOKED_PAUSE_SECONDS if revoked else POLL_PAUSE_SECONDS)

    def _since(self, moment: float) -> float:
        return asyncio.get_running_loop().time() - moment

    async def _handle(self, received: Received) -> None:
        tries, show_again = Tries(received.attempts), self._dispatcher.show_again
        handle = show_again if received.update_id in self._again else self._dispatcher.handle
        self._again.discard(received.update_id)
        while True:
            try:
                await self._attempt(handle, received)
            except Superseded:
                if await self._ask_store(received, arrival.is_open):
                    self._lanes.lose(received.lane)
                    return
                handle = show_again
            except Exception as failure:
                away = self._store.is_outage(failure) or (handle == show_again and isinstance(failure, AWAY))
                pause = tries.pause_seconds(away=away)
                if pause is None or isinstance(failure, ValidationError):
                    await self._give_up(received, failure)
                    return
                log.warning("update failed, will try again", update_id=received.update_id, exc_info=failure)
                asked = (arrival.is_open,) if away else (arrival.note_failure, type(failure).__name__)
                if not await self._ask_store(received, *asked):
                    handle = show_again
                await asyncio.sleep(pause)
            else:
                self._note_shown(received)
                return

    async def _attempt(self, handle: Callable[[Received], Awaitable[None]], received: Received) -> None:
        try:
            await handle(received)
        except TelegramForbiddenError as refused:
            chat_id = getattr(refused.method, "chat_id", None)
            if chat_id is None or received.lane == lane_of_person(chat_id):
                await self._store.transact(arrival.lose, received)

    async def _ask_store(self, received: Received, ask: Callable[..., bool], *args: str) -> bool:
        """Whether the update is still open, as soon as the database can tell."""
        while True:
            try:
                return await self._store.transact(ask, received.update_id, *args)
            except Exception:
                log.exception("could not note a failure yet", update_id=received.update_id)
                await asyncio.sleep(STORE_PAUSE_SECONDS)

    async def _give_up(self, received: Received, failure: Exception) -> None:
        """Bury the update. While even that cannot be stored its lane waits, so that nothing later overtakes it."""
        reference = uuid4().hex[:8]
        if self._meter is not None:
            self._meter.update_given_up()
        log.error("update given up", update_id=received.update_id, reference=reference, exc_info=failure)
        while True:
            try:
                return await self._store.transact(arrival.bury, self.process, received, reference)
            except Exception:
                log.exception("could not give up an update yet", update_id=received.update_id, reference=reference)
                await asyncio.sleep(STORE_PAUSE_SECONDS)

    def _note_shown(self, received: Received) -> None:
        self._shown.append(received.update_id)
        self._flush_due.set()
