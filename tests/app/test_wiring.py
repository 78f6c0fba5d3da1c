"""Leaving: in order within ten seconds, whatever does not answer, and nothing is lost by it (F5)."""

import asyncio
from typing import Any

import pytest
import structlog

from app import wiring
from tests.world import World

PATIENCE_SECONDS = 5.0


@pytest.fixture
def hurried(monkeypatch: pytest.MonkeyPatch) -> None:
    """The same order of things in a shorter time."""
    assert wiring.DRAIN_SECONDS < wiring.STOP_SECONDS
    assert wiring.STOP_SECONDS + wiring.CLOSE_SECONDS < 10
    monkeypatch.setattr(wiring, "DRAIN_SECONDS", 0.2)
    monkeypatch.setattr(wiring, "STOP_SECONDS", 0.4)


@pytest.mark.usefixtures("hurried")
def test_telegram_that_does_not_answer_keeps_nobody_from_leaving(world: World) -> None:
    anna = world.trainee("Anna")
    world.telegram.faults.delay(seconds=60)
    world.runner.run(anna.async_sends("/help"))
    world.runner.run(_received(world))
    world.runner.run(asyncio.wait_for(world.app.stop(), PATIENCE_SECONDS))
    world.telegram.faults.clear()
    world.start()
    world.runner.run(world.settle())
    anna.sees("What I can do for you")


@pytest.mark.usefixtures("hurried")
def test_a_database_that_does_not_answer_keeps_nobody_from_leaving(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    anna = world.trainee("Anna")

    async def silent(*_args: Any, **_named: Any) -> None:
        await asyncio.Event().wait()

    monkeypatch.setattr(world.app.store, "transact", silent)
    world.runner.run(asyncio.wait_for(world.app.stop(), PATIENCE_SECONDS))
    monkeypatch.undo()
    world.start()
    anna.sends("/help")
    anna.sees("What I can do for you")


@pytest.mark.usefixtures("hurried")
def test_a_connection_that_cannot_be_ended_keeps_nobody_from_leaving(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As the one that listens, where PostgreSQL stands still: the driver gives it two seconds."""
    monkeypatch.setattr("app.tasks.LINGER_SECONDS", 0.05)
    told = structlog.testing.CapturingLogger()
    monkeypatch.setattr("app.wiring.log", told)
    world.runner.run(world.app._tasks.cancel("listen"))

    async def stubborn() -> None:
        try:
            await asyncio.Event().wait()
        finally:
            await asyncio.sleep(1)

    async def begins() -> None:
        world.app._tasks.run("listen", stubborn)
        await asyncio.sleep(0.01)

    world.runner.run(begins())
    world.runner.run(asyncio.wait_for(world.app.stop(), PATIENCE_SECONDS))
    assert [call.args for call in told.calls] == [("stopped",)]
    world.runner.run(asyncio.sleep(1.1))
    world.start()


def test_leaving_in_order_is_told_in_the_log(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    told = structlog.testing.CapturingLogger()
    monkeypatch.setattr("app.wiring.log", told)
    world.stop()
    assert [call.args for call in told.calls] == [("stopped",)]
    world.start()


async def _received(world: World) -> None:
    while not world.telegram.updates.idle:  # noqa: ASYNC110 -- a poll's offset wakes nobody here
        await asyncio.sleep(0.01)


def test_a_sender_that_cannot_record_keeps_nobody_from_leaving_in_order(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What runs is finished, and the others are told, though the database fails once in the meantime."""
    ended: list[str] = []
    store, transact = world.app.store, world.app.store.transact

    async def stop(_seconds: float) -> None:
        raise OSError("the connection is gone")

    async def drain(_seconds: float) -> None:
        await asyncio.sleep(0.05)
        ended.append("drained")

    async def noted(*args: Any) -> Any:
        ended.append(args[0].__name__)
        return await transact(*args)

    monkeypatch.setattr(world.app.sender, "stop", stop)
    monkeypatch.setattr(world.app.intake, "drain", drain)
    monkeypatch.setattr(store, "transact", noted)
    world.stop()
    assert [each for each in ended if each in {"drained", "leave"}] == ["drained", "leave"]
    world.start()
