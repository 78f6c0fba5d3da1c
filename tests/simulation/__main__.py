"""Studio-years one after another from a seed on, several at once: what was lived through, what failed, what was wrong.

Exits with status 1 when there was a violation, which is printed with the command that replays it.
"""

import argparse
import multiprocessing
import os
import sys
import time
from collections.abc import Iterator
from functools import partial
from pathlib import Path

from tests.simulation.city import Plan
from tests.simulation.record import Totals, add_to
from tests.simulation.run import Outcome, run

DAYS_A_YEAR = 364


def main() -> int:
    options = _options()
    started = time.monotonic()
    ends = started + options.seconds if options.seconds else float("inf")
    totals = Totals()
    for outcome in _outcomes(options, ends):
        totals.add(outcome)
        _say(_line(outcome, time.monotonic() - started))
        for violation in outcome.violations[:5]:
            _say(f"  VIOLATION with seed {outcome.seed} on day {outcome.days}: {violation}")
        if outcome.violations:
            _say(f"  replay: python -m tests.simulation --years 1 --seed {outcome.seed}")
    _say(totals.told())
    if options.record:
        add_to(options.record, totals)
    return 1 if totals.violations else 0


def _outcomes(options: argparse.Namespace, ends: float) -> Iterator[Outcome]:
    """Each as it comes in. Every year has a fresh process, so that none begins with what another left behind."""
    work = partial(_year, days=options.days, ends=ends)
    seeds = (seed for seed in range(options.seed, options.seed + options.years) if time.monotonic() < ends)
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
    parser.add_argument("--seed", type=int, default=1, help="the seed of the first; the others follow")
    parser.add_argument("--jobs", type=int, default=os.cpu_count() or 1, help="how many at once")
    parser.add_argument("--days", type=int, default=DAYS_A_YEAR, help="how many days a studio lives through")
    parser.add_argument("--seconds", type=float, default=0.0, help="end in good order when this time is over")
    parser.add_argument("--record", type=Path, help="add what came of it to this file")
    return parser.parse_args()


def _say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
