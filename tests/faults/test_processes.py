"""Two processes on one database: who polls, whose updates are whose, and what happens when one of them dies.

Both run in this test's loop. A death is told by the test: everything that runs for the process ends at once, and
nothing of what it would do when leaving in order is done.
"""

import asyncio
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import text

from app.clock import SystemClock
from app.wiring import App
from bot import arrival, intake
from domain.outbox import Kind, Notice
from emulator.driver import Actor
from storage.connect import connect
from tests.engines import Databases
from tests.world import World, opened


@pytest.fixture
def world(postgresql: Databases, monkeypatch: pytest.MonkeyPatch) -> Iterator[World]:
    """A studio on PostgreSQL with one process; heartbeats are quick, so that a death is noticed soon."""
    monkeypatch.setattr("app.wiring.LOOK_SECONDS", 0.1)
    monkeypatch.setattr(arrival, "ALIVE", timedelta(seconds=0.5))
    with postgresql.database() as url, opened(url) as made:
        yield made


@asynccontextmanager
async def _second(world: World) -> AsyncIterator[App]:
    app = App(world.config, world.clock, SystemClock())
    await app.start()
    try:
        yield app
    finally:
        await app.stop()


async def _until(holds: Callable[[], bool]) -> None:
    async with asyncio.timeout(20):
        while not holds():  # noqa: ASYNC110 -- what two processes do shows in many places
            await asyncio.sleep(0.01)


def _says(anna: Actor, said: str, update_id: int) -> dict[str, Any]:
    person = {"id": anna.id, "is_bot": False, "first_name": "Anna"}
    chat = {"id": anna.id, "type": "private", "first_name": "Anna"}
    return {"update_id": update_id, "message": {"message_id": 1, "date": 1, "chat": chat, "from": person, "text": said}}


async def _dies(app: App) -> None:
    """Nothing of it runs on."""
    app._scheduler.shutdown(wait=False)
    await app._tasks.cancel("poll", "flush", "send", "listen")
    for task in app.intake._lanes._running:
        task.cancel()
    app.intake._may_poll.clear()


async def _leaves_nothing(app: App) -> None:
    """What a dead process holds of this test's machine."""
    await app._server.stop() if app._server else None
    await app.bot.session.close()
    await app.database.close()


def test_only_one_of_two_asks_telegram_and_the_other_takes_over_when_it_is_gone(world: World) -> None:
    anna = world.trainee("Anna")

    async def live() -> None:
        async with _second(world) as other:
            assert not other.intake._may_poll.is_set()
            first, world.app = world.app, other
            await _dies(first)
            await _until(other.intake._may_poll.is_set)
            await anna.async_sends("/help")
            await _until(lambda: "What I can do for you" in anna.picture())
            await _leaves_nothing(first)
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
        async with _second(world) as other:
            _watch(world.app, "first", order, gate)
            _watch(other, "second", order, gate)
            await world.app.intake.take([_says(anna, "/help", 501)])
            await other.intake.take([_says(anna, "/balance", 502)])
            await asyncio.sleep(0.05)
            assert order == ["first 501"]
            gate.set()
            await _until(lambda: len(order) == 2)

    world.runner.run(live())
    assert order == ["first 501", "first 502"]


def test_the_updates_of_a_dead_process_are_taken_up_by_the_other_in_their_order(world: World) -> None:
    anna = world.trainee("Anna")
    order: list[str] = []

    async def live() -> None:
        async with _second(world) as other:
            first, world.app = world.app, other
            _watch(first, "first", order, asyncio.Event())
            _watch(other, "second", order, None)
            await first.intake.take([_says(anna, "/help", 501), _says(anna, "/balance", 502)])
            await _until(lambda: order == ["first 501"])
            await _dies(first)
            await other.intake.take([_says(anna, "/profile", 503)])
            await _until(lambda: len(order) == 4)
            await other.idle()
            await _leaves_nothing(first)
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
        async with _second(world) as other:
            _watch(world.app, "first", order, gate)
            _watch(other, "second", order, None)
            await world.app.intake.take([_says(anna, "Anne", 501)])
            await _until(lambda: order == ["first 501"])
            world.app._scheduler.shutdown(wait=False)
            await world.app.store.transact(lambda work: work.lanes.leave(world.app.intake.process))
            await other.intake.look()
            await _until(lambda: len(order) == 2)
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
        async with _second(world) as other:
            _watch(world.app, "first", order, gates[0], fails=fails)
            _watch(other, "second", order, gates[1])
            await world.app.intake.take([_says(anna, "Anne", 501)])
            await _until(lambda: order == ["first 501"])
            world.app._scheduler.shutdown(wait=False)
            await world.app.store.transact(lambda work: work.lanes.leave(world.app.intake.process))
            await other.intake.look()
            await _until(lambda: len(order) == 2)
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
        async with _second(world) as other:
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
        async with _second(world) as other:
            _watch(other, "second", order, None)
            first, world.app = world.app, other
            await first.intake.look()
            _watch(first, "first", order, gate)
            await first.intake.take([_says(anna, "/help", 501), _says(anna, "/balance", 502)])
            await _until(lambda: order == ["first 501"])
            leaving = asyncio.create_task(first.stop())
            await asyncio.sleep(0.05)
            gate.set()
            await leaving
            await _until(lambda: len(order) == 2)
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
        async with _second(world) as other:
            _watch(first, "first", order, gate)
            _watch(other, "second", order, asyncio.Event())
            await first.intake.take([_says(anna, "Anne", 501)])
            await _until(lambda: order == ["first 501"])
            with monkeypatch.context() as patched:
                patched.setattr(first.intake, "look", late)
                await _until(lambda: "second 501" in order)
                gate.set()
                await first.intake.idle()
            await first.intake.look()
            await _dies(other)
            await _until(lambda: "Name: Anne" in anna.picture())
            await _leaves_nothing(other)

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
        await other.intake.take([_says(anna, "/help", 501)])
        await _dies(other)
        await _until(lambda: "What I can do for you" in anna.picture())
        await _until(world.app.intake._may_poll.is_set)
        await _leaves_nothing(other)

    world.runner.run(live())
