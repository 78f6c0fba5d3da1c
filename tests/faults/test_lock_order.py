"""Whatever people do at once on the same trainers: nobody waits for somebody who waits for them, and all adds up.

The locks are taken in the order account, trainer, session; on SQLite there is one for everything.
"""

from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta
from random import Random
from typing import Any

import pytest

from bot.notifier import Outcome, Sent
from domain import (
    adjustment,
    booking,
    card,
    completion,
    day,
    founding,
    hours,
    ledger,
    person,
    reminder,
    studio,
    time_off,
)
from domain.availability import Window
from domain.card import Card
from domain.error import Refusal
from domain.permission import Role
from domain.session import Booking, Status
from domain.studio import Studio
from domain.time_off import BookingsChanged
from jobs.claim import Landed, Ready, claim, record
from jobs.sweep import sweep
from storage.work import Work
from tests.connections import Connections, connections
from tests.factories import trainee, trainer_named
from tests.faults.bare import NOW, SLOT
from tests.faults.bookkeeping import wrong

PEOPLE, ACTS = 12, 50
Act = Callable[[Work, Random], object]


class Town:
    """Two trainers with pinned cards, six trainees and an owner, and what any of them may do at any time."""

    def __init__(self, work: Work) -> None:
        founding.found(work, Studio(name="Studio", zone="UTC", currency="EUR"))
        self.owner = person.give_role(work, trainee(work, 1, 0), Role.ADMIN)
        self.trainers = [trainer_named(work, name, 10 + number) for number, name in enumerate(("Tess", "Tom"))]
        self.trainees = [trainee(work, 20 + number, 200) for number in range(6)]
        for each in self.trainers:
            card.keep(work, Card(trainer_id=each.id, message_id=1, on=SLOT.date() + timedelta(days=1)), [])
        self.sending: list[list[Ready]] = []
        self.acts: dict[Act, int] = {
            self.book: 8,
            self.cancel: 3,
            self.cancel_as_trainer: 2,
            self.move: 4,
            self.finish: 3,
            self.undo: 1,
            self.take_time_off: 2,
            self.change_hours: 1,
            self.adjust: 2,
            self.expire_soon: 2,
            self.sweep: 1,
            self.remind: 1,
            self.pin: 2,
            self.send: 3,
            self.mark: 3,
        }

    def book(self, work: Work, random: Random) -> object:
        kind = random.choice(work.types.list_published())
        return booking.book(work, random.choice(self.trainees), random.choice(self.trainers).id, kind.id, slot(random))

    def cancel(self, work: Work, random: Random) -> object:
        found = one(work, random, Status.BOOKED)
        return booking.cancel(work, work.people.get(found.trainee_id), found.id, found.cancel_cost(work.now))

    def cancel_as_trainer(self, work: Work, random: Random) -> object:
        found = one(work, random, Status.BOOKED)
        return booking.cancel(work, work.people.get(found.trainer_id), found.id, 0)

    def move(self, work: Work, random: Random) -> object:
        found = one(work, random, Status.BOOKED)
        who = random.choice((found.trainee_id, found.trainer_id))
        return booking.move(work, work.people.get(who), found.id, slot(random))

    def finish(self, work: Work, random: Random) -> object:
        found = one(work, random, Status.BOOKED)
        work.now = found.starts_at + timedelta(minutes=30)
        verb = random.choice((completion.complete, completion.no_show))
        return verb(work, work.people.get(found.trainer_id), found.id)

    def undo(self, work: Work, random: Random) -> object:
        found = one(work, random, Status.COMPLETED)
        work.now = (found.ended_at or NOW) + timedelta(seconds=10)
        return completion.undo(work, work.people.get(found.trainer_id), found.id)

    def take_time_off(self, work: Work, random: Random) -> object:
        who, on = random.choice(self.trainers), slot(random).date()
        seen = time_off.mark(time_off.touched(work, who.id, on, on))
        taken = time_off.take(work, who, on, on, cancel=True, seen=seen)
        return hours.drop_time_off(work, who, taken.time_off.id)

    def change_hours(self, work: Work, random: Random) -> object:
        who, window = random.choice(self.trainers), Window(480, random.choice((1140, 1200)))
        return card.redrawing(work, hours.set_weekday, who, random.randrange(7), [window])

    def adjust(self, work: Work, random: Random) -> object:
        whose, units = random.choice(self.trainees), random.choice((-2, 3))
        return adjustment.adjust(work, self.owner, whose.id, units, "correction", work.token())

    def expire_soon(self, work: Work, random: Random) -> object:
        return ledger.issue(work, random.choice(self.trainees).id, 2, work.token(), date(2026, 11, 29), "late")

    def sweep(self, work: Work, random: Random) -> object:
        work.now = SLOT + timedelta(hours=random.randrange(72))
        return sweep(work)

    def pin(self, work: Work, random: Random) -> object:
        """Show the day on a card, which plans its edits."""
        who = random.choice(self.trainers)
        shown = day.plan(work, who.id, slot(random).date())
        return card.keep(work, Card(trainer_id=who.id, message_id=1, on=shown.on), shown.changes_at())

    def send(self, work: Work, random: Random) -> object:
        """Claim what is due at some time in the days to come, cards whose day is over among it."""
        work.now = SLOT + timedelta(hours=random.randrange(72))
        self.sending.append(claim(work, work.now, 0, []).ready)
        return None

    def mark(self, work: Work, random: Random) -> object:
        """Write down what became of some sends; now and then the reader cannot be reached."""
        if not self.sending:
            raise Refusal
        ready = self.sending.pop()
        landed = [Landed(each, Sent(random.choice(list(Outcome)))) for each in ready]
        work.now = SLOT + timedelta(hours=random.randrange(72))
        return record(work, landed, None, work.now)

    def remind(self, work: Work, random: Random) -> object:
        studio.set_leads(work, self.owner, tuple(random.sample((60, 120, 720, 1440), 2)))
        return reminder.replan_all(work)


