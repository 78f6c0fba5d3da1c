"""Figures of long runs that add up, in a JSON file, so that a run can be done bit by bit."""

import json
import subprocess
from collections import Counter
from collections.abc import Mapping
from pathlib import Path
from typing import Any


class Record:
    """What several runs of one kind found together; kept in the file, if one is named."""

    def __init__(self, file: Path | None, **named: str) -> None:
        self._file = file
        self._known: dict[str, Any] = {**named, "parts": 0, "commits": {}, "seeds": [], "figures": {}, "problems": []}
        self._known["measured"] = []
        self._commit, self._clean = _commit(), True
        if file is not None and file.exists():
            self._known |= json.loads(file.read_text())

    @property
    def parts(self) -> int:
        """How many parts have been added; a seed that counts them never comes twice."""
        return int(self._known["parts"])

    @property
    def last_seed(self) -> int:
        """The highest seed so far, where seeds are numbers; a run goes on after it."""
        return max(self._known["seeds"], default=0)

    @property
    def clean(self) -> bool:
        """Whether nothing was wrong in what this run has added."""
        return self._clean

    def add(
        self, seed: object, figures: Mapping[str, int], problems: list[str], measured: Mapping[str, float] | None = None
    ) -> None:
        """Add what one part found; `measured` is kept for each part, since it does not add up."""
        known, commit = self._known, self._commit
        known["parts"] += 1
        known["seeds"].append(seed)
        known["commits"][commit] = known["commits"].get(commit, 0) + 1
        known["figures"] = dict(sorted((Counter(known["figures"]) + Counter(figures)).items()))
        known["problems"] += problems
        self._clean = self._clean and not problems
        known["measured"] += [dict(measured)] if measured else []
        if self._file is not None:
            self._file.write_text(self.text() + "\n")

    def text(self) -> str:
        return json.dumps(self._known, indent=2, ensure_ascii=False)


def _commit() -> str:
    """The code's commit, marked where the tree differs from it; empty where there is no git."""
    try:
        asked = subprocess.run(["git", "describe", "--always", "--dirty"], capture_output=True, text=True, check=False)
    except FileNotFoundError:
        return ""
    return asked.stdout.strip()
