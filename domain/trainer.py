"""Trainers: the row that bookings with them lock, the zone their hours are kept in, and how somebody becomes one."""

from dataclasses import dataclass, replace
from typing import Protocol

from domain import audit, person, studio
from domain.ids import PersonId
from domain.permission import Permission, Role
from domain.person import Person


@dataclass(frozen=True, slots=True, kw_only=True)
class Trainer:
    """Somebody who can be booked. `zone` is that of their hours; starts are offered every `step_minutes`."""

    id: PersonId
    name: str
    zone: str
    step_minutes: int


class TrainerStore(Protocol):
    def get(self, trainer_id: PersonId) -> Trainer: ...
    def find(self, trainer_id: PersonId) -> Trainer | None: ...
    def list_all(self) -> list[Trainer]: ...
    def add(self, trainer_id: PersonId, zone: str, step_minutes: int) -> None: ...
    def set_zone(self, trainer_id: PersonId, zone: str) -> None: ...
    def lock(self, trainer_id: PersonId) -> None:
        """Hold the trainer's row until the transaction ends; after the account, before the session."""
        ...


class Work(studio.Work, Protocol):
    @property
    def trainers(self) -> TrainerStore: ...


def enrol(work: Work, newcomer: Person) -> Person:
    """Make the person a trainer whose hours are in the studio's zone; once is enough."""
    if work.trainers.find(newcomer.id) is None:
        at = work.studio.get()
        work.trainers.add(newcomer.id, at.zone, at.unit_minutes)
    return person.give_role(work, newcomer, Role.TRAINER)


def also_train(work: Work, actor: Person) -> Person:
    """A solo owner's own step: an admin becomes a trainer as well, and goes on seeing the admin's menu."""
    person.require(actor, Permission.INVITE)
    if Role.TRAINER not in actor.roles:
        audit.record(work, actor.id, "trainer.enrol", f"person:{actor.id}")
    enrolled = replace(enrol(work, actor), acting_as=Role.ADMIN)
    work.people.save(enrolled)
    return enrolled
