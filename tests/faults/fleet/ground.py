"""The studio in which it all happens: trainers with sessions behind them, regulars with units, and newcomers."""

from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import text

from domain import booking, founding, ledger, package, person, welcome
from domain.permission import Role
from domain.person import NewPerson, Person
from emulator.chat import Telegram
from emulator.clock import Clock
from storage.connect import connect
from storage.work import Store
from tests.factories import arrived, trainer_named
from tests.faults.fleet.people import OWNER, TRAINEE, TRAINER, Habits
from tests.faults.studio import OLGA, STUDIO

BEGINS_AT = datetime(2026, 11, 30, 14, 0, tzinfo=ZoneInfo(STUDIO.zone)).astimezone(UTC)
TRAINERS, TRAINEES = 20_000, 30_000
PEOPLE_PER_TRAINER = 20
PAST_SESSIONS = 6
REGULAR_UNITS = 12


class Cast:
    """Who takes part, by Telegram's ids: the owner, one trainer for twenty people, trainees for the rest."""

    def __init__(self, people: int) -> None:
        trainers = max(2, people // PEOPLE_PER_TRAINER)
        self.trainers = [TRAINERS + number for number in range(trainers)]
        self.trainees = [TRAINEES + number for number in range(people - trainers - 1)]

    @property
    def regulars(self) -> list[int]:
        """Those who have been here before."""
        return self.trainees[: len(self.trainees) // 3]

    def habits(self) -> dict[int, Habits]:
        """What everybody is here for."""
        return {OLGA: OWNER} | dict.fromkeys(self.trainers, TRAINER) | dict.fromkeys(self.trainees, TRAINEE)

    def enter(self, telegram: Telegram) -> None:
        """Everybody has an account; newcomers have not talked to the bot yet."""
        newcomers = self.trainees[len(self.regulars) :]
        for telegram_id in self.habits():
            telegram.add_person(name_of(telegram_id), id=telegram_id).started = telegram_id not in newcomers


async def populate(url: str, cast: Cast) -> None:
    """A founded studio in an empty database, as of a day before; nobody is told of what was booked until then."""
    database = connect(url)
    store = Store(database, Clock(BEGINS_AT - timedelta(days=1), running=False), lambda _topic: None)
    await store.transact(_populate, cast)
    await database.transact(lambda connection: connection.execute(text("DELETE FROM outbox")))
    await database.close()


def name_of(telegram_id: int) -> str:
    return "Olga" if telegram_id == OLGA else f"{'Tess' if telegram_id < TRAINEES else 'Anna'} {telegram_id % 10_000}"


def _populate(work: Any, cast: Cast) -> None:
    founding.found(work, STUDIO)
    olga = welcome.arrive(work, NewPerson(telegram_id=OLGA, name=name_of(OLGA), language="en"), {OLGA})
    package.create(work, olga, 10, 22000, STUDIO.currency, None)
    trainers = [trainer_named(work, name_of(each), each, since=8, until=21) for each in cast.trainers]
    regulars = [_regular(work, each) for each in cast.regulars]
    kind = work.types.list_published()[0]
    first = BEGINS_AT - timedelta(hours=5)
    for nth, taught_by in enumerate(trainers):
        for slot in range(PAST_SESSIONS):
            trainee = regulars[(nth * PAST_SESSIONS + slot) % len(regulars)]
            booking.book(work, trainee, taught_by.id, kind.id, first + slot * timedelta(minutes=40))


def _regular(work: Any, telegram_id: int) -> Person:
    known = person.give_role(work, arrived(work, name_of(telegram_id), telegram_id), Role.TRAINEE)
    ledger.issue(work, known.id, REGULAR_UNITS, f"fleet:{telegram_id}", None, "granted")
    return known
