"""The audit trail, append-only."""

from sqlalchemy import Column, ForeignKey, Index, String, Table, insert
from sqlalchemy.engine import Connection

from domain.audit import AuditEntry
from storage.schema import METADATA, BigId, Instant, Json, id_column

audit = Table(
    "audit",
    METADATA,
    id_column(),
    Column("at", Instant, nullable=False),
    Column("actor_id", BigId, ForeignKey("person.id")),
    Column("action", String, nullable=False),
    Column("subject", String, nullable=False),
    Column("facts", Json, nullable=False),
    Index(None, "subject"),
)

ADD = insert(audit).inline()


class Audits:
    """The trail of `domain.audit`."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(self, entry: AuditEntry) -> None:
        self._connection.execute(
            ADD,
            {
                "at": entry.at,
                "actor_id": entry.actor_id,
                "action": entry.action,
                "subject": entry.subject,
                "facts": entry.facts,
            },
        )
