"""Migrations: they make the tables the code knows, and twice is once, even when two processes begin together."""

import asyncio
import os
import subprocess
import sys
from asyncio.subprocess import Process
from collections.abc import Iterator
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import text
from sqlalchemy.engine import Connection
from sqlalchemy.ext.asyncio import AsyncConnection, create_async_engine

from storage.connect import connect
from storage.migrate import MIGRATIONS, REVISIONS, Version, migrate, version
from storage.tables import METADATA
from tests.engines import Databases

LOOK_SECONDS = 0.02
NO_NEW_TABLES = text("LOCK TABLE pg_type IN SHARE MODE")
"""Both have then seen that there are no tables before either can make one."""
WAITING = text(
    "SELECT count(*) FROM pg_locks WHERE NOT granted"
    " AND database = (SELECT oid FROM pg_database WHERE datname = current_database())"
)


@pytest.fixture
def empty_url(engine: Databases) -> Iterator[str]:
    """A database without tables, on either engine."""
    with engine.database(empty=True) as url:
        yield url


@pytest.fixture
def empty_postgresql_url(postgresql: Databases) -> Iterator[str]:
    """A database without tables that several processes may share."""
    with postgresql.database(empty=True) as url:
        yield url


async def test_the_migrations_make_the_tables_the_code_knows(empty_url: str) -> None:
    database = connect(empty_url)
    assert await version(database) is Version.NONE
    await migrate(database)
    await migrate(database)
    assert await version(database) is Version.CURRENT
    assert await database.survey(differences) == []
    await database.close()


def test_every_migration_is_named_after_its_revision_in_the_order_they_are_applied() -> None:
    scripts = ScriptDirectory(str(MIGRATIONS))
    assert [script.revision for script in reversed(list(scripts.walk_revisions()))] == REVISIONS


async def test_two_processes_that_migrate_at_once_make_the_tables_once(
    empty_postgresql_url: str, tmp_path: Path
) -> None:
    engine = create_async_engine(empty_postgresql_url)
    async with engine.begin() as holding:
        await holding.execute(NO_NEW_TABLES)
        processes = [await migrating(empty_postgresql_url, tmp_path) for _ in range(2)]
        while await waiting(holding) < len(processes):
            assert [process.returncode for process in processes] == [None, None]
            await asyncio.sleep(LOOK_SECONDS)
    assert [await process.wait() for process in processes] == [0, 0]
    await engine.dispose()


NEEDED = """
import asyncio, sys
from app.wiring import App
from storage.connect import connect
from storage.migrate import migrate

async def start():
    database = connect(sys.argv[1])
    await migrate(database)
    await database.close()

asyncio.run(start())
print(sorted({"alembic", "asyncpg", "stripe"} & sys.modules.keys()))
"""


def test_a_start_that_finds_everything_in_order_loads_nothing_but_what_it_needs(sqlite: Databases) -> None:
    with sqlite.database() as url:
        done = subprocess.run([sys.executable, "-c", NEEDED, url], capture_output=True, text=True, check=False)
    assert (done.stdout.strip(), done.stderr) == ("[]", "")


def differences(connection: Connection) -> list[object]:
    return list(compare_metadata(MigrationContext.configure(connection), METADATA))


async def migrating(url: str, folder: Path) -> Process:
    """`session-tracker migrate`, in a folder without settings."""
    settings = os.environ | {"DATABASE_URL": url}
    return await asyncio.create_subprocess_exec(sys.executable, "-m", "app", "migrate", cwd=folder, env=settings)


async def waiting(connection: AsyncConnection) -> int:
    """How many others wait for a lock in this database."""
    found: int = await connection.scalar(WAITING)
    return found
