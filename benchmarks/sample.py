"""For every action an update that reaches it, with what has to be known of its sender."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum
from typing import Any

from aiogram.filters.callback_data import CallbackData

from benchmarks import update
from benchmarks.studio import NOW
from bot.action import Action
from bot.dispatcher import AGAIN, CLOSED, OLD_BUTTON, Known
from domain.asking import Asking
from domain.ids import PersonId
from domain.permission import STAFF, VISITOR, Role
from domain.person import Person
from domain.studio import Studio

STUDIO = Studio(name="Studio Kraft", zone="Europe/Berlin", currency="EUR")
PAYMENT = {
    "currency": "EUR",
    "total_amount": 2500,
    "invoice_payload": "purchase:1",
    "telegram_payment_charge_id": "t1",
    "provider_payment_charge_id": "p1",
}
GROUP = {"chat": {"id": -1, "type": "group", "title": "Friends"}, "text": "/start"}


@dataclass(frozen=True, slots=True)
class Sample:
    """An update's text and its sender; `again` where the action shows what may not have been shown."""

    raw: str
    known: Known
    again: bool = False


def samples(table: Mapping[str, Action]) -> dict[str, Sample]:
    """One for each action, by its key."""
    return {key: _sample(key, action, table) for key, action in table.items()}


def _sample(key: str, action: Action, table: Mapping[str, Action]) -> Sample:
    kind, _, name = key.partition(":")
    if kind == "tap":
        return Sample(update.tap(1, _packed(action.data)), _known())
    if kind == "typed":
        return Sample(update.message(1, text="Anna"), _known(asked=name))
    if kind == "event":
        return _event(key, table)
    return Sample(update.message(1, text=key), _known())


def _event(key: str, table: Mapping[str, Action]) -> Sample:
    button = update.tap(1, "home")
    known = {
        "event:newcomer": Sample(button, Known(None, None, STUDIO)),
        "event:payment": Sample(update.message(1, successful_payment=PAYMENT), _known()),
        "event:pre_checkout": Sample(update.checkout(1), _known()),
        "event:membership": Sample(update.member(1, "kicked"), _known()),
        "event:stray": Sample(update.message(1, text="Hello"), _known()),
        "event:group": Sample(update.message(1, **GROUP), _known()),
        OLD_BUTTON: Sample(update.tap(1, "forgotten:1"), _known()),
        CLOSED: Sample(update.tap(1, _packed(table["tap:bk"].data)), _known(roles=VISITOR)),
        AGAIN: Sample(button, _known(), again=True),
    }
    return known[key]


def _known(asked: str = "", roles: Role = Role.TRAINEE | STAFF) -> Known:
    person = Person(
        id=PersonId(1), telegram_id=1, name="Anna", zone="Europe/Berlin", language="en", roles=roles, arrived_at=NOW
    )
    question = Asking(person_id=person.id, kind=asked) if asked else None
    return Known(person, question, STUDIO)


def _packed(kind: type[CallbackData] | None) -> str:
    """A button of this kind, with an example of everything that it carries."""
    assert kind is not None, "a tap carries something"
    return kind(**{name: _example(field.annotation) for name, field in kind.model_fields.items()}).pack()


def _example(kind: Any) -> Any:
    if isinstance(kind, type) and issubclass(kind, Enum):
        return next(iter(kind))
    return "a" if kind is str else kind(20_000)
