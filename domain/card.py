"""The trainer's pinned card: which message shows which day, and the edits it is due.

What the card shows is `day`; a trainer has one card at most. An edit is a row of the outbox like any notice, so it
survives a crash; the changes of one second share it.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any, Concatenate, ParamSpec, Protocol, TypeVar
from zoneinfo import ZoneInfo

from domain import hours, session
from domain.ids import PersonId
from domain.outbox import Kind, Notice
from domain.person import Person
from domain.session import Booking

P = ParamSpec("P")
T = TypeVar("T")

KEPT = timedelta(hours=1)
"""How long an edit that could not be made is worth trying."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Card:
    """A message in the trainer's chat that shows the trainer's own calendar date `on`."""

    trainer_id: PersonId
    message_id: int
    on: date


class CardStore(Protocol):
    def find(self, trainer_id: PersonId) -> Card | None: ...
    def list_all(self) -> list[Card]: ...
    def save(self, card: Card) -> None:
        """Keep it in place of the trainer's earlier one."""
        ...

    def drop(self, trainer_id: PersonId, message_id: int) -> None:
        """Forget the card, unless it is another message by now."""
        ...


class Work(session.Work, Protocol):
    @property
    def cards(self) -> CardStore: ...


def keep(work: Work, card: Card, changes_at: Iterable[datetime]) -> Card | None:
    """Remember the card, with edits when it changes by itself and when its day is over; returns the one it replaces."""
    work.trainers.lock(card.trainer_id)
    earlier = work.cards.find(card.trainer_id)
    work.cards.save(card)
    _, over_at = hours.span(work.trainers.get(card.trainer_id).zone, card.on, card.on)
    _refresh(work, card.trainer_id, *changes_at, over_at)
    return earlier


def refresh(work: Work, booked: Booking, *later_at: datetime) -> None:
    """Draw the trainer's card anew, now, when the session begins and ends and at these instants, if it shows it.

    It shows its own day, and what earlier days have left open.
    """
    card = work.cards.find(booked.trainer_id)
    zone = ZoneInfo(work.trainers.get(booked.trainer_id).zone)
    if card is None or card.on < booked.starts_at.astimezone(zone).date():
        return
    _refresh(work, booked.trainer_id, work.now, booked.starts_at, booked.ends_at, *later_at)


def redrawing(
    work: Work, change: Callable[Concatenate[Any, Person, P], T], trainer: Person, *args: P.args, **named: P.kwargs
) -> T:
    """Change the trainer's hours or time off, and draw the card anew."""
    result = change(work, trainer, *args, **named)
    if work.cards.find(trainer.id) is not None:
        _refresh(work, trainer.id, work.now)
    return result


def _refresh(work: Work, trainer_id: PersonId, *since: datetime) -> None:
    """Edits two seconds on, when a change made in this second has surely been committed; later ones get another."""
    seconds = {int(each.timestamp()) + 2 for each in since}
    due = {second: datetime.fromtimestamp(second, UTC) for second in sorted(seconds)}
    work.outbox.add(
        *(
            Notice(
                key=f"refresh:{trainer_id}:{second}",
                person_id=trainer_id,
                kind=Kind.REFRESH,
                due_at=due_at,
                expires_at=due_at + KEPT,
            )
            for second, due_at in due.items()
            if due_at > work.now
        )
    )
