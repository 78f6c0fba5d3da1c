"""A studio whose bot is one process on SQLite or two on PostgreSQL, started again whenever they were killed.

Alone, the process polls; two are brought their updates by a forwarder.
"""

import asyncio
import shutil
import signal
from collections.abc import AsyncIterator
from contextlib import ExitStack, asynccontextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy.engine import make_url

from emulator.chat import Telegram
from emulator.clock import Clock
from emulator.driver import Actor, Driver
from emulator.server import Emulator
from tests.engines import Databases
from tests.faults import raw
from tests.faults.forwarder import Forwarder
from tests.faults.member import Member, free_port, listens
from tests.faults.moment import Moment, lived_through
from tests.faults.studio import ANNA, BEGINS_AT, OLGA, STUDIO, TESS, populate, set_clock, settings

LOOK_SECONDS = 0.02
LOOK_INSIDE_SECONDS = 0.1
START_SECONDS, STOP_SECONDS = 600.0, 60.0
LEASE = timedelta(seconds=61)
LEASES = 5
LOOKS = 10


@dataclass(frozen=True)
class Death:
    """When a process was killed: the moment, the calls Telegram had seen, and the notices' states in the database."""

    moment: Moment
    calls: int
    notices: dict[str, str]


@dataclass
class Hosted:
    """The stand-in, the database and the processes. `issued` are the ids of all updates there were."""

    folder: Path
    url: str
    processes: int = 1
    telegram: Telegram = field(default_factory=lambda: Telegram(clock=Clock(BEGINS_AT)))
    deaths: list[Death] = field(default_factory=list)
    exits: list[int] = field(default_factory=list)
    issued: list[int] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.folder.mkdir(parents=True)
        self.emulator = Emulator(self.telegram)
        self.driver = Driver(self.telegram, _never, self.telegram.updates.until_idle)
        self.telegram.updates.subscribe(lambda: self.issued.append(self.telegram.updates.pending()[-1].id))
        self.telegram.subscribe(self._note_time)
        self.members: list[Member] = []
        self._ports = [free_port() for _ in range(self.processes)]
        self._forwarder = Forwarder(self._ports)
        self._heard_at = 0.0
        self._nothing_open = False
        self._watches: list[asyncio.Task[None]] = []

    @property
    def database(self) -> Path:
        """The SQLite file, or the copy that is made of another database at the end."""
        named = make_url(self.url)
        return Path(named.database or "") if named.get_backend_name() == "sqlite" else self.folder / "copy.sqlite3"

    async def open(self, moment: Moment | None = None) -> None:
        """Start on what is in the database, if anything; the first processes die at the moment."""
        await self.emulator.start()
        await self._forwarder.start()
        self._set_clock()
        for name, telegram_id in (("Olga", OLGA), ("Tess", TESS), ("Anna", ANNA)):
            self.telegram.add_person(name, id=telegram_id).started = telegram_id != ANNA
        self.members = [
            Member(
                self.folder / str(number),
                settings(self.telegram, self.emulator.url, self.url) | self._ways(port),
                self.folder / "clock",
            )
            for number, port in enumerate(self._ports, 1)
        ]
        await self.start(moment)

    async def start(self, moment: Moment | None = None) -> None:
        """Start the processes, and see to it that they run."""
        for member in self.members:
            member.start(moment)
        self._watches = [asyncio.create_task(self._keep_running(each), name="watch") for each in self.members]
        if self.processes > 1:
            self._watches.append(asyncio.create_task(self._look_inside(), name="look"))
        async with asyncio.timeout(START_SECONDS):
            while not (self._rests() and all([await listens(port) for port in self._ports])):
                await asyncio.sleep(LOOK_SECONDS)
                self._check_watches()

    async def stop(self, with_signal: signal.Signals = signal.SIGTERM) -> None:
        """End the processes; `exits` has their statuses."""
        for watch in self._watches:
            watch.cancel()
        await asyncio.gather(*self._watches, return_exceptions=True)
        self._watches = []
        for member in self.members:
            member.signal(with_signal)
        self.exits += [await self._left(member) for member in self.members]

    async def _left(self, member: Member) -> int:
        """The status of a process that was asked to end; one that does not is killed, and that is its status."""
        try:
            return await asyncio.wait_for(member.ended(), STOP_SECONDS)
        except TimeoutError:
            member.signal(signal.SIGKILL)
            return await member.ended()

    async def close(self) -> None:
        await self.stop()
        await self._forwarder.stop()
        await self.emulator.stop()
        if not self.database.exists():
            await raw.copy(self.url, self.database)

    def actor(self, telegram_id: int) -> Actor:
        return Actor(self.driver, telegram_id)

    @property
    def journal(self) -> list[Moment]:
        """The moments of the first process."""
        return lived_through(self.members[0].folder_of(1) / "journal.jsonl")

    async def quiet(self, seconds: float) -> None:
        """Until the bot has been up, and nothing has happened in any chat, for that long."""
        loop = asyncio.get_running_loop()
        since = loop.time()
        while loop.time() - max(since, self._heard_at) < seconds:
            await asyncio.sleep(LOOK_SECONDS)
            if not self._rests():
                since = loop.time()
            self._check_watches()

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
        raise AssertionError(f"stays open for ever: {await self._open()}")

    async def _is_settled(self) -> bool:
        for _ in range(LOOKS):
            await self.quiet(0.25)
            if not await self._open():
                return True
        return False

    async def _open(self) -> list[Any]:
        due = f"SELECT id FROM outbox WHERE state = 'pending' AND due_at <= '{raw.instant(self.telegram.clock.now())}'"
        return await raw.rows(self.url, f"{OPEN_UPDATES} UNION ALL {due}")

    def _rests(self) -> bool:
        """Whether all that people did is taken up: a waiting poll says so; behind webhooks only the database knows."""
        updates = self.telegram.updates
        if self.processes == 1:
            return updates.idle
        return updates.webhook_is_set and not updates.pending() and self._nothing_open

    async def _look_inside(self) -> None:
        while True:
            self._nothing_open = not await raw.rows(self.url, OPEN_UPDATES)
            await asyncio.sleep(LOOK_INSIDE_SECONDS)

    async def _move(self, length: timedelta) -> None:
        await self.telegram.clock.advance(length)
        self._set_clock()

    async def _keep_running(self, member: Member) -> None:
        """Start it again after a kill, at once and without another one; any other end is for the test to see."""
        while True:
            status = await member.ended()
            if status != -signal.SIGKILL:
                self.exits.append(status)
                return
            self.deaths.append(await self._death(member))
            member.start()

    def _check_watches(self) -> None:
        for watch in self._watches:
            if watch.done():
                watch.result()
                raise AssertionError(f"the bot is gone for good: {self.exits}")

    async def _death(self, member: Member) -> Death:
        calls, url = len(self.telegram.calls), self.url
        if self.database.exists():
            for file in self.folder.glob(f"{self.database.name}*"):
                if not file.name.endswith("-shm"):
                    shutil.copy(file, member.folder / file.name)
            url = f"sqlite:///{member.folder / self.database.name}"
            if not await raw.rows(url, "SELECT name FROM sqlite_master WHERE name = 'outbox'"):
                return Death(lived_through(member.journal)[-1], calls, {})
        notices = dict(await raw.rows(url, "SELECT dedupe_key, state FROM outbox"))
        return Death(lived_through(member.journal)[-1], calls, notices)

    def _ways(self, port: int) -> dict[str, str]:
        """Where the process listens, and how it gets its updates."""
        listening = {"HTTP_PORT": str(port)}
        return listening if self.processes == 1 else listening | self._forwarder.settings

    def _set_clock(self) -> None:
        set_clock(self.folder / "clock", self.telegram)

    def _note_time(self, _event: Any) -> None:
        self._heard_at = asyncio.get_running_loop().time()


