"""Looking for due work at intervals, whatever the machine's clock does."""

import asyncio
from datetime import datetime, timedelta
from typing import Any

import pytest
import structlog
from apscheduler.schedulers import base

from jobs.scheduler import every


async def test_looking_goes_on_when_a_clock_that_was_ahead_is_put_right(monkeypatch: pytest.MonkeyPatch) -> None:
    """As when a machine boots an hour ahead and the network then tells it the time."""
    looks: list[float] = []
    ahead = timedelta(hours=1)

    class Machine(datetime):
        @classmethod
        def now(cls, tz: Any = None) -> Any:
            return datetime.now(tz) + ahead

    async def look() -> None:
        looks.append(asyncio.get_running_loop().time())

    monkeypatch.setattr(base, "datetime", Machine)
    monkeypatch.setattr("jobs.scheduler.WATCH_SECONDS", 0.05)
    scheduler = every((0.05, look))
    scheduler.start()
    await _until(looks, 3)
    ahead = timedelta(0)
    await _until(looks, len(looks) + 10)
    scheduler.shutdown(wait=False)


async def test_two_jobs_of_one_interval_both_run() -> None:
    looks: list[float] = []
    others: list[float] = []

    async def look() -> None:
        looks.append(asyncio.get_running_loop().time())

    async def other() -> None:
        others.append(asyncio.get_running_loop().time())

    scheduler = every((0.05, look), (0.05, other))
    scheduler.start()
    await _until(looks, 1)
    await _until(others, 1)
    scheduler.shutdown(wait=False)


async def test_a_job_that_fails_is_named_and_runs_again() -> None:
    looks: list[float] = []

    async def _look() -> None:
        looks.append(asyncio.get_running_loop().time())
        raise LookupError

    with structlog.testing.capture_logs() as lines:
        scheduler = every((0.05, _look))
        scheduler.start()
        await _until(looks, 2)
        scheduler.shutdown(wait=False)
    assert (lines[0]["event"], lines[0]["job"]) == ("a job failed, it runs again at its time", "look")


async def _until(looks: list[float], count: int) -> None:
    async with asyncio.timeout(10):
        while len(looks) < count:  # noqa: ASYNC110 -- what is waited for is a count
            await asyncio.sleep(0.01)
