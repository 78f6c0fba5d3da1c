"""A studio whose bot is a process of its own, watched by somebody who starts it again whenever it was killed."""

import asyncio
import multiprocessing
import os
import shutil
import signal
import sqlite3
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from multiprocessing.process import BaseProcess
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from domain import founding, hours, package, trainer, welcome
from domain.availability import Window
from domain.person import NewPerson
from domain.studio import Studio
from emulator.chat import Telegram
from emulator.clock import Clock
from emulator.driver import Actor, Driver
from emulator.server import Emulator
from storage.engine import connect
from storage.migrate import migrate
from storage.work import Store
from tests.faults import killed
from tests.faults.killed import Orders
from tests.faults.moment import Moment, lived_through

BEGINS_AT = datetime(2026, 11, 30, 10, 0, tzinfo=ZoneInfo("Europe/Berlin")).astimezone(UTC)
OLGA, TESS, ANNA = 1000, 2000, 3000
LOOK_SECONDS = 0.02
START_SECONDS = 60.0
LEASE = timedelta(seconds=61)
LEASES = 5
LOOKS = 10
FORKS = multiprocessing.get_context("forkserver")
FORKS.set_forkserver_preload(["pytest", "tests.faults.killed"])
"""Importing the product takes seconds, so it is imported once; each process is then a fork of that."""


@dataclass(frozen=True)
class Death:
    """When the process was killed: the moment, the calls Telegram had seen, and the notices' states in the file."""

    moment: Moment
    calls: int
    notices: dict[str, str]


@dataclass
class Hosted:
    """The stand-in, the file and the process. `issued` are the ids of all updates there were."""

    folder: Path
    telegram: Telegram = field(default_factory=lambda: Telegram(clock=Clock(BEGINS_AT)))
    deaths: list[Death] = field(default_factory=list)
    exits: list[int] = field(default_factory=list)
    issued: list[int] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.folder.mkdir(parents=True)
        self.database = self.folder / "studio.sqlite3"
        self.emulator = Emulator(self.telegram)
        self.driver = Driver(self.telegram, _never, self.telegram.updates.until_idle)
        self.telegram.updates.subscribe(lambda: self.issued.append(self.telegram.updates.pending()[-1].id))
        self.telegram.subscribe(self._note_time)
        self._starts = 0
        self._heard_at = 0.0
        self._process: BaseProcess | None = None
        self._watch: asyncio.Task[None] | None = None

    async def open(self, moment: Moment | None = None) -> None:
        """Start on the file that is there, or on none; the first process dies at the moment."""
        await self.emulator.start()
        self._set_clock()
        for name, telegram_id in (("Olga", OLGA), ("Tess", TESS), ("Anna", ANNA)):
            self.telegram.add_person(name, id=telegram_id).started = telegram_id != ANNA
        await self.start(moment)

    async def start(self, moment: Moment | None = None) -> None:
        """Start the process, and see to it that it runs."""
        self._fork(moment)
        self._watch = asyncio.create_task(self._keep_running(), name="watch")
        async with asyncio.timeout(START_SECONDS):
            while not self.telegram.updates.idle:
                await asyncio.sleep(LOOK_SECONDS)
                self._check_watch()

    async def stop(self, with_signal: signal.Signals = signal.SIGTERM) -> int:
        """End the process and tell its status."""
        process = self._process
        assert process is not None, "what never started cannot be stopped"
        if self._watch is not None:
            self._watch.cancel()
            await asyncio.gather(self._watch, return_exceptions=True)
            self._watch = None
        if process.is_alive() and process.pid:
            os.kill(process.pid, with_signal)
        status = await _ended(process)
        self.exits.append(status)
        return status

    async def close(self) -> None:
        await self.stop()
        await self.emulator.stop()

    def actor(self, telegram_id: int) -> Actor:
        return Actor(self.driver, telegram_id)

    @property
    def journal(self) -> list[Moment]:
        """The moments of the first process."""
        return lived_through(self.folder / "1" / "journal.jsonl")

    async def quiet(self, seconds: float) -> None:
        """Until the bot has been up, and nothing has happened in any chat, for that long."""
        loop = asyncio.get_running_loop()
        since = loop.time()
        while loop.time() - max(since, self._heard_at) < seconds:
            await asyncio.sleep(LOOK_SECONDS)
            if not self.telegram.updates.idle:
                since = loop.time()
            self._check_watch()

    async def passes(self, **length: float) -> None:
        """Let time pass for Telegram and for the bot, and let what is due by then happen."""
        await self.settles()
        await self._move(timedelta(**length))
        await self.settles()

    async def reaches(self, hour: int, minute: int = 0, *, days: int = 0) -> None:
        """Let time pass until then in the studio's zone, `days` after the first."""
        first = BEGINS_AT.astimezone(ZoneInfo(STUDIO.zone))
        then = (first + timedelta(days=days)).replace(hour=hour, minute=minute)
        await self.passes(seconds=(then - self.telegram.clock.now()).total_seconds())

    async def settles(self) -> None:
        """Until no update and no due notice is open; what a dead process had claimed waits until its lease is over."""
        for _ in range(LEASES):
            if await self._is_settled():
                return
            await self._move(LEASE)
        raise AssertionError(f"stays open for ever: {self._open()}")

    async def _is_settled(self) -> bool:
        for _ in range(LOOKS):
            await self.quiet(0.25)
            if not self._open():
                return True
        return False

    def _open(self) -> list[Any]:
        return _rows(self.database, OPEN, {"now": f"{self.telegram.clock.now():%F %T}"})

    async def _move(self, length: timedelta) -> None:
        await self.telegram.clock.advance(length)
        self._set_clock()

    def _fork(self, moment: Moment | None) -> None:
        self._starts += 1
        folder = self.folder / str(self._starts)
        folder.mkdir()
        orders = Orders(self._environment(), folder, self.folder / "clock", moment)
        self._process = FORKS.Process(target=killed.run, args=(orders,), daemon=True)
        self._process.start()

    async def _keep_running(self) -> None:
        """Start it again after a kill, at once and without another one; any other end is for the test to see."""
        while True:
            assert self._process is not None
            status = await _ended(self._process)
            if status != -signal.SIGKILL:
                self.exits.append(status)
                return
            self.deaths.append(self._death())
            self._fork(None)

    def _check_watch(self) -> None:
        if self._watch is not None and self._watch.done():
            self._watch.result()
            raise AssertionError(f"the bot is gone for good: {self.exits}")

    def _death(self) -> Death:
        folder = self.folder / str(self._starts)
        for file in self.folder.glob("studio.sqlite3*"):
            if not file.name.endswith("-shm"):
                shutil.copy(file, folder / file.name)
        copy = folder / self.database.name
        founded = _rows(copy, "SELECT name FROM sqlite_master WHERE name = 'outbox'")
        notices = dict(_rows(copy, "SELECT dedupe_key, state FROM outbox")) if founded else {}
        return Death(lived_through(folder / "journal.jsonl")[-1], len(self.telegram.calls), notices)

    def _environment(self) -> dict[str, str]:
        return {
            "BOT_TOKEN": self.telegram.token,
            "TELEGRAM_API_URL": self.emulator.url,
            "PAYMENT_PROVIDER_TOKEN": self.telegram.cashier.provider_token,
            "DATABASE_URL": f"sqlite+aiosqlite:///{self.database}",
            "ADMIN_IDS": str(OLGA),
            "STUDIO_NAME": STUDIO.name,
            "STUDIO_TIMEZONE": STUDIO.zone,
            "HTTP_PORT": "0",
        }

    def _set_clock(self) -> None:
        """Tell the process how far the stand-in's clock is ahead; a file is replaced as a whole or not at all."""
        ahead = (self.telegram.clock.now() - datetime.now(UTC)).total_seconds()
        written = self.folder / "clock.new"
        written.write_text(str(ahead))
        written.replace(self.folder / "clock")

    def _note_time(self, _event: Any) -> None:
        self._heard_at = asyncio.get_running_loop().time()


