"""The database that the settings lead to: what stands in it, whether they fit, and what it refuses, in a line each.

Nothing here loads Telegram's library, which takes a while: `migrate`, `backup`, `restore` and `reconcile` do without,
and so does a `run` whose settings do not fit.
"""

import os
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy.engine import Connection, make_url
from sqlalchemy.exc import SQLAlchemyError

from app.clock import SystemClock
from app.config import Config, ConfigurationError, UnableError, token_problems
from domain import founding
from domain.founding import FoundedOtherwise
from domain.permission import Role
from domain.studio import Studio
from storage.connect import connect
from storage.engine import Database, InUse
from storage.migrate import Version, may_make_tables, migrate, version
from storage.work import Store, Work

STOP_FIRST = "DATABASE_URL: a bot runs on this database. Stop it first"
NEWER = "DATABASE_URL leads to a database that a newer version of this program has made"
STANDING = {
    Version.NONE: "empty, `run` or `migrate` makes its tables",
    Version.BEHIND: "behind this version, `run` or `migrate` brings it up to date",
    Version.CURRENT: "up to date",
}


@dataclass(frozen=True, slots=True)
class Found:
    """What stands in the database; `studio` is only known when the tables are current."""

    version: Version
    studio: Studio | None = None
    has_admin: bool = True


async def look(url: str) -> Found:
    """Look at the database without writing. Raises `UnableError` when it cannot be opened, made or written."""
    _check_rights(url)
    if _is_missing_file(url):
        return Found(Version.NONE, has_admin=False)
    async with opened(url) as database:
        at = await version(database)
        if at in {Version.NONE, Version.BEHIND} and not await database.survey(may_make_tables):
            raise UnableError("DATABASE_URL: its user may make no tables there, see GRANT CREATE ON SCHEMA")
        if at is not Version.CURRENT:
            return Found(at, has_admin=at is not Version.NONE)
        return await database.survey(_facts)


async def standing(url: str) -> Version:
    """How far the tables are, without writing. Raises `UnableError` when the database cannot be opened."""
    if _is_missing_file(url):
        return Version.NONE
    async with opened(url) as database:
        return await version(database)


@asynccontextmanager
async def opened(url: str) -> AsyncIterator[Database]:
    """The database for a moment. What it refuses becomes `UnableError`."""
    try:
        database = connect(url)
        try:
            yield database
        finally:
            await database.close()
    except InUse:
        raise UnableError(STOP_FIRST) from None
    except database_trouble() as trouble:
        raise unusable(trouble) from None


def problems(config: Config, found: Found) -> list[str]:
    """Settings that do not fit what was found, one line each."""
    lines = []
    if not found.has_admin and not config.admin_ids:
        lines.append("ADMIN_IDS is missing: the database has no admin yet; give your numeric Telegram id")
    if found.studio is not None and _money_differs(config, found.studio):
        lines.append(founded_otherwise(found.studio))
    if found.version is Version.UNKNOWN:
        lines.append(NEWER)
    elif found.version is not Version.CURRENT and not config.migrate:
        lines.append("MIGRATE is false and the database is not up to date: run `session-tracker migrate` first")
    return lines


def founded_otherwise(studio: Studio) -> str:
    """The line for a currency or unit length that cannot be changed any more."""
    return (
        f"CURRENCY and UNIT_MINUTES are fixed in this database: {studio.currency} and {studio.unit_minutes}. "
        "Set them back, or begin with a new database"
    )


async def before_run(config: Config) -> None:
    """Refuse, before anything is written, to run with settings that do not fit. Raises `ConfigurationError`."""
    wrong = token_problems(config)
    try:
        wrong += problems(config, await look(config.database_url))
    except UnableError:
        if not wrong:
            raise
    if wrong:
        raise ConfigurationError(wrong)


async def bring_up_to_date(config: Config) -> bool:
    """Bring the tables to this version, in a studio that is founded then; False when they were. As `run` does it.

    Raises `ConfigurationError` or `UnableError`.
    """
    found = await look(config.database_url)
    if found.version is Version.UNKNOWN:
        raise ConfigurationError([NEWER])
    if found.studio is not None and _money_differs(config, found.studio):
        raise ConfigurationError([founded_otherwise(found.studio)])
    async with opened(config.database_url) as database:
        if found.version is not Version.CURRENT:
            database.take_for_oneself()
            await migrate(database)
        try:
            await Store(database, SystemClock(), lambda _topic: None).transact(founding.found, config.studio)
        except FoundedOtherwise as otherwise:
            raise ConfigurationError([founded_otherwise(otherwise.founded)]) from None
    return found.version is not Version.CURRENT


def database_trouble() -> tuple[type[Exception], ...]:
    """What a database refuses with; asyncpg's own is only known once PostgreSQL is used."""
    asyncpg = sys.modules.get("asyncpg")
    return (SQLAlchemyError, OSError, *([asyncpg.PostgresError, asyncpg.InterfaceError] if asyncpg else []))


def unusable(trouble: Exception) -> UnableError:
    """What the database said, without the class and the statement it said it of."""
    said = str(getattr(trouble, "orig", None) or trouble)
    first = next(iter(said.splitlines()), type(trouble).__name__)
    without_class = first.rpartition("'>: ")[2]
    return UnableError(f"The database cannot be used: {without_class}")


def _is_missing_file(url: str) -> bool:
    """Whether opening the database would create it."""
    parsed = make_url(url)
    return parsed.get_backend_name() == "sqlite" and not _exists(Path(parsed.database or ""))


def _check_rights(url: str) -> None:
    """Whether a SQLite file, or what it needs beside it, can be made and written. Raises `UnableError`."""
    parsed = make_url(url)
    if parsed.get_backend_name() != "sqlite":
        return
    file = Path(parsed.database or "").absolute()
    folder = next(each for each in file.parents if _exists(each))
    if not (folder.is_dir() and os.access(folder, os.W_OK | os.X_OK)):
        raise UnableError(f"DATA_DIR or DATABASE_URL: no file can be made in {file.parent}. See the rights of {folder}")
    for each in (file, file.with_name(f"{file.name}.lock")):
        if _exists(each) and not os.access(each, os.R_OK | os.W_OK):
            raise UnableError(f"DATA_DIR or DATABASE_URL: {each} cannot be written. See its owner and its rights")


def _exists(path: Path) -> bool:
    try:
        return path.exists()
    except PermissionError:
        return False


def _facts(connection: Connection) -> Found:
    work = Work(connection, datetime.now(UTC))
    return Found(Version.CURRENT, work.studio.find(), bool(work.people.list_with_role(Role.ADMIN)))


def _money_differs(config: Config, studio: Studio) -> bool:
    return (config.currency, config.unit_minutes) != (studio.currency, studio.unit_minutes)
