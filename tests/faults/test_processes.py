"""Two processes on one database: who polls, whose updates are whose, and what happens when one of them dies."""

import asyncio
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import text

from app.clock import SystemClock
from app.wiring import App
from bot import arrival, intake
from domain.outbox import Kind, Notice
from storage.connect import connect
from tests.engines import Databases
from tests.faults.pair import dies, leaves_nothing, says, second, until
from tests.world import World, opened


@pytest.fixture
def world(postgresql: Databases, monkeypatch: pytest.MonkeyPatch) -> Iterator[World]:
    """A studio on PostgreSQL with one process; heartbeats are quick, so that a death is noticed soon."""
    monkeypatch.setattr("app.wiring.LOOK_SECONDS", 0.1)
    monkeypatch.setattr(arrival, "ALIVE", timedelta(seconds=0.5))
    with postgresql.database() as url, opened(url) as made:
        yield made


def test_only_one_of_two_asks_telegram_and_the_other_takes_over_when_it_is_gone(world: World) -> None:
    anna = world.trainee("Anna")

    async def live() -> None:
        async with second(world) as other:
            assert not other.intake._may_poll.is_set()
            first, world.app = world.app, other
            await dies(first)
            await until(other.intake._may_poll.is_set)
            await anna.async_sends("/help")
            await until(lambda: "What I can do for you" in anna.picture())
            await leaves_nothing(first)
        world.app = App(world.config, world.clock, SystemClock())
        await world.app.start()

    world.runner.run(live())
    conflicts = [call for call in world.telegram.calls if call.method == "getUpdates" and not call.ok]
    assert conflicts == []


