"""Adding up: what many runs lived through, in all and over sessions, with the code and the seeds they ran with."""

import json
import subprocess
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tests.simulation.run import Outcome

DAYS_A_YEAR = 364


@dataclass
class Totals:
    """Sums over outcomes."""

    days: int = 0
    seeds: list[int] = field(default_factory=list)
    operations: Counter[str] = field(default_factory=Counter)
    faults: Counter[str] = field(default_factory=Counter)
    violations: int = 0

    def add(self, outcome: Outcome) -> None:
        self.days += outcome.days
        self.seeds.append(outcome.seed)
        self.operations += outcome.operations
        self.faults += outcome.faults
        self.violations += len(outcome.violations)

    def told(self) -> str:
        """A summary of a few lines."""
        lines = [f"{self.days / DAYS_A_YEAR:.2f} studio-years, {sum(self.faults.values())} faults"]
        lines += [f"  {count:>9} {name}" for name, count in self.operations.most_common()]
        lines += ["faults by kind:", *(f"  {count:>9} {name}" for name, count in self.faults.most_common())]
        return "\n".join([*lines, f"violations: {self.violations}"])


def add_to(file: Path, totals: Totals) -> None:
    """Add a run to a file of runs, so that long runs can be done in parts; `next_seed` says where to go on."""
    known: dict[str, Any] = json.loads(file.read_text()) if file.exists() else {"runs": []}
    known["runs"].append(
        {
            "commit": _commit(),
            "seeds": [min(totals.seeds, default=0), max(totals.seeds, default=0)],
            "days": totals.days,
            "violations": totals.violations,
            "operations": dict(totals.operations),
            "faults": dict(totals.faults),
        }
    )
    runs = known["runs"]
    known["next_seed"] = max(run["seeds"][1] for run in runs) + 1
    known["studio_years"] = round(sum(run["days"] for run in runs) / DAYS_A_YEAR, 2)
    known["violations"] = sum(run["violations"] for run in runs)
    for what in ("operations", "faults"):
        known[what] = dict(sum((Counter(run[what]) for run in runs), Counter()).most_common())
    known["faults_in_all"] = sum(known["faults"].values())
    file.write_text(json.dumps(known, indent=2, ensure_ascii=False) + "\n")


def _commit() -> str:
    """The code's commit, marked where the tree differs from it; empty where there is no git."""
    try:
        asked = subprocess.run(["git", "describe", "--always", "--dirty"], capture_output=True, text=True, check=False)
    except FileNotFoundError:
        return ""
    return asked.stdout.strip()
