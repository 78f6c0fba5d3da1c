"""What the application answers over HTTP: whether it is well, how things stand, and the webhook."""

import time
from collections.abc import Callable
from datetime import datetime
from functools import partial

from aiohttp import web

from app.clock import Clock
from app.outage import WatchedStore
from app.webhook import Webhook
from bot.intake import Intake
from jobs.outbox import Sender
from storage.work import Work
from web import health, metrics, telegram
from web.metrics import Meter

LATE_SECONDS = 120.0
"""How old an undone update or an unsent notice may be while the process counts as ready."""


class Serving:
    """The routes of a running application, and what they ask of it."""

    def __init__(
        self,
        store: WatchedStore,
        intake: Intake,
        sender: Sender,
        meter: Meter,
        wall: Clock,
        webhook: Webhook | None = None,
    ) -> None:
        self._webhook = webhook
        self._store, self._intake, self._sender, self._meter, self._wall = store, intake, sender, meter, wall

    def routes(self, secret: str) -> list[web.RouteDef]:
        """All routes; the webhook's among them only where there is a secret."""
        checks: health.Checks = {
            "database": self._serves,
            "telegram": self._hears,
            "process": self._beats,
            "updates": partial(self._age, _oldest_update),
            "notices": partial(self._age, _oldest_notice),
        }
        scrape = metrics.Scrape(self._meter, self._queues, self._books, time.monotonic)
        return [*health.routes(checks), *metrics.routes(scrape), *telegram.routes(secret, self._intake.take)]

    async def _serves(self) -> bool:
        """A full disk is still read from."""
        await self._store.read(next_due)
        return not self._store.away

    async def _hears(self) -> bool:
        away = self._sender.away or (self._webhook is not None and self._webhook.away)
        return self._intake.hears() and not away

    async def _beats(self) -> bool:
        return self._intake.beats()

    async def _age(self, oldest: Callable[[Work], float]) -> health.Age:
        return health.Age(await self._store.read(oldest), LATE_SECONDS)

    async def _queues(self) -> metrics.Reading:
        if self._store.away:
            raise ConnectionError("the database takes nothing")
        return await self._store.read(_queues, self._wall.now())

    async def _books(self) -> metrics.Reading:
        return await self._store.survey(_books)


def next_due(work: Work) -> datetime | None:
    """When the next notice is due."""
    return work.outbox.next_due_at()


def _oldest_update(work: Work) -> float:
    return work.figures.updates(work.now).oldest_seconds


def _oldest_notice(work: Work) -> float:
    return work.figures.notices(work.now).oldest_seconds


def _queues(work: Work, wall: datetime) -> metrics.Reading:
    return work.figures.queues(work.now, wall)


def _books(work: Work) -> metrics.Reading:
    return work.figures.books()
