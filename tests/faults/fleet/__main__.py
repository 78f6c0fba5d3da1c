"""A long run of a fleet, in parts.

    python -m tests.faults.fleet --people 200 --kills 100 --seed 1 [--polling] [--record FILE]

On PostgreSQL there are two processes, on SQLite one. A record is added to, so that a run can be done bit by bit; each
goes on with the seeds after the last.
"""

import argparse
import asyncio
import sys
import tempfile
from functools import partial
from pathlib import Path

from tests.engines import ENGINES, databases
from tests.faults.fleet.run import Plan, live
from tests.record import Record


def main(words: list[str]) -> int:
    asked = _arguments(words)
    record = Record(asked.record, engine=asked.engine, updates="polling" if asked.polling else "webhooks")
    plan = Plan(
        asked.people,
        asked.kills,
        asked.stops,
        asked.seed * 1_000_000 + record.parts,
        processes=1 if asked.engine == "sqlite" else asked.processes,
        polling=asked.polling,
        acts_a_second=asked.acts,
        paused=asked.paused,
    )
    folder = asked.folder or Path(tempfile.mkdtemp(prefix="fleet-"))
    with databases(asked.engine, folder) as made, made.database() as url:
        outcome = asyncio.run(live(folder, url, plan, partial(print, flush=True)))
    record.add(plan.seed, outcome.figures, [f"seed {plan.seed}: {each}" for each in outcome.problems], outcome.measured)
    print(record.text(), flush=True)
    return 0 if record.clean else 1


def _arguments(words: list[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.faults.fleet")
    parser.add_argument("--engine", choices=ENGINES, default="postgresql")
    parser.add_argument("--people", type=int, default=200)
    parser.add_argument("--kills", type=int, default=100)
    parser.add_argument("--stops", type=int, default=0, help="how often a process is asked to leave in order")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--processes", type=int, default=2)
    parser.add_argument("--polling", action="store_true", help="no webhooks: one of the processes asks for updates")
    parser.add_argument("--acts", type=float, default=12.0, help="how often a second anybody does anything")
    parser.add_argument("--paused", type=float, default=0.08, help="how often one stands still for ten seconds")
    parser.add_argument("--folder", type=Path, help="where the processes' logs and the copy of the database stay")
    parser.add_argument("--record", type=Path)
    return parser.parse_args(words)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
