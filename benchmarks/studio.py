"""A studio to measure in: the real application on a real file, with the stub for Telegram and a clock that stands.

Only what a benchmark calls runs: there is no server, no timer and no loop beside it.
"""

import json
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from time import perf_counter
from typing import Any

from app.config import Config
from app.tasks import Tasks
from app.wiring import App
from benchmarks import update
from benchmarks.stub import TOKEN, Stub
from benchmarks.sweep import sweep
from benchmarks.workload import Workload, load
from domain import booking, founding, hours, ledger, trainer, welcome
from domain.availability import Minute, Window, instant_of
from domain.ids import BookingId, PersonId
from domain.person import NewPerson, Person
from domain.session_type import SessionType
from domain.studio import Studio
from jobs.scheduler import every
from storage.connect import connect
from storage.engine import Database
from storage.migrate import migrate
from storage.work import Store, Work

NOW = datetime(2027, 3, 1, 5, 0, tzinfo=UTC)
"""Midnight in New York, where the workload begins."""
SOME_DAYS = timedelta(days=10)
TRAINERS, TRAINEES, UNITS = 10, 20, 100_000
FIRST_TRAINER, FIRST_TRAINEE, REGULAR = 2_000, 3_000, 2_999
"""Telegram's ids. The regular has booked all that is booked, so that whoever is measured is free at any time."""


class Clock:
    """Shows the instant that it is set to."""

    def __init__(self, at: datetime = NOW) -> None:
        self.at = at

    def now(self) -> datetime:
        return self.at


class Stubbed(App):
    """The application in the workload's studio, with a stub for Telegram; its middlewares stay."""

    def __init__(self, database: Database, clock: Clock, telegram: Stub, **settings: Any) -> None:
        settings |= {"bot_token": TOKEN, "studio_timezone": load().zone, "studio_name": "Studio Kraft"}
        super().__init__(Config(_env_file=None, **settings), clock, database=database)
        self.telegram = telegram
        self.telegram.middleware = self.bot.session.middleware
        self.bot.session = self.telegram


class Still(Tasks):
    """Nothing goes on by itself."""

    def run(self, name: str, work: Callable[[], Awaitable[None]]) -> None:
        """Leave the loop out."""


class Quiet(Stubbed):
    """The application without server, timers and loops: what it does is only what it is asked for."""

    def __init__(self, database: Database, clock: Clock, telegram: Stub) -> None:
        super().__init__(database, clock, telegram)
        self._scheduler, self._tasks = every(), Still()

    async def _open(self) -> None:
        """Nobody calls from outside."""


class Bench:
    """A running studio with ten trainers, of whom the first has 200 bookings ahead, and trainees with plenty of units.

    What `tap` measures is everything from the raw update to the edited screen; noting that it was shown, which the
    product does later and for many updates at once, is done after the measure.
    """

    def __init__(self, app: Quiet, trainers: list[Person], trainees: list[Person], kinds: list[SessionType]) -> None:
        self.app, self.trainers, self.trainees = app, trainers, trainees
        self.kind = kinds[-1]
        self._turn = 0

    def next_trainee(self) -> Person:
        """Somebody else each time, so that nobody taps faster than one person may."""
        self._turn += 1
        return self.trainees[self._turn % len(self.trainees)]

    async def tap(self, who: Person, data: str) -> float:
        """The seconds of one tap that nobody disturbs."""
        seconds = await self.shown(who, data)
        await self.app.intake.idle()
        return seconds

    async def shown(self, who: Person, data: str) -> float:
        """The seconds from the raw update to the edited screen."""
        raw, edited = update.tap(who.telegram_id, data), self.app.telegram.edit_in(who.telegram_id)
        began = perf_counter()
        await self.app.intake.take([json.loads(raw)])
        await edited
        return perf_counter() - began

    async def cancel(self, who: Person, booking_id: BookingId) -> None:
        await self.app.store.transact(booking.cancel, who, booking_id, 0)

    async def find(self, who: Person, starts_at: datetime) -> BookingId:
        """The booking that a tap has made; without it the measure is worth nothing."""
        found = await self.app.store.read(
            lambda work: work.bookings.find_active(who.id, self.trainers[0].id, starts_at)
        )
        assert found is not None, "the tap booked nothing"
        return found.id


@asynccontextmanager
async def opened(file: Path) -> AsyncIterator[Bench]:
    """A studio on that file, which is filled unless it was before."""
    async with running(connect(f"sqlite+aiosqlite:///{file}")) as bench:
        yield bench


@asynccontextmanager
async def running(database: Database, clock: Clock | None = None, telegram: Stub | None = None) -> AsyncIterator[Bench]:
    """A studio on that database, with a clock and a Telegram of its own where they are given."""
    clock = clock or Clock()
    await migrate(database)
    trainers, trainees, kinds = await Store(database, clock, lambda _topic: None).transact(furnish, load())
    app = Quiet(database, clock, telegram or Stub())
    await app.start()
    try:
        yield Bench(app, trainers, trainees, kinds)
    finally:
        await app.stop()


def furnish(work: Work, given: Workload) -> tuple[list[Person], list[Person], list[SessionType]]:
    """Found the studio, with the workload's hours for all and its first trainer's bookings; a second time, find it."""
    if (known := work.studio.find()) is None:
        known = founding.found(work, Studio(name="Studio Kraft", zone=given.zone, currency="EUR"))
        work.studio.save(replace(known, horizon_days=given.days + 1))
        teaching = [_trainer(work, number, given) for number in range(TRAINERS)]
        regular = trainee(work, REGULAR)
        for number in range(TRAINEES):
            trainee(work, FIRST_TRAINEE + number)
        _book_all(work, regular, teaching[0], given)
    teaching = [_known(work, FIRST_TRAINER + number) for number in range(TRAINERS)]
    return teaching, [_known(work, FIRST_TRAINEE + number) for number in range(TRAINEES)], work.types.list_published()


def trainee(work: Work, telegram_id: int) -> Person:
    """Somebody who has signed up and has plenty of units."""
    arrived = welcome.arrive(work, NewPerson(telegram_id=telegram_id, name=f"Anna {telegram_id}", language="en"), ())
    ledger.issue(work, arrived.id, UNITS, f"grant:{telegram_id}", None, "granted")
    return welcome.sign_up(work, arrived)


def free_starts(given: Workload) -> list[datetime]:
    """Starts some days ahead that nobody has booked with any trainer, and that do not overlap."""
    found: list[int] = []
    for start in sweep(given.open_minutes(), given.booked[0], given.minutes, given.step, 0):
        if not found or start >= found[-1] + given.minutes:
            found.append(start)
    instants = (instant_of(Minute(each)) for each in found)
    return [each for each in instants if each > NOW + SOME_DAYS]


def _trainer(work: Work, number: int, given: Workload) -> Person:
    newcomer = NewPerson(telegram_id=FIRST_TRAINER + number, name=f"Trainer {1 + number}", language="en")
    made = trainer.enrol(work, welcome.arrive(work, newcomer, ()))
    for weekday in given.weekdays:
        hours.set_weekday(work, made, weekday, [Window(start, end) for start, end in given.windows])
    return made


def _book_all(work: Work, regular: Person, with_whom: Person, given: Workload) -> None:
    kind = next(each for each in work.types.list_published() if each.minutes == given.minutes)
    for start, _ in given.booked[0]:
        booking.book(work, regular, PersonId(with_whom.id), kind.id, instant_of(start))


def _known(work: Work, telegram_id: int) -> Person:
    found = work.people.find_by_telegram(telegram_id)
    assert found is not None
    return found
