"""What a person has been asked to type: at most one thing each, kept in rows so that a restart forgets nothing."""

from dataclasses import dataclass, field
from typing import Protocol

from domain.ids import PersonId

Answered = str | int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Asking:
    """A question of some kind, and what is already known of the answer's use."""

    person_id: PersonId
    kind: str
    values: dict[str, Answered] = field(default_factory=dict)


class AskingStore(Protocol):
    def find(self, person_id: PersonId) -> Asking | None: ...
    def save(self, asking: Asking) -> None: ...
    def clear(self, person_id: PersonId) -> None: ...


class Work(Protocol):
    @property
    def asking(self) -> AskingStore: ...


def ask(work: Work, person_id: PersonId, kind: str, values: dict[str, Answered] | None = None) -> None:
    """Take the person's next text as the answer to this; an earlier question is forgotten."""
    work.asking.save(Asking(person_id=person_id, kind=kind, values=values or {}))