OPEN_UPDATES = "SELECT update_id FROM inbox WHERE state = 'new' OR (state = 'done' AND answered_at IS NULL)"


@asynccontextmanager
async def hosted(folder: Path, template: Path | None, moment: Moment | None = None) -> AsyncIterator[Hosted]:
    """One process on SQLite for one story, on a copy of a prepared file or on none."""
    studio = Hosted(folder, f"sqlite+aiosqlite:///{folder / 'studio.sqlite3'}")
    if template is not None:
        shutil.copy(template, studio.database)
    async with _opened(studio, moment):
        yield studio


@asynccontextmanager
async def shared(folder: Path, databases: Databases, moment: Moment | None = None) -> AsyncIterator[Hosted]:
    """Two processes on PostgreSQL for one story; both are to die at the moment, if they come to it."""
    kept = ExitStack()
    url = await asyncio.to_thread(kept.enter_context, databases.database())
    try:
        await populate(url)
        async with _opened(Hosted(folder, url, processes=2), moment) as studio:
            yield studio
    finally:
        await asyncio.to_thread(kept.close)


@asynccontextmanager
async def _opened(studio: Hosted, moment: Moment | None) -> AsyncIterator[Hosted]:
    try:
        await studio.open(moment)
        yield studio
    finally:
        await studio.close()


def _never(_doing: Any) -> Any:
    raise AssertionError("the loop runs already: use the async twin")
