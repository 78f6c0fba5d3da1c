"""What happens to the processes, drawn from a seed: one is killed, all are, one that starts; one leaves, one sleeps."""

import asyncio
from collections.abc import Callable
from random import Random

from tests.faults.fleet.processes import Fleet

BETWEEN_SECONDS = (1.0, 4.0)
AWAY_SECONDS = (0.0, 1.5)
STARTING_SECONDS = (0.1, 1.5)
PAUSED_SECONDS = (9.0, 13.0)
"""Longer than the others believe in a process without a heartbeat."""
ALL, STARTING = 0.12, 0.12


async def rage(fleet: Fleet, kills: int, stops: int, paused: float, seed: int, say: Callable[[str], None]) -> None:
    """Every few seconds something, until there have been so many kills and stops; before each perhaps a pause."""
    random = Random(seed)
    stops_done = 0
    while len(fleet.killed_at) < kills or stops_done < stops:
        await fleet.complete()
        await asyncio.sleep(random.uniform(*BETWEEN_SECONDS))
        if random.random() < paused:
            await fleet.pause(random.randrange(len(fleet)), random.uniform(*PAUSED_SECONDS))
        kills_left = max(0, kills - len(fleet.killed_at))
        if random.random() * (kills_left + stops - stops_done) < kills_left:
            await _strike(fleet, random)
        else:
            stops_done += 1
            await _leave(fleet, random)
        say(f"{len(fleet.killed_at)} kills, {stops_done} stops")
    await fleet.complete()


async def _strike(fleet: Fleet, random: Random) -> None:
    chance, numbers = random.random(), list(range(len(fleet)))
    struck = numbers if chance < ALL else [random.choice(numbers)]
    await asyncio.gather(*(fleet.kill(number) for number in struck))
    await asyncio.sleep(random.uniform(*AWAY_SECONDS))
    for number in struck:
        fleet.begin(number)
    if chance > 1 - STARTING:
        await asyncio.sleep(random.uniform(*STARTING_SECONDS))
        await fleet.kill(struck[0])
        fleet.begin(struck[0])


async def _leave(fleet: Fleet, random: Random) -> None:
    number = random.randrange(len(fleet))
    await fleet.stop(number)
    await asyncio.sleep(random.uniform(*AWAY_SECONDS))
    fleet.begin(number)
