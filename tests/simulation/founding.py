"""How a simulated studio comes to be, by the domain's own actions: an owner, trainers with hours, packages on sale."""

from collections.abc import Callable, Iterator
from functools import partial
from random import Random
from typing import Any

from domain import hours, invite, package, welcome
from domain.availability import Window
from domain.permission import Role
from domain.person import NewPerson, Person

OWNER, FIRST_TRAINER, FIRST_TRAINEE = 1000, 2000, 3000
"""Accounts at Telegram; trainers and trainees count from theirs."""
TRAINERS, TRAINEES = 2, 30
WORKDAYS = range(6)
PACKAGES = ((1, 25_00, None), (5, 115_00, 60), (10, 220_00, 180), (20, 400_00, None))
"""Units, price in cents, days valid."""
Step = Callable[[Any], object]


def steps(random: Random) -> Iterator[Step]:
    """One transaction each, in their order."""
    yield partial(_arrive, telegram_id=OWNER, name="Olga")
    for units, price_minor, valid_days in PACKAGES:
        yield partial(_sell, units=units, price_minor=price_minor, valid_days=valid_days)
    for trainer in range(FIRST_TRAINER, FIRST_TRAINER + TRAINERS):
        yield partial(_employ, telegram_id=trainer)
        begins = 60 * random.randint(7, 10)
        for weekday in WORKDAYS:
            yield partial(_open, telegram_id=trainer, weekday=weekday, begins=begins)


def _arrive(work: Any, telegram_id: int, name: str) -> Person:
    return welcome.arrive(work, NewPerson(telegram_id=telegram_id, name=name, language="en"), {OWNER})


def _sell(work: Any, units: int, price_minor: int, valid_days: int | None) -> None:
    package.create(work, _known(work, OWNER), units, price_minor, "EUR", valid_days)


def _employ(work: Any, telegram_id: int) -> None:
    invitation = invite.create(work, _known(work, OWNER), Role.TRAINER)
    invite.accept(work, _arrive(work, telegram_id, f"Trainer {telegram_id}"), invitation.payload)


def _open(work: Any, telegram_id: int, weekday: int, begins: int) -> None:
    """Four hours, an hour's break, and four and a half more."""
    windows = [Window(begins, begins + 240), Window(begins + 300, begins + 570)]
    hours.set_weekday(work, _known(work, telegram_id), weekday, windows)


def _known(work: Any, telegram_id: int) -> Person:
    found: Person = work.people.find_by_telegram(telegram_id)
    return found