def slot(random: Random) -> Any:
    return SLOT.replace(hour=8) + timedelta(days=random.randrange(2), minutes=20 * random.randrange(30))


def one(work: Work, random: Random, status: Status) -> Booking:
    """Any booking that stands so now, though perhaps no longer when its locks are held."""
    both = [
        work.bookings.list_for_trainer(each.id, SLOT - timedelta(days=1), SLOT + timedelta(days=9))
        for each in work.trainers.list_all()
    ]
    found = [each for taught in both for each in taught if each.status is status]
    if not found:
        raise Refusal
    return random.choice(found)


def live(made: Connections, town: Town, seed: int) -> Counter[str]:
    """Do this and that, and tell what went wrong that is no refusal."""
    random, failed = Random(seed), Counter[str]()
    acts = random.choices(list(town.acts), list(town.acts.values()), k=ACTS)
    for act in acts:
        try:
            made.run(lambda connection, act=act: act(Work(connection, NOW), random))
        except Refusal:
            continue
        except Exception as error:  # noqa: BLE001 -- whatever it is, the test shows it
            failed[f"{act.__name__}: {type(error).__name__}: {error}"[:300]] += 1
    return failed


@pytest.mark.parametrize("seed", [1, 2])
def test_whatever_is_done_at_once_nobody_waits_in_a_circle_and_all_adds_up(database_url: str, seed: int) -> None:
    made = connections(database_url)
    town = made.run(lambda connection: Town(Work(connection, NOW)))
    with ThreadPoolExecutor(PEOPLE) as threads:
        failed = sum(threads.map(lambda number: live(made, town, 100 * seed + number), range(PEOPLE)), Counter[str]())
    made.close()
    assert failed == Counter()
    assert wrong(database_url) == {}


def test_time_off_cancels_nobody_whose_account_was_not_locked_before_the_trainer(
    database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As when a completed session is reopened just between: waiting for the account now would be a circle."""
    made = connections(database_url)
    town = made.run(lambda connection: Town(Work(connection, NOW)))
    tess, anna = town.trainers[0], town.trainees[0]
    lock = time_off._lock
    monkeypatch.setattr(time_off, "_lock", lambda work, trainer_id, _bookings: lock(work, trainer_id, []))

    def book(work: Work) -> Booking:
        kind = work.types.list_published()[0]
        return booking.book(work, anna, tess.id, kind.id, SLOT).booking

    def take(work: Work) -> object:
        seen = time_off.mark(time_off.touched(work, tess.id, SLOT.date(), SLOT.date()))
        return time_off.take(work, tess, SLOT.date(), SLOT.date(), cancel=True, seen=seen)

    booked = made.run(lambda connection: book(Work(connection, NOW)))
    with pytest.raises(BookingsChanged):
        made.run(lambda connection: take(Work(connection, NOW)))
    assert made.run(lambda connection: Work(connection, NOW).bookings.get(booked.id)).active
    made.close()
