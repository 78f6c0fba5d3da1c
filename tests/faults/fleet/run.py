"""One run of a fleet: people live while the storm rages, then everybody is served once more; then all is checked."""

import asyncio
import statistics
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from random import Random

from emulator.chat import Telegram
from emulator.clock import Clock
from emulator.flood import Flood
from emulator.server import Emulator
from tests.faults import raw
from tests.faults.checker import Evidence
from tests.faults.fleet.checker import check
from tests.faults.fleet.findings import Findings, Seen
from tests.faults.fleet.ground import BEGINS_AT, Cast, populate
from tests.faults.fleet.log import Log
from tests.faults.fleet.people import Chats, Someone
from tests.faults.fleet.processes import Fleet
from tests.faults.fleet.storm import rage
from tests.faults.forwarder import Forwarder
from tests.faults.member import Member, free_port
from tests.faults.studio import set_clock, settings

LAST_ACT_SECONDS = 60.0
QUIET_SECONDS = 60.0
LOOK_SECONDS = 0.2
OPEN = """
    SELECT 'update', count(*) FROM inbox WHERE state = 'new' OR (state = 'done' AND answered_at IS NULL)
    UNION ALL SELECT 'notice', count(*) FROM outbox WHERE state = 'pending' AND due_at <= '{now}'
"""


@dataclass(frozen=True)
class Plan:
    """How many people, kills and graceful stops; `acts_a_second` is how busy all people together are.

    `paused` is how probable it is between two of them that a process stands still for longer than others believe in it.
    """

    people: int
    kills: int
    stops: int
    seed: int
    processes: int = 2
    polling: bool = False
    acts_a_second: float = 12.0
    paused: float = 0.08


@dataclass(frozen=True)
class Outcome:
    """Figures that add up over runs, those that do not, and what is wrong."""

    figures: Counter[str]
    measured: dict[str, float]
    problems: list[str]
    seen: Seen


async def live(folder: Path, url: str, plan: Plan, say: Callable[[str], None]) -> Outcome:
    """Run on an empty database; whatever the processes and the check leave is in the folder."""
    telegram = Telegram(clock=Clock(BEGINS_AT), flood=Flood(enabled=True))
    log, cast, chats = Log(telegram), Cast(plan.people), Chats(telegram)
    cast.enter(telegram)
    await populate(url, cast)
    async with _opened(folder, url, plan, telegram) as (fleet, forwarder):
        people = [
            Someone(telegram, chats, telegram_id, Random(f"{plan.seed}:{telegram_id}"), habits)
            for telegram_id, habits in cast.habits().items()
        ]
        await _live_through(people, plan, rage(fleet, plan.kills, plan.stops, plan.paused, plan.seed, say))
        quiet = [await _settled(telegram, url)]
        served = await asyncio.gather(*(each.asks() for each in people))
        deaf = [each.id for each, answered in zip(people, served, strict=True) if not answered]
        settled_at = telegram.clock.now()
        quiet.append(await _settled(telegram, url))
        lively = fleet.stops.copy()
        await asyncio.gather(*(fleet.stop(number) for number in range(len(fleet))))
    await raw.copy(url, folder / "copy.sqlite3")
    seen = Seen(Evidence(folder / "copy.sqlite3", telegram, list(log.issued), []), log, fleet.killed_at, settled_at)
    found = await asyncio.to_thread(check, seen)
    problems = [*fleet.problems, *[f"{each}: gets no answer" for each in deaf], *found.problems]
    problems += [f"not quiet after {each:.0f} s" for each in quiet if each > QUIET_SECONDS]
    figures = found.counted | {
        "kills": len(fleet.killed_at),
        "graceful stops under load": len(lively),
        "pauses": fleet.pauses,
        "starts that failed": fleet.failed_starts,
        "webhooks that nobody took": forwarder.refused,
        "acts answered": sum(each.answered for each in people),
        "acts given up": sum(each.unanswered for each in people),
    }
    return Outcome(Counter(figures), _measured(found, quiet, fleet.stops), problems, seen)


async def _live_through(people: list[Someone], plan: Plan, storm: Awaitable[None]) -> None:
    over = asyncio.Event()
    pause_seconds = plan.people / plan.acts_a_second
    lives = [asyncio.create_task(each.lives(pause_seconds, over)) for each in people]
    await storm
    over.set()
    _, late = await asyncio.wait(lives, timeout=LAST_ACT_SECONDS)
    for life in late:
        life.cancel()
    for ended in await asyncio.gather(*lives, return_exceptions=True):
        if isinstance(ended, Exception):
            raise ended


@asynccontextmanager
async def _opened(folder: Path, url: str, plan: Plan, telegram: Telegram) -> AsyncIterator[tuple[Fleet, Forwarder]]:
    emulator, ports = Emulator(telegram), [free_port() for _ in range(plan.processes)]
    forwarder = Forwarder(ports)
    await emulator.start()
    await forwarder.start()
    set_clock(folder / "clock", telegram)
    common = settings(telegram, emulator.url, url) | ({} if plan.polling else forwarder.settings)
    members = [
        Member(folder / str(number), common | {"HTTP_PORT": str(port)}, folder / "clock")
        for number, port in enumerate(ports, 1)
    ]
    fleet = Fleet(telegram.clock, members, ports)
    try:
        await fleet.start()
        yield fleet, forwarder
    finally:
        await asyncio.gather(*(fleet.kill(number) for number in range(len(fleet)) if members[number].alive))
        await forwarder.stop()
        await emulator.stop()


async def _settled(telegram: Telegram, url: str) -> float:
    """How many seconds it takes until nothing is left to do; a little more than allowed when it never does."""
    loop = asyncio.get_running_loop()
    began = loop.time()
    while loop.time() - began <= QUIET_SECONDS:
        rows = await raw.rows(url, OPEN.format(now=raw.instant(telegram.clock.now())))
        if not telegram.updates.pending() and not any(count for _, count in rows):
            break
        await asyncio.sleep(LOOK_SECONDS)
    return loop.time() - began


def _measured(found: Findings, quiet: list[float], stops: list[float]) -> dict[str, float]:
    """The lags of notices and the lengths of stops, in seconds."""
    lags, hundredths = (
        found.lags,
        statistics.quantiles(found.lags, n=100, method="inclusive") if len(found.lags) > 1 else [0.0] * 99,
    )
    measured = {
        "notices due at once": len(lags),
        "lag median": statistics.median(lags) if lags else 0.0,
        "lag p95": hundredths[94],
        "lag max": max(lags, default=0.0),
        "quiet after": max(quiet),
        "longest stop": max(stops, default=0.0),
    }
    return {name: round(value, 3) for name, value in measured.items()}
