"""Measure the goals of `docs/performance.md` and print a line for each; `--json FILE` writes them down as well."""

import argparse
import asyncio
import json
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from importlib import import_module
from pathlib import Path

from app import process
from benchmarks.measure import Result, Scale, logged_nowhere

MODULES = {
    1: "tap",
    2: "tap",
    3: "search",
    4: "dispatch",
    5: "webhook",
    6: "contention",
    7: "postgres",
    8: "growth",
    9: "sending",
    10: "footprint",
}
"""Which module measures a goal."""
QUICK = Scale(rounds=6, large=20_000)


def main() -> None:
    """Measure what was chosen; what falls short is said, and is no failure of the run."""
    chosen = _parser().parse_args()
    process.tune()
    results: list[Result] = []
    with logged_nowhere():
        for each in _measured(chosen.only or sorted(MODULES), _scale(chosen)):
            print(line(each), flush=True)
            results.append(each)
            if chosen.json is not None:
                chosen.json.write_text(json.dumps([told(each) for each in results], indent=2) + "\n")


def _measured(goals: Sequence[int], scale: Scale) -> Iterator[Result]:
    for name in dict.fromkeys(MODULES[goal] for goal in goals):
        measured: list[Result] = asyncio.run(import_module(f"benchmarks.{name}").measure(scale))
        yield from (each for each in measured if int(each.goal) in goals)


def line(of: Result) -> str:
    """One result as a line: goal, name, ratio, limits, verdict, detail."""
    sign = "≥" if of.at_least else "≤"
    limits = f"{sign} {of.limit:g}" if of.limit is not None else ""
    stretch = f"({of.stretch:g})" if of.stretch is not None else ""
    return f"{of.goal:>2}  {of.name:<58} {of.ratio:7.2f}  {limits:<6} {stretch:<7} {_verdict(of):<12}  {of.detail}"


def told(of: Result) -> dict[str, object]:
    """One result as it is written down."""
    return {**asdict(of), "holds": of.holds, "stretches": of.stretches}


def _verdict(of: Result) -> str:
    if of.holds is None:
        return ""
    return "stretches" if of.holds and of.stretches else "holds" if of.holds else "falls short"


def _scale(chosen: argparse.Namespace) -> Scale:
    scale = QUICK if chosen.quick else Scale()
    return Scale(rounds=scale.rounds, large=chosen.large or scale.large)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("--only", metavar="GOALS", type=_goals, help="such as 1,3")
    parser.add_argument("--quick", action="store_true", help="a few rounds and a small studio, to see that it works")
    parser.add_argument("--large", metavar="ROWS", type=int, help="bookings of the large studio (1000000)")
    parser.add_argument("--json", metavar="FILE", type=Path, help="write the results there as well")
    return parser


def _goals(text: str) -> Sequence[int]:
    goals = [int(each) for each in text.split(",")]
    if unknown := set(goals) - set(MODULES):
        raise argparse.ArgumentTypeError(f"there is no goal {min(unknown)}")
    return goals


if __name__ == "__main__":
    main()
