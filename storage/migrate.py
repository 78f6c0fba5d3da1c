"""Bringing the tables to the version this code needs, however many processes begin to do so at once."""

from enum import Enum, auto
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from alembic.util import CommandError
from sqlalchemy import func, select
from sqlalchemy.engine import Connection

from storage.engine import Database

LOCK = select(func.pg_advisory_xact_lock(0x5E5510))
"""Held until the migration commits; SQLite's writers wait for one another anyway."""


class Version(Enum):
    """How far the tables are: not there, behind this code, at it, or made by a code that this one does not know."""

    NONE = auto()
    BEHIND = auto()
    CURRENT = auto()
    UNKNOWN = auto()


async def migrate(database: Database) -> None:
    """Apply what is missing, in one transaction; nothing happens when nothing is."""
    await database.rebuild(lambda connection: upgrade(connection, "head"))


async def version(database: Database) -> Version:
    """How far the tables are; nothing is written."""
    return await database.survey(_version)


def config(connection: Connection) -> Config:
    """Alembic's configuration, bound to an open connection."""
    made = Config()
    made.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
    made.attributes["connection"] = connection
    return made


def upgrade(connection: Connection, revision: str) -> None:
    """Apply what is missing up to a revision, within the connection's transaction; another that begins waits for it."""
    if connection.dialect.name == "postgresql":
        connection.execute(LOCK)
    command.upgrade(config(connection), revision)


def _version(connection: Connection) -> Version:
    scripts = ScriptDirectory.from_config(config(connection))
    current = MigrationContext.configure(connection).get_current_revision()
    if current is None:
        return Version.NONE
    if current == scripts.get_current_head():
        return Version.CURRENT
    try:
        scripts.get_revision(current)
    except CommandError:
        return Version.UNKNOWN
    return Version.BEHIND
