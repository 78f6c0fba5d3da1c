"""What there is to check after a run of a fleet, and what a check brings to light."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime

from tests.faults.checker import Evidence
from tests.faults.fleet.log import Log


@dataclass(frozen=True)
class Seen:
    """The database and the stand-in after the run, what was known of updates meanwhile, and when processes died.

    What was due at `settled_at` had its time to be sent before the processes left.
    """

    evidence: Evidence
    log: Log
    killed_at: Sequence[datetime]
    settled_at: datetime


@dataclass
class Findings:
    """What is wrong; how often what happened; and how long after their cause notices arrived, in seconds."""

    problems: list[str] = field(default_factory=list)
    counted: Counter[str] = field(default_factory=Counter)
    lags: list[float] = field(default_factory=list)


def instant(stored: str) -> datetime:
    """An instant as a copy has it."""
    return datetime.fromisoformat(stored).replace(tzinfo=UTC)
