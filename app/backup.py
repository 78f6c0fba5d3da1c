"""`backup FILE` and `restore FILE`: the files, and what is said when they or the database do not fit.

A backup only gets its name when it is whole and on the disk, and it never takes the name of another.
"""

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import IO

from sqlalchemy.engine import Connection

from app.config import ConfigurationError, UnableError
from app.database import opened, standing
from storage import archive
from storage.archive import DamagedArchive, NewerArchive
from storage.backup import NotEmpty, dump, restore
from storage.connect import name_of
from storage.migrate import Version

EVERY = 100_000
Say = Callable[[str], None]


async def write(url: str, file: Path, made_at: datetime, say: Say) -> None:
    """Back the database up into a new file. Raises `ConfigurationError` or `UnableError`."""
    with _unwritable(file):
        _check_name(file)
    if await standing(url) not in {Version.CURRENT, Version.BEHIND}:
        raise UnableError(f"There is nothing to back up: {name_of(url)} is empty, or made by a newer version")

    def run(connection: Connection) -> dict[str, int]:
        with _unwritable(file), _made_whole(file) as temporary:
            return dump(connection, temporary, made_at, _progress(say))

    async with opened(url) as database:
        rows = await database.survey(run)
    say(f"{file}: {_rows(rows)}, {_size(file):,} bytes, from {name_of(url)}")


async def fill(url: str, file: Path, say: Say) -> None:
    """Restore the file into an empty database; the file is read through before the database is touched.

    Raises `ConfigurationError` or `UnableError`.
    """
    with _unusable(file):
        archive.verify(file)
        head = archive.head_of(file)
    say(f"{file}: {head.studio or 'no studio yet'}, {head.made_at:%Y-%m-%d %H:%M} UTC, into {name_of(url)}")

    def run(connection: Connection) -> dict[str, int]:
        with _unusable(file):
            return restore(connection, file, now, _progress(say))

    async with opened(url) as database:
        database.take_for_oneself()
        now = await database.now()
        say(f"Restored {_rows(await database.rebuild(run))}")


def _check_name(file: Path) -> None:
    if file.exists():
        raise ConfigurationError([f"{file} is there already: give the backup a name of its own"])
    if not file.parent.is_dir():
        raise ConfigurationError([f"{file.parent} is no folder"])


@contextmanager
def _made_whole(file: Path) -> Iterator[IO[bytes]]:
    """A file beside the other one, readable for its owner alone, that takes its name once it is on the disk."""
    with NamedTemporaryFile(dir=file.parent, prefix=f".{file.name}.", delete=False) as temporary:
        made = Path(temporary.name)
        try:
            yield temporary
            temporary.flush()
            os.fsync(temporary.fileno())
            made.rename(file)
        except BaseException:
            made.unlink()
            raise
    _keep_name(file.parent)


def _keep_name(folder: Path) -> None:
    """Bring a folder's new entry to the disk, too."""
    opened_folder = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(opened_folder)
    finally:
        os.close(opened_folder)


@contextmanager
def _unwritable(file: Path) -> Iterator[None]:
    try:
        yield
    except OSError as trouble:
        raise UnableError(f"{file} was not written: {trouble.strerror}") from None


@contextmanager
def _unusable(file: Path) -> Iterator[None]:
    try:
        yield
    except FileNotFoundError:
        raise ConfigurationError([f"{file} is not there"]) from None
    except OSError as trouble:
        raise UnableError(f"{file} was not restored: {trouble.strerror}") from None
    except DamagedArchive as damaged:
        raise UnableError(f"{file} is no whole backup: {damaged}. The database was not touched") from None
    except NewerArchive:
        raise UnableError(f"{file} was made by a newer version of this program. The database was not touched") from None
    except NotEmpty:
        raise UnableError(
            "DATABASE_URL leads to a database that is not empty: a backup is restored into a new one only"
        ) from None


def _progress(say: Say) -> Callable[[int], None]:
    """Says every hundred thousand rows how far it is."""
    said = 0

    def tell(rows: int) -> None:
        nonlocal said
        if rows - said >= EVERY:
            said = rows
            say(f"… {rows:,} rows")

    return tell


def _size(file: Path) -> int:
    return file.stat().st_size


def _rows(rows: dict[str, int]) -> str:
    return f"{sum(rows.values()):,} rows of {len(rows)} tables"
