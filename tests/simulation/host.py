"""The machine that the product runs on: starts it, kills it, stops it, starts it again, and owns its clock.

The application is the real one. What it is given in place of the outside: the database on the loop, the bot's session,
no HTTP server, and a scheduler whose looks come when something is due, since a year has too many seconds to tick.
"""

from collections.abc import Awaitable, Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager, suppress
from datetime import UTC, datetime
from typing import Any
from unittest.mock import patch

from aiogram import Bot
from aiogram.client.default import DefaultBotProperties

from app import wiring
from app.config import Config
from app.wiring import App
from bot.notifier import Notifier, Sent
from jobs.scheduler import Job
from tests.simulation.fault import Faults
from tests.simulation.loop import Life, VirtualLoop
from tests.simulation.session import NOTICE, Line, SimulatedSession
from tests.simulation.storage import SimulatedDatabase

LOOK_SECONDS = 2.5
SWEEP_SECONDS = 1800.0
"""How often the scheduler's slower jobs run here, and the hourly ones once a day; in truth they come more often."""
HOURLY, DAY_SECONDS = 3600.0, 24 * 3600.0
STOP_SECONDS = 10.0
AGAIN_SECONDS = (2.0, 60.0)
"""How soon a start that failed is tried again; twice as long each time, up to this, as service managers do."""


class StudioClock:
    """The clock of the machine: true but for its skew."""

    def __init__(self, loop: VirtualLoop, epoch: int) -> None:
        self._loop, self._epoch = loop, epoch
        self.skew_seconds = 0.0

    def now(self) -> datetime:
        return datetime.fromtimestamp(self._epoch + self._loop.time() + self.skew_seconds, UTC)


class Ticker:
    """In place of APScheduler: the fast jobs run when the machine says that something is due, the others rarely."""

    def __init__(self, host: "Host", jobs: Sequence[tuple[float, Job]]) -> None:
        self._host, self._jobs, self._life = host, jobs, host.life
        self.running = False

    def start(self) -> None:
        self.running = True
        for seconds, job in self._jobs:
            if seconds > LOOK_SECONDS:
                self._again(job, DAY_SECONDS if seconds >= HOURLY else SWEEP_SECONDS)

    def shutdown(self, **_: Any) -> None:
        self.running = False

    def look(self) -> None:
        if self.running:
            for seconds, job in self._jobs:
                if seconds <= LOOK_SECONDS:
                    self._run(job)

    def _again(self, job: Job, seconds: float) -> None:
        self._host.loop.outside(seconds, self._tick, job, seconds)

    def _tick(self, job: Job, seconds: float) -> None:
        if self.running and not self._life.over:
            self._run(job)
            self._again(job, seconds)

    def _run(self, job: Job) -> None:
        async def run() -> None:
            try:
                await job()
            except Exception as failure:  # noqa: BLE001 - the host looks what it was
                self._host.stumbled(failure)

        self._host.loop.begin(self._life, run)


class Host:
    """Keeps one process of the product going. `died` is told of each death, `stumbled` of what a job raised."""

    def __init__(
        self,
        loop: VirtualLoop,
        clock: StudioClock,
        config: Config,
        line: Line,
        faults: Faults,
        database: Callable[[], SimulatedDatabase],
    ) -> None:
        self.loop, self.clock, self._config, self._line, self._faults = loop, clock, config, line, faults
        self._database = database
        self.life = Life(0)
        self.life.over = True
        self.app: App | None = None
        self.up = False
        self.died: Callable[[int], None]
        self.stumbled: Callable[[Exception], None]
        self.late: Callable[[str], None]
        self._graveyard: list[tuple[Life, App | None]] = []
        self._ticker: Ticker | None = None
        self._rest_until = 0.0
        self._again_in = AGAIN_SECONDS[0]

    def start(self) -> None:
        """Start the process, if none lives."""
        if not self.life.over or self.loop.time() < self._rest_until:
            return
        self.life = Life(self.life.number + 1)
        self.loop.begin(self.life, self._live)

    def kill(self, life: Life, rest_seconds: float) -> None:
        """Let the process die on the spot, and start the next one later."""
        if life.over:
            return
        self.loop.end(life)
        self._graveyard.append((life, self.app))
        self.up, self.app, self._ticker = False, None, None
        self.died(life.number)
        self._rest_until = self.loop.time() + rest_seconds
        self.loop.outside(rest_seconds, self.start)

    def stop(self, rest_seconds: float) -> None:
        """SIGTERM: the process finishes what runs and leaves."""
        if not self.up or self.app is None:
            return
        self.up = False
        app, life, since = self.app, self.life, self.loop.time()

        async def leave() -> None:
            await app.stop()
            if self.loop.time() - since > STOP_SECONDS:
                self.late(f"stopping took {self.loop.time() - since:.1f} s")
            self.loop.outside(0, self.kill, life, rest_seconds)

        self.loop.begin(life, leave)

    def hurry(self) -> None:
        """Start now what was to start later."""
        self._rest_until = 0.0
        self.start()

    def bury(self) -> None:
        """Let go of the dead when nothing runs any more: their coroutines are closed, which lets them clean up."""
        self.loop.end(self.life)
        for life in [*(life for life, _ in self._graveyard), self.life]:
            for task in life.tasks:
                task._log_destroy_pending = False  # type: ignore[attr-defined]
                with suppress(BaseException):
                    task.get_coro().close()
        self._graveyard.clear()

    def look(self) -> None:
        """What the scheduler does every few seconds, now that it matters."""
        if self._ticker is not None:
            self._ticker.look()

    @contextmanager
    def staged(self) -> Iterator[None]:
        """While this lasts, the application is wired to the simulated outside."""
        with ExitStack() as stack:
            for name, replacement in (
                ("_bot", self._bot),
                ("every", self._every),
                ("Server", NoServer),
            ):
                stack.enter_context(patch.object(wiring, name, replacement))
            stack.enter_context(patch.object(Notifier, "send", _marked(Notifier.send)))
            yield

    async def _live(self) -> None:
        try:
            self.app = App(self._config, self.clock, database=self._database())
            await self.app.start()
            self.up, self._again_in = True, AGAIN_SECONDS[0]
        except Exception as failure:  # noqa: BLE001 - the city looks what it was
            self.stumbled(failure)
            self.loop.outside(0, self.kill, self.life, self._again_in)
            self._again_in = min(2 * self._again_in, AGAIN_SECONDS[1])

    def _bot(self, config: Config) -> Bot:
        defaults = DefaultBotProperties(parse_mode="HTML")
        return Bot(
            config.bot_token.get_secret_value(), session=SimulatedSession(self._line, self.loop), default=defaults
        )

    def _every(self, *jobs: tuple[float, Job]) -> Ticker:
        self._ticker = Ticker(self, jobs)
        return self._ticker


class NoServer:
    """In place of the HTTP server."""

    def __init__(self, *_: Any, **__: Any) -> None:
        pass

    async def start(self, *_: Any, **__: Any) -> None:
        """Nobody asks for the health of a simulated bot."""

    async def stop(self) -> None:
        """Nothing runs."""


def _marked(send: Callable[..., Awaitable[Sent]]) -> Callable[..., Awaitable[Sent]]:
    """The notifier's `send`, with the notice's key in view of the session, so that the log can name what was sent."""

    async def marked(notifier: Notifier, reader: Any, studio: Any, notice: Any) -> Sent:
        token = NOTICE.set(notice.key)
        try:
            return await send(notifier, reader, studio, notice)
        finally:
            NOTICE.reset(token)

    return marked
