"""One clock for all processes: the database's, however wrong that of a machine is."""

import asyncio
from datetime import UTC, datetime, timedelta

import pytest

from app import clock
from app.clock import SystemClock
from tests.engines import Databases
from tests.world import opened

NEAR = timedelta(seconds=1)
BEHIND = timedelta(seconds=3)


async def _true_time() -> datetime:
    return datetime.now(UTC)


def _put_back(monkeypatch: pytest.MonkeyPatch, by: timedelta) -> None:
    monkeypatch.setattr(clock, "machine_time", lambda: datetime.now(UTC) - by)


async def test_a_machine_that_is_behind_goes_by_the_clock_it_is_told_of(monkeypatch: pytest.MonkeyPatch) -> None:
    _put_back(monkeypatch, BEHIND)
    told = SystemClock()
    assert abs(datetime.now(UTC) - told.now() - BEHIND) < NEAR
    await told.agree(_true_time)
    assert abs(told.now() - datetime.now(UTC)) < NEAR


async def test_an_answer_that_took_long_says_too_little(monkeypatch: pytest.MonkeyPatch) -> None:
    _put_back(monkeypatch, BEHIND)
    monkeypatch.setattr(clock, "TELLING_SECONDS", 0.01)

    async def slow() -> datetime:
        await asyncio.sleep(0.05)
        return datetime.now(UTC)

    told = SystemClock()
    await told.agree(slow)
    assert abs(datetime.now(UTC) - told.now() - BEHIND) < NEAR


@pytest.mark.parametrize("seconds", [20, -20])
def test_a_process_on_a_machine_with_a_wrong_clock_goes_by_that_of_the_database(
    postgresql: Databases, monkeypatch: pytest.MonkeyPatch, seconds: int
) -> None:
    _put_back(monkeypatch, timedelta(seconds=seconds))
    with postgresql.database() as url, opened(url) as world:
        at = world.runner.run(world.app.database.now())
        assert abs(world.app._wall.now() - at) < NEAR
