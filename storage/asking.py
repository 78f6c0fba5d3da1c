"""What each person has been asked to type."""

from sqlalchemy import Column, ForeignKey, String, Table, bindparam, delete, insert, select
from sqlalchemy.engine import Connection

from domain.asking import Asking
from domain.ids import PersonId
from storage.schema import METADATA, BigId, Json

asking = Table(
    "asking",
    METADATA,
    Column("person_id", BigId, ForeignKey("person.id"), primary_key=True, autoincrement=False),
    Column("kind", String, nullable=False),
    Column("values", Json, nullable=False),
)

FIND = select(asking).where(asking.c.person_id == bindparam("id"))
CLEAR = delete(asking).where(asking.c.person_id == bindparam("id"))
ADD = insert(asking).inline()


class AskingStore:
    """The questions of `domain.asking`."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def find(self, person_id: PersonId) -> Asking | None:
        row = self._connection.execute(FIND, {"id": person_id}).one_or_none()
        return None if row is None else Asking(**row._mapping)

    def save(self, asked: Asking) -> None:
        self.clear(asked.person_id)
        values = {"kind": asked.kind, "values": asked.values}
        self._connection.execute(ADD, {"person_id": asked.person_id, **values})

    def clear(self, person_id: PersonId) -> None:
        self._connection.execute(CLEAR, {"id": person_id})
