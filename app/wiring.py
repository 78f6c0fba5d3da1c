"""Where concrete things meet: configuration in, a running application out. Tests use it as it is, with their clock."""

import asyncio
import secrets
import time
from contextlib import suppress
from datetime import datetime
from importlib import metadata

import structlog
from aiogram import Bot
from aiogram.client.default import DefaultBotProperties
from aiogram.client.session.aiohttp import AiohttpSession
from aiogram.client.telegram import TelegramAPIServer
from aiogram.enums import ParseMode

from app.clock import Clock, SystemClock
from app.config import Config
from app.outage import WatchedStore
from app.serving import Serving, next_due
from app.tasks import Tasks
from app.webhook import Webhook
from bot.action import Settings
from bot.arrival import LANE, LEFT
from bot.calls import Calls
from bot.commands import publish
from bot.dispatcher import Dispatcher, table_of
from bot.handlers import MODULES
from bot.intake import LOOK_SECONDS, Intake
from bot.limit import Limit
from bot.notifier import Notifier
from bot.traffic import Traffic
from bot.words import ENGLISH, Words
from domain import founding, reconcile
from jobs.outbox import Sender
from jobs.scheduler import every
from jobs.sweep import forget, sweep
from storage.connect import connect
from storage.engine import Database
from storage.migrate import migrate
from storage.outbox import ADDED
from storage.work import Work
from web.metrics import Meter
from web.server import Server

STOP_SECONDS, DRAIN_SECONDS, CLOSE_SECONDS = 8.5, 6.0, 1.0
"""How long leaving in order may take, what runs may go on, and letting go of what is open: ten seconds in all."""
WAKE_SECONDS = 1.0
SWEEP_SECONDS = 60.0
HOUSE_SECONDS = 3600.0
WEBHOOK_SECONDS = 20.0
VERSION = metadata.version("session-tracker")
log = structlog.get_logger()


