"""The benchmarks run and measure what they say; how fast anything is depends on the machine and is asserted nowhere."""

import json
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from benchmarks import anatomy, search, workload


@pytest.fixture(scope="module")
def run(root: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[list[str], list[dict[str, Any]]]:
    """The lines and the file of a quick run of what needs no database."""
    file = tmp_path_factory.mktemp("benchmarks") / "results.json"
    command = [sys.executable, "-m", "benchmarks", "--quick", "--only", "3,4", "--json", str(file)]
    done = subprocess.run(command, cwd=root, env=os.environ, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout.splitlines(), json.loads(file.read_text())


def test_all_slot_searches_of_the_workload_find_the_known_answers() -> None:
    search.check(workload.load())


def test_every_result_is_a_line_with_a_verdict_where_there_is_a_goal(
    run: tuple[list[str], list[dict[str, Any]]],
) -> None:
    lines, results = run
    assert len(lines) == len(results)
    for line, result in zip(lines, results, strict=True):
        assert result["name"] in line
        assert result["ratio"] > 0
        assert (result["holds"] is None) == (result["limit"] is None)
        assert any(verdict in line for verdict in ("holds", "stretches", "falls short")) == (
            result["holds"] is not None
        )


def test_both_goals_of_a_quick_run_are_measured(run: tuple[list[str], list[dict[str, Any]]]) -> None:
    assert {result["goal"] for result in run[1]} == {"3", "4"}


def test_the_picture_shows_every_part_on_one_scale() -> None:
    bars = {"A tap": [("stored, committed", 0.001, "#111111"), ("done", 0.003, "#222222")], "I": [("I", 0.001, "#333")]}
    parts = re.findall(r'width="([0-9.]+)"[^>]*><title>([^:]*):', anatomy.drawn(bars))
    wide = {name: float(width) for width, name in parts}
    assert wide["done"] == pytest.approx(3 * wide["stored, committed"], rel=0.01)
    assert wide["I"] == wide["stored, committed"]
