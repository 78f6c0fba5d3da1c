"""Goal 6, contention: fifty people who tap at once, against one after the other; and fifty who want one slot."""

import asyncio
from datetime import datetime
from itertools import islice, product
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from time import perf_counter

from benchmarks import workload
from benchmarks.measure import Result, Scale, percentile, samples
from benchmarks.studio import FIRST_TRAINEE, NOW, Bench, free_starts, opened, trainee
from bot.keyboards.quote import Book
from domain.availability import minute_of
from domain.ids import BookingId
from domain.person import Person
from storage.work import Work

PEOPLE = 50
FIRST_COMER = FIRST_TRAINEE + 500
RATE, SPREAD = (0.8, 1.0), (4.0, None)
ROUNDS = 0.05


async def measure(scale: Scale) -> list[Result]:
    """Rounds of fifty bookings, each of another slot, in turn and at once; then one slot for all."""
    with TemporaryDirectory() as folder:
        async with opened(Path(folder) / "studio.sqlite3") as bench:
            crowd = await Crowd.gathered(bench)
            taken = await samples(scale.part(ROUNDS), in_turn=crowd.in_turn, at_once=crowd.at_once)
            booked, told = await crowd.race()
    assert booked == 1, f"{booked} bookings of one slot"
    assert told == PEOPLE, f"only {told} of {PEOPLE} were answered"
    in_turn, at_once = median(taken["in_turn"]), median(taken["at_once"])
    middle, late = percentile(crowd.waits, 0.5), percentile(crowd.waits, 0.99)
    return [
        Result(
            goal="6",
            name="fifty tapping at once / the sequential rate",
            ratio=in_turn / at_once,
            limit=RATE[0],
            stretch=RATE[1],
            at_least=True,
            detail=f"{PEOPLE / at_once:.0f} against {PEOPLE / in_turn:.0f} booking taps a second",
        ),
        Result(
            goal="6",
            name="p99 of fifty at once / their p50",
            ratio=late / middle,
            limit=SPREAD[0],
            detail=f"{1000 * late:.0f} ms against {1000 * middle:.0f} ms; one slot for fifty: {booked} booking",
        ),
    ]


class Crowd:
    """Fifty people with a slot for each. `waits` are the seconds that each waited when all tapped at once."""

    def __init__(self, bench: Bench, people: list[Person], buttons: list[str]) -> None:
        self._bench, self._people, self._buttons = bench, people, buttons
        self.waits: list[float] = []

    @classmethod
    async def gathered(cls, bench: Bench) -> "Crowd":
        """People who have not tapped yet; five slots with each of ten trainers."""
        people = await bench.app.store.transact(_arrive)
        slots = islice(product(free_starts(workload.load()), bench.trainers), PEOPLE)
        return cls(bench, people, [_button(bench, with_whom, start) for start, with_whom in slots])

    async def in_turn(self) -> float:
        seconds = 0.0
        for who, data in zip(self._people, self._buttons, strict=True):
            seconds += await self._bench.tap(who, data)
        await self._cancel_all()
        return seconds

    async def at_once(self) -> float:
        began = perf_counter()
        waits = await asyncio.gather(*map(self._bench.shown, self._people, self._buttons))
        seconds = perf_counter() - began
        self.waits += waits
        await self._bench.app.intake.idle()
        await self._cancel_all()
        return seconds

    async def race(self) -> tuple[int, int]:
        """All want the first slot; how many got it, and how many saw a screen."""
        told = await asyncio.gather(*(self._bench.shown(who, self._buttons[0]) for who in self._people))
        await self._bench.app.intake.idle()
        return len(await self._booked()), len(told)

    async def _booked(self) -> list[tuple[Person, BookingId]]:
        return await self._bench.app.store.read(_bookings, self._people)

    async def _cancel_all(self) -> None:
        """Everybody has exactly one booking, and gives it back."""
        booked = await self._booked()
        assert len(booked) == PEOPLE, f"only {len(booked)} of {PEOPLE} have booked"
        for who, booking_id in booked:
            await self._bench.cancel(who, booking_id)


def _arrive(work: Work) -> list[Person]:
    return [trainee(work, FIRST_COMER + number) for number in range(PEOPLE)]


def _bookings(work: Work, people: list[Person]) -> list[tuple[Person, BookingId]]:
    upcoming = ((who, work.bookings.list_upcoming(who.id, NOW)) for who in people)
    return [(who, one.id) for who, found in upcoming for one in found]


def _button(bench: Bench, with_whom: Person, start: datetime) -> str:
    return Book(trainer=with_whom.id, type=bench.kind.id, start=minute_of(start)).pack()
