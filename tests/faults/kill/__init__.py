"""Stories with a kill -9 in them, some at the same time, on either engine. What each left behind is in its findings."""

import asyncio
from collections import Counter
from collections.abc import Callable, Iterable
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, replace
from pathlib import Path

from tests.engines import Databases
from tests.faults import story
from tests.faults.checker import Evidence, Findings, check
from tests.faults.hosted import Hosted, hosted, shared
from tests.faults.moment import Moment
from tests.faults.studio import prepare

AT_ONCE = 5
Open = Callable[[Path, Moment | None], AbstractAsyncContextManager[Hosted]]
"""Opens a studio in a new folder whose first processes die at the moment."""


@dataclass(frozen=True)
class Undisturbed:
    """The evidence of a story without a mishap, and the moments between its start and its end."""

    evidence: Evidence
    moments: list[Moment]


@dataclass(frozen=True)
class Run:
    """One story with a kill in it: where that was to be, where it was, and what the checker found."""

    chosen: Moment
    killed: list[Moment]
    findings: Findings


async def on_sqlite(template: Path) -> Open:
    """One process on a copy of a founded studio, which is made here."""
    await prepare(f"sqlite+aiosqlite:///{template}")
    return lambda folder, moment: hosted(folder, template, moment)


def on_postgresql(databases: Databases) -> Open:
    """Two processes on a database of their own. Each dies at the moment, if it comes to it."""
    return lambda folder, moment: shared(folder, databases, moment)


async def live(folder: Path, opens: Open) -> Undisturbed:
    """The story as it goes when nothing happens."""
    async with opens(folder, None) as studio:
        before = len(studio.journal)
        await story.live(studio)
        moments = studio.journal[before:]
    return Undisturbed(evidence_of(studio), moments)


async def live_all(folder: Path, opens: Open, chosen: Iterable[Moment]) -> list[Run]:
    """Every story in a studio of its own, some at the same time: people mostly wait."""
    free = asyncio.Semaphore(AT_ONCE)

    async def one(number: int, moment: Moment) -> Run:
        async with free:
            return await _live_killed(folder / str(number), opens, moment)

    return await asyncio.gather(*(one(number, moment) for number, moment in enumerate(chosen)))


def evidence_of(studio: Hosted) -> Evidence:
    return Evidence(studio.database, studio.telegram, studio.issued, studio.deaths)


def figures(runs: list[Run]) -> Counter[str]:
    """What happened in them, as numbers that can be added up."""
    counted = Counter(f"kills {moment.kind}" for run in runs for moment in run.killed)
    counted["stories"] = len(runs)
    counted["kills"] = sum(len(run.killed) for run in runs)
    counted["notices that came twice"] = sum(len(run.findings.doubled) for run in runs)
    counted["notices listed after two deaths"] = sum(len(run.findings.listed) for run in runs)
    return counted


async def _live_killed(folder: Path, opens: Open, chosen: Moment) -> Run:
    """What the checker says of a story that could not be told to its end may explain why."""
    killed: list[Moment] = []
    stuck: list[str] = []
    try:
        async with opens(folder, chosen) as studio:
            try:
                await story.live(studio)
            except (AssertionError, story.Stuck) as why:
                stuck = [f"the story cannot go on: {why}"]
            killed = [death.moment for death in studio.deaths]
    except TimeoutError:
        return Run(chosen, killed, Findings(["the processes do not start"], []))
    found = check(evidence_of(studio), story.FACTS)
    return Run(chosen, killed, replace(found, problems=stuck + found.problems))
