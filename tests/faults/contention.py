"""A long run of booking attempts from many connections, on either engine, and of races for the last unit.

    python -m tests.faults.contention --engine postgresql --attempts 1000000 --connections 64 --seed 1 --record FILE

The run goes in parts, each on a new database and with a seed of its own, and is checked all along. A record is added
to, so that a run can be done bit by bit: each goes on with the seeds after the last.
"""

import argparse
import os
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator, Mapping
from concurrent.futures import Future, ProcessPoolExecutor, wait
from multiprocessing import get_context
from pathlib import Path

from tests.engines import ENGINES, Databases, databases
from tests.faults.bookkeeping import wrong
from tests.faults.crowd import RACERS, Share, Tally, populate, visit
from tests.record import Record

PART = 10_000
RACES_A_PART = 250
LOOK_SECONDS = 2.0


def contend(
    engine: Databases, seed: str, connections: int, attempts: int, races: int, processes: int = 1
) -> tuple[Tally, dict[str, int]]:
    """One part on a database of its own: what came of it, and whatever was wrong in the tables at any look."""
    with engine.database() as url:
        populate(url, racers=RACERS)
        if processes == 1:
            return visit(Share(url, seed, connections, attempts, races)), wrong(url)
        shares = [
            Share(url, f"{seed}:{number}", connections // processes, attempts // processes)
            for number in range(processes)
        ]
        with ProcessPoolExecutor(processes, mp_context=get_context("spawn")) as pool:
            running = [pool.submit(visit, share) for share in shares]
            found = _watched(url, running)
        tally = Tally()
        for each in running:
            tally.add(each.result())
        return tally, found


def figures(tally: Tally) -> dict[str, int]:
    """What adds up."""
    return {
        "attempts": tally.attempts,
        "booked": tally.booked,
        "cancelled": tally.cancelled,
        **{f"refused: {why}": count for why, count in tally.refused.items()},
        "races": tally.races,
        "races with one winner": tally.races_with_one_winner,
    }


def problems(seed: str, tally: Tally, found: Mapping[str, int]) -> list[str]:
    """Whatever should not be: errors, races lost or won twice, and what was wrong in the tables."""
    undecided = {"races without exactly one winner": tally.races - tally.races_with_one_winner}
    wrong_ones = Counter(tally.errors) + Counter(undecided) + Counter(found)
    return [f"seed {seed}: {count} {what}" for what, count in wrong_ones.items()]


def _watched(url: str, running: list[Future[Tally]]) -> dict[str, int]:
    """The most of each wrong that was seen at any look until all have ended."""
    found: Counter[str] = Counter()
    going = True
    while going:
        going = bool(wait(running, LOOK_SECONDS).not_done)
        found |= Counter(wrong(url))
    return dict(found)


def main(words: list[str]) -> int:
    asked = _arguments(words)
    record, started = Record(asked.record, engine=asked.engine), time.monotonic()
    with tempfile.TemporaryDirectory() as folder, databases(asked.engine, Path(folder)) as made:
        for attempts, races in _parts(asked.attempts, asked.races):
            began, seed = time.monotonic(), f"{asked.seed}:{record.parts}"
            processes = 1 if races else asked.processes  # races of one crowd would be in the way of another's
            tally, found = contend(made, seed, asked.connections, attempts, races, processes)
            seconds = time.monotonic() - began
            record.add(seed, figures(tally), problems(seed, tally, found))
            print(
                f"{tally.attempts} attempts, {tally.booked} booked, {sum(tally.refused.values())} refused,"
                f" {sum(tally.errors.values())} errors, {tally.races_with_one_winner} of {tally.races} races with one"
                f" winner, wrong: {found or 'nothing'}, {tally.attempts / seconds:.0f} a second",
                flush=True,
            )
            if asked.seconds and time.monotonic() > started + asked.seconds:
                break
    print(record.text(), flush=True)
    return 0 if record.clean else 1


def _arguments(words: list[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.faults.contention")
    parser.add_argument("--engine", choices=ENGINES, required=True)
    parser.add_argument("--attempts", type=int, default=0)
    parser.add_argument("--races", type=int, default=0)
    parser.add_argument("--connections", type=int, default=64)
    parser.add_argument("--processes", type=int, default=os.cpu_count() or 1)
    parser.add_argument("--seed", default="1")
    parser.add_argument("--seconds", type=float, default=0.0, help="end after the part in which this much time is over")
    parser.add_argument("--record", type=Path)
    return parser.parse_args(words)


def _parts(attempts: int, races: int) -> Iterator[tuple[int, int]]:
    for done in range(0, races, RACES_A_PART):
        yield 0, min(RACES_A_PART, races - done)
    for done in range(0, attempts, PART):
        yield min(PART, attempts - done), 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
