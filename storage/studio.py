"""The studio's one row of settings."""

from dataclasses import asdict
from typing import Any

from sqlalchemy import CheckConstraint, Column, Integer, String, Table, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.engine import Connection, Row

from domain.studio import Studio
from storage.schema import METADATA, Json

studio = Table(
    "studio",
    METADATA,
    Column("id", Integer, primary_key=True, autoincrement=False),
    Column("name", String, nullable=False),
    Column("zone", String, nullable=False),
    Column("currency", String(3), nullable=False),
    Column("unit_minutes", Integer, nullable=False),
    Column("place", String, nullable=False),
    Column("cancel_notice_minutes", Integer, nullable=False),
    Column("minimum_notice_minutes", Integer, nullable=False),
    Column("horizon_days", Integer, nullable=False),
    Column("reminder_leads", Json, nullable=False),
    CheckConstraint("id = 1", name="only_one"),
)

GET = select(studio)
LOCK = GET.with_for_update(key_share=True)
ADD = insert(studio).on_conflict_do_nothing(index_elements=["id"]).returning(studio.c.id)
SAVE = update(studio)


class StudioRow:
    """The settings of `domain.studio`, read once in a transaction: many rules ask for them."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._known: Studio | None = None

    def find(self) -> Studio | None:
        row = self._connection.execute(GET).one_or_none()
        return None if row is None else _studio(row)

    def get(self) -> Studio:
        if self._known is None:
            self._known = _studio(self._connection.execute(GET).one())
        return self._known

    def lock(self) -> Studio:
        self._known = _studio(self._connection.execute(LOCK).one())
        return self._known

    def add(self, founded: Studio) -> bool:
        """Keep the one studio; False when another process was first."""
        return self._connection.execute(ADD, {"id": 1, **_values(founded)}).one_or_none() is not None

    def save(self, changed: Studio) -> None:
        self._connection.execute(SAVE, _values(changed))
        self._known = changed


def _values(of: Studio) -> dict[str, Any]:
    return asdict(of) | {"reminder_leads": list(of.reminder_leads)}


def _studio(row: Row[Any]) -> Studio:
    values = {name: value for name, value in row._mapping.items() if name != "id"}
    return Studio(**values | {"reminder_leads": tuple(row.reminder_leads)})
