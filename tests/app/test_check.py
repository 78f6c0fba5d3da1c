"""What is asked of settings, database and Telegram before the bot runs."""

import asyncio
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text
from sqlalchemy.exc import ProgrammingError

from app import check
from app.check import Found
from app.config import Config, ConfigurationError, UnableError
from domain import founding, welcome
from domain.person import NewPerson
from domain.studio import Studio
from emulator.clock import Clock
from storage.connect import connect
from storage.engine import InUse
from storage.migrate import Version, migrate
from storage.work import Store, Work
from tests.engines import Databases

OLGA_ID = 1000
KRAFT = Studio(name="Studio Kraft", zone="Europe/Berlin", currency="EUR", unit_minutes=20)


def config(**settings: Any) -> Config:
    return Config(_env_file=None, **settings)


@pytest.fixture
async def url(tmp_path: Path) -> str:
    """A database whose tables are current, with nobody in it."""
    made = f"sqlite+aiosqlite:///{tmp_path / 'studio.sqlite3'}"
    async with check.opened(made) as database:
        await migrate(database)
    return made


def test_a_new_database_needs_an_admin() -> None:
    nothing = Found(Version.NONE, has_admin=False)
    (line,) = check.problems(config(), nothing)
    assert line.startswith("ADMIN_IDS is missing")
    assert check.problems(config(admin_ids=frozenset({OLGA_ID})), nothing) == []


def test_a_studio_that_has_an_admin_needs_none_in_the_settings() -> None:
    assert check.problems(config(), Found(Version.CURRENT, KRAFT)) == []


@pytest.mark.parametrize("changed", [{"currency": "CHF"}, {"unit_minutes": 30}])
def test_currency_and_unit_length_stay_what_they_were(changed: dict[str, Any]) -> None:
    (line,) = check.problems(config(**changed), Found(Version.CURRENT, KRAFT))
    assert "EUR and 20" in line


def test_tables_that_are_behind_need_the_migration_that_was_switched_off() -> None:
    assert check.problems(config(migrate=True), Found(Version.BEHIND)) == []
    (line,) = check.problems(config(migrate=False), Found(Version.BEHIND))
    assert "session-tracker migrate" in line


def test_a_database_of_a_newer_version_is_left_alone() -> None:
    (line,) = check.problems(config(), Found(Version.UNKNOWN))
    assert "newer version" in line


async def test_a_database_that_is_not_there_is_not_made_by_looking(tmp_path: Path) -> None:
    file = tmp_path / "studio.sqlite3"
    assert await check.look(f"sqlite+aiosqlite:///{file}") == Found(Version.NONE, has_admin=False)
    assert left_in(tmp_path) == []


async def test_studio_and_admin_are_found(url: str) -> None:
    assert await check.look(url) == Found(Version.CURRENT, None, has_admin=False)
    database = connect(url)
    await Store(database, Clock(), lambda _topic: None).transact(_founded)
    await database.close()
    assert await check.look(url) == Found(Version.CURRENT, KRAFT, has_admin=True)


async def test_a_revision_that_this_version_does_not_know_is_noticed(url: str, tmp_path: Path) -> None:
    with closing(sqlite3.connect(tmp_path / "studio.sqlite3")) as file, file:
        file.execute("UPDATE alembic_version SET version_num = 'from the future'")
    assert await check.look(url) == Found(Version.UNKNOWN)


async def test_a_server_that_is_not_there_is_one_line_without_the_password() -> None:
    with pytest.raises(UnableError) as unable:
        await check.look("postgresql+asyncpg://kraft:secret@127.0.0.1:9/studio")
    assert str(unable.value).startswith("The database cannot be used: ")
    assert "secret" not in str(unable.value)
    assert "\n" not in str(unable.value)


