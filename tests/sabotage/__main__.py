"""`python -m tests.sabotage [NAME…]`: take out each guard in turn, and see which test notices.

Ends with status 0 when every twin was caught, 1 when one was not, and 2 when that cannot be told.
"""

import argparse
import sys
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from pathlib import Path

from tests.sabotage import trial
from tests.sabotage.table import TWINS
from tests.sabotage.trial import Trial
from tests.sabotage.twin import Twin

CAUGHT, ESCAPED, UNKNOWN = 0, 1, 2
HEAD = ("guard", "taken out in", "caught by", "seconds")
PROPER_END = "every test passed"


def main() -> int:
    """Try the twins that are named on the command line, or all."""
    chosen = _parser().parse_args()
    twins = [twin for twin in TWINS if twin.name in chosen.names or not chosen.names]
    if missing := set(chosen.names) - {twin.name for twin in twins}:
        _say(f"no such twin: {', '.join(sorted(missing))}")
        return UNKNOWN
    with tempfile.TemporaryDirectory(prefix=trial.PREFIX) as made:
        trial.copy_into(program := Path(made))
        if problem := _whole(twins, program):
            _say(f"the tests have to pass before anything is taken out: {problem}")
            return UNKNOWN
        trials = _tried(twins, program, chosen.jobs)
    return _report(twins, trials)


def _whole(twins: Sequence[Twin], program: Path) -> str:
    """What is wrong with the tests while every guard is in; or nothing."""
    tests = sorted({test for twin in twins for test in twin.tests})
    _say(f"with every guard in: {len(tests)} tests …")
    return trial.whole(program, tests).problem


def _tried(twins: Sequence[Twin], program: Path, jobs: int) -> dict[str, Trial]:
    trials: dict[str, Trial] = {}
    with ThreadPoolExecutor(jobs) as threads:
        running = {threads.submit(trial.without, twin, program): twin.name for twin in twins}
        for done in as_completed(running):
            name, ended = running[done], done.result()
            trials[name] = ended
            _say(f"{len(trials)} of {len(twins)}: {name} {'caught' if ended.caught_by else 'NOT CAUGHT'}")
    return trials


def _report(twins: Sequence[Twin], trials: Mapping[str, Trial]) -> int:
    """Print the table and the count; the status to end with."""
    for line in _table([_row(twin, trials[twin.name]) for twin in twins]):
        print(line)
    caught = sum(bool(each.caught_by) for each in trials.values())
    print(f"{caught} of {len(twins)} sabotages caught")
    return CAUGHT if caught == len(twins) else ESCAPED


def _row(twin: Twin, ended: Trial) -> tuple[str, ...]:
    caught_by = ended.caught_by or f"NOTHING ({ended.problem or PROPER_END})"
    return f"{twin.name}: {twin.guard}", ", ".join(twin.files), caught_by, f"{ended.seconds:.1f}"


def _table(rows: Sequence[tuple[str, ...]]) -> Iterator[str]:
    """The rows under their heads; Markdown, so that it can stand in a document as it is."""
    for cells in (HEAD, ("---",) * len(HEAD), *rows):
        yield f"| {' | '.join(cells)} |"


def _say(line: str) -> None:
    print(line, file=sys.stderr, flush=True)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m tests.sabotage", description="Take guards out, one at a time.")
    parser.add_argument("names", nargs="*", metavar="NAME", help="a twin; all of them where none is named")
    parser.add_argument("--jobs", type=int, default=2, help="how many are tried at once (default: 2)")
    return parser


if __name__ == "__main__":
    sys.exit(main())
