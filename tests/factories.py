"""Makers of people by the domain's own actions, for tests in which nobody has to say anything for that."""

from typing import Any

from domain import hours, ledger, trainer, welcome
from domain.availability import Window
from domain.person import NewPerson, Person


def arrived(work: Any, name: str, telegram_id: int) -> Person:
    """Somebody whom the bot has met, and nothing more."""
    return welcome.arrive(work, NewPerson(telegram_id=telegram_id, name=name, language="en"), ())


def trainer_named(work: Any, name: str, telegram_id: int, *, since: int = 8, until: int = 20) -> Person:
    """A trainer who works between these hours every day."""
    made = trainer.enrol(work, arrived(work, name, telegram_id))
    for weekday in range(7):
        hours.set_weekday(work, made, weekday, [Window(since * 60, until * 60)])
    return made


def trainee(work: Any, telegram_id: int, units: int) -> Person:
    """Somebody who has signed up, with so many units."""
    made = arrived(work, f"T{telegram_id}", telegram_id)
    if units:
        ledger.issue(work, made.id, units, f"grant:{telegram_id}", None, "granted")
    return welcome.sign_up(work, made)
