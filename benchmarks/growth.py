"""Goal 8, growth: the same acts in a young studio and in an old one, and starting with many notices pending."""

import shutil
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta
from itertools import cycle
from pathlib import Path
from tempfile import TemporaryDirectory
from time import perf_counter
from typing import Any

from benchmarks import bulk
from benchmarks.measure import Piece, Result, Scale, medians, spoken
from benchmarks.stub import Stub
from benchmarks.studio import NOW, TRAINEES, Bench, Clock, Quiet, opened
from benchmarks.tap import booking_tap, choosing_tap
from bot.keyboards.balance import OpenBalance
from bot.keyboards.day import OpenDay
from bot.keyboards.session import OpenHistory
from domain.person import Person
from jobs.sweep import sweep
from storage.connect import connect
from storage.work import Work

SMALL, PENDING, CLAIMED = 10_000, 100_000, 100
LIMIT, STRETCH, RESTART = 1.5, 1.1, 1.1
ROUNDS, STARTS = 0.4, 0.1


@dataclass(frozen=True, slots=True)
class Act:
    """Something that should cost the same however old the studio is."""

    name: str
    piece: Callable[[Bench], Piece]


async def measure(scale: Scale) -> list[Result]:
    with TemporaryDirectory() as folder:
        return [*await _compared(Path(folder), scale), await _restarted(Path(folder), scale)]


async def _compared(folder: Path, scale: Scale) -> list[Result]:
    results = []
    async with grown(folder / "small", SMALL) as small, grown(folder / "large", scale.large) as large:
        for act in ACTS:
            took = await medians(scale.part(ROUNDS), small=act.piece(small), large=act.piece(large))
            results.append(
                Result(
                    goal="8",
                    name=f"{act.name}, {scale.large:,} bookings / {SMALL:,}",
                    ratio=took["large"] / took["small"],
                    limit=LIMIT,
                    stretch=STRETCH,
                    detail=f"{spoken(took['large'])} against {spoken(took['small'])}",
                )
            )
    return results


async def _restarted(folder: Path, scale: Scale) -> Result:
    none, many = folder / "none.sqlite3", folder / "many.sqlite3"
    async with opened(none):
        pass
    shutil.copyfile(none, many)
    bulk.pend(many, PENDING)
    took = await medians(scale.part(STARTS), none=starting(none), many=starting(many))
    return Result(
        goal="8",
        name=f"restart with {PENDING:,} notices pending / with none",
        ratio=took["many"] / took["none"],
        limit=RESTART,
        detail=f"{spoken(took['many'])} against {spoken(took['none'])}",
    )


@asynccontextmanager
async def grown(folder: Path, bookings: int) -> AsyncIterator[Bench]:
    """A studio with so many past bookings; those who tap are members with a past of their own."""
    file = folder / "studio.sqlite3"
    async with opened(file):
        pass
    bulk.grow(file, bookings)
    async with opened(file) as bench:
        bench.trainees = await bench.app.store.read(_members)
        yield bench


def balance_tap(bench: Bench) -> Piece:
    async def piece() -> float:
        seconds = await bench.tap(bench.next_trainee(), OpenBalance().pack())
        assert "100000" in bench.app.telegram.text, "the screen says something else"
        return seconds

    return piece


def day_tap(bench: Bench) -> Piece:
    """A trainer looks at today; all have the same hours, and their sessions of the past are settled."""
    trainers = cycle(bench.trainers)

    async def piece() -> float:
        seconds = await bench.tap(next(trainers), OpenDay().pack())
        assert "Mon" in bench.app.telegram.text, "the screen says something else"
        return seconds

    return piece


def history_tap(bench: Bench) -> Piece:
    async def piece() -> float:
        seconds = await bench.tap(bench.next_trainee(), OpenHistory().pack())
        assert "History" in bench.app.telegram.text, "the screen says something else"
        return seconds

    return piece


def empty_sweep(bench: Bench) -> Piece:
    """The minute's round when nothing has come due."""

    async def piece() -> float:
        began = perf_counter()
        await bench.app.store.transact(sweep)
        return perf_counter() - began

    return piece


def claim(bench: Bench) -> Piece:
    """Claims what is due; the claims are given back after the measure."""

    async def piece() -> float:
        began = perf_counter()
        claimed = await bench.app.store.transact(_claim)
        seconds = perf_counter() - began
        assert len(claimed) == CLAIMED, "too little was due"
        await bench.app.store.transact(_give_back, claimed)
        return seconds

    return piece


def starting(file: Path) -> Piece:
    """From a database to an application that takes updates."""

    async def piece() -> float:
        app = Quiet(connect(f"sqlite+aiosqlite:///{file}"), Clock(), Stub())
        began = perf_counter()
        await app.start()
        seconds = perf_counter() - began
        await app.stop()
        return seconds

    return piece


def _members(work: Work) -> list[Person]:
    return [work.people.get(bulk.FIRST_ID + number) for number in range(TRAINEES)]  # type: ignore[arg-type]


def _claim(work: Work) -> list[Any]:
    return work.outbox.claim(NOW, NOW + timedelta(seconds=30), CLAIMED, busy=[], open_until=NOW)


def _give_back(work: Work, claimed: list[Any]) -> None:
    for each in claimed:
        work.outbox.retry(each, each.notice.due_at, arrived=False, problem="")


ACTS = (
    Act("booking tap", booking_tap),
    Act("choose-a-time screen", choosing_tap),
    Act("balance", balance_tap),
    Act("a trainee's history", history_tap),
    Act("a trainer's day", day_tap),
    Act("empty sweep", empty_sweep),
    Act("claim of 100", claim),
)
