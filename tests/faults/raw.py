"""Reads a database past every query of the product: rows of either engine, and the whole of it as a SQLite file.

The checkers read such a file, so that they are the same for both engines.
"""

import sqlite3
from contextlib import closing
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import asyncpg
from sqlalchemy.engine import URL, make_url

TABLES = "SELECT tablename FROM pg_tables WHERE schemaname = 'public' ORDER BY 1"
PATIENCE_SECONDS = 60.0


async def rows(url: str, sql: str) -> list[tuple[Any, ...]]:
    """What the database answers; instants in the text are `instant`s."""
    parsed = make_url(url)
    if parsed.get_backend_name() == "sqlite":
        with closing(sqlite3.connect(parsed.database or "", timeout=PATIENCE_SECONDS)) as file:
            return file.execute(sql).fetchall()
    connection = await _connected(parsed)
    try:
        return [tuple(row) for row in await connection.fetch(sql)]
    finally:
        await connection.close()


async def copy(url: str, target: Path) -> None:
    """Write everything, as of one instant, into a new SQLite file."""
    parsed = make_url(url)
    with closing(sqlite3.connect(target)) as file:
        if parsed.get_backend_name() == "sqlite":
            with closing(sqlite3.connect(parsed.database or "", timeout=PATIENCE_SECONDS)) as source:
                source.backup(file)
            return
        connection = await _connected(parsed)
        try:
            async with connection.transaction(isolation="repeatable_read", readonly=True):
                for (table,) in await connection.fetch(TABLES):
                    await _copy_table(connection, table, file)
        finally:
            await connection.close()
        file.commit()


def instant(at: datetime) -> str:
    """An instant as both engines take it, and as SQLite keeps it."""
    return f"{at.astimezone(UTC):%Y-%m-%d %H:%M:%S.%f}"


async def _copy_table(connection: Any, table: str, file: sqlite3.Connection) -> None:
    statement = await connection.prepare(f'SELECT * FROM "{table}"')
    names = [f'"{each.name}"' for each in statement.get_attributes()]
    file.execute(f'CREATE TABLE "{table}" ({", ".join(names)})')
    marks = ", ".join("?" * len(names))
    kept = [[_plain(value) for value in row] for row in await statement.fetch()]
    file.executemany(f'INSERT INTO "{table}" VALUES ({marks})', kept)


def _plain(value: Any) -> Any:
    if isinstance(value, datetime):
        return instant(value)
    return value.isoformat() if isinstance(value, date) else value


async def _connected(url: URL) -> Any:
    text = url.set(drivername="postgresql").render_as_string(hide_password=False)
    return await asyncpg.connect(text, server_settings={"timezone": "UTC"}, timeout=PATIENCE_SECONDS)
