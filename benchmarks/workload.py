"""The slot search's workload: ten trainers with the same hours and 200 bookings each, over 30 days with a DST change.

`workload.json` counts bookings in steps after `booked_from`, in minutes since 1970 UTC.
"""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from hashlib import sha256
from pathlib import Path

from domain.availability import Hours, Minute, Window, open_intervals
from domain.slot import Fit, Interval

FACTS = Path(__file__).with_name("workload.json")
DAY_MINUTES = 24 * 60
ONE_TRAINER = "3efdb608435716088578eb1e5d73cc9483e000d165767175924aa56be45b2fa0"
ANY_TRAINER = "82a5a104171e5eb9791a48a2c76bcb9ed074b7831f9dc4aeec7cea5c6725ee68"
"""SHA-256 of the right answers: the JSON list of the starts of the first trainer, and of all ten together."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Workload:
    """Who works when, what is booked, and what is looked for. `buffer` minutes lie between two sessions."""

    zone: str
    first_on: date
    days: int
    weekdays: tuple[int, ...]
    windows: tuple[tuple[int, int], ...]
    step: int
    minutes: int
    buffer: int
    booked: tuple[tuple[Interval, ...], ...]

    @property
    def hours(self) -> Hours:
        windows = tuple(Window(start, end) for start, end in self.windows)
        return Hours(self.zone, dict.fromkeys(self.weekdays, windows), {})

    @property
    def fit(self) -> Fit:
        """What the search is asked, over all the days."""
        opened = self.open_minutes()
        return Fit(
            minutes=self.minutes,
            step=self.step,
            buffer_before=self.buffer,
            buffer_after=self.buffer,
            earliest=opened[0][0],
            latest=opened[-1][1],
        )

    def open_minutes(self) -> list[tuple[Minute, Minute]]:
        """The windows as instants, for searches that are not about time zones."""
        last_on = self.first_on + timedelta(days=self.days - 1)
        return [(each.start, each.end) for each in open_intervals(self.hours, self.first_on, last_on)]


@cache
def load() -> Workload:
    """The workload of the file."""
    facts = json.loads(FACTS.read_text())
    since, step, minutes = facts.pop("booked_from"), facts["step"], facts["minutes"]
    booked = tuple(
        tuple((Minute(since + step * each), Minute(since + step * each + minutes)) for each in one)
        for one in facts.pop("booked")
    )
    facts["first_on"] = date.fromisoformat(facts["first_on"])
    facts |= {name: tuple(map(tuple, facts[name])) for name in ("windows",)}
    return Workload(**facts | {"weekdays": tuple(facts["weekdays"]), "booked": booked})


def digest(starts: Iterable[int]) -> str:
    """The answer's fingerprint, to be compared with the right one."""
    return sha256(json.dumps(list(starts)).encode()).hexdigest()