class App:
    """The bot, its store, and the background tasks. `start`, then `idle` or wait, then `stop`.

    `clock` tells the studio's time; `wall` is the time by which Telegram counts messages and processes tell whether
    another lives, where the two differ, as in the demo.
    """

    def __init__(
        self, config: Config, clock: Clock, wall: Clock | None = None, database: Database | None = None
    ) -> None:
        self.config = config
        self.database: Database = database or connect(config.database_url)
        self.store = WatchedStore(self.database, clock, self._heard)
        self.bot = _bot(config)
        self.meter, self.traffic = Meter(VERSION), Traffic()
        self.bot.session.middleware(self.traffic)
        self.bot.session.middleware(Calls(self.meter, time.monotonic))
        self._clock, self._wall = clock, wall or clock
        self.sender = Sender(self.store, Notifier(self.bot, clock), self._wall, self.traffic.replies, self.meter)
        self._scheduler = every(
            (WAKE_SECONDS, self._wake),
            (LOOK_SECONDS, self._look),
            (SWEEP_SECONDS, self._sweep),
            (WEBHOOK_SECONDS, self._look_at_webhook),
            (HOUSE_SECONDS, self._keep_house),
        )
        hooked = bool(config.webhook_url)
        self._webhook = Webhook(self.bot, config, self.store, self.meter, clock) if hooked else None
        self._tasks = Tasks()
        self._server: Server | None = None
        self._intake: Intake | None = None

    @property
    def intake(self) -> Intake:
        """The way in, which is there once the process has started."""
        assert self._intake is not None, "not started yet"
        return self._intake

    async def start(self) -> None:
        """Migrate, found the studio where there is none, take up what was left, and begin to take updates in.

        Telegram is asked first, so that a wrong token or a Telegram that is away leaves everything as it was.
        """
        account = await self.bot.get_me()
        self.database.take_for_oneself()
        await self._agree_on_time()
        if self.config.migrate:
            await migrate(self.database)
        await self.store.transact(founding.found, self.config.studio)
        settings = Settings(
            bot_username=account.username or "",
            admin_ids=self.config.admin_ids,
            provider_token=self.config.payment_provider_token.get_secret_value(),
        )
        limit = Limit(asyncio.get_running_loop().time)
        process = secrets.randbits(62)
        dispatcher = Dispatcher(
            table_of(MODULES),
            self.bot,
            self.store,
            self._clock,
            settings,
            process=process,
            meter=self.meter,
            limit=limit,
        )
        polls = not self.config.webhook_url
        self._intake = Intake(process, self.bot, self.store, dispatcher, self._wall, polls=polls, meter=self.meter)
        zone = self.config.studio_timezone
        await publish(self.bot, Words(ENGLISH, zone, zone, self._clock.now()), self.config.studio_name)
        if not self.database.shared:
            await self.store.transact(_free_claims)
        await self.intake.start(alone=not self.database.shared)
        self._tasks.run("flush", self.intake.keep_flushing)
        self._tasks.run("send", self.sender.run)
        self._tasks.run("listen", self._listen)
        self._scheduler.start()
        await self._open()
        log.info("ready", bot=settings.bot_username, process=process, version=VERSION)

    async def stop(self) -> None:
        """Take nothing more in, finish what runs, leave. What could not be finished in time is left to the next."""
        if self._scheduler.running:
            self._scheduler.shutdown(wait=False)
        try:
            async with asyncio.timeout(STOP_SECONDS):
                await self._tasks.cancel("poll", "flush", "listen")
                await self._leave()
        except Exception:
            log.exception("could not leave in order, the next start takes up the rest")
        else:
            log.info("stopped")
        await self._tasks.cancel("send")
        self._tasks.drop_chores()
        with suppress(TimeoutError):
            async with asyncio.timeout(CLOSE_SECONDS):
                await self.bot.session.close()
                await self.database.close()

    async def _leave(self) -> None:
        """Let the server, the sender and the lanes come to their end side by side, then say that this process left.

        What one of them stumbles over keeps nobody from leaving, and is raised in the end.
        """
        ending = [self.sender.stop(DRAIN_SECONDS)]
        if self._server is not None:
            ending.append(self._server.stop())
        if self._intake is None:
            await asyncio.gather(*ending)
            return
        ended = await asyncio.gather(*ending, self._intake.drain(DRAIN_SECONDS), return_exceptions=True)
        await self._intake.leave()
        for stumbled in (each for each in ended if isinstance(each, Exception)):
            raise stumbled

    async def idle(self) -> None:
        """Wait until every update taken in is handled and every notice due now is sent."""
        await self.intake.idle()
        await self.sender.send_due()

    async def handle_due(self) -> None:
        """What the scheduler would do by and by, now; for a clock that is moved by hand."""
        await self._look()
        await self._sweep()
        await self._forget()
        await self.idle()

    async def next_due_at(self) -> datetime | None:
        """When the next notice is due."""
        return await self.store.read(next_due)

    async def _open(self) -> None:
        """Listen on HTTP, and have updates brought, or fetch them."""
        secret = self.config.webhook_secret.get_secret_value() if self.config.webhook_url else ""
        serving = Serving(self.store, self.intake, self.sender, self.meter, self._wall, self._webhook)
        self._server = Server(serving.routes(secret))
        await self._server.start(self.config.http_host, self.config.http_port)
        if self._webhook is not None:
            await self._webhook.set()
        else:
            self._tasks.run("poll", self.intake.poll)

    async def _look_at_webhook(self) -> None:
        if self._webhook is not None:
            await self._webhook.look(keeps_house=self.intake.keeps_house)

    async def _listen(self) -> None:
        await self.database.listen(self._heard)

    def _heard(self, topic: str) -> None:
        """Something was committed, here or by another process: notices, updates for our lanes, or a process left."""
        if topic == ADDED:
            self.sender.wake()
        elif topic == LEFT:
            self._tasks.do(self.intake.look)
        elif topic == f"{LANE}{self.intake.process}":
            self._tasks.do(self.intake.collect)

    async def _wake(self) -> None:
        self.sender.wake()

    async def _look(self) -> None:
        await self._agree_on_time()
        await self.intake.look()

    async def _agree_on_time(self) -> None:
        """Heartbeats, leases and the pace are compared between machines, so all go by the database's clock."""
        if self.database.shared:
            for clock in {self._clock, self._wall}:
                if isinstance(clock, SystemClock):
                    await clock.agree(self.database.now)

    async def _sweep(self) -> None:
        """What is to be done once is done by the process whose part it is."""
        if self.intake.keeps_house:
            await self.store.transact(sweep)

    async def _keep_house(self) -> None:
        """Forget what nobody will ask for again; prove that the books agree, and tell the admins if they do not."""
        await self._forget()
        if self.intake.keeps_house:
            findings = await self.store.survey(reconcile.reconcile)
            if not reconcile.agree(findings):
                log.error("the books do not agree", wrong=[each.wrong for each in findings if each.wrong])
                await self.store.transact(reconcile.alarm, findings)

    async def _forget(self) -> None:
        if self.intake.keeps_house:
            await self.store.transact(forget)


def _bot(config: Config) -> Bot:
    session = AiohttpSession(api=TelegramAPIServer.from_base(config.telegram_api_url))
    defaults = DefaultBotProperties(parse_mode=ParseMode.HTML)
    return Bot(config.bot_token.get_secret_value(), session=session, default=defaults)


def _free_claims(work: Work) -> None:
    work.outbox.free_all()
