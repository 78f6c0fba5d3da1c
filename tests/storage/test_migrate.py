"""Migrations: they make the tables the code knows, and twice is once."""

from pathlib import Path

from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy.engine import Connection

from storage.engine import connect
from storage.migrate import Version, migrate, version
from storage.tables import METADATA


def _differences(connection: Connection) -> list[object]:
    return list(compare_metadata(MigrationContext.configure(connection), METADATA))


async def test_the_migrations_make_the_tables_the_code_knows(tmp_path: Path) -> None:
    database = connect(f"sqlite+aiosqlite:///{tmp_path / 'new.sqlite3'}")
    assert await version(database) is Version.NONE
    await migrate(database)
    await migrate(database)
    assert await version(database) is Version.CURRENT
    assert await database.read(_differences) == []
    await database.close()
