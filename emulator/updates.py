"""The queue of updates: what waits for the bot, for how long, and how getUpdates hands it out and takes it back."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from emulator.clock import Clock
from emulator.refusal import conflict

Json = dict[str, Any]

QUERY_LIFE = timedelta(seconds=150)
MESSAGE_LIFE = timedelta(hours=24)
LONGEST_POLL_SECONDS = 50
MOST_UPDATES = 100
# The server keeps these from a bot that did not ask for them by name.
_ONLY_ON_REQUEST = frozenset({"chat_member", "message_reaction", "message_reaction_count"})


@dataclass(frozen=True)
class Update:
    """An update in the queue; updates with the same `lane` are delivered to a webhook one after another."""

    id: int
    kind: str
    lane: str
    body: Json
    expires_at: datetime


class Updates:
    """Updates that the bot has not confirmed yet."""

    def __init__(self, clock: Clock, first_id: int = 1_000_001) -> None:
        self._clock = clock
        self._next_id = first_id
        self._pending: list[Update] = []
        self._again: list[Update] = []
        self._doubles = 0
        self._poll: asyncio.Future[None] | None = None
        self._quiet = asyncio.Event()
        self._closed = False
        self._listeners: list[Callable[[], None]] = []
        self.allowed: tuple[str, ...] = ()
        self.webhook_is_set = False

    def subscribe(self, listener: Callable[[], None]) -> None:
        """Call `listener` whenever an update is added."""
        self._listeners.append(listener)

    @property
    def idle(self) -> bool:
        """Whether the bot has confirmed everything and waits for more."""
        return self._quiet.is_set()

    async def until_idle(self) -> None:
        """Return when the bot has confirmed everything and waits for more."""
        await self._quiet.wait()

    def pending(self) -> list[Update]:
        """Updates not confirmed, oldest first; those whose life is over are gone."""
        now = self._clock.now()
        self._pending = [update for update in self._pending if update.expires_at > now]
        return list(self._pending)

    def add(self, kind: str, body: Json, lane: str) -> Update | None:
        """Queue an update; None when the bot does not want its kind."""
        if not self._wanted(kind):
            return None
        life = QUERY_LIFE if kind in {"callback_query", "pre_checkout_query"} else MESSAGE_LIFE
        update = Update(self._next_id, kind, lane, {"update_id": self._next_id, kind: body}, self._clock.now() + life)
        self._next_id += 1
        self._pending.append(update)
        self._wake()
        for listener in tuple(self._listeners):
            listener()
        return update

    def deliver_twice(self, times: int = 1) -> None:
        """The next updates come once more after the bot has confirmed them."""
        self._doubles += times

    def confirm(self, update: Update) -> bool:
        """Take an update out of the queue; False when it is to come once more."""
        if self._doubles:
            self._doubles -= 1
            return False
        self._pending = [other for other in self._pending if other.id != update.id]
        return True

    def drop_all(self) -> None:
        """Forget everything that waits."""
        self._pending.clear()
        self._again.clear()

    async def get(self, offset: int, limit: int, timeout_seconds: int) -> list[Json]:
        """What getUpdates answers: confirms what lies before `offset`, waits for something to come."""
        if self.webhook_is_set:
            raise conflict(
                "can't use getUpdates method while webhook is active; use deleteWebhook to delete the webhook first"
            )
        self.end_poll("terminated by other getUpdates request; make sure that only one bot instance is running")
        self._confirm_before(offset)
        if timeout_seconds > 0 and not self._closed and not self._ready():
            await self._wait(min(timeout_seconds, LONGEST_POLL_SECONDS))
        ready = self._ready()[: min(max(limit, 1), MOST_UPDATES)]
        self._again = [update for update in self._again if update not in ready]
        return [update.body for update in ready]

    def end_poll(self, words: str) -> None:
        """Refuse the poll that is waiting, if any."""
        if self._poll is not None and not self._poll.done():
            self._poll.set_exception(conflict(words))

    def close(self) -> None:
        """Let a waiting poll end with what there is."""
        self._closed = True
        self._wake()

    def _wanted(self, kind: str) -> bool:
        return kind in self.allowed if self.allowed else kind not in _ONLY_ON_REQUEST

    def _ready(self) -> list[Update]:
        return sorted(
            {update.id: update for update in [*self._again, *self.pending()]}.values(), key=lambda one: one.id
        )

    def _confirm_before(self, offset: int) -> None:
        pending = self.pending()
        if offset < 0:
            offset = pending[offset].id if -offset <= len(pending) else 0
        for update in pending:
            if update.id < offset and not self.confirm(update):
                self._again.append(update)
        self._pending = [update for update in self._pending if update.id >= offset]

    async def _wait(self, seconds: float) -> None:
        self._poll = poll = asyncio.get_running_loop().create_future()
        self._quiet.set()
        try:
            async with asyncio.timeout(seconds):
                await poll
        except TimeoutError:
            pass
        finally:
            if self._poll is poll:
                self._poll = None
                self._quiet.clear()

    def _wake(self) -> None:
        self._quiet.clear()
        if self._poll is not None and not self._poll.done():
            self._poll.set_result(None)
