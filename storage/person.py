"""People, and finding them by part of their name."""

from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, Boolean, Column, Integer, String, Table, bindparam, insert, select, update
from sqlalchemy.engine import Connection, Row

from domain.error import NotFound
from domain.ids import PersonId
from domain.permission import Role
from domain.person import NewPerson, Person, folded
from storage.schema import METADATA, Instant, Json, id_column

person = Table(
    "person",
    METADATA,
    id_column(),
    Column("telegram_id", BigInteger, nullable=False, unique=True),
    Column("name", String, nullable=False),
    Column("folded_name", String, nullable=False),
    Column("zone", String, nullable=False),
    Column("language", String, nullable=False),
    Column("roles", Integer, nullable=False),
    Column("acting_as", Integer, nullable=False),
    Column("reminder_leads", Json),
    Column("reachable", Boolean, nullable=False),
    Column("payload", String, nullable=False),
    Column("arrived_at", Instant, nullable=False),
)

GET = select(person).where(person.c.id == bindparam("id"))
LOCK = GET.with_for_update(key_share=True)
FIND = select(person).where(person.c.telegram_id == bindparam("telegram_id"))
WITH_ROLE = select(person).where(person.c.roles.op("&")(bindparam("role", type_=Integer)) != 0).order_by(person.c.id)
MEMBERS = select(person).where(person.c.roles != 0)
SEARCH = (
    MEMBERS.where(person.c.folded_name.contains(bindparam("text"), autoescape=False, escape="\\"))
    .order_by(person.c.folded_name, person.c.id)
    .limit(bindparam("limit"))
)
NEWEST = (
    MEMBERS.order_by(person.c.arrived_at.desc(), person.c.id.desc())
    .limit(bindparam("limit"))
    .offset(bindparam("offset"))
)
ADD = insert(person).returning(person)
SAVE = update(person).where(person.c.id == bindparam("this"))


class People:
    """The people of `domain.person`."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def get(self, person_id: PersonId) -> Person:
        return self._one(GET, person_id)

    def lock(self, person_id: PersonId) -> Person:
        return self._one(LOCK, person_id)

    def find_by_telegram(self, telegram_id: int) -> Person | None:
        row = self._connection.execute(FIND, {"telegram_id": telegram_id}).one_or_none()
        return None if row is None else _person(row)

    def add(self, new: NewPerson, zone: str, arrived_at: datetime) -> Person:
        values = {
            "telegram_id": new.telegram_id,
            "name": new.name,
            "folded_name": folded(new.name),
            "zone": zone,
            "language": new.language,
            "roles": 0,
            "acting_as": 0,
            "reminder_leads": None,
            "reachable": True,
            "payload": new.payload,
            "arrived_at": arrived_at,
        }
        return _person(self._connection.execute(ADD, values).one())

    def save(self, changed: Person) -> None:
        self._connection.execute(
            SAVE,
            {
                "this": changed.id,
                "name": changed.name,
                "folded_name": folded(changed.name),
                "zone": changed.zone,
                "language": changed.language,
                "roles": changed.roles.value,
                "acting_as": changed.acting_as.value,
                "reminder_leads": None if changed.reminder_leads is None else list(changed.reminder_leads),
                "payload": changed.payload,
            },
        )

    def set_reachable(self, person_id: PersonId, *, reachable: bool) -> None:
        self._connection.execute(SAVE, {"this": person_id, "reachable": reachable})

    def list_with_role(self, role: Role) -> list[Person]:
        return [_person(row) for row in self._connection.execute(WITH_ROLE, {"role": role.value})]

    def search(self, text: str, limit: int) -> list[Person]:
        values = {"text": _literal(folded(text)), "limit": limit}
        return [_person(row) for row in self._connection.execute(SEARCH, values)]

    def list_newest(self, limit: int, offset: int) -> list[Person]:
        return [_person(row) for row in self._connection.execute(NEWEST, {"limit": limit, "offset": offset})]

    def _one(self, statement: Any, person_id: PersonId) -> Person:
        row = self._connection.execute(statement, {"id": person_id}).one_or_none()
        if row is None:
            raise NotFound
        return _person(row)


def _literal(text: str) -> str:
    """The text as a pattern that only matches itself."""
    return text.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")


def _person(row: Row[Any]) -> Person:
    return Person(
        id=row.id,
        telegram_id=row.telegram_id,
        name=row.name,
        zone=row.zone,
        language=row.language,
        roles=Role(row.roles),
        acting_as=Role(row.acting_as),
        reminder_leads=None if row.reminder_leads is None else tuple(row.reminder_leads),
        reachable=row.reachable,
        payload=row.payload,
        arrived_at=row.arrived_at,
    )
