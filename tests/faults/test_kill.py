"""The real process, killed with -9 around its commits and requests while people go on as people do (promises 1 to 5).

`KILL_RUNS` and `KILL_SEED` make it longer or different; both are printed with what happened.
"""

import asyncio
import os
import signal
import sqlite3
import sys
import time
from contextlib import closing
from pathlib import Path

import pytest

from tests.engines import Databases
from tests.faults import story
from tests.faults.checker import Findings, check
from tests.faults.hosted import LOOK_SECONDS, hosted
from tests.faults.kill import Run, Undisturbed, evidence_of, figures, live, live_all, on_postgresql, on_sqlite
from tests.faults.moment import Moment, spread

RUNS = int(os.environ.get("KILL_RUNS") or 20)
SEED = int(os.environ.get("KILL_SEED") or 20261130)
pytestmark = [pytest.mark.kill, pytest.mark.timeout(180 + 12 * RUNS)]


def test_the_story_without_a_mishap_leaves_everything_right(undisturbed: Undisturbed) -> None:
    assert check(undisturbed.evidence, story.FACTS) == Findings([], [])


def test_whenever_the_process_is_killed_nothing_is_lost_and_nothing_doubled(
    tmp_path: Path, undisturbed: Undisturbed, capsys: pytest.CaptureFixture[str]
) -> None:
    async def lived() -> list[Run]:
        opens = await on_sqlite(tmp_path / "template.sqlite3")
        return await live_all(tmp_path, opens, spread(undisturbed.moments, RUNS, SEED))

    runs = asyncio.run(lived())
    with capsys.disabled():
        _tell("SQLite", runs)
    assert _problems(runs) == {}
    assert [str(run.chosen) for run in runs if len(run.killed) != 1] == []


def test_whichever_of_two_processes_is_killed_nothing_is_lost_and_nothing_doubled(
    tmp_path: Path, postgresql: Databases, capsys: pytest.CaptureFixture[str]
) -> None:
    """How two share the work differs from time to time, so a moment may come to one, to both or to none of them."""

    async def lived() -> list[Run]:
        opens = on_postgresql(postgresql)
        undisturbed = await live(tmp_path / "undisturbed", opens)
        assert check(undisturbed.evidence, story.FACTS) == Findings([], [])
        return await live_all(tmp_path, opens, spread(undisturbed.moments, max(4, RUNS // 4), SEED))

    runs = asyncio.run(lived())
    with capsys.disabled():
        _tell("PostgreSQL", runs)
    assert _problems(runs) == {}
    assert any(run.killed for run in runs)


@pytest.mark.parametrize("kind", ["before-commit", "after-commit"])
@pytest.mark.parametrize("number", [1, 2])
async def test_a_first_start_that_is_killed_is_made_up_for_by_the_next(tmp_path: Path, kind: str, number: int) -> None:
    async with hosted(tmp_path / "studio", None, Moment(kind, number)) as studio:
        assert len(studio.deaths) == 1
    with closing(sqlite3.connect(studio.database)) as file:
        tables = ("alembic_version", "studio", "session_type")
        counts = [file.execute(f"SELECT count(*) FROM {table}").fetchone()[0] for table in tables]
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


def _problems(runs: list[Run]) -> dict[str, list[str]]:
    return {str(run.chosen): run.findings.problems for run in runs if run.findings.problems}


def _tell(engine: str, runs: list[Run]) -> None:
    doubled = [f"{key} after {run.chosen}" for run in runs for key in run.findings.doubled]
    sys.stdout.write(f"\nKILL_SEED={SEED} KILL_RUNS={RUNS} on {engine}: {dict(figures(runs))}\n")
    sys.stdout.write(f"came twice: {', '.join(doubled) or 'none'}\n")
