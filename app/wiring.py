"""Where concrete things meet: configuration in, a running application out. Tests use it as it is, with their clock."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import datetime
from typing import Protocol

import structlog
from aiogram import Bot
from aiogram.client.default import DefaultBotProperties
from aiogram.client.session.aiohttp import AiohttpSession
from aiogram.client.telegram import TelegramAPIServer
from aiogram.enums import ParseMode

from app.config import Config
from bot.action import Settings
from bot.commands import publish
from bot.dispatcher import Dispatcher, table_of
from bot.handlers import MODULES
from bot.intake import Intake
from bot.notifier import Notifier
from bot.words import ENGLISH, Words
from domain import founding
from domain.studio import Studio
from jobs.budget import Budget
from jobs.outbox import Sender
from jobs.scheduler import every
from jobs.sweep import sweep
from storage.engine import Database, connect
from storage.migrate import migrate
from storage.work import Store, Work
from web import health
from web.server import Server

STOP_SECONDS = 8.0
LOOK_SECONDS = 1.0
SWEEP_SECONDS = 60.0
RESTART_SECONDS = 1.0
log = structlog.get_logger()


class Clock(Protocol):
    def now(self) -> datetime: ...


class App:
    """The bot, its store, and the background tasks. `start`, then `idle` or wait, then `stop`."""

    def __init__(self, config: Config, clock: Clock) -> None:
        loop = asyncio.get_running_loop()
        self.config = config
        self.database: Database = connect(config.database_url)
        self.store = Store(self.database, clock, self._wake)
        self.bot = _bot(config)
        self.sender = Sender(self.store, Notifier(self.bot, clock), Budget(loop.time))
        self._clock = clock
        self._scheduler = every({LOOK_SECONDS: self._look, SWEEP_SECONDS: self._sweep})
        self._tasks: dict[str, asyncio.Task[None]] = {}
        self._server = Server(health.routes({"database": self._reads, "telegram": self._hears}))
        self.intake: Intake

    async def start(self) -> None:
        """Migrate, found the studio where there is none, take up what was left, and begin to poll."""
        if self.config.migrate:
            await migrate(self.database)
        await self.store.transact(founding.found, _studio(self.config))
        me = await self.bot.get_me()
        settings = Settings(
            bot_username=me.username or "",
            admin_ids=self.config.admin_ids,
            provider_token=self.config.payment_provider_token.get_secret_value(),
        )
        dispatcher = Dispatcher(table_of(MODULES), self.bot, self.store, self._clock, settings)
        self.intake = Intake(self.bot, self.store, dispatcher)
        zone = self.config.studio_timezone
        await publish(self.bot, Words(ENGLISH, zone, zone, self._clock.now()), self.config.studio_name)
        await self.intake.start()
        await self._look()
        self._run("poll", self.intake.poll)
        self._run("flush", self.intake.keep_flushing)
        self._run("send", self.sender.run)
        self._scheduler.start()
        await self._server.start(self.config.http_host, self.config.http_port)
        log.info("ready", bot=settings.bot_username)

    async def stop(self) -> None:
        """Take nothing more in, finish what runs, leave."""
        if self._scheduler.running:
            self._scheduler.shutdown(wait=False)
        await self._cancel("poll", "flush")
        leaving = [self.sender.stop(STOP_SECONDS)]
        if hasattr(self, "intake"):
            leaving.append(self.intake.stop(STOP_SECONDS))
        await asyncio.gather(*leaving)
        await self._cancel("send")
        await self._server.stop()
        await self.bot.session.close()
        await self.database.close()

    async def idle(self) -> None:
        """Wait until every update taken in is handled and every notice due now is sent."""
        await self.intake.idle()
        await self.sender.send_due()

    async def handle_due(self) -> None:
        """What the scheduler would do by and by, now; for a clock that is moved by hand."""
        await self._sweep()
        await self.idle()

    async def next_due_at(self) -> datetime | None:
        """When the next notice is due."""
        return await self.store.read(_next_due)

    async def _reads(self) -> bool:
        await self.store.read(_next_due)
        return True

    async def _hears(self) -> bool:
        return await self.intake.hears()

    async def _look(self) -> None:
        self.sender.wake()

    async def _sweep(self) -> None:
        await self.store.transact(sweep)

    def _wake(self) -> None:
        self.sender.wake()

    def _run(self, name: str, work: Callable[[], Awaitable[None]]) -> None:
        """Keep a background loop going: what it stumbles over is logged, and it begins again."""

        async def run() -> None:
            while True:
                try:
                    await work()
                except Exception:
                    log.exception("a background loop failed, will begin again", loop=name)
                    await asyncio.sleep(RESTART_SECONDS)

        self._tasks[name] = asyncio.create_task(run(), name=name)

    async def _cancel(self, *names: str) -> None:
        """End background loops where they stand; one that never began is none."""
        tasks = [self._tasks.pop(name) for name in names if name in self._tasks]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


def _bot(config: Config) -> Bot:
    session = AiohttpSession(api=TelegramAPIServer.from_base(config.telegram_api_url))
    defaults = DefaultBotProperties(parse_mode=ParseMode.HTML)
    return Bot(config.bot_token.get_secret_value(), session=session, default=defaults)


def _studio(config: Config) -> Studio:
    return Studio(
        name=config.studio_name,
        zone=config.studio_timezone,
        currency=config.currency,
        unit_minutes=config.unit_minutes,
    )


def _next_due(work: Work) -> datetime | None:
    return work.outbox.next_due_at()
