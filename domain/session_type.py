"""Session types: what can be booked. One-to-one training in three lengths is three of them."""

from dataclasses import dataclass
from typing import Protocol

from domain import studio
from domain.error import NotFound
from domain.ids import TypeId
from domain.studio import Studio

LENGTHS_IN_UNITS = (1, 2, 3)


@dataclass(frozen=True, slots=True, kw_only=True)
class SessionType:
    """Something bookable: its length, what it costs in units, and the minutes kept free around it."""

    id: TypeId
    name: str
    minutes: int
    units: int
    buffer_before_minutes: int = 0
    buffer_after_minutes: int = 0
    published: bool = True


class TypeStore(Protocol):
    def get(self, type_id: TypeId) -> SessionType: ...
    def list_published(self) -> list[SessionType]: ...
    def add(self, name: str, minutes: int, units: int) -> SessionType: ...


class Work(studio.Work, Protocol):
    @property
    def types(self) -> TypeStore: ...


def published(work: Work, type_id: TypeId) -> SessionType:
    """The type if it can be booked now, otherwise `NotFound`."""
    found = work.types.get(type_id)
    if not found.published:
        raise NotFound
    return found


def found_standard(work: Work, founded: Studio) -> None:
    """Give a new studio its personal training of one, two and three units."""
    for units in LENGTHS_IN_UNITS:
        minutes = units * founded.unit_minutes
        work.types.add("Personal training", minutes, founded.units_for(minutes))
