"""What buttons can carry: for each field its meaning and an example that would work for whoever it belongs to."""

from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum, auto
from typing import Any

from aiogram.filters.callback_data import CallbackData

from bot.action import Action
from bot.keyboards.button import day_number
from domain.adjustment import Reason
from domain.availability import minute_of
from domain.permission import Role
from domain.session import Complaint
from tests.security.building import OFF_ON, TOMORROW, Building
from tests.world import berlin

NOBODY_S = 999_999
"""A number that nothing has."""


class Meaning(Enum):
    """Whose what a field names is."""

    OWNED = auto()
    """One person's own: for everybody else it does not exist."""
    SHARED = auto()
    """Everybody's who may use the action: what is on sale, who can be booked, what admins manage."""
    PLAIN = auto()
    """No id, but a number, a date, a choice."""


@dataclass(frozen=True)
class Field:
    """What a field means, and an example of it."""

    meaning: Meaning
    example: Callable[[Building], Any]


def owned(example: Callable[[Building], Any]) -> Field:
    return Field(Meaning.OWNED, example)


def shared(example: Callable[[Building], Any]) -> Field:
    return Field(Meaning.SHARED, example)


def plain(value: Any) -> Field:
    return Field(Meaning.PLAIN, lambda _building: value)


FIELDS = {
    "booking": owned(lambda building: building.coming),
    "moving": owned(lambda building: building.coming),
    "purchase": owned(lambda building: building.things.order),
    "id": owned(lambda building: building.things.time_off),
    "trainer": shared(lambda building: building.things.tess),
    "type": shared(lambda building: building.things.type),
    "package": shared(lambda building: building.things.package),
    "above": shared(lambda building: building.things.other_package),
    "person": shared(lambda building: building.things.anna),
    "invite": shared(lambda building: building.things.invite),
    "after": plain(0),
    "amount": plain(20_000),
    "anyone": plain(False),
    "back": plain(""),
    "before": plain(20_000),
    "cancel": plain(True),
    "cause": plain("not-the-cause"),
    "chosen": plain(0b1111110),
    "code": plain("en"),
    "complaint": plain(Complaint.SHORTER),
    "day": plain(day_number(TOMORROW)),
    "days": plain(90),
    "end": plain(10 * 60),
    "field": plain("horizon_days"),
    "first": plain(day_number(OFF_ON)),
    "free": plain(0),
    "index": plain(0),
    "invoice": plain(1),
    "last": plain(day_number(OFF_ON)),
    "leads": plain("none"),
    "on_sale": plain(False),
    "page": plain(0),
    "price_minor": plain(1234),
    "quantity": plain(1),
    "reason": plain(Reason.GOODWILL),
    "role": plain(Role.TRAINER.value),
    "seen": plain(0),
    "shown": plain(day_number(TOMORROW)),
    "start": plain(minute_of(berlin(16, days=1))),
    "units": plain(0),
    "value": plain("30"),
    "zone": plain("Europe/Berlin"),
}
"""The meaning of every field that a button carries. A new one has to be entered here, before any test below passes."""

OTHERWISE: dict[str, dict[str, Field]] = {
    "cp": {"booking": owned(lambda building: building.begun)},
    "cp.1": {"booking": owned(lambda building: building.begun)},
    "cp.n": {"booking": owned(lambda building: building.begun)},
    "cp.nn": {"booking": owned(lambda building: building.begun)},
    "cp.l": {"booking": owned(lambda building: building.begun)},
    "cp.u": {"booking": owned(lambda building: building.ended)},
    "cp.u1": {"booking": owned(lambda building: building.ended)},
    "rc.y": {"booking": owned(lambda building: building.ended)},
    "rc.n": {"booking": owned(lambda building: building.ended)},
    "rc.w": {"booking": owned(lambda building: building.ended)},
    "rc.s": {"booking": owned(lambda building: building.ended)},
    "rc.sa": {"booking": shared(lambda building: building.ended)},
    "aj.u": {"units": plain(3)},
    "aj.r": {"units": plain(3)},
    "aj.ok": {"units": plain(3)},
    "pk.nu": {"units": plain(5)},
    "pk.np": {"units": plain(5)},
    "pk.nv": {"units": plain(5)},
    "pk.ok": {"units": plain(5)},
    "hr.w": {"day": plain(2), "start": plain(9 * 60)},
    "hr.b": {"day": plain(2)},
    "hr.bp": {"day": plain(2), "start": plain(9 * 60)},
    "hr.c": {"day": plain(2)},
    "hr.cc": {"day": plain(2)},
}
"""Examples for single buttons that would do nothing with the usual one."""


def fields_of(action: Action) -> dict[str, Field]:
    """The fields of what a button of this action carries."""
    assert action.data is not None, "only taps carry data"
    given = OTHERWISE.get(action.data.__prefix__, {})
    return {name: given.get(name) or FIELDS[name] for name in action.data.model_fields}


def example(action: Action, building: Building, **instead: Any) -> str:
    """What the button of this action would carry for Anna or Tess."""
    assert action.data is not None, "only taps carry data"
    values = {name: field.example(building) for name, field in fields_of(action).items()}
    made: CallbackData = action.data(**values | instead)
    return made.pack()


ASKED: dict[str, Callable[[Building], tuple[dict[str, Any], str]]] = {
    "adjust_person": lambda _: ({}, "Annabella"),
    "adjust_units": lambda building: ({"person": building.things.anna}, "3"),
    "adjust_reason": lambda building: ({"person": building.things.anna, "units": 3}, "a gift"),
    "break": lambda _: ({"day": 2}, "12-13"),
    "complaint": lambda building: ({"booking": building.ended}, "It was shorter"),
    "date": lambda _: ({}, "24 Dec"),
    "hours": lambda _: ({"day": 2}, "9-12"),
    "name": lambda _: ({}, "Mallory"),
    "newcomer.city": lambda _: ({}, "Lisbon"),
    "newcomer.name": lambda _: ({}, "Mallory"),
    "package_new_price": lambda _: ({"units": 5}, "99"),
    "package_new_validity": lambda _: ({"units": 5, "price_minor": 9900}, "90"),
    "package_price": lambda building: ({"package": building.things.package}, "99"),
    "package_units": lambda _: ({}, "5"),
    "package_validity": lambda building: ({"package": building.things.package}, "90"),
    "setting": lambda _: ({"field": "horizon_days"}, "30"),
    "time_off": lambda _: ({}, "24 Dec"),
    "zone": lambda _: ({}, "Lisbon"),
}
"""For every question what is known already, and an answer that would work."""
