"""Trainers; the name comes from the person."""

from typing import Any

from sqlalchemy import Column, ForeignKey, Integer, String, Table, bindparam, insert, select, update
from sqlalchemy.engine import Connection, Row

from domain.error import NotFound
from domain.ids import PersonId
from domain.trainer import Trainer
from storage.person import person
from storage.schema import METADATA, BigId

trainer = Table(
    "trainer",
    METADATA,
    Column("id", BigId, ForeignKey("person.id"), primary_key=True, autoincrement=False),
    Column("zone", String, nullable=False),
    Column("step_minutes", Integer, nullable=False),
)

ALL = select(trainer, person.c.name).join(person, person.c.id == trainer.c.id).order_by(person.c.name, trainer.c.id)
FIND = select(trainer, person.c.name).join(person, person.c.id == trainer.c.id).where(trainer.c.id == bindparam("id"))
ADD = insert(trainer).inline()
SET_ZONE = update(trainer).where(trainer.c.id == bindparam("this")).values(zone=bindparam("to"))
LOCK = select(trainer.c.id).where(trainer.c.id == bindparam("id")).with_for_update()


class Trainers:
    """The trainers of `domain.trainer`, each read once in a transaction: many rules ask for the same."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._known: dict[PersonId, Trainer] = {}

    def find(self, trainer_id: PersonId) -> Trainer | None:
        if trainer_id not in self._known:
            row = self._connection.execute(FIND, {"id": trainer_id}).one_or_none()
            if row is None:
                return None
            self._known[trainer_id] = _trainer(row)
        return self._known[trainer_id]

    def get(self, trainer_id: PersonId) -> Trainer:
        found = self.find(trainer_id)
        if found is None:
            raise NotFound
        return found

    def list_all(self) -> list[Trainer]:
        return [_trainer(row) for row in self._connection.execute(ALL)]

    def add(self, trainer_id: PersonId, zone: str, step_minutes: int) -> None:
        self._connection.execute(ADD, {"id": trainer_id, "zone": zone, "step_minutes": step_minutes})

    def set_zone(self, trainer_id: PersonId, zone: str) -> None:
        self._connection.execute(SET_ZONE, {"this": trainer_id, "to": zone})
        self._known.pop(trainer_id, None)

    def lock(self, trainer_id: PersonId) -> None:
        self._known.pop(trainer_id, None)
        if self._connection.execute(LOCK, {"id": trainer_id}).one_or_none() is None:
            raise NotFound


def _trainer(row: Row[Any]) -> Trainer:
    return Trainer(id=row.id, name=row.name, zone=row.zone, step_minutes=row.step_minutes)
