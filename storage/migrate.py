"""Bringing the tables to the version this code needs."""

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy.engine import Connection

from storage.engine import Database


async def migrate(database: Database) -> None:
    """Apply what is missing, in one transaction; nothing happens when nothing is."""
    await database.transact(lambda connection: command.upgrade(config(connection), "head"))


async def is_current(database: Database) -> bool:
    """Whether the tables are at the newest version."""
    return await database.read(_is_current)


def config(connection: Connection) -> Config:
    """Alembic's configuration, bound to an open connection."""
    made = Config()
    made.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
    made.attributes["connection"] = connection
    return made


def _is_current(connection: Connection) -> bool:
    head = ScriptDirectory.from_config(config(connection)).get_current_head()
    return MigrationContext.configure(connection).get_current_revision() == head
