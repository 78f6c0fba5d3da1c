"""Invitations, by the hash of their token, and the wrong links that people have opened lately."""

from datetime import datetime
from typing import Any

from sqlalchemy import (
    Column,
    ForeignKey,
    Index,
    Integer,
    String,
    Table,
    bindparam,
    delete,
    func,
    insert,
    select,
    update,
)
from sqlalchemy.engine import Connection, Row

from domain.ids import InviteId, PersonId
from domain.invite import Invite
from domain.permission import Role
from storage.schema import METADATA, BigId, Instant, id_column

invite = Table(
    "invite",
    METADATA,
    id_column(),
    Column("token_hash", String(64), nullable=False, unique=True),
    Column("role", Integer, nullable=False),
    Column("invited_by", BigId, ForeignKey("person.id"), nullable=False),
    Column("expires_at", Instant, nullable=False),
    Column("used_by", BigId, ForeignKey("person.id")),
    Column("used_at", Instant),
)
invite_miss = Table(
    "invite_miss",
    METADATA,
    id_column(),
    Column("person_id", BigId, ForeignKey("person.id"), nullable=False),
    Column("at", Instant, nullable=False),
)
Index(None, invite_miss.c.person_id)

ADD = insert(invite).returning(invite.c.id)
IS_OPEN = (
    invite.c.token_hash == bindparam("hash"),
    invite.c.used_at.is_(None),
    invite.c.expires_at > bindparam("now"),
)
FIND_OPEN = select(invite).where(*IS_OPEN)
FIND_USED = select(invite).where(invite.c.token_hash == bindparam("hash"), invite.c.used_by == bindparam("person_id"))
LIST_OPEN = (
    select(invite)
    .where(invite.c.used_at.is_(None), invite.c.expires_at > bindparam("now"))
    .order_by(invite.c.expires_at, invite.c.id)
)
WITHDRAW = (
    update(invite)
    .where(invite.c.id == bindparam("this"), invite.c.used_at.is_(None), invite.c.expires_at > bindparam("now"))
    .values(expires_at=bindparam("now"))
    .returning(invite)
)
CLAIM = update(invite).where(*IS_OPEN).returning(invite)
COUNT_MISSES = (
    select(func.count())
    .select_from(invite_miss)
    .where(invite_miss.c.person_id == bindparam("person_id"), invite_miss.c.at > bindparam("since"))
)
ADD_MISS = insert(invite_miss).inline()
FORGET_MISSES = delete(invite_miss).where(
    invite_miss.c.person_id == bindparam("person_id"), invite_miss.c.at <= bindparam("since")
)


class Invites:
    """The invitations of `domain.invite`; claiming is one statement, so one person wins."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(self, token_hash: str, role: Role, invited_by: PersonId, expires_at: datetime) -> InviteId:
        values = {"token_hash": token_hash, "role": role.value, "invited_by": invited_by, "expires_at": expires_at}
        return InviteId(self._connection.execute(ADD, values).scalar_one())

    def find_open(self, token_hash: str, now: datetime) -> Invite | None:
        return _found(self._connection.execute(FIND_OPEN, {"hash": token_hash, "now": now}).one_or_none())

    def find_used(self, token_hash: str, person_id: PersonId) -> Invite | None:
        return _found(self._connection.execute(FIND_USED, {"hash": token_hash, "person_id": person_id}).one_or_none())

    def list_open(self, now: datetime) -> list[Invite]:
        return [_invite(row) for row in self._connection.execute(LIST_OPEN, {"now": now})]

    def withdraw(self, invite_id: InviteId, now: datetime) -> Invite | None:
        return _found(self._connection.execute(WITHDRAW, {"this": invite_id, "now": now}).one_or_none())

    def claim(self, token_hash: str, person_id: PersonId, now: datetime) -> Invite | None:
        values = {"hash": token_hash, "now": now, "used_by": person_id, "used_at": now}
        return _found(self._connection.execute(CLAIM, values).one_or_none())

    def count_misses(self, person_id: PersonId, since: datetime) -> int:
        values = {"person_id": person_id, "since": since}
        return int(self._connection.execute(COUNT_MISSES, values).scalar_one())

    def add_miss(self, person_id: PersonId, at: datetime, since: datetime) -> None:
        self._connection.execute(FORGET_MISSES, {"person_id": person_id, "since": since})
        self._connection.execute(ADD_MISS, {"person_id": person_id, "at": at})


def _found(row: Row[Any] | None) -> Invite | None:
    return None if row is None else _invite(row)


def _invite(row: Row[Any]) -> Invite:
    return Invite(id=row.id, role=Role(row.role), invited_by=row.invited_by, expires_at=row.expires_at)
