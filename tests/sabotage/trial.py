"""One run of tests on a copy of the program, whole or sabotaged, and what became of it."""

import json
import multiprocessing
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.sabotage.twin import Twin, sabotaged

ROOT = Path(__file__).parents[2]
PREFIX = "session-tracker-"
NOTES, SAID = "notes", "said"
FORKS = multiprocessing.get_context("forkserver")
FORKS.set_forkserver_preload(["aiogram", "aiohttp.web", "alembic.command", "babel.dates", "sqlalchemy.ext.asyncio"])
"""Each run is a process of its own; what takes longest to import, and is not tested here, is imported once for all."""
NOTICED = frozenset({"AssertionError", "Failed", "TimeoutError"})
"""What a test says that notices something: it is not so, nothing was raised, or what it waits for does not come."""
HUNG = "Timeout (>"
"""How a test ends that was cut off from outside, which is not to notice anything."""


@dataclass(frozen=True, slots=True)
class End:
    """How a phase of a test ended: without an `error`, or with one of that type."""

    test: str
    phase: str
    error: str
    said: str

    @property
    def notices(self) -> bool:
        return self.phase == "call" and self.error in NOTICED and HUNG not in self.said


@dataclass(frozen=True, slots=True)
class Trial:
    """A run of tests. `said` is pytest's output, for a run that did not even begin."""

    status: int
    ends: list[End]
    seconds: float
    said: str

    @property
    def caught_by(self) -> str:
        """The test that noticed, or nothing: a twin that broke in any other way was not caught."""
        failed = [end for end in self.ends if end.error and end.error != "Skipped"]
        return failed[0].test if self.status == 1 and failed and failed[0].notices else ""

    @property
    def problem(self) -> str:
        """Why this is not a run in which every test passed, in one line; or nothing."""
        for end in self.ends:
            if end.error:
                return f"{end.test}: {end.said}"
        return "" if self.status == 0 else f"pytest ended with {self.status}: {_complaint(self.said)}"


def copy_into(folder: Path) -> None:
    """Copy everything that is or may be committed, so that nothing changes between the first trial and the last."""
    listed = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    names = subprocess.run(listed, cwd=ROOT, capture_output=True, text=True, check=True).stdout.split("\0")
    for name in filter(None, names):
        if (ROOT / name).is_file():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(ROOT / name, folder / name)


def whole(program: Path, tests: Sequence[str]) -> Trial:
    """Run the tests on the program as it is."""
    with tempfile.TemporaryDirectory(prefix=PREFIX, ignore_cleanup_errors=True) as aside:
        return _run(program, Path(aside), tests)


def without(twin: Twin, program: Path) -> Trial:
    """Run the twin's tests on a copy of the program without the guard, up to the first that fails."""
    with tempfile.TemporaryDirectory(prefix=PREFIX, ignore_cleanup_errors=True) as aside:
        copy = Path(shutil.copytree(program, Path(aside) / "twin"))
        for file, text in sabotaged(twin, copy).items():
            file.write_text(text)
        return _run(copy, Path(aside), ["-x", *twin.tests])


def _run(copy: Path, aside: Path, arguments: Sequence[str]) -> Trial:
    """Run pytest in the copy; what else is written goes into the folder `aside`."""
    began = time.monotonic()
    running = FORKS.Process(target=_pytest, args=(copy, aside, arguments))
    running.start()
    running.join()
    said = (aside / SAID).read_text() if (aside / SAID).exists() else ""
    return Trial(running.exitcode or 0, _read(aside / NOTES), time.monotonic() - began, said)


def _pytest(copy: Path, aside: Path, arguments: Sequence[str]) -> None:
    """Be the process of one run: at home in the copy, with nothing of the program imported yet."""
    said = os.open(aside / SAID, os.O_WRONLY | os.O_CREAT)
    os.dup2(said, 1)
    os.dup2(said, 2)
    os.chdir(copy)
    sys.path[:] = [str(copy), *(path for path in sys.path if path and Path(path).resolve() != ROOT)]
    for name in [name for name in sys.modules if name.partition(".")[0] == "tests"]:
        del sys.modules[name]
    os.environ |= {"PYTHONPATH": str(copy), "SABOTAGE_WITNESS": str(aside / NOTES)}
    plugins = ["-p", "no:cacheprovider", "-p", "tests.sabotage.witness"]
    sys.exit(pytest.main([*plugins, f"--basetemp={aside / 'temporary'}", "--tb=no", *arguments]))


def _read(notes: Path) -> list[End]:
    """The ends of the tests; the run has to have been one of the copy."""
    entries = [json.loads(line) for line in notes.read_text().splitlines()] if notes.exists() else []
    strangers = [name for entry in entries for name in entry.pop("strangers", ())]
    assert not strangers, f"the copy was not what ran: {strangers}"
    return [End(**entry) for entry in entries if entry]


def _complaint(said: str) -> str:
    """What pytest says it cannot do, or its last word."""
    lines = [line for line in said.splitlines() if line.strip()]
    return next((line for line in lines if line.startswith("ERROR")), lines[-1] if lines else "")
