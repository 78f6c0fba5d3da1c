"""A whole studio for a test: the stand-in, the real application on a fresh database, and people who act.

The loop runs only while somebody acts, so a test reads as a story and is the same every time.
"""

import asyncio
import ssl
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, time, timedelta
from functools import partial
from typing import Any, Concatenate, ParamSpec, TypeVar
from unittest.mock import patch
from zoneinfo import ZoneInfo

from aiogram.client.session.aiohttp import AiohttpSession

from app.clock import SystemClock
from app.config import Config
from app.wiring import App
from bot import action
from domain import booking, hours, ledger, trainer
from domain.availability import Window
from domain.ids import BookingId
from emulator.chat import Telegram
from emulator.clock import Clock
from emulator.driver import Actor, Driver
from emulator.flood import Flood
from emulator.server import Emulator

P = ParamSpec("P")
T = TypeVar("T")

MONDAY = datetime(2026, 11, 30, 9, 0, tzinfo=UTC)
"""Ten in the morning in Berlin, on a Monday in winter."""
OWNER_ID = 1000
PATIENT_SECONDS = 60.0
CERTIFICATES = ssl.create_default_context()
"""Read once: each bot reads them anew, and the stand-in shows none."""


class World:
    """The studio in Berlin, its people and its clock. `owner` is the first admin, by configuration."""

    def __init__(
        self, runner: asyncio.Runner, database_url: str, now: datetime, settings: dict[str, Any], *, flood: bool
    ) -> None:
        self.runner = runner
        self.clock = Clock(now, running=flood)
        self.telegram = Telegram(clock=self.clock, flood=Flood(enabled=flood))
        self.emulator = Emulator(self.telegram)
        runner.run(self.emulator.start())
        defaults: dict[str, Any] = {
            "bot_token": self.telegram.token,
            "telegram_api_url": self.emulator.url,
            "database_url": database_url,
            "admin_ids": frozenset({OWNER_ID}),
            "http_port": 0,
            "studio_name": "Studio Kraft",
            "studio_timezone": "Europe/Berlin",
            "payment_provider_token": self.telegram.cashier.provider_token,
        }
        self.config = Config(_env_file=None, **defaults | settings)
        self.driver = Driver(self.telegram, runner.run, self.settle)
        self.start()

    def start(self) -> None:
        """Start the application, as after a deployment."""
        self.app = self.runner.run(_started(self.config, self.clock))
        self.clock.due, self.clock.handle = self.app.next_due_at, self.app.handle_due

    def stop(self) -> None:
        self.runner.run(self.app.stop())

    def restart(self) -> None:
        self.stop()
        self.start()

    async def settle(self) -> None:
        """Until every update is confirmed, handled, and its notices are sent."""
        if self.telegram.updates.webhook_is_set:
            await self._until_delivered()
        else:
            await self.telegram.updates.until_idle()
        await self.app.idle()

    async def _until_delivered(self) -> None:
        while self.telegram.updates.pending():  # noqa: ASYNC110 -- a webhook's answer wakes nobody here
            await asyncio.sleep(0.005)

    def person(self, name: str, **details: Any) -> Actor:
        return self.driver.person(name, **details)

    def owner(self, name: str = "Olga") -> Actor:
        """The admin of the configuration, signed in."""
        olga = self.person(name, id=OWNER_ID)
        olga.starts()
        return olga

    def trainee(self, name: str, units: int = 0) -> Actor:
        """Somebody who has signed up, with units granted."""
        actor = self.person(name)
        actor.starts()
        actor.taps("Yes, call me")
        actor.taps("Yes, Berlin time")
        if units:
            self.grant(actor, units)
        return actor

    def trainer(self, name: str, *windows: tuple[int, int], zone: str = "") -> Actor:
        """A trainer who works the same windows every day, in whole hours: `(9, 12), (13, 17)`; 9 to 17 without any."""
        actor = self.person(name)
        actor.starts()
        self.act(_enrol, actor.id, windows or ((9, 17),), zone)
        actor.starts()
        return actor

    def book(self, trainee: Actor, trainer: Actor, starts_at: datetime, minutes: int = 40) -> BookingId:
        """A booking made without a tap; the trainer is told as usual."""
        return self.act(_book, trainee.id, trainer.id, starts_at, minutes)

    def books(self, trainee: Actor, length: str, day: str, time: str) -> None:
        """Book through the screens, as a person does, where there is one trainer."""
        trainee.sends("/book")
        for label in (length, day, time, "Book it"):
            trainee.taps(label)
        trainee.sees("Booked")

    def grant(self, actor: Actor, units: int, expires_on: date | None = None) -> None:
        """Give somebody units without a word."""
        self.act(_grant, actor.id, units, expires_on)

    def passes(self, **length: float) -> None:
        """Let time pass, with everything that becomes due on the way."""
        self.runner.run(self.clock.advance(timedelta(**length)))

    def act(self, action: Callable[Concatenate[Any, P], T], *args: P.args, **named: P.kwargs) -> T:
        """Run a domain action on the application's own database."""
        result: T = self.runner.run(self.app.store.transact(action, *args, **named))
        self.runner.run(self.settle())
        return result

    def read(self, query: Callable[Concatenate[Any, P], T], *args: P.args, **named: P.kwargs) -> T:
        return self.runner.run(self.app.store.read(query, *args, **named))

    def close(self) -> None:
        self.stop()
        self.runner.run(self.emulator.stop())
        assert self.telegram.violations == [], "the bot or the stand-in broke the Bot API"


