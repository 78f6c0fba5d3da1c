"""What is found in the database before anything begins, and what it refuses."""

import asyncio
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text

from app import database
from app.config import Config, ConfigurationError, UnableError
from app.database import Found
from domain import founding, welcome
from domain.person import NewPerson
from domain.studio import Studio
from emulator.clock import Clock
from storage.connect import connect
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
    async with database.opened(made) as opened:
        await migrate(opened)
    return made


def test_a_new_database_needs_an_admin() -> None:
    nothing = Found(Version.NONE, has_admin=False)
    (line,) = database.problems(config(), nothing)
    assert line.startswith("ADMIN_IDS is missing")
    assert database.problems(config(admin_ids=frozenset({OLGA_ID})), nothing) == []


def test_a_studio_that_has_an_admin_needs_none_in_the_settings() -> None:
    assert database.problems(config(), Found(Version.CURRENT, KRAFT)) == []


@pytest.mark.parametrize("changed", [{"currency": "CHF"}, {"unit_minutes": 30}])
def test_currency_and_unit_length_stay_what_they_were(changed: dict[str, Any]) -> None:
    (line,) = database.problems(config(**changed), Found(Version.CURRENT, KRAFT))
    assert "EUR and 20" in line


def test_tables_that_are_behind_need_the_migration_that_was_switched_off() -> None:
    assert database.problems(config(migrate=True), Found(Version.BEHIND)) == []
    (line,) = database.problems(config(migrate=False), Found(Version.BEHIND))
    assert "session-tracker migrate" in line


def test_a_database_of_a_newer_version_is_left_alone() -> None:
    (line,) = database.problems(config(), Found(Version.UNKNOWN))
    assert "newer version" in line


async def test_a_database_that_is_not_there_is_not_made_by_looking(tmp_path: Path) -> None:
    file = tmp_path / "studio.sqlite3"
    assert await database.look(f"sqlite+aiosqlite:///{file}") == Found(Version.NONE, has_admin=False)
    assert left_in(tmp_path) == []


async def test_studio_and_admin_are_found(url: str) -> None:
    assert await database.look(url) == Found(Version.CURRENT, None, has_admin=False)
    connected = connect(url)
    await Store(connected, Clock(), lambda _topic: None).transact(_founded)
    await connected.close()
    assert await database.look(url) == Found(Version.CURRENT, KRAFT, has_admin=True)


async def test_a_revision_that_this_version_does_not_know_is_noticed(url: str, tmp_path: Path) -> None:
    with closing(sqlite3.connect(tmp_path / "studio.sqlite3")) as file, file:
        file.execute("UPDATE alembic_version SET version_num = 'from the future'")
    assert await database.look(url) == Found(Version.UNKNOWN)


async def test_a_server_that_is_not_there_is_one_line_without_the_password() -> None:
    with pytest.raises(UnableError) as unable:
        await database.look("postgresql+asyncpg://kraft:secret@127.0.0.1:9/studio")
    assert str(unable.value).startswith("The database cannot be used: ")
    assert "secret" not in str(unable.value)
    assert "\n" not in str(unable.value)


async def test_a_file_that_a_bot_has_for_itself_is_not_migrated(tmp_path: Path) -> None:
    url = f"sqlite+aiosqlite:///{tmp_path / 'studio.sqlite3'}"
    async with database.opened(url) as bot:
        bot.take_for_oneself()
        with pytest.raises(UnableError, match=r"a bot runs on this database\. Stop it first"):
            await database.bring_up_to_date(config(database_url=url))
    assert await database.standing(url) is Version.NONE


async def test_migrate_leaves_a_database_of_a_newer_version_alone(url: str, tmp_path: Path) -> None:
    with closing(sqlite3.connect(tmp_path / "studio.sqlite3")) as file, file:
        file.execute("UPDATE alembic_version SET version_num = 'from the future'")
    with pytest.raises(ConfigurationError, match="newer version"):
        await database.bring_up_to_date(config(database_url=url))


@pytest.mark.parametrize("name", ["studio.sqlite3", "studio.sqlite3.lock"])
async def test_a_file_that_may_not_be_written_is_named(
    url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    foreign = tmp_path / name
    foreign.touch()
    monkeypatch.setattr("os.access", lambda path, _mode: path != foreign)
    with pytest.raises(UnableError, match=f"{foreign} cannot be written"):
        await database.look(url)


def test_a_user_that_may_make_no_tables_is_told_so(postgresql: Databases) -> None:
    with postgresql.database(empty=True) as url:
        asyncio.run(_without_rights(url))
        with pytest.raises(UnableError, match="its user may make no tables there"):
            asyncio.run(database.look(url))


async def _without_rights(url: str) -> None:
    """Even a superuser has no schema to make tables in when there is none."""
    async with database.opened(url) as opened:
        await opened.rebuild(lambda connection: connection.execute(text("DROP SCHEMA public")))


def left_in(folder: Path) -> list[Path]:
    return list(folder.iterdir())


def _founded(work: Work) -> None:
    founding.found(work, KRAFT)
    welcome.arrive(work, NewPerson(telegram_id=OLGA_ID, name="Olga", language="en"), {OLGA_ID})
