"""Many people who book and cancel at once, each over a connection of their own, through the real actions.

What they try is drawn from a seed; what the domain answers is counted. Whether the tables are right afterwards is for
`tests/faults/bookkeeping.py` to say.
"""

import threading
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from random import Random
from typing import Any

from app import process
from domain import booking, founding
from domain.booking import Booked
from domain.error import Refusal
from domain.ids import PersonId, TypeId
from domain.permission import Role
from domain.person import Person
from domain.studio import Studio
from storage.work import Work
from tests.connections import Connections, connections
from tests.factories import trainee, trainer_named
from tests.faults.bare import NOW, SLOT

TRAINERS, TRAINEES, UNITS = 4, 96, 5_000
DAYS, STARTS_A_DAY, STEP = 3, 30, timedelta(minutes=20)
CANCELS = 0.05
RACERS = 4


@dataclass
class Tally:
    """How often what happened. An error is whatever is not a refusal of the domain."""

    attempts: int = 0
    booked: int = 0
    cancelled: int = 0
    refused: Counter[str] = field(default_factory=Counter)
    errors: Counter[str] = field(default_factory=Counter)
    races: int = 0
    races_with_one_winner: int = 0

    def add(self, other: "Tally") -> None:
        for name, value in vars(other).items():
            setattr(self, name, getattr(self, name) + value)


@dataclass(frozen=True)
class Share:
    """What one process does: so many attempts and races over so many connections. `seed` makes them the same again."""

    url: str
    seed: str
    connections: int
    attempts: int
    races: int = 0


def populate(url: str, *, racers: int = 0) -> None:
    """A studio with trainers, with trainees who have plenty of units, and with racers who have a single one."""

    def people(work: Work) -> None:
        founding.found(work, Studio(name="Studio", zone="UTC", currency="EUR"))
        for number in range(max(TRAINERS, racers)):
            trainer_named(work, f"Trainer {number}", 1 + number)
        for number in range(TRAINEES):
            trainee(work, 1_000 + number, UNITS)
        for number in range(racers):
            trainee(work, 5_000 + number, 1)

    made = connections(url)
    made.run(lambda connection: people(Work(connection, NOW)))
    made.close()


def visit(share: Share) -> Tally:
    """Do the share, and tell what came of it."""
    process.tune()
    made = connections(share.url)
    crowd, tally = Crowd(made, share.seed), Tally()
    with ThreadPoolExecutor(share.connections) as threads:
        for _ in range(share.races):
            crowd.race(threads, tally)
        each = _parts(share.attempts, share.connections)
        for part in threads.map(crowd.attempt, range(share.connections), each):
            tally.add(part)
    made.close()
    return tally


class Crowd:
    """The people of a populated studio, and their connections."""

    def __init__(self, made: Connections, seed: str) -> None:
        self._connections, self._seed = made, seed
        self._random = Random(seed)
        self._trainees, self._racers, self._trainers = self._run(_present)
        self._types = [kind.id for kind in self._run(lambda work: work.types.list_published())]

    def attempt(self, number: int, attempts: int) -> Tally:
        """Try so often to book, one after the other, and cancel now and then so that there is something to book."""
        random, tally, mine = Random(f"{self._seed}:{number}"), Tally(), list[Booked]()
        while tally.attempts < attempts:
            if mine and random.random() < CANCELS:
                self._cancel(mine.pop(random.randrange(len(mine))), tally)
            else:
                who, where, kind = (
                    random.choice(each) for each in (self._trainees, self._trainers[:TRAINERS], self._types)
                )
                if booked := self._book(tally, who, where, kind, _slot(random)):
                    mine.append(booked)
        for left in mine[: len(mine) // 2]:
            self._cancel(left, tally)
        return tally

    def race(self, threads: ThreadPoolExecutor, tally: Tally) -> None:
        """Let all racers begin together: one of them with one unit for several slots, or several for one slot."""
        slot = _slot(self._random)
        if self._random.random() < 0.5:
            one = self._random.choice(self._racers)
            wanted = [(one, where) for where in self._trainers[:RACERS]]
        else:
            where = self._random.choice(self._trainers)
            wanted = [(one, where) for one in self._racers[:RACERS]]
        start = threading.Barrier(len(wanted))

        def run(aim: tuple[Person, PersonId]) -> tuple[Booked | None, Tally]:
            own = Tally()
            start.wait()
            return self._book(own, *aim, self._types[0], slot), own

        winners = []
        for booked, own in threads.map(run, wanted):
            tally.add(own)
            winners += [booked] if booked else []
        tally.races += 1
        tally.races_with_one_winner += len(winners) == 1
        for winner in winners:
            self._cancel(winner, tally)

    def _book(self, tally: Tally, who: Person, where: PersonId, kind: TypeId, starts_at: datetime) -> Booked | None:
        tally.attempts += 1
        booked: Booked | None = self._answered(tally, booking.book, who, where, kind, starts_at)
        if booked is None or booked.again:
            return None
        tally.booked += 1
        return booked

    def _cancel(self, booked: Booked, tally: Tally) -> None:
        who = self._trainee_of(booked)
        if self._answered(tally, booking.cancel, who, booked.booking.id, 0):
            tally.cancelled += 1

    def _trainee_of(self, booked: Booked) -> Person:
        found: Person = next(each for each in (*self._trainees, *self._racers) if each.id == booked.booking.trainee_id)
        return found

    def _answered(self, tally: Tally, action: Callable[..., Any], *args: Any) -> Any:
        try:
            return self._run(action, *args)
        except Refusal as refusal:
            tally.refused[refusal.code] += 1
        except Exception as error:  # noqa: BLE001 -- whatever it is, it is counted and shown
            tally.errors[f"{type(error).__name__}: {error}"[:200]] += 1
        return None

    def _run(self, action: Callable[..., Any], *args: Any) -> Any:
        return self._connections.run(lambda connection: action(Work(connection, NOW), *args))


def _present(work: Work) -> tuple[list[Person], list[Person], list[PersonId]]:
    members = work.people.list_with_role(Role.TRAINEE)
    return (
        [each for each in members if each.telegram_id < 5_000],
        [each for each in members if each.telegram_id >= 5_000],
        sorted(each.id for each in work.people.list_with_role(Role.TRAINER)),
    )


def _slot(random: Random) -> datetime:
    first = SLOT.replace(hour=8)
    return first + timedelta(days=random.randrange(DAYS)) + random.randrange(STARTS_A_DAY) * STEP


def _parts(whole: int, count: int) -> list[int]:
    """The whole in so many nearly equal parts."""
    return [whole // count + (number < whole % count) for number in range(count)]
