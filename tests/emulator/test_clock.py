"""The clock: how it stands, runs and is moved from one due thing to the next."""

import asyncio
from datetime import UTC, datetime, timedelta

from emulator.clock import Clock

START = datetime(2026, 12, 1, 9, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)


class Work:
    """Things that become due, and when each was handled."""

    def __init__(self, clock: Clock, *due_at: datetime) -> None:
        self.clock = clock
        self.open = list(due_at)
        self.handled_at: list[datetime] = []
        clock.due, clock.handle = self.due, self.handle

    async def due(self) -> datetime | None:
        return min(self.open, default=None)

    async def handle(self) -> None:
        for due_at in [due_at for due_at in self.open if due_at <= self.clock.now()]:
            self.open.remove(due_at)
            self.handled_at.append(self.clock.now())


async def test_a_standing_clock_stands() -> None:
    clock = Clock(START, running=False)
    await clock.sleep(0.01)
    assert clock.now() == START


async def test_a_running_clock_goes_on_from_where_it_was_put() -> None:
    clock = Clock(START)
    await clock.sleep(0.01)
    assert START < clock.now() < START + timedelta(minutes=1)
    await clock.advance(HOUR)
    assert START + HOUR < clock.now() < START + HOUR + timedelta(minutes=1)


async def test_a_move_stops_at_each_due_thing_in_order() -> None:
    clock = Clock(START, running=False)
    work = Work(clock, START + 2 * HOUR, START + HOUR, START + 5 * HOUR)
    await clock.advance(3 * HOUR)
    assert work.handled_at == [START + HOUR, START + 2 * HOUR]
    assert clock.now() == START + 3 * HOUR


async def test_a_move_to_the_next_due_thing_handles_it() -> None:
    clock = Clock(START, running=False)
    work = Work(clock, START + HOUR)
    assert await clock.to_next_due() is True
    assert work.handled_at == [START + HOUR] == [clock.now()]
    assert await clock.to_next_due() is False


async def test_the_clock_never_goes_back() -> None:
    clock = Clock(START, running=False)
    Work(clock, START - HOUR)
    await clock.move_to(START - HOUR)
    assert clock.now() == START


async def test_what_stays_due_does_not_hold_up_time() -> None:
    clock = Clock(START, running=False)
    turns = 0

    async def due() -> datetime | None:
        return START

    async def handle() -> None:
        nonlocal turns
        turns += 1

    clock.due, clock.handle = due, handle
    await clock.advance(timedelta(days=7))
    assert clock.now() == START + timedelta(days=7)
    assert 10 < turns < 500


async def test_a_sleeper_wakes_when_the_clock_is_moved_past_it() -> None:
    clock = Clock(START, running=False)
    sleeper = asyncio.create_task(clock.sleep(3600))
    await asyncio.sleep(0)
    await clock.advance(HOUR)
    async with asyncio.timeout(5):
        await sleeper
