"""Lanes: order within one, no waiting between two, nothing lost when they are drained."""

import asyncio
from dataclasses import dataclass
from datetime import datetime

from bot.lane import Lanes
from tests.world import MONDAY


@dataclass(frozen=True)
class Update:
    update_id: int
    lane: str
    body: str = "{}"
    attempts: int = 0
    received_at: datetime = MONDAY

    @property
    def id(self) -> int:
        return self.update_id


async def test_one_persons_updates_are_handled_in_order() -> None:
    handled: list[int] = []

    async def handle(update: Update) -> None:
        await asyncio.sleep(0.01 / (update.update_id + 1))
        handled.append(update.update_id)

    lanes = Lanes(handle)  # type: ignore[arg-type]
    for number in range(5):
        lanes.put(Update(number, "person:1"))
    await lanes.idle()
    assert handled == [0, 1, 2, 3, 4]


async def test_a_slow_person_does_not_hold_up_another() -> None:
    gate, handled = asyncio.Event(), list[str]()

    async def handle(update: Update) -> None:
        if update.lane == "person:1":
            await gate.wait()
        handled.append(update.lane)

    lanes = Lanes(handle)  # type: ignore[arg-type]
    lanes.put(Update(1, "person:1"))
    lanes.put(Update(2, "person:2"))
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    assert handled == ["person:2"]
    gate.set()
    await lanes.idle()
    assert handled == ["person:2", "person:1"]


async def test_draining_finishes_what_runs_and_leaves_what_waits() -> None:
    gate, handled = asyncio.Event(), list[int]()

    async def handle(update: Update) -> None:
        await gate.wait()
        handled.append(update.update_id)

    lanes = Lanes(handle)  # type: ignore[arg-type]
    lanes.put(Update(1, "person:1"))
    lanes.put(Update(2, "person:1"))
    await asyncio.sleep(0)
    draining = asyncio.create_task(lanes.drain(5))
    await asyncio.sleep(0)
    gate.set()
    await draining
    assert handled == [1]


async def test_an_update_that_is_queued_twice_is_handled_once() -> None:
    handled: list[int] = []

    async def handle(update: Update) -> None:
        handled.append(update.update_id)

    lanes = Lanes(handle)  # type: ignore[arg-type]
    for number in (1, 2, 1, 2):
        lanes.put(Update(number, "person:1"))
    await lanes.idle()
    lanes.put(Update(2, "person:1"))
    await lanes.idle()
    assert handled == [1, 2]


async def test_what_is_known_of_a_lane_is_forgotten_when_it_comes_back() -> None:
    gate, handled = asyncio.Event(), list[int]()

    async def handle(update: Update) -> None:
        handled.append(update.update_id)
        if update.lane == "person:2":
            await gate.wait()

    lanes = Lanes(handle)  # type: ignore[arg-type]
    updates = [Update(1, "person:1"), Update(2, "person:2"), Update(3, "person:3")]
    for _ in range(2):
        for update in updates:
            lanes.put(update)
        await asyncio.sleep(0)
        lanes.forget(["person:1", "person:2"])
    gate.set()
    await lanes.idle()
    assert handled == [1, 2, 3, 1]


async def test_lanes_that_have_ended_are_told_once() -> None:
    async def handle(_update: Update) -> None: ...

    lanes = Lanes(handle)  # type: ignore[arg-type]
    lanes.put(Update(1, "person:1"))
    assert lanes.take_ended() == []
    await lanes.idle()
    assert lanes.take_ended() == ["person:1"]
    assert lanes.take_ended() == []
    lanes.give_back(["person:1"])
    assert lanes.take_ended() == ["person:1"]


async def test_what_comes_after_draining_has_begun_does_not_overtake_what_was_left() -> None:
    gate, handled = asyncio.Event(), list[int]()

    async def handle(update: Update) -> None:
        await gate.wait()
        handled.append(update.update_id)

    lanes = Lanes(handle)  # type: ignore[arg-type]
    lanes.put(Update(1, "person:1"))
    lanes.put(Update(2, "person:1"))
    await asyncio.sleep(0)
    draining = asyncio.create_task(lanes.drain(5))
    await asyncio.sleep(0)
    for late in (Update(2, "person:1"), Update(3, "person:1"), Update(4, "person:2")):
        lanes.put(late)
    gate.set()
    await draining
    await lanes.idle()
    assert handled == [1]
