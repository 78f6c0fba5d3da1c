"""The trainers' pinned cards, one row for each trainer who has one."""

from typing import Any

from sqlalchemy import Column, Date, ForeignKey, Table, bindparam, delete, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.engine import Connection, Row

from domain.card import Card
from domain.ids import PersonId
from storage.schema import METADATA, BigId

card = Table(
    "card",
    METADATA,
    Column("trainer_id", BigId, ForeignKey("trainer.id"), primary_key=True, autoincrement=False),
    Column("message_id", BigId, nullable=False),
    Column("on_date", Date, nullable=False),
)

FIND = select(card).where(card.c.trainer_id == bindparam("id"))
_new: Any = insert(card)
SAVE = _new.on_conflict_do_update(
    index_elements=["trainer_id"],
    set_={"message_id": _new.excluded.message_id, "on_date": _new.excluded.on_date},
)
ALL = select(card).order_by(card.c.trainer_id)
DROP = delete(card).where(card.c.trainer_id == bindparam("id"), card.c.message_id == bindparam("message"))


class Cards:
    """The cards of `domain.card`."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def find(self, trainer_id: PersonId) -> Card | None:
        row = self._connection.execute(FIND, {"id": trainer_id}).one_or_none()
        return None if row is None else _card(row)

    def list_all(self) -> list[Card]:
        return [_card(row) for row in self._connection.execute(ALL)]

    def save(self, kept: Card) -> None:
        self._connection.execute(
            SAVE, {"trainer_id": kept.trainer_id, "message_id": kept.message_id, "on_date": kept.on}
        )

    def drop(self, trainer_id: PersonId, message_id: int) -> None:
        self._connection.execute(DROP, {"id": trainer_id, "message": message_id})


def _card(row: Row[Any]) -> Card:
    return Card(trainer_id=row.trainer_id, message_id=row.message_id, on=row.on_date)
