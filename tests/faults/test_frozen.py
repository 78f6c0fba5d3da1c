"""A process frozen in the middle of a transaction: SIGSTOP, a suspended machine, a host without power or network.

PostgreSQL keeps its locks for as long as the connection seems to live, so it ends a transaction that only rests.
"""

import asyncio
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from typing import Any

import pytest
from sqlalchemy import text

from app.clock import SystemClock
from bot import arrival
from domain import founding
from domain.studio import Studio
from jobs.claim import claim
from storage.connect import connect
from storage.work import Store, Work
from tests.engines import Databases
from tests.factories import trainer_named
from tests.faults.test_lane_back import PAYMENT, charges, pays
from tests.world import opened


@pytest.fixture(autouse=True)
def soon(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("storage.postgres.IDLE_SECONDS", 1.5)


@contextmanager
def frozen(url: str, lock: Callable[[Work], object]) -> Iterator[None]:
    """In a thread with a loop and a database of its own: take a lock, and stand still with it until this is over."""
    holds, thaw = threading.Event(), threading.Event()

    def run(connection: Any) -> None:
        lock(Work(connection, datetime.now(UTC)))
        holds.set()
        thaw.wait(60)

    async def live() -> None:
        database = connect(url)
        with suppress(Exception):  # the server may have ended it meanwhile
            await database.transact(run)
        await database.close()

    thread = threading.Thread(target=lambda: asyncio.run(live()))
    thread.start()
    assert holds.wait(10)
    try:
        yield
    finally:
        thaw.set()
        thread.join()


def founded(work: Work) -> int:
    founding.found(work, Studio(name="Studio", zone="UTC", currency="EUR"))
    return int(trainer_named(work, "Tess", 1).id)


def test_the_others_go_on_sending(postgresql: Databases) -> None:
    """It holds the row of the overall pace, as every claim does."""

    async def live(url: str) -> None:
        database = connect(url)
        store = Store(database, SystemClock(), lambda _topic: None)
        await store.transact(founded)
        now = datetime.now(UTC)
        with frozen(url, lambda work: work.pace.lock(0, now)):
            await store.transact(claim, now, 0, [])
        await database.close()

    with postgresql.database() as url:
        asyncio.run(live(url))


def test_the_others_stay_alive(postgresql: Databases) -> None:
    """It holds the studio's one trainer; who books fills the pool of a healthy process."""

    async def live(url: str) -> float:
        database = connect(url)
        store = Store(database, SystemClock(), lambda _topic: None)
        tess = await store.transact(founded)
        with frozen(url, lambda work: work.trainers.lock(tess)):  # type: ignore[arg-type]
            lock = [asyncio.create_task(store.transact(lambda work: work.trainers.lock(tess))) for _ in range(20)]
            await asyncio.sleep(0.5)
            began = time.monotonic()
            await store.transact(arrival.look, 1, SystemClock(), False)
            took = time.monotonic() - began
        await asyncio.gather(*lock)
        await database.close()
        return took

    with postgresql.database() as url:
        assert asyncio.run(live(url)) < arrival.ALIVE.total_seconds()


def test_a_captured_payment_is_not_given_up_meanwhile(postgresql: Databases, monkeypatch: pytest.MonkeyPatch) -> None:
    """It holds the payer's account. A statement that had to wait too long uses up none of the update's tries."""
    monkeypatch.setattr("storage.postgres.COMMAND_SECONDS", 0.15)
    monkeypatch.setattr("bot.intake.BACK_OFF_SECONDS", (0.01, 0.02, 0.03, 0.04))
    with postgresql.database() as url, opened(url) as world:
        anna = world.trainee("Anna")
        payment = pays(world, anna)
        payer = world.read(lambda work: work.people.find_by_telegram(anna.id)).id

        async def live() -> None:
            with frozen(url, lambda work: work.ledger.lock(payer)):
                await world.app.intake.take([payment])
                await world.app.intake._lanes.idle()

        world.runner.run(live())
        row = text(f"SELECT state, attempts FROM inbox WHERE update_id = {PAYMENT}")
        assert world.read(lambda work: tuple(work._connection.execute(row).one())) == ("done", 0)
        assert charges(world) == ["tg_1"]
