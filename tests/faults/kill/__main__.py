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
from collections.abc import AsyncIterator
from contextlib import ExitStack, asynccontextmanager
from pathlib import Path

from tests.engines import ENGINES, server
from tests.faults.kill import Open, Run, figures, live, live_all, on_postgresql, on_sqlite
from tests.faults.moment import spread
from tests.record import Record

PART = 20


async def main(words: list[str]) -> int:
    asked = _arguments(words)
    record = Record(asked.record, engine=asked.engine)
    with tempfile.TemporaryDirectory() as folder:
        async with _ground(asked.engine, Path(folder)) as opens:
            moments = (await live(Path(folder) / "undisturbed", opens)).moments
            for done in range(0, asked.runs, PART):
                began, seed = time.monotonic(), asked.seed * 1_000_000 + record.parts
                chosen = spread(moments, min(PART, asked.runs - done), seed)
                with tempfile.TemporaryDirectory() as stories:
                    runs = await live_all(Path(stories), opens, chosen)
                record.add(seed, figures(runs), [_problem(seed, run) for run in runs if run.findings.problems])
                _say(f"seed {seed}, {time.monotonic() - began:.0f} s: {dict(figures(runs))}")
    _say(record.text())
    return 0 if record.clean else 1


def _problem(seed: int, run: Run) -> str:
    return f"seed {seed}, {run.chosen}, killed at {[str(each) for each in run.killed]}: {run.findings.problems}"


@asynccontextmanager
async def _ground(engine: str, folder: Path) -> AsyncIterator[Open]:
    if engine == "sqlite":
        yield await on_sqlite(folder / "template.sqlite3")
        return
    kept = ExitStack()
    databases = await asyncio.to_thread(kept.enter_context, server(folder))
    try:
        yield on_postgresql(databases)
    finally:
        await asyncio.to_thread(kept.close)


def _arguments(words: list[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.faults.kill")
    parser.add_argument("--engine", choices=ENGINES, required=True)
    parser.add_argument("--runs", type=int, default=20)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--record", type=Path)
    return parser.parse_args(words)


def _say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(asyncio.run(main(sys.argv[1:])))
