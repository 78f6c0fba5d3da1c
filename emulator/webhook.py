"""Delivers updates to the bot's webhook: each lane in order, one delivery at a time, again and again until taken."""

import asyncio
import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import aiohttp

from emulator.clock import Clock
from emulator.updates import Update, Updates

if TYPE_CHECKING:
    from datetime import datetime

Json = dict[str, Any]

LONGEST_RETRY_SECONDS = 60
LONGEST_ANSWER_SECONDS = 30


@dataclass(frozen=True)
class Hook:
    """Where the bot wants its updates, and the word by which it knows who brings them."""

    url: str
    secret: str = ""
    max_connections: int = 40


class Webhook:
    """The webhook that is set, if any. `first_retry_seconds` doubles with each failure of a delivery."""

    def __init__(self, updates: Updates, clock: Clock, note: Callable[[list[str]], None]) -> None:
        self.hook: Hook | None = None
        self.first_retry_seconds = 1.0
        self.last_error_at: datetime | None = None
        self.last_error = ""
        self._updates = updates
        self._clock = clock
        self._note = note
        self._lanes: dict[str, asyncio.Task[None]] = {}
        self._session: aiohttp.ClientSession | None = None
        updates.subscribe(self._deliver)

    async def set(self, hook: Hook | None) -> None:
        """Deliver to another place from now on, or to none."""
        await self._stop()
        self.hook = hook
        self.last_error_at, self.last_error = None, ""
        self._updates.webhook_is_set = hook is not None
        self._deliver()

    async def close(self) -> None:
        """Deliver no more."""
        self.hook = None
        await self._stop()
        if self._session is not None:
            await self._session.close()

    async def _stop(self) -> None:
        tasks = list(self._lanes.values())
        self._lanes.clear()
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    def _deliver(self) -> None:
        """Begin with every lane that has something and is not being delivered."""
        for update in self._updates.pending() if self.hook else []:
            if update.lane not in self._lanes and self.hook and len(self._lanes) < self.hook.max_connections:
                self._lanes[update.lane] = asyncio.create_task(self._empty(update.lane))

    async def _empty(self, lane: str) -> None:
        while self.hook and (update := self._next(lane)):
            await self._deliver_one(self.hook, update)
        self._lanes.pop(lane, None)
        self._deliver()

    def _next(self, lane: str) -> Update | None:
        return next((update for update in self._updates.pending() if update.lane == lane), None)

    async def _deliver_one(self, hook: Hook, update: Update) -> None:
        """Try until the bot takes the update or its life is over."""
        delay = self.first_retry_seconds
        while update in self._updates.pending():
            wait_seconds = await self._post(hook, update)
            if wait_seconds is None:
                self._updates.confirm(update)
                return
            await self._clock.sleep(max(wait_seconds, delay))
            delay = min(delay * 2, LONGEST_RETRY_SECONDS)

    async def _post(self, hook: Hook, update: Update) -> float | None:
        """None when the bot took it, otherwise how many seconds it asked to be left alone."""
        headers = {"X-Telegram-Bot-Api-Secret-Token": hook.secret} if hook.secret else {}
        timeout = aiohttp.ClientTimeout(total=LONGEST_ANSWER_SECONDS)
        self._session = self._session or aiohttp.ClientSession()
        try:
            async with self._session.post(hook.url, json=update.body, headers=headers, timeout=timeout) as answer:
                if 200 <= answer.status < 300:
                    self._check_reply(await answer.text())
                    return None
                self._fail(f"Wrong response from the webhook: {answer.status} {answer.reason}")
                asked = answer.headers.get("Retry-After", "")
                return float(asked) if asked.isdigit() else 0.0
        except (aiohttp.ClientError, TimeoutError) as error:
            self._fail("Read timeout expired" if isinstance(error, TimeoutError) else "Connection refused")
            return 0.0

    def _check_reply(self, body: str) -> None:
        """The real server would run a method found in the answer; nothing here relies on it, so it is only noted."""
        try:
            reply = json.loads(body or "null")
        except ValueError:
            return
        if isinstance(reply, dict) and "method" in reply:
            self._note([f"webhook: the stand-in runs no {reply['method']} from an answer"])

    def _fail(self, words: str) -> None:
        self.last_error_at, self.last_error = self._clock.now(), words
