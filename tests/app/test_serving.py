"""What the application says of itself over HTTP when the database takes nothing any more."""

import asyncio
import io
import json
import sqlite3
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager
from typing import Any

import aiohttp
import pytest
from sqlalchemy.engine import make_url

from app import logs
from app.serving import Serving
from tests.engines import Databases
from tests.world import World, opened
from web.server import Server

QUICK_PRAGMAS = ("PRAGMA busy_timeout=50", "PRAGMA journal_mode=WAL", "PRAGMA synchronous=FULL")


@pytest.fixture
def world(sqlite: Databases, monkeypatch: pytest.MonkeyPatch) -> Iterator[World]:
    """A studio on a file, whose process waits for a lock and for its heartbeat a hundredth of the usual time."""
    monkeypatch.setattr("storage.sqlite.PRAGMAS", QUICK_PRAGMAS)
    monkeypatch.setattr("app.wiring.LOOK_SECONDS", 0.05)
    monkeypatch.setattr("bot.intake.BEAT_SECONDS", 0.1)
    monkeypatch.setattr("bot.intake.LONE_SECONDS", 0.3)
    with sqlite.database() as url, opened(url) as made:
        yield made


@contextmanager
def _taken(world: World) -> Iterator[None]:
    """Another program holds the file, as somebody's database browser does; a full disk refuses in the same place."""
    with closing(sqlite3.connect(make_url(world.config.database_url).database or "", isolation_level=None)) as held:
        held.execute("BEGIN IMMEDIATE")
        yield
        held.execute("ROLLBACK")


async def _get(world: World, path: str) -> tuple[int, str]:
    app = world.app
    server = Server(Serving(app.store, app.intake, app.sender, app.meter, app._wall).routes(""))
    port = await server.start("127.0.0.1", 0)
    async with aiohttp.ClientSession() as session, session.get(f"http://127.0.0.1:{port}{path}") as answer:
        found = answer.status, await answer.text()
    await server.stop()
    return found


async def _until_ready_is(world: World, status: int) -> str:
    async with asyncio.timeout(10):
        while (found := await _get(world, "/health/ready"))[0] != status:  # noqa: ASYNC110 -- asked as a prober asks
            await asyncio.sleep(0.05)
    return found[1]


def test_a_database_that_takes_nothing_turns_readiness_off_until_it_does(world: World) -> None:
    world.owner()
    world.runner.run(_until_ready_is(world, 200))
    with _taken(world):
        told = world.runner.run(_until_ready_is(world, 503))
        assert '"database": false' in told
        assert "session_tracker_database_up 0.0" in world.runner.run(_get(world, "/metrics"))[1]
    world.runner.run(_until_ready_is(world, 200))
    assert "session_tracker_database_up 1.0" in world.runner.run(_get(world, "/metrics"))[1]


def test_a_lone_process_that_cannot_say_that_it_lives_is_not_ready(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Not even when the database says nothing at all, neither yes nor no."""
    world.owner()

    async def silent(*_args: Any, **_named: Any) -> None:
        await asyncio.Event().wait()

    with monkeypatch.context() as patched:
        patched.setattr(world.app.store, "transact", silent)
        told = world.runner.run(_until_ready_is(world, 503))
        assert '"process": false' in told


def test_tables_are_counted_on_a_connection_that_no_tap_waits_for(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def busy(*_args: Any, **_named: Any) -> None:
        raise TimeoutError

    world.owner()
    assert "session_tracker_bookings{" in world.runner.run(_get(world, "/metrics"))[1]
    monkeypatch.setattr(world.app.store, "survey", busy)
    told = world.runner.run(_get(world, "/metrics"))[1]
    assert "session_tracker_updates_open " in told
    assert "session_tracker_bookings{" not in told


@pytest.fixture
def written() -> Iterator[io.StringIO]:
    with pytest.MonkeyPatch.context() as patched:
        out = io.StringIO()
        patched.setattr(sys, "stderr", out)
        patched.setattr(sys, "excepthook", sys.excepthook)
        logs.set_up("info", "json")
        yield out
    logs.set_up("warning", "console")


def test_the_log_tells_once_that_the_database_is_away_and_once_that_it_is_back(
    world: World, written: io.StringIO
) -> None:
    """What stumbles in between is named once, in one line."""
    world.owner()
    with _taken(world):
        world.runner.run(_until_ready_is(world, 503))
        world.runner.run(asyncio.sleep(3))
    world.runner.run(_until_ready_is(world, 200))
    lines = [json.loads(line) for line in written.getvalue().splitlines()]
    told = [line["event"] for line in lines]
    assert told.count("the database is away or takes nothing") == 1
    assert told.count("the database is back") == 1
    assert {line.get("job") for line in lines if line["event"].startswith("a job failed")} == {"look"}
    stumbled = [line for line in lines if "exception" in line]
    assert len(stumbled) == len({line["event"] for line in stumbled})
    assert all("SQLITE_BUSY" in line["exception"] and "\n" not in line["exception"] for line in stumbled)
