"""One studio with its people and its weather, from its opening to the end of its time: everything put together.

The studio is founded in peace, then faults begin. Each week ends in a calm of some minutes, in which the people sleep
and nothing goes wrong, so that what a fault has left behind must come to its end.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from random import Random
from typing import Any

from app.config import Config
from tests.simulation import founding, role
from tests.simulation.checker import Checker
from tests.simulation.failure import is_of_a_fault
from tests.simulation.fault import USUAL, Faults, Rates, UpdateFault
from tests.simulation.founding import FIRST_TRAINEE, FIRST_TRAINER, OWNER, TRAINEES, TRAINERS
from tests.simulation.host import LOOK_SECONDS, Host, StudioClock
from tests.simulation.loop import Life, new_loop
from tests.simulation.people import Someone
from tests.simulation.session import Line
from tests.simulation.storage import Disk, SimulatedDatabase
from tests.simulation.telegram import Telegram
from tests.simulation.weather import Weather
from tests.simulation.wire import BOT, Account

ZONES = (
    "Europe/Berlin",
    "America/New_York",
    "Australia/Lord_Howe",
    "America/Santiago",
    "Africa/Casablanca",
    "Asia/Tokyo",
)
"""Where studios are; in most of them the clocks change twice a year, on Lord Howe by half an hour."""
FIRST_DAY = datetime(2026, 1, 5, 3, tzinfo=UTC)
DAY_SECONDS = 24 * 3600
CALM_SECONDS = 60.0
WAKES_A_DAY = {"trainee": 0.55, "trainer": 0.7, "owner": 0.5}
BLOCKS_A_DAY = 0.003
AWAKE_HOURS = (4, 19)
"""Hours after the beginning of a simulated day, which is at three in the morning UTC."""


@dataclass(frozen=True)
class Plan:
    """What is lived through: a seed, how long, and how rough it gets."""

    seed: int
    days: int = 364
    rates: Rates = USUAL
    rough: bool = True


class City:
    """The simulation of one studio. `live` runs it; what was found is in `checker` and what happened in `counts`."""

    def __init__(self, plan: Plan, file: Path) -> None:
        self.plan = plan
        self._random = Random(f"city {plan.seed}")
        self.loop = new_loop()
        self.zone = self._random.choice(ZONES)
        start = FIRST_DAY + timedelta(days=self._random.randrange(364))
        self.epoch = int(start.timestamp())
        self.clock = StudioClock(self.loop, self.epoch)
        self.faults = Faults(self._rng("faults"), plan.rates)
        self.disk = Disk(file)
        self.checker = Checker(file, self.loop.time, self.epoch)
        self.telegram = Telegram(self.loop, self._rng("telegram"), self.faults, self.epoch, self.checker)
        self.line = Line(self.loop, self._rng("line"), self.faults, self.telegram, self.checker)
        self.host = Host(self.loop, self.clock, self._config(file), self.line, self.faults, self._database)
        self.weather = Weather(self.loop, self._rng("weather"), self.faults, self.line, self.clock, rough=plan.rough)
        self.people = self._people()
        self.days = 0
        self._join()

    def live(self, stop: Callable[[int], bool] = lambda _day: False) -> None:
        """Live through the plan, until the first violation, or until `stop` says so after a day."""
        with self.host.staged():
            self._open()
            if self.plan.rough:
                self.faults.begin()
            ended = False
            while not (ended or self.checker.violations):
                self.weather.plan_day()
                self._day()
                self.days += 1
                ended = self.days == self.plan.days or stop(self.days)
                if (ended or self.days % 7 == 0) and not self.checker.violations:
                    self._calm()

    def close(self) -> None:
        """Let go of everything; what the dead log while they go is nobody's concern."""
        self.host.bury()
        self.checker.close()
        self.disk.close()

    def _day(self) -> None:
        for who in self.people:
            self._plan_wakes(who)
        end = (int(self.loop.time()) // DAY_SECONDS + 1) * DAY_SECONDS
        self.loop.run_until(end, self._violated)

    def _calm(self) -> None:
        """Let everything come to its end, and look whether it did."""
        for who in self.people:
            who.asleep = True
        self.faults.calm()
        self.weather.clear()
        self.host.hurry()
        self._alarm_at(self.loop.time() + LOOK_SECONDS)
        self.loop.run_until(self.loop.time() + CALM_SECONDS, self._violated)
        self.checker.settled(self.clock.now())
        for who in self.people:
            who.asleep = False
        if self.plan.rough:
            self.faults.begin()

    def _open(self) -> None:
        """Found the studio: an owner, trainers with hours, packages, and thirty people who have heard of it."""
        self.host.start()
        self.loop.run_until(30.0)
        app = self.host.app
        assert app is not None
        for step in founding.steps(self._rng("founding")):
            self.loop.begin(self.host.life, partial(app.store.transact, step))
            self.loop.run_until(self.loop.time() + 1)
        for who in self.people:
            who.begin(role.JOIN)
        self.loop.run_until(600.0)

    def _plan_wakes(self, who: Someone) -> None:
        random = self._random
        telegram_id = who.account.id
        kind = "owner" if telegram_id == OWNER else "trainee" if telegram_id >= FIRST_TRAINEE else "trainer"
        for _ in range(_poisson(random, WAKES_A_DAY[kind])):
            self.loop.outside(random.uniform(*AWAKE_HOURS) * 3600, who.wake)
        if random.random() < BLOCKS_A_DAY:
            self.loop.outside(random.uniform(*AWAKE_HOURS) * 3600, who.blocks)

    def _people(self) -> list[Someone]:
        people = [self._someone(OWNER, "Olga", role.owner_errand)]
        people += [self._someone(FIRST_TRAINER + nth, f"Trainer {nth}", role.trainer_errand) for nth in range(TRAINERS)]
        people += [self._someone(FIRST_TRAINEE + nth, f"Trainee {nth}", role.trainee_errand) for nth in range(TRAINEES)]
        return people

    def _someone(self, telegram_id: int, name: str, errand: Callable[[Random], Any]) -> Someone:
        random = self._rng(f"person {telegram_id}")
        who = Someone(Account(telegram_id, name), self.telegram, self.loop, random, errand, role.answer)
        self.telegram.join(who.account, who)
        return who

    def _join(self) -> None:
        """Tie the parts together where they call back."""
        self.telegram.arrived = self._update_arrived
        self.faults.kill = self._kill
        self.host.died = self.checker.died
        self.host.stumbled = self._stumbled
        self.host.late = self.checker.complain

    def _update_arrived(self, fault: UpdateFault | None) -> None:
        if fault is UpdateFault.KILL:
            self.loop.outside(self._random.uniform(0.0, 0.8), self._kill_at_await, self._random.randrange(6))
        elif fault is UpdateFault.STOP:
            self.loop.outside(self._random.uniform(0.0, 0.8), self.host.stop, self._rest_seconds())
        self.line.arrived()

    def _kill_at_await(self, steps: int) -> None:
        """Let a few callbacks pass first, so that any of the awaits of one instant can be the last."""
        if steps:
            self.loop.outside(0, self._kill_at_await, steps - 1)
        else:
            self._kill(self.host.life, "")

    def _kill(self, life: Life, _kind: str) -> None:
        self.checker.counts["process deaths"] += not life.over
        self.host.kill(life, self._rest_seconds())

    def _rest_seconds(self) -> float:
        drawn = self._random.random()
        return self._random.uniform(0.3, 5.0) if drawn < 0.9 else self._random.uniform(5.0, 900.0)

    def _database(self) -> SimulatedDatabase:
        return SimulatedDatabase(
            self.disk,
            self.loop,
            self._rng(f"database {self.host.life.number}"),
            self.faults,
            self._committed,
            self._database_in_trouble,
        )

    def _stumbled(self, failure: Exception) -> None:
        """A job or a start failed; that is right where a fault made it fail."""
        if not is_of_a_fault(failure):
            self.checker.complain(f"unexpected: {failure!r}")

    def _committed(self) -> None:
        self.checker.committed()
        self._set_alarm()

    def _database_in_trouble(self) -> None:
        self.checker.trouble()
        self._alarm_at(self.loop.time() + LOOK_SECONDS)

    def _set_alarm(self) -> None:
        """Have the scheduler look when the next notice can be claimed."""
        seconds = self.checker.next_claim_at()
        if seconds is not None:
            wait = max(seconds - self.epoch - self.loop.time() - self.clock.skew_seconds, 0.0) + 0.5
            self._alarm_at(self.loop.time() + wait)

    _alarm: float = float("inf")

    def _alarm_at(self, when: float) -> None:
        if when < self._alarm:
            self._alarm = when
            self.loop.outside(when - self.loop.time(), self._ring, when)

    def _ring(self, when: float) -> None:
        if when == self._alarm:
            self._alarm = float("inf")
            self.host.look()
            self._set_alarm_later()

    def _set_alarm_later(self) -> None:
        self.loop.outside(1.0, self._set_alarm)

    def _violated(self) -> bool:
        return bool(self.checker.violations)

    def _rng(self, name: str) -> Random:
        return Random(f"{name} {self.plan.seed}")

    def _config(self, file: Path) -> Config:
        return Config(
            _env_file=None,
            bot_token=f"{BOT['id']}:simulated",
            database_url=f"sqlite+aiosqlite:///{file}",
            admin_ids=frozenset({OWNER}),
            migrate=False,
            http_port=0,
            studio_name="Studio",
            studio_timezone=self.zone,
            payment_provider_token="simulated:provider",
        )


def _poisson(random: Random, mean: float) -> int:
    """How often something happens that happens so often on average."""
    count, at = 0, random.expovariate(1.0)
    while at < mean:
        count += 1
        at += random.expovariate(1.0)
    return count
