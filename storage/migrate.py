"""Bringing the tables to the version this code needs, however many processes begin to do so at once.

Alembic is only there while something is to be done: a start that finds everything in order does without its memory.
"""

from enum import Enum, auto
from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import String, column, func, inspect, select, table
from sqlalchemy.engine import Connection

from storage.engine import Database

if TYPE_CHECKING:
    from alembic.config import Config

MIGRATIONS = Path(__file__).parent / "migrations"
REVISIONS = sorted(file.stem.partition("_")[0] for file in (MIGRATIONS / "versions").glob("[0-9]*_*.py"))
"""Every version of the tables, oldest first: a migration's file begins with its revision."""
ALEMBIC = "alembic_version"
FIND = select(column("version_num", String)).select_from(table(ALEMBIC))
MAY_MAKE_TABLES = select(func.coalesce(func.has_schema_privilege(func.current_schema(), "CREATE"), False))
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
    if await version(database) is not Version.CURRENT:
        await database.rebuild(lambda connection: upgrade(connection, "head"))


async def version(database: Database) -> Version:
    """How far the tables are; nothing is written."""
    return await database.survey(_version)


def may_make_tables(connection: Connection) -> bool:
    """Whether the database lets us; a file that can be written does."""
    return connection.dialect.name != "postgresql" or bool(connection.execute(MAY_MAKE_TABLES).scalar_one())


def revision(connection: Connection) -> str | None:
    """The version of the tables, None where there are none."""
    if not inspect(connection).has_table(ALEMBIC):
        return None
    found: str | None = connection.execute(FIND).scalar_one_or_none()
    return found


def config(connection: Connection) -> "Config":
    """Alembic's configuration, bound to an open connection."""
    from alembic.config import Config

    made = Config()
    made.set_main_option("script_location", str(MIGRATIONS))
    made.attributes["connection"] = connection
    return made


def upgrade(connection: Connection, target: str) -> None:
    """Apply what is missing up to a revision, within the connection's transaction; another that begins waits for it."""
    from alembic import command

    if connection.dialect.name == "postgresql":
        connection.execute(LOCK)
    command.upgrade(config(connection), target)


def _version(connection: Connection) -> Version:
    current = revision(connection)
    if current is None:
        return Version.NONE
    if current == REVISIONS[-1]:
        return Version.CURRENT
    return Version.BEHIND if current in REVISIONS else Version.UNKNOWN