STUDIO = Studio(name="Studio Kraft", zone="Europe/Berlin", currency="EUR")
OPEN = """
    SELECT update_id FROM inbox WHERE state = 'new' OR (state = 'done' AND answered_at IS NULL)
    UNION ALL SELECT id FROM outbox WHERE state = 'pending' AND due_at <= :now
"""


@asynccontextmanager
async def hosted(folder: Path, template: Path | None, moment: Moment | None = None) -> AsyncIterator[Hosted]:
    """A studio for one story, on a copy of a prepared file or on none."""
    studio = Hosted(folder)
    if template is not None:
        shutil.copy(template, studio.database)
    await studio.open(moment)
    try:
        yield studio
    finally:
        await studio.close()


async def prepare(file: Path) -> None:
    """A founded studio: Olga owns it, Tess works from 9 to 17 every day, and 10 units cost 220 euros."""
    database = connect(f"sqlite+aiosqlite:///{file}")
    await migrate(database)
    await Store(database, Clock(BEGINS_AT - timedelta(days=1), running=False), lambda: None).transact(_found)
    await database.close()


def _found(work: Any) -> None:
    founding.found(work, STUDIO)
    olga = welcome.arrive(work, NewPerson(telegram_id=OLGA, name="Olga", language="en"), {OLGA})
    package.create(work, olga, 10, 22000, STUDIO.currency, None)
    tess = trainer.enrol(work, welcome.arrive(work, NewPerson(telegram_id=TESS, name="Tess", language="en"), ()))
    for weekday in range(7):
        hours.set_weekday(work, tess, weekday, [Window(9 * 60, 17 * 60)])


async def _ended(process: BaseProcess) -> int:
    """Wait for a process without blocking the others; its status as `subprocess` has it."""
    loop, gone = asyncio.get_running_loop(), asyncio.Event()
    loop.add_reader(process.sentinel, gone.set)
    try:
        await gone.wait()
    finally:
        loop.remove_reader(process.sentinel)
    process.join()
    assert process.exitcode is not None, "an ended process has a status"
    return process.exitcode


def _rows(file: Path, sql: str, values: dict[str, str] | None = None) -> list[Any]:
    connection = sqlite3.connect(file)
    try:
        return connection.execute(sql, values or {}).fetchall()
    finally:
        connection.close()


def _never(_doing: Any) -> Any:
    raise AssertionError("the loop runs already: use the async twin")
