"""Goals 1 and 2: a booking tap and the choose-a-time screen, from the raw update to the edited screen, all durable."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from time import perf_counter

from benchmarks import reference, update, workload
from benchmarks.measure import Piece, Result, Scale, medians, spoken
from benchmarks.reference import Raw
from benchmarks.studio import FIRST_TRAINEE, Bench, free_starts, opened
from bot.keyboards.quote import Book
from bot.keyboards.slot import PickType
from domain.availability import minute_of

BOOKING = CHOOSING = 2.0, 1.3


async def measure(scale: Scale) -> list[Result]:
    """One studio for both; the references work on copies of its file."""
    with TemporaryDirectory() as folder:
        file = Path(folder) / "studio.sqlite3"
        async with opened(file):
            pass
        with copied(file) as raw:
            await check_rows(file, raw)
            async with opened(file) as bench:
                took = await medians(
                    scale.rounds,
                    booking=booking_tap(bench),
                    choosing=choosing_tap(bench),
                    E=bare_edit(),
                    B_and_I=raw_booking(raw),
                    I=raw_inbox(raw),
                    S=raw_search(raw),
                )
    booked, chosen = took["E"] + took["B_and_I"], took["E"] + took["S"] + took["I"]
    parts = f"E {spoken(took['E'])}, B + I {spoken(took['B_and_I'])}, I {spoken(took['I'])}, S {spoken(took['S'])}"
    return [
        Result(
            goal="1",
            name="booking tap / (E + B + I)",
            ratio=took["booking"] / booked,
            limit=BOOKING[0],
            stretch=BOOKING[1],
            detail=f"{spoken(took['booking'])} against {spoken(booked)}: {parts}",
        ),
        Result(
            goal="2",
            name="choose-a-time screen / (E + S + I)",
            ratio=took["choosing"] / chosen,
            limit=CHOOSING[0],
            stretch=CHOOSING[1],
            detail=f"{spoken(took['choosing'])} against {spoken(chosen)}",
        ),
    ]


def booking_tap(bench: Bench) -> Piece:
    """Books a free hour; that it is booked is checked, and it is cancelled again, after the measure."""
    start = free_starts(workload.load())[0]
    data = Book(trainer=bench.trainers[0].id, type=bench.kind.id, start=minute_of(start)).pack()

    async def piece() -> float:
        who = bench.next_trainee()
        seconds = await bench.tap(who, data)
        assert "Booked" in bench.app.telegram.text, "the screen says something else"
        await bench.cancel(who, await bench.find(who, start))
        return seconds

    return piece


def choosing_tap(bench: Bench) -> Piece:
    """Asks for the times of the trainer with 200 bookings."""
    data = PickType(trainer=bench.trainers[0].id, type=bench.kind.id).pack()

    async def piece() -> float:
        seconds = await bench.tap(bench.next_trainee(), data)
        assert "When?" in bench.app.telegram.text, "the screen says something else"
        return seconds

    return piece


def bare_edit() -> Piece:
    """E, for one tap."""
    feed = reference.bare_aiogram()

    async def piece() -> float:
        raw = update.tap(FIRST_TRAINEE, "x:1")
        began = perf_counter()
        await feed(raw)
        return perf_counter() - began

    return piece


def raw_booking(raw: Raw) -> Piece:
    """B and I: two commits, as the product has them."""

    async def piece() -> float:
        body = update.tap(FIRST_TRAINEE, "x:1")
        seconds = raw.store(body) + raw.book()
        raw.undo()
        return seconds

    return piece


def raw_inbox(raw: Raw) -> Piece:
    async def piece() -> float:
        return raw.store(update.tap(FIRST_TRAINEE, "x:1"))

    return piece


def raw_search(raw: Raw) -> Piece:
    given = workload.load()

    async def piece() -> float:
        return raw.look(given)

    return piece


@contextmanager
def copied(file: Path) -> Iterator[Raw]:
    """Plain sqlite3 on a copy of a studio's file."""
    copy = file.with_name("copy.sqlite3")
    shutil.copyfile(file, copy)
    raw = Raw(copy)
    try:
        yield raw
    finally:
        raw.close()


async def check_rows(file: Path, raw: Raw) -> None:
    """The reference writes as many rows to each table as the product's own tap."""
    before, raw_before = reference.counted(file), raw.counts()
    async with opened(file) as bench:
        start = free_starts(workload.load())[-1]
        who = bench.next_trainee()
        await bench.tap(who, Book(trainer=bench.trainers[0].id, type=bench.kind.id, start=minute_of(start)).pack())
        after = reference.counted(file)
        await bench.cancel(who, await bench.find(who, start))
    raw.store(update.tap(FIRST_TRAINEE, "x:1"))
    raw.book()
    written = {name: after[name] - before[name] for name in after}
    assert written == {name: count - raw_before[name] for name, count in raw.counts().items()}, "other rows"
    raw.undo()
