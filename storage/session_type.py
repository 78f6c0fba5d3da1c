"""Session types."""

from typing import Any

from sqlalchemy import Boolean, Column, Integer, String, Table, bindparam, insert, select
from sqlalchemy.engine import Connection, Row

from domain.error import NotFound
from domain.ids import TypeId
from domain.session_type import SessionType
from storage.schema import METADATA, id_column

session_type = Table(
    "session_type",
    METADATA,
    id_column(),
    Column("name", String, nullable=False),
    Column("minutes", Integer, nullable=False),
    Column("units", Integer, nullable=False),
    Column("buffer_before_minutes", Integer, nullable=False),
    Column("buffer_after_minutes", Integer, nullable=False),
    Column("published", Boolean, nullable=False),
)

GET = select(session_type).where(session_type.c.id == bindparam("id"))
PUBLISHED = select(session_type).where(session_type.c.published).order_by(session_type.c.minutes, session_type.c.id)
ADD = insert(session_type).returning(session_type)


class Types:
    """The session types of `domain.session_type`."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def get(self, type_id: TypeId) -> SessionType:
        row = self._connection.execute(GET, {"id": type_id}).one_or_none()
        if row is None:
            raise NotFound
        return _type(row)

    def list_published(self) -> list[SessionType]:
        return [_type(row) for row in self._connection.execute(PUBLISHED)]

    def add(self, name: str, minutes: int, units: int) -> SessionType:
        values = {
            "name": name,
            "minutes": minutes,
            "units": units,
            "buffer_before_minutes": 0,
            "buffer_after_minutes": 0,
            "published": True,
        }
        return _type(self._connection.execute(ADD, values).one())


def _type(row: Row[Any]) -> SessionType:
    return SessionType(
        id=row.id,
        name=row.name,
        minutes=row.minutes,
        units=row.units,
        buffer_before_minutes=row.buffer_before_minutes,
        buffer_after_minutes=row.buffer_after_minutes,
        published=row.published,
    )