def test_an_update_that_reaches_the_other_process_waits_for_its_persons_turn(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The first process is still busy with Anna; the second stores her next update and hands it over."""
    anna = world.trainee("Anna")
    order: list[str] = []
    gate = asyncio.Event()

    async def live() -> None:
        async with second(world) as other:
            _watch(world.app, "first", order, gate)
            _watch(other, "second", order, gate)
            await world.app.intake.take([says(anna, 501, text="/help")])
            await other.intake.take([says(anna, 502, text="/balance")])
            await asyncio.sleep(0.05)
            assert order == ["first 501"]
            gate.set()
            await until(lambda: len(order) == 2)

    world.runner.run(live())
    assert order == ["first 501", "first 502"]


def test_the_updates_of_a_dead_process_are_taken_up_by_the_other_in_their_order(world: World) -> None:
    anna = world.trainee("Anna")
    order: list[str] = []

    async def live() -> None:
        async with second(world) as other:
            first, world.app = world.app, other
            _watch(first, "first", order, asyncio.Event())
            _watch(other, "second", order, None)
            await first.intake.take([says(anna, 501, text="/help"), says(anna, 502, text="/balance")])
            await until(lambda: order == ["first 501"])
            await dies(first)
            await other.intake.take([says(anna, 503, text="/profile")])
            await until(lambda: len(order) == 4)
            await other.idle()
            await leaves_nothing(first)
        world.app = App(world.config, world.clock, SystemClock())
        await world.app.start()

    world.runner.run(live())
    assert order == ["first 501", "second 501", "second 502", "second 503"]
    assert world.read(_undone) == []


def test_a_process_that_was_only_thought_dead_does_nothing_twice(world: World) -> None:
    """It wakes up after its lane was adopted and goes on; the update takes effect once."""
    anna = world.trainee("Anna", units=1)
    anna.sends("/profile")
    anna.taps("Name")
    order: list[str] = []
    gate = asyncio.Event()

    async def live() -> None:
        async with second(world) as other:
            _watch(world.app, "first", order, gate)
            _watch(other, "second", order, None)
            await world.app.intake.take([says(anna, 501, text="Anne")])
            await until(lambda: order == ["first 501"])
            world.app._scheduler.shutdown(wait=False)
            await world.app.store.transact(lambda work: work.lanes.leave(world.app.intake.process))
            await other.intake.look()
            await until(lambda: len(order) == 2)
            await other.intake.idle()
            gate.set()
            await world.app.intake.idle()

    world.runner.run(live())
    assert order == ["first 501", "second 501"]
    assert world.read(_count, "SELECT count(*) FROM audit WHERE action = 'person.name'") == 1


@pytest.mark.parametrize("fails", [False, True], ids=["goes on", "gives up"])
def test_what_another_has_taken_over_takes_no_effect_here(
    world: World, monkeypatch: pytest.MonkeyPatch, *, fails: bool
) -> None:
    """Otherwise it could come after what the other has done since, or differ from what that has shown."""
    monkeypatch.setattr(arrival, "ALIVE", timedelta(hours=1))
    monkeypatch.setattr(intake, "BACK_OFF_SECONDS", ())
    anna = world.trainee("Anna")
    anna.sends("/profile")
    anna.taps("Name")
    order: list[str] = []
    gates = asyncio.Event(), asyncio.Event()
    changes = "SELECT count(*) FROM audit WHERE action = 'person.name'"

    async def live() -> None:
        async with second(world) as other:
            _watch(world.app, "first", order, gates[0], fails=fails)
            _watch(other, "second", order, gates[1])
            await world.app.intake.take([says(anna, 501, text="Anne")])
            await until(lambda: order == ["first 501"])
            world.app._scheduler.shutdown(wait=False)
            await world.app.store.transact(lambda work: work.lanes.leave(world.app.intake.process))
            await other.intake.look()
            await until(lambda: len(order) == 2)
            gates[0].set()
            await world.app.intake.idle()
            assert await other.store.read(_count, changes) == 0
            assert await other.store.read(_undone) == [501]
            gates[1].set()
            await other.intake.idle()

    world.runner.run(live())
    assert world.read(_count, changes) == 1
    assert world.read(_count, "SELECT count(*) FROM outbox WHERE kind IN ('update_failed', 'update_dead')") == 0


def test_two_senders_share_the_notices_and_the_budget(world: World) -> None:
    anna = world.trainee("Anna")
    people = [world.trainee(f"T{number}") for number in range(12)]
    world.telegram.calls.clear()

    async def live() -> None:
        async with second(world) as other:
            await world.app.store.transact(_tell_all, [each.id for each in [anna, *people]])
            await asyncio.gather(world.app.sender.send_due(), other.sender.send_due())

    world.runner.run(live())
    sent = [call.parameters["chat_id"] for call in world.telegram.calls if call.method == "sendMessage" and call.ok]
    assert sorted(map(int, sent)) == sorted(each.id for each in [anna, *people])
    assert world.read(_count, "SELECT count(*) FROM outbox WHERE state <> 'sent'") == 0


def test_a_process_that_leaves_in_order_hands_its_updates_on_at_once(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(arrival, "ALIVE", timedelta(hours=1))
    anna = world.trainee("Anna")
    order: list[str] = []
    gate = asyncio.Event()

    async def live() -> None:
        async with second(world) as other:
            _watch(other, "second", order, None)
            first, world.app = world.app, other
            await first.intake.look()
            _watch(first, "first", order, gate)
            await first.intake.take([says(anna, 501, text="/help"), says(anna, 502, text="/balance")])
            await until(lambda: order == ["first 501"])
            leaving = asyncio.create_task(first.stop())
            await asyncio.sleep(0.05)
            gate.set()
            await leaving
            await until(lambda: len(order) == 2)
            await other.idle()
        world.app = App(world.config, world.clock, SystemClock())
        await world.app.start()

    world.runner.run(live())
    assert order == ["first 501", "second 502"]


def test_a_process_that_has_left_is_not_taken_for_alive(world: World) -> None:
    """Not even by what it hears of its own leaving."""
    world.stop()
    assert world.runner.run(_alive(world.config.database_url)) == 0
    world.start()


async def _alive(url: str) -> int:
    database = connect(url)
    try:
        return await database.read(lambda each: each.execute(text("SELECT count(*) FROM process")).scalar_one())
    finally:
        await database.close()


def _watch(app: App, name: str, order: list[str], gate: asyncio.Event | None, *, fails: bool = False) -> None:
    """Note which process begins with which update; it goes on, or fails, when the gate opens."""
    handle = app.intake._dispatcher.handle

    async def watched(received: Any) -> None:
        order.append(f"{name} {received.update_id}")
        if gate is not None:
            await gate.wait()
        if fails:
            raise RuntimeError("the handler is broken")
        await handle(received)

    app.intake._dispatcher.handle = watched  # type: ignore[method-assign]


def _tell_all(work: Any, people: list[int]) -> None:
    for telegram_id in people:
        reader = work.people.find_by_telegram(telegram_id)
        values = {"units": 3, "reason": "a test"}
        work.outbox.add(
            Notice(key=f"n{reader.id}", person_id=reader.id, kind=Kind.ADJUSTED, values=values, due_at=work.now)
        )


def _undone(work: Any) -> list[Any]:
    return list(work._connection.execute(text("SELECT update_id FROM inbox WHERE state <> 'done'")).scalars())


def _count(work: Any, sql: str) -> int:
    count: int = work._connection.execute(text(sql)).scalar_one()
    return count


def test_a_lane_that_comes_back_is_handled_though_its_updates_were_known(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The first process is late once; the second adopts its lane, and dies before it has handled what is there."""
    anna = world.trainee("Anna")
    anna.sends("/profile")
    anna.taps("Name")
    order: list[str] = []
    gate = asyncio.Event()

    async def late() -> None:
        """A look that does not come through."""

    async def live() -> None:
        first = world.app
        async with second(world) as other:
            _watch(first, "first", order, gate)
            _watch(other, "second", order, asyncio.Event())
            await first.intake.take([says(anna, 501, text="Anne")])
            await until(lambda: order == ["first 501"])
            with monkeypatch.context() as patched:
                patched.setattr(first.intake, "look", late)
                await until(lambda: "second 501" in order)
                gate.set()
                await first.intake.idle()
            await first.intake.look()
            await dies(other)
            await until(lambda: "Name: Anne" in anna.picture())
            await leaves_nothing(other)

    world.runner.run(live())
    anna.sees("Name: Anne")


class Ahead:
    """A machine's clock that is an hour ahead."""

    def now(self) -> datetime:
        return datetime.now(UTC) + timedelta(hours=1)


def test_the_lanes_of_a_dead_process_are_adopted_though_its_clock_was_ahead(world: World) -> None:
    anna = world.trainee("Anna")

    async def live() -> None:
        other = App(world.config, world.clock, Ahead())
        await other.start()
        _watch(other, "second", [], asyncio.Event())
        await other.intake.take([says(anna, 501, text="/help")])
        await dies(other)
        await until(lambda: "What I can do for you" in anna.picture())
        await until(world.app.intake._may_poll.is_set)
        await leaves_nothing(other)

    world.runner.run(live())
