"""The real process, killed with -9 around its commits and requests while people go on as people do (promises 1 to 5).

`KILL_RUNS` and `KILL_SEED` make it longer or different; both are printed with what happened.
"""

import asyncio
import os
import signal
import sqlite3
import sys
import time
from collections import Counter
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.faults import story
from tests.faults.checker import Findings, check
from tests.faults.conftest import Undisturbed, evidence_of
from tests.faults.hosted import LOOK_SECONDS, Hosted, hosted
from tests.faults.moment import Moment, spread

RUNS = int(os.environ.get("KILL_RUNS") or 20)
SEED = int(os.environ.get("KILL_SEED") or 20261130)
AT_ONCE = 5
pytestmark = [pytest.mark.kill, pytest.mark.timeout(180 + 12 * RUNS)]


@dataclass(frozen=True)
class Run:
    """One story with a kill in it: where that was to be, where it was, and what the checker found."""

    chosen: Moment
    killed: list[Moment]
    findings: Findings


async def _live_killed(folder: Path, template: Path, chosen: Moment) -> Run:
    async with hosted(folder, template, chosen) as studio:
        try:
            await story.live(studio)
        except (AssertionError, story.Stuck) as stuck:
            return Run(chosen, _killed(studio), Findings([f"the story cannot go on: {stuck}"], []))
    return Run(chosen, _killed(studio), check(evidence_of(studio), story.FACTS))


def _killed(studio: Hosted) -> list[Moment]:
    return [death.moment for death in studio.deaths]


async def _live_all(folder: Path, template: Path, chosen: list[Moment]) -> list[Run]:
    """Every story in a studio of its own, some at the same time: people mostly wait."""
    free = asyncio.Semaphore(AT_ONCE)

    async def one(number: int, moment: Moment) -> Run:
        async with free:
            return await _live_killed(folder / str(number), template, moment)

    return await asyncio.gather(*(one(number, moment) for number, moment in enumerate(chosen)))


def test_the_story_without_a_mishap_leaves_everything_right(undisturbed: Undisturbed) -> None:
    assert check(undisturbed.evidence, story.FACTS) == Findings([], [])


def test_whenever_the_process_is_killed_nothing_is_lost_and_nothing_doubled(
    tmp_path: Path, template: Path, undisturbed: Undisturbed, capsys: pytest.CaptureFixture[str]
) -> None:
    runs = asyncio.run(_live_all(tmp_path, template, spread(undisturbed.moments, RUNS, SEED)))
    doubled = [f"{key} after {run.chosen}" for run in runs for key in run.findings.doubled]
    with capsys.disabled():
        sys.stdout.write(
            f"\nKILL_SEED={SEED} KILL_RUNS={RUNS} of {len(undisturbed.moments)} moments: {_summary(runs)}\n"
            f"{len(doubled)} notices came twice: {', '.join(doubled) or 'none'}\n"
        )
    assert {str(run.chosen): run.findings.problems for run in runs if run.findings.problems} == {}
    assert [str(run.chosen) for run in runs if len(run.killed) != 1] == []


@pytest.mark.parametrize("kind", ["before-commit", "after-commit"])
@pytest.mark.parametrize("number", [1, 2])
async def test_a_first_start_that_is_killed_is_made_up_for_by_the_next(tmp_path: Path, kind: str, number: int) -> None:
    async with hosted(tmp_path / "studio", None, Moment(kind, number)) as studio:
        assert len(studio.deaths) == 1
    with closing(sqlite3.connect(studio.database)) as file:
        tables = ("alembic_version", "studio", "session_type")
        counts = [file.execute(f"SELECT count(*) FROM {table}").fetchone()[0] for table in tables]  # noqa: S608
    assert counts == [1, 1, 3]


async def test_a_notice_whose_answer_is_lost_comes_once_more(tmp_path: Path, template: Path) -> None:
    async with hosted(tmp_path / "studio", template) as studio:

        async def lose_the_receipt() -> None:
            studio.telegram.faults.lose_answers("sendMessage")

        await story.live(studio, lose_the_receipt)
    findings = check(evidence_of(studio), story.FACTS)
    assert findings.problems == []
    assert [key.partition(":")[0] for key in findings.doubled] == ["receipt"]


@pytest.mark.parametrize("method", ["editMessageText", "sendMessage"])
async def test_being_asked_to_leave_in_the_middle_ends_cleanly_and_loses_nothing(
    tmp_path: Path, template: Path, method: str
) -> None:
    """In the middle of a tap's answer (an edit), and in the middle of a notice (the receipt)."""
    seconds: list[float] = []
    async with hosted(tmp_path / "studio", template) as studio:

        async def leave_in_the_middle() -> None:
            while not any(call.fault == "DELAY" for call in studio.telegram.calls):  # noqa: ASYNC110 -- nothing tells
                await asyncio.sleep(LOOK_SECONDS)
            began = time.monotonic()
            await studio.stop(signal.SIGTERM)
            seconds.append(time.monotonic() - began)
            await studio.start()

        async def begin() -> None:
            studio.telegram.faults.delay(method, seconds=1)
            leaving.append(asyncio.create_task(leave_in_the_middle()))

        leaving: list[asyncio.Task[None]] = []
        await story.live(studio, begin)
        await asyncio.gather(*leaving)
        assert studio.exits == [0]
    assert seconds[0] <= 10
    assert check(evidence_of(studio), story.FACTS) == Findings([], [])


def _summary(runs: list[Run]) -> str:
    kinds = Counter(run.killed[0].kind for run in runs if run.killed)
    return f"{sum(kinds.values())} kills ({', '.join(f'{count} {kind}' for kind, count in sorted(kinds.items()))})"
