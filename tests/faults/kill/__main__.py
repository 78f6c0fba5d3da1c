"""A long run of stories with a kill -9 in them.

    python -m tests.faults.kill --engine sqlite --runs 300 --seed 1 --record FILE

It goes in parts; each is added to the record, and the next run goes on with other seeds. On PostgreSQL two processes
share the studio behind webhooks, and both are to die at the same moment of their own lives.
"""

import argparse
import asyncio
import sys
import tempfile
import time
from pathlib import Path

from tests.engines import ENGINES, Databases, databases
from tests.faults.kill import Run, figures, live, live_all, on_postgresql, on_sqlite
from tests.faults.moment import spread
from tests.record import Record

PART = 20


def main(words: list[str]) -> int:
    asked = _arguments(words)
    record = Record(asked.record, engine=asked.engine)
    with tempfile.TemporaryDirectory() as folder, databases(asked.engine, Path(folder)) as made:
        asyncio.run(_run(asked, record, Path(folder), made))
    print(record.text(), flush=True)
    return 0 if record.clean else 1


async def _run(asked: argparse.Namespace, record: Record, folder: Path, made: Databases) -> None:
    opens = await on_sqlite(folder / "founded.sqlite3") if asked.engine == "sqlite" else on_postgresql(made)
    moments = (await live(folder / "undisturbed", opens)).moments
    for done in range(0, asked.runs, PART):
        began, seed = time.monotonic(), asked.seed * 1_000_000 + record.parts
        chosen = spread(moments, min(PART, asked.runs - done), seed)
        with tempfile.TemporaryDirectory() as stories:
            runs = await live_all(Path(stories), opens, chosen)
        record.add(seed, figures(runs), [_problem(seed, run) for run in runs if run.findings.problems])
        print(f"seed {seed}, {time.monotonic() - began:.0f} s: {dict(figures(runs))}", flush=True)


def _problem(seed: int, run: Run) -> str:
    return f"seed {seed}, {run.chosen}, killed at {[str(each) for each in run.killed]}: {run.findings.problems}"


def _arguments(words: list[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.faults.kill")
    parser.add_argument("--engine", choices=ENGINES, required=True)
    parser.add_argument("--runs", type=int, default=20)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--record", type=Path)
    return parser.parse_args(words)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
