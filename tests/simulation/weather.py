"""What goes wrong at its own time, not at the product's: outages, storms of faults, and clocks that jump."""

from collections.abc import Callable
from random import Random

from tests.simulation.fault import Faults
from tests.simulation.host import StudioClock
from tests.simulation.loop import VirtualLoop
from tests.simulation.session import Line

HOUR = 3600.0
STORM_SECONDS = (30.0, 400.0)
OUTAGE_SECONDS = (20.0, 2 * HOUR)
LONG_OUTAGE_SECONDS = (24.5 * HOUR, 40 * HOUR)
AWAY_SECONDS = (2.0, 90.0)
SKEW_SECONDS = (-120.0, -5.0, -1.0, 1.0, 7.0, 90.0, 600.0)


class Weather:
    """Plans each day's bad weather, and clears it."""

    def __init__(
        self, loop: VirtualLoop, random: Random, faults: Faults, line: Line, clock: StudioClock, *, rough: bool
    ) -> None:
        self._loop, self._random, self._faults, self._line, self._clock = loop, random, faults, line, clock
        self._rough = rough
        self._season = 0

    def plan_day(self) -> None:
        if not self._rough:
            return
        for probability, begin in (
            (0.12, self._storm),
            (0.05, self._outage),
            (0.004, self._long_outage),
            (0.06, self._away),
            (0.06, self._skew),
        ):
            if self._random.random() < probability:
                self._later(self._random.uniform(4, 20) * HOUR, begin)

    def clear(self) -> None:
        """End whatever is going on, and forget what was planned."""
        self._season += 1
        self._line.down = False
        self._line.cut()
        self._clock.skew_seconds = 0.0

    def _storm(self) -> None:
        self._faults.storm()
        self._later(self._random.uniform(*STORM_SECONDS), self._faults.begin)

    def _outage(self) -> None:
        self._fall(self._random.uniform(*OUTAGE_SECONDS), "outage of Telegram")

    def _long_outage(self) -> None:
        self._fall(self._random.uniform(*LONG_OUTAGE_SECONDS), "outage of more than 24 h")

    def _fall(self, seconds: float, kind: str) -> None:
        self._faults.count(kind)
        self._line.down = True
        self._later(seconds, self._rise)

    def _rise(self) -> None:
        self._line.down = False

    def _away(self) -> None:
        self._faults.count("database away")
        self._faults.set_away(away=True)
        self._later(self._random.uniform(*AWAY_SECONDS), lambda: self._faults.set_away(away=False))

    def _skew(self) -> None:
        """The clock jumps, and is put right some time later, which is a jump as well."""
        self._faults.count("clock jump")
        self._clock.skew_seconds = self._random.choice(SKEW_SECONDS)
        self._later(self._random.uniform(60, 2 * HOUR), self._put_right)

    def _put_right(self) -> None:
        self._faults.count("clock jump")
        self._clock.skew_seconds = 0.0

    def _later(self, seconds: float, do: Callable[[], None]) -> None:
        season = self._season

        def unless_cleared() -> None:
            if season == self._season:
                do()

        self._loop.outside(seconds, unless_cleared)