async def test_a_file_that_a_bot_has_for_itself_is_not_migrated(tmp_path: Path) -> None:
    url = f"sqlite+aiosqlite:///{tmp_path / 'studio.sqlite3'}"
    async with check.opened(url) as bot:
        bot.take_for_oneself()
        with pytest.raises(UnableError, match=r"a bot runs on this database\. Stop it first"):
            await check.bring_up_to_date(config(database_url=url))
    assert await check.standing(url) is Version.NONE


async def test_migrate_leaves_a_database_of_a_newer_version_alone(url: str, tmp_path: Path) -> None:
    with closing(sqlite3.connect(tmp_path / "studio.sqlite3")) as file, file:
        file.execute("UPDATE alembic_version SET version_num = 'from the future'")
    with pytest.raises(ConfigurationError, match="newer version"):
        await check.bring_up_to_date(config(database_url=url))


@pytest.mark.parametrize("name", ["studio.sqlite3", "studio.sqlite3.lock"])
async def test_a_file_that_may_not_be_written_is_named(
    url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    foreign = tmp_path / name
    foreign.touch()
    monkeypatch.setattr("os.access", lambda path, _mode: path != foreign)
    with pytest.raises(UnableError, match=f"{foreign} cannot be written"):
        await check.look(url)


def test_a_user_that_may_make_no_tables_is_told_so(postgresql: Databases) -> None:
    with postgresql.database(empty=True) as url:
        asyncio.run(_without_rights(url))
        with pytest.raises(UnableError, match="its user may make no tables there"):
            asyncio.run(check.look(url))


async def _without_rights(url: str) -> None:
    """Even a superuser has no schema to make tables in when there is none."""
    async with check.opened(url) as database:
        await database.rebuild(lambda connection: connection.execute(text("DROP SCHEMA public")))


@pytest.mark.parametrize(
    ("trouble", "line"),
    [
        (OSError(98, "address already in use"), "HTTP_HOST and HTTP_PORT: cannot listen on 127.0.0.1:8080 (address"),
        (PermissionError(13, "Permission denied", "studio.lock"), "studio.lock cannot be used (Permission denied)"),
        (ConnectionRefusedError(111, "Connect call failed"), "The database cannot be used: "),
        (OSError("Multiple exceptions"), "The database cannot be used: Multiple exceptions"),
        (
            ProgrammingError("", {}, Exception("<class 'asyncpg.X'>: permission denied for schema public")),
            "The database cannot be used: permission denied for schema public",
        ),
    ],
)
async def test_what_the_start_stumbles_over_is_told_apart(trouble: Exception, line: str) -> None:
    app: Any = Stumbling(trouble)
    with pytest.raises(UnableError) as unable:
        await check.start(app)
    assert str(unable.value).startswith(line)


class Stumbling:
    """An application whose start fails."""

    def __init__(self, trouble: Exception) -> None:
        self.trouble, self.config = trouble, config()

    async def start(self) -> None:
        raise self.trouble


class Otherwise:
    """An application that finds at its start, after migrating, that its studio was founded otherwise."""

    async def start(self) -> None:
        raise founding.FoundedOtherwise(KRAFT)


async def test_what_only_the_start_can_find_is_a_wrong_setting_too() -> None:
    app: Any = Otherwise()
    with pytest.raises(ConfigurationError) as refused:
        await check.start(app)
    assert refused.value.problems == [check.founded_otherwise(KRAFT)]


class Second:
    """An application on a file that another process has for itself."""

    async def start(self) -> None:
        raise InUse


async def test_a_file_that_another_process_runs_on_is_named() -> None:
    app: Any = Second()
    with pytest.raises(UnableError, match="DATABASE_URL: another process runs on this file"):
        await check.start(app)


def left_in(folder: Path) -> list[Path]:
    return list(folder.iterdir())


def _founded(work: Work) -> None:
    founding.found(work, KRAFT)
    welcome.arrive(work, NewPerson(telegram_id=OLGA_ID, name="Olga", language="en"), {OLGA_ID})
