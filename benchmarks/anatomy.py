"""Where a tap's time goes: its stages, measured in the running product, beside the references of goals 1 and 2.

    python -m benchmarks.anatomy [docs/pictures/tap.svg]

prints a line for each stage, and draws them as bars where a file is named.
"""

import asyncio
import sys
from collections.abc import Awaitable, Callable
from html import escape
from itertools import pairwise
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from time import perf_counter
from typing import Any

from app import process
from benchmarks.measure import logged_nowhere, medians, spoken
from benchmarks.reference import Raw
from benchmarks.studio import Bench, free_starts, opened
from benchmarks.tap import bare_edit, copied, raw_booking, raw_inbox, raw_search
from benchmarks.workload import load
from bot.keyboards.quote import Book
from bot.keyboards.slot import PickType
from domain.availability import minute_of
from domain.person import Person

ROUNDS = 150
STAGES = {
    "on its way in": "#b5b5b5",
    "stored, committed": "#4e79a7",
    "read from JSON": "#f1ce63",
    "who it is, looked up": "#86bcb6",
    "dispatched": "#b5b5b5",
    "done": "#e15759",
    "put into words": "#59a14f",
    "answered and edited": "#f28e2b",
}
"""What lies between one call to the outside and the next, and its colour."""
REFERENCES = {"I": "#4e79a7", "B": "#e15759", "S": "#e15759", "E": "#f28e2b"}
Bar = list[tuple[str, float, str]]
"""The parts of a bar: what, how many seconds, in which colour."""
WIDTH, HEIGHT, LEFT, GAP = 760, 26, 12, 58


class Watch:
    """Notes when the product calls its database and Telegram, and when it has its answer."""

    def __init__(self, bench: Bench) -> None:
        self.marks: list[float] = []
        self._bench = bench
        store, telegram = bench.app.store, bench.app.telegram
        for owner, name in ((store, "transact"), (store, "read")):
            setattr(owner, name, self._noting(getattr(owner, name)))
        telegram.make_request = self._noting(telegram.make_request)  # type: ignore[assignment,method-assign]

    def _noting(self, call: Callable[..., Awaitable[Any]]) -> Callable[..., Awaitable[Any]]:
        async def noted(*args: Any, **named: Any) -> Any:
            self.marks.append(perf_counter())
            try:
                return await call(*args, **named)
            finally:
                self.marks.append(perf_counter())

        return noted

    async def stages(self, who: Person, data: str) -> list[float]:
        """How long each stage of a tap took; what comes after the first call to Telegram is one."""
        self.marks.clear()
        seconds = await self._bench.shown(who, data)
        ended = perf_counter()
        began = ended - seconds
        marks = [began, *self.marks[: len(STAGES) - 1], ended]
        await self._bench.app.intake.idle()
        return [until - since for since, until in pairwise(marks)]


async def measured() -> dict[str, Bar]:
    """Both taps, each with its reference below it; they are measured in turn, so that noise hits all."""
    with TemporaryDirectory() as folder:
        file = Path(folder) / "studio.sqlite3"
        async with opened(file):
            pass
        with copied(file) as raw:
            async with opened(file) as bench:
                return await _in_turn(bench, raw)


async def _in_turn(bench: Bench, raw: Raw) -> dict[str, Bar]:
    start, trainer, watch = free_starts(load())[0], bench.trainers[0].id, Watch(bench)
    book = Book(trainer=trainer, type=bench.kind.id, start=minute_of(start)).pack()
    choose = PickType(trainer=trainer, type=bench.kind.id).pack()
    booked, chosen = list[list[float]](), list[list[float]]()

    async def booking() -> float:
        who = bench.next_trainee()
        booked.append(await watch.stages(who, book))
        await bench.cancel(who, await bench.find(who, start))
        return sum(booked[-1])

    async def choosing() -> float:
        chosen.append(await watch.stages(bench.next_trainee(), choose))
        return sum(chosen[-1])

    pieces = {"E": bare_edit(), "B": raw_booking(raw), "I": raw_inbox(raw), "S": raw_search(raw)}
    took = await medians(ROUNDS, booking=booking, choosing=choosing, **pieces)
    took["B"] -= took["I"]
    return {
        "A booking tap": _typical(booked),
        "I + B + E": [(name, took[name], REFERENCES[name]) for name in "IBE"],
        "The choose-a-time screen": _typical(chosen),
        "I + S + E": [(name, took[name], REFERENCES[name]) for name in "ISE"],
    }


def _typical(taken: list[list[float]]) -> Bar:
    """The median of each stage."""
    typical = map(median, zip(*taken, strict=True))
    return [(name, seconds, colour) for (name, colour), seconds in zip(STAGES.items(), typical, strict=True)]


def drawn(bars: dict[str, Bar]) -> str:
    """The bars as an SVG, one below the other on one scale."""
    scale = (WIDTH - 2 * LEFT) / max(_length(bar) for bar in bars.values())
    parts = []
    for nth, (name, bar) in enumerate(bars.items()):
        top, x = 24 + nth * GAP, float(LEFT)
        parts.append(f'<text x="{LEFT}" y="{top}" class="name">{escape(name)}: {spoken(_length(bar))}</text>')
        for label, seconds, colour in bar:
            wide = seconds * scale
            title = f"<title>{escape(label)}: {spoken(seconds)}</title>"
            parts.append(
                f'<rect x="{x:.1f}" y="{top + 6}" width="{wide:.1f}" height="{HEIGHT}" fill="{colour}">{title}</rect>'
            )
            if label in REFERENCES:
                parts.append(f'<text x="{x + 4:.1f}" y="{top + 24}">{label}</text>')
            x += wide
    for nth, (label, colour) in enumerate(STAGES.items()):
        x, y = LEFT + nth % 4 * 185, 30 + len(bars) * GAP + nth // 4 * 22
        parts.append(f'<rect x="{x}" y="{y - 11}" width="13" height="13" fill="{colour}"/>')
        parts.append(f'<text x="{x + 19}" y="{y}">{escape(label)}</text>')
    height = 50 + len(bars) * GAP + (len(STAGES) - 1) // 4 * 22
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height}" font-family="sans-serif" '
        'font-size="13"><style>.name{font-weight:bold}</style>'
        f'<rect width="{WIDTH}" height="{height}" fill="#fff"/>{"".join(parts)}</svg>\n'
    )


def _length(bar: Bar) -> float:
    return sum(seconds for _, seconds, _ in bar)


def main(words: list[str]) -> None:
    process.tune()
    with logged_nowhere():
        bars = asyncio.run(measured())
    for name, bar in bars.items():
        print(f"{name}: {spoken(_length(bar))}")
        for label, seconds, _ in bar:
            print(f"  {label:22} {spoken(seconds):>10}")
    for file in words:
        Path(file).write_text(drawn(bars))


if __name__ == "__main__":
    main(sys.argv[1:])
