"""One studio's time, run from its seed on a fresh file, and what came of it."""

import gc
import hashlib
import os
import random
import tempfile
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from unittest.mock import patch

from tests.simulation.city import City, Plan
from tests.simulation.failure import Listener

MEMORY = Path("/dev/shm")  # noqa: S108 - a file of its own is made there
RARE_COLLECTION = (200_000, 20, 50)


@dataclass
class Outcome:
    """What a run found and counted. `digest` is the same for the same seed and code, to the byte."""

    seed: int
    days: int = 0
    operations: Counter[str] = field(default_factory=Counter)
    faults: Counter[str] = field(default_factory=Counter)
    violations: list[str] = field(default_factory=list)
    digest: str = ""


def run(plan: Plan, stop: Callable[[int], bool] = lambda _day: False) -> Outcome:
    """Live through a plan on a fresh file; `stop` is asked after each day."""
    listener = Listener()
    listener.listen()
    with tempfile.TemporaryDirectory(dir=MEMORY if MEMORY.is_dir() else None) as folder, _seeded(plan.seed):
        file = Path(folder) / "studio.sqlite3"
        city = City(plan, file)
        with _rare_collection():
            city.live(stop)
        outcome = _outcome(city, listener)
        city.close()
        return outcome


def _outcome(city: City, listener: Listener) -> Outcome:
    checker = city.checker
    ((bookings,),) = checker.rows("SELECT count(*) FROM booking")
    operations = checker.counts | Counter({"bookings": bookings, "calls of the Bot API": city.line.calls})
    violations = [*checker.violations, *listener.unexpected, *city.loop.failures]
    digest = _digest(city)
    return Outcome(city.plan.seed, city.days, operations, city.faults.counts, violations, digest)


def _digest(city: City) -> str:
    """A hash of every row there is, and of what every chat shows."""
    made = hashlib.sha256()
    for table in city.checker.rows("SELECT name FROM sqlite_schema WHERE type = 'table' ORDER BY name"):
        for row in sorted(repr(tuple(row)) for row in city.checker.rows(f'SELECT * FROM "{table["name"]}"')):
            made.update(row.encode())
    for telegram_id, account in sorted(city.telegram.accounts.items()):
        made.update(repr((telegram_id, account.messages)).encode())
    return made.hexdigest()


@contextmanager
def _seeded(seed: int) -> Iterator[None]:
    """Tokens and references come from the seed, as everything else does."""
    drawn = random.Random(f"tokens {seed}")
    with patch.object(os, "urandom", drawn.randbytes), patch.object(random, "_urandom", drawn.randbytes):
        yield


@contextmanager
def _rare_collection() -> Iterator[None]:
    """What was imported stays, and is not looked through again and again."""
    before = gc.get_threshold()
    gc.collect()
    gc.freeze()
    gc.set_threshold(*RARE_COLLECTION)
    try:
        yield
    finally:
        gc.set_threshold(*before)
        gc.unfreeze()
