"""A lane that goes to another process and comes back while its first holder is still busy in it: nothing gets lost."""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import text

from app.wiring import App
from bot import arrival
from domain import purchase
from domain.ids import PackageId
from emulator.driver import Actor
from tests.engines import Databases
from tests.faults.pair import dies, leaves_nothing, says, second, until
from tests.journeys.test_purchase import sell
from tests.world import World, opened

PAYMENT, AFTER = 900501, 900502


@pytest.fixture
def world(postgresql: Databases, monkeypatch: pytest.MonkeyPatch) -> Iterator[World]:
    monkeypatch.setattr("app.wiring.LOOK_SECONDS", 0.1)
    monkeypatch.setattr(arrival, "ALIVE", timedelta(seconds=0.5))
    with postgresql.database() as url, opened(url) as made:
        yield made


class Watched:
    """An app whose handling of updates is noted in `order`; each waits for the next of its gates, if it has any."""

    def __init__(self, app: App, name: str, order: list[str], gates: dict[int, list[asyncio.Event]]) -> None:
        self._name, self._order, self._gates = name, order, gates
        self._handle = app.intake._dispatcher.handle
        app.intake._dispatcher.handle = self._watch  # type: ignore[method-assign]

    async def _watch(self, received: Any) -> None:
        self._order.append(f"{self._name} {received.update_id}")
        waiting = self._gates.get(received.update_id)
        if waiting:
            await waiting.pop(0).wait()
        await self._handle(received)


@contextmanager
def no_look(app: App) -> Iterator[None]:
    """While the process is paused, or its database is slow."""

    async def never() -> None:
        """Nothing is looked for."""

    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(app.intake, "look", never)
        yield


def pays(world: World, anna: Actor) -> dict[str, Any]:
    """Anna has been promised ten units and pays them; this is what Telegram tells of it."""
    world.owner()
    sell(world, 10, 22000)

    def order(work: Any) -> str:
        buyer, (ten,) = work.people.find_by_telegram(anna.id), work.packages.list_all()
        made = purchase.order(work, buyer, PackageId(ten.id), 1, agreed_minor=22000).purchase
        purchase.approve(work, buyer, made.token, 22000, "EUR")
        return made.token

    paid = {
        "currency": "EUR",
        "total_amount": 22000,
        "invoice_payload": world.act(order),
        "telegram_payment_charge_id": "tg_1",
        "provider_payment_charge_id": "ch_1",
    }
    return says(anna, PAYMENT, successful_payment=paid)


def charges(world: World) -> list[str]:
    return world.read(lambda work: list(work._connection.execute(text("SELECT id FROM charge")).scalars()))


def test_what_was_refused_meanwhile_is_done_when_the_lane_is_back(world: World) -> None:
    """The second process adopts the lane and dies; the first had a payment refused and would go on to what follows."""
    anna = world.trainee("Anna")
    payment, order = pays(world, anna), list[str]()
    at_payment, at_after = asyncio.Event(), asyncio.Event()

    async def live() -> None:
        first = world.app
        async with second(world) as other:
            Watched(first, "first", order, {PAYMENT: [at_payment], AFTER: [at_after]})
            Watched(other, "second", order, {PAYMENT: [asyncio.Event()]})
            await first.intake.take([payment, says(anna, AFTER, text="/balance")])
            await until(lambda: order == [f"first {PAYMENT}"])
            with no_look(first):
                await until(lambda: f"second {PAYMENT}" in order)
                at_payment.set()
                await asyncio.sleep(0.5)
                await dies(other)
            await asyncio.sleep(1)  # the lane comes back while what follows would be handled
            at_after.set()
            await until(lambda: order.count(f"first {PAYMENT}") == 2)
            await first.intake.idle()
            await leaves_nothing(other)

    world.runner.run(live())
    assert charges(world) == ["tg_1"]
    assert order[-1] == f"first {AFTER}", "what follows was not passed"


def test_what_was_refused_meanwhile_is_not_noted_as_shown_when_the_lane_is_back(world: World) -> None:
    """The payment alone; what was shown is noted late, after the lane has come back."""
    anna = world.trainee("Anna")
    payment, order = pays(world, anna), list[str]()
    at_first, at_again = asyncio.Event(), asyncio.Event()

    async def live() -> None:
        first = world.app
        async with second(world) as other:
            Watched(first, "first", order, {PAYMENT: [at_first, at_again]})
            Watched(other, "second", order, {PAYMENT: [asyncio.Event()]})
            await first._tasks.cancel("flush")
            await first.intake.take([payment])
            await until(lambda: order == [f"first {PAYMENT}"])
            with no_look(first):
                await until(lambda: f"second {PAYMENT}" in order)
                at_first.set()
                await first.intake._lanes.idle()
                await dies(other)
            await until(lambda: order.count(f"first {PAYMENT}") == 2)
            await first.intake.flush()
            at_again.set()
            await first.intake._lanes.idle()
            await leaves_nothing(other)

    world.runner.run(live())
    assert charges(world) == ["tg_1"]


def test_a_payment_that_was_passed_is_credited_all_the_same(world: World) -> None:
    """Which nothing here should bring about; but what money has paid for is not left to that."""
    anna = world.trainee("Anna")
    brought = [pays(world, anna), says(anna, AFTER, text="/balance")]
    world.runner.run(world.app.store.transact(arrival.keep, 1, brought))
    passed = (
        f"UPDATE inbox SET state = 'done', done_at = received_at, answered_at = received_at WHERE update_id = {AFTER}"
    )
    world.act(lambda work: work._connection.execute(text(passed)))
    world.restart()
    world.runner.run(world.app.idle())
    assert charges(world) == ["tg_1"]


def test_a_look_that_had_to_wait_takes_nothing_from_the_living(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """The pool was full for longer than the others believe in anybody."""
    monkeypatch.setattr(arrival, "ALIVE", timedelta(seconds=1.5))
    anna, order, adopted = world.trainee("Anna"), list[str](), list[str]()
    at_first = asyncio.Event()

    async def live() -> None:
        first = world.app
        async with second(world) as other:
            Watched(first, "first", order, {AFTER: [at_first]})
            await first.intake.take([says(anna, AFTER, text="/balance")])
            await until(lambda: order == [f"first {AFTER}"])
            other._scheduler.pause()
            await first.intake.look()
            monkeypatch.setattr(other.intake._lanes, "forget", adopted.extend)
            sleep = text("SELECT pg_sleep(3.5)")
            busy = [asyncio.create_task(other.database.read(lambda each: each.execute(sleep))) for _ in range(20)]
            await asyncio.sleep(0.1)
            await other.intake.look()
            await asyncio.gather(*busy)
            at_first.set()
            await first.intake.idle()
            other._scheduler.resume()

    world.runner.run(live())
    assert adopted == []
