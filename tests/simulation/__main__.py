"""Studio-years one after another from a seed on, several at once: what was lived through, what failed, what was wrong.

Exits with status 1 when there was a violation, which is printed with the command that replays it. A record is added to
after each year, so that a long run can be done bit by bit; each goes on with the seeds after the last.
"""

import argparse
import multiprocessing
import os
import sys
import time
from collections.abc import Iterator
from functools import partial
from pathlib import Path

from tests import libraries  # noqa: F401 -- first of what imports aiogram
from tests.record import Record
from tests.simulation.city import Plan
from tests.simulation.run import Outcome, run

DAYS_A_YEAR = 364


def main() -> int:
    options = _options()
    started = time.monotonic()
    ends = started + options.seconds if options.seconds else float("inf")
    record = Record(options.record)
    for outcome in _outcomes(options, max(options.seed, record.last_seed + 1), ends):
        record.add(outcome.seed, figures(outcome), [f"seed {outcome.seed}: {each}" for each in outcome.violations[:5]])
        print(_line(outcome, time.monotonic() - started), flush=True)
        for violation in outcome.violations[:5]:
            print(f"  VIOLATION with seed {outcome.seed} on day {outcome.days}: {violation}", flush=True)
        if outcome.violations:
            print(f"  replay: python -m tests.simulation --years 1 --seed {outcome.seed}", flush=True)
    print(record.text(), flush=True)
    return 0 if record.clean else 1


def figures(outcome: Outcome) -> dict[str, int]:
    """What adds up."""
    faults = {f"fault: {kind}": count for kind, count in outcome.faults.items()}
    return {"days": outcome.days, **outcome.operations, "faults": sum(outcome.faults.values()), **faults}


def _outcomes(options: argparse.Namespace, first_seed: int, ends: float) -> Iterator[Outcome]:
    """Each as it comes in. Every year has a fresh process, so that none begins with what another left behind."""
    work = partial(_year, days=options.days, ends=ends)
    seeds = (seed for seed in range(first_seed, first_seed + options.years) if time.monotonic() < ends)
    context = multiprocessing.get_context("fork")
    with context.Pool(options.jobs, maxtasksperchild=1) as pool:
        waiting = [pool.apply_async(work, (seed,)) for _, seed in zip(range(options.jobs), seeds, strict=False)]
        while waiting:
            ready = next((each for each in waiting if each.ready()), None)
            if ready is None:
                waiting[0].wait(0.2)
                continue
            waiting.remove(ready)
            yield ready.get()
            waiting += [pool.apply_async(work, (seed,)) for _, seed in zip(range(1), seeds, strict=False)]


def _year(seed: int, days: int, ends: float) -> Outcome:
    return run(Plan(seed, days), stop=lambda _day: time.monotonic() >= ends)


def _line(outcome: Outcome, seconds: float) -> str:
    done, faults = outcome.operations, sum(outcome.faults.values())
    return (
        f"[{seconds:6.0f} s] seed {outcome.seed}: {outcome.days} days, {done['bookings']} bookings, "
        f"{done['updates']} updates, {faults} faults, {len(outcome.violations)} violations, {outcome.digest[:16]}"
    )


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.simulation", description=__doc__)
    parser.add_argument("--years", type=int, default=1, help="how many studio-years")
    parser.add_argument("--seed", type=int, default=1, help="the seed of the first, unless a record goes on")
    parser.add_argument("--jobs", type=int, default=os.cpu_count() or 1, help="how many at once")
    parser.add_argument("--days", type=int, default=DAYS_A_YEAR, help="how many days a studio lives through")
    parser.add_argument("--seconds", type=float, default=0.0, help="end in good order when this time is over")
    parser.add_argument("--record", type=Path, help="add each year to this file, and go on after its seeds")
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
