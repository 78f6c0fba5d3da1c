"""Taking updates in: stored first, acknowledged then, handled in lanes, and given up only in the open.

Polling moves its offset after the commit; a webhook answers 200 after it. What was stored and not done when the process
ended is handled at the next start; what took effect but may not have been shown is shown again.
"""

import asyncio
import json
from collections.abc import Sequence
from typing import Any
from uuid import uuid4

import structlog
from aiogram import Bot
from aiogram.exceptions import ClientDecodeError, TelegramAPIError, TelegramRetryAfter
from aiogram.methods import TelegramMethod
from pydantic import ValidationError

from bot.dispatcher import Dispatcher
from bot.lane import Lanes
from bot.origin import lane_of
from bot.ports import Received, Store, Work
from domain import outbox
from domain.outbox import Kind, Notice

BACK_OFF_SECONDS = (0.5, 2.0, 6.0, 12.0)
POLL_SECONDS = 30
POLL_PAUSE_SECONDS = 1.0
FLUSH_SECONDS = 0.2
BURY_PAUSE_SECONDS = 1.0
KINDS = ["message", "callback_query", "pre_checkout_query", "my_chat_member"]
log = structlog.get_logger()


class GetRawUpdates(TelegramMethod[list[dict[str, Any]]]):
    """`getUpdates` whose answer stays JSON, so that one update nobody can read does not hide the others."""

    __returning__ = list[dict[str, Any]]
    __api_method__ = "getUpdates"
    offset: int | None = None
    timeout: int = POLL_SECONDS
    allowed_updates: list[str] = KINDS


class Intake:
    """The way in. `start` takes up what was left, `poll` runs until cancelled, `stop` lets what runs finish."""

    def __init__(self, bot: Bot, store: Store, dispatcher: Dispatcher) -> None:
        self._bot, self._store, self._dispatcher = bot, store, dispatcher
        self._lanes = Lanes(self._handle)
        self._shown: list[int] = []
        self._flush_due = asyncio.Event()
        self._heard_at = float("-inf")

    async def hears(self) -> bool:
        """Whether Telegram has answered a poll lately."""
        return asyncio.get_running_loop().time() - self._heard_at < 2 * POLL_SECONDS

    async def start(self) -> None:
        """Handle what was stored and not done; show again what was done and perhaps not shown."""
        await self._store.transact(_close_overtaken)
        unanswered, new = await self._store.read(_left_over)
        for received in unanswered:
            await self._show_again(received)
        for received in new:
            self._lanes.put(received)

    async def take(self, bodies: list[dict[str, Any]]) -> None:
        """Store updates durably, then queue the ones that were not known. Returning is the acknowledgement."""
        for received in await self._store.transact(_keep, bodies):
            self._lanes.put(received)

    async def poll(self) -> None:
        """Ask Telegram for updates for ever; the offset moves only past what is stored."""
        offset: int | None = None
        while True:
            try:
                updates = await self._bot(GetRawUpdates(offset=offset), request_timeout=POLL_SECONDS + 10)
                self._heard_at = asyncio.get_running_loop().time()
                if updates:
                    await self.take(updates)
                    offset = updates[-1]["update_id"] + 1
            except TelegramRetryAfter as flood:
                await asyncio.sleep(flood.retry_after)
            except (TelegramAPIError, ClientDecodeError) as trouble:
                log.warning("polling failed, will go on", trouble=type(trouble).__name__)
                await asyncio.sleep(POLL_PAUSE_SECONDS)

    async def keep_flushing(self) -> None:
        """Note what was shown soon after, several at once, so that a tap waits for no extra commit."""
        while True:
            await self._flush_due.wait()
            await asyncio.sleep(FLUSH_SECONDS)
            await self.flush()

    async def flush(self) -> None:
        self._flush_due.clear()
        shown = list(self._shown)
        if shown:
            await self._store.transact(_close, shown)
            del self._shown[: len(shown)]

    async def idle(self) -> None:
        """Wait until everything taken in has been handled and noted."""
        await self._lanes.idle()
        await self.flush()

    async def stop(self, seconds: float) -> None:
        await self._lanes.drain(seconds)
        await self.flush()

    async def _handle(self, received: Received) -> None:
        pauses = iter(BACK_OFF_SECONDS[received.attempts :])
        handle = self._dispatcher.handle
        while True:
            try:
                await handle(received)
            except Exception as failure:
                pause = next(pauses, None)
                if pause is None or isinstance(failure, ValidationError):
                    await self._give_up(received, failure)
                    return
                log.warning("update failed, will try again", update_id=received.update_id, exc_info=failure)
                if not await self._is_open(received, failure):
                    handle = self._dispatcher.show_again
                await asyncio.sleep(pause)
            else:
                self._note_shown(received)
                return

    async def _is_open(self, received: Received, failure: Exception) -> bool:
        """Count the failure; False when the update has taken effect. A database that is away leaves it open."""
        try:
            return await self._store.transact(_note_failure, received.update_id, type(failure).__name__)
        except Exception:
            log.exception("could not note a failure", update_id=received.update_id)
            return True

    async def _give_up(self, received: Received, failure: Exception) -> None:
        """Bury the update. While even that cannot be stored its lane waits, so that nothing later overtakes it."""
        reference = uuid4().hex[:8]
        log.error("update given up", update_id=received.update_id, reference=reference, exc_info=failure)
        while True:
            try:
                return await self._store.transact(_bury, received, reference)
            except Exception:
                log.exception("could not give up an update yet", update_id=received.update_id, reference=reference)
                await asyncio.sleep(BURY_PAUSE_SECONDS)

    async def _show_again(self, received: Received) -> None:
        try:
            await self._dispatcher.show_again(received)
        except (TelegramAPIError, ClientDecodeError) as failure:
            log.warning("could not show again", update_id=received.update_id, exc_info=failure)
        self._note_shown(received)

    def _note_shown(self, received: Received) -> None:
        self._shown.append(received.update_id)
        self._flush_due.set()


def _close_overtaken(work: Work) -> None:
    work.inbox.close_overtaken(work.now)


def _left_over(work: Work) -> tuple[Sequence[Received], Sequence[Received]]:
    return work.inbox.list_unanswered(), work.inbox.list_new()


def _keep(work: Work, bodies: list[dict[str, Any]]) -> list[Received]:
    """Store the updates in their order; the answer holds those that were not known."""
    return [
        received
        for body in bodies
        if (received := work.inbox.add(body["update_id"], lane_of(body), json.dumps(body), work.now)) is not None
    ]


def _close(work: Work, update_ids: list[int]) -> None:
    work.inbox.close(update_ids, work.now)


def _note_failure(work: Work, update_id: int, why: str) -> bool:
    """Count the failure; False when the update has taken effect and only showing it failed."""
    return work.inbox.fail(update_id, why)


def _bury(work: Work, received: Received, reference: str) -> None:
    """Give the update up where it has had no effect, and tell its person and the admins so."""
    if not work.inbox.bury(received.update_id, reference, work.now):
        return
    telegram_id = received.lane.partition(":")[2]
    person = work.people.find_by_telegram(int(telegram_id)) if telegram_id else None
    if person is not None:
        work.outbox.add(
            Notice(
                key=f"update_failed:{received.update_id}",
                person_id=person.id,
                kind=Kind.UPDATE_FAILED,
                values={"reference": reference},
                due_at=work.now,
            )
        )
    values: dict[str, outbox.Value] = {"reference": reference, "name": person.name if person else ""}
    outbox.tell_admins(work, f"update_dead:{received.update_id}", Kind.UPDATE_DEAD, values)