def berlin(hour: int, minute: int = 0, *, days: int = 0) -> datetime:
    """That time in Berlin on the Monday of the tests, or so many days after it."""
    monday = datetime.combine(MONDAY.date() + timedelta(days=days), time(hour, minute), ZoneInfo("Europe/Berlin"))
    return monday.astimezone(UTC)


@contextmanager
def opened(database_url: str, now: datetime = MONDAY, *, flood: bool = False, **settings: Any) -> Iterator[World]:
    """A world on that database; with `flood`, Telegram limits messages, and the clock runs so that limits pass.

    A tap's answer has time enough on a busy machine, so that it always says what a story expects of it.
    """
    with (
        asyncio.Runner() as runner,
        patch.object(action, "ANSWER_WITHIN_SECONDS", PATIENT_SECONDS),
        patch("ssl.create_default_context", return_value=CERTIFICATES),
    ):
        world = World(runner, database_url, now, settings, flood=flood)
        try:
            yield world
        finally:
            world.close()


async def _started(config: Config, clock: Clock) -> App:
    app = App(config, clock, SystemClock())
    app.bot.session.close = partial(_close, app.bot.session)
    await app.start()
    return app


async def _close(session: AiohttpSession) -> None:
    """Close at once: aiogram waits a quarter of a second for TLS connections to end, and the stand-in has none."""
    if session._session is not None:
        await session._session.close()


def _enrol(work: Any, telegram_id: int, windows: tuple[tuple[int, int], ...], zone: str) -> None:
    person = trainer.enrol(work, work.people.find_by_telegram(telegram_id))
    if zone:
        work.trainers.set_zone(person.id, zone)
    for weekday in range(7):
        hours.set_weekday(work, person, weekday, [Window(60 * first, 60 * last) for first, last in windows])


def _book(work: Any, trainee_id: int, trainer_id: int, starts_at: datetime, minutes: int) -> BookingId:
    trainee, taught_by = (work.people.find_by_telegram(each) for each in (trainee_id, trainer_id))
    kind = next(each for each in work.types.list_published() if each.minutes == minutes)
    return booking.book(work, trainee, taught_by.id, kind.id, starts_at).booking.id


def _grant(work: Any, telegram_id: int, units: int, expires_on: date | None) -> None:
    person = work.people.find_by_telegram(telegram_id)
    ledger.issue(work, person.id, units, f"test:{work.token()}", expires_on, "granted")
