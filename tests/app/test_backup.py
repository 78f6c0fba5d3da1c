"""Backup files: complete or not there, for their owner alone, and refused in one line where they do not fit."""

import os
import stat
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import text

from app import backup
from app.config import ConfigurationError, UnableError
from app.database import STOP_FIRST, opened
from storage.backup import OF_PROCESSES
from storage.connect import name_of
from storage.migrate import Version
from storage.tables import METADATA
from tests.engines import Databases

TABLES = len(METADATA.tables) - len(OF_PROCESSES)
NOW = datetime(2026, 11, 30, 9, 0, tzinfo=UTC)


class Said(list[str]):
    """What the operator read."""

    def __call__(self, line: str) -> None:
        self.append(line)


@pytest.fixture
def new_url(sqlite: Databases) -> Iterator[str]:
    with sqlite.database(empty=True) as url:
        yield url


def left_in(folder: Path) -> list[str]:
    return [each.name for each in folder.iterdir()]


async def has_rows(url: str) -> bool:
    async with opened(url) as database:
        found = await database.read(lambda each: each.execute(text("SELECT count(*) FROM person")).scalar_one())
    return bool(found)


async def arrive(url: str) -> None:
    """Somebody is there."""
    person = (
        "INSERT INTO person (telegram_id, name, folded_name, zone, language, roles, acting_as, reachable, payload, "
        "arrived_at) VALUES (7, 'Anna', 'anna', 'UTC', 'en', 1, 0, TRUE, '', '2026-11-30 09:00:00')"
    )
    async with opened(url) as database:
        await database.transact(lambda connection: connection.execute(text(person)))


async def test_a_backup_says_what_it_holds_and_is_for_its_owner_alone(database_url: str, tmp_path: Path) -> None:
    await arrive(database_url)
    said, file = Said(), tmp_path / "studio.gz"
    await backup.write(database_url, file, NOW, said)
    assert said == [f"{file}: 1 rows of {TABLES} tables, {file.stat().st_size:,} bytes, from {name_of(database_url)}"]
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert left_in(tmp_path) == ["studio.gz"]


async def test_what_was_backed_up_is_restored(database_url: str, new_url: str, tmp_path: Path) -> None:
    await arrive(database_url)
    await backup.write(database_url, tmp_path / "studio.gz", NOW, Said())
    said = Said()
    await backup.fill(new_url, tmp_path / "studio.gz", said)
    assert said[0] == f"{tmp_path / 'studio.gz'}: no studio yet, 2026-11-30 09:00 UTC, into {name_of(new_url)}"
    assert said[1:] == [f"Restored 1 rows of {TABLES} tables"]
    assert await has_rows(new_url)


async def test_a_backup_never_takes_the_name_of_another_file(database_url: str, tmp_path: Path) -> None:
    (tmp_path / "studio.gz").write_text("yesterday's")
    with pytest.raises(ConfigurationError) as refused:
        await backup.write(database_url, tmp_path / "studio.gz", NOW, Said())
    assert refused.value.problems == [f"{tmp_path / 'studio.gz'} is there already: give the backup a name of its own"]
    assert (tmp_path / "studio.gz").read_text() == "yesterday's"


async def test_a_folder_that_is_not_there_is_named(database_url: str, tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError) as refused:
        await backup.write(database_url, tmp_path / "away" / "studio.gz", NOW, Said())
    assert refused.value.problems == [f"{tmp_path / 'away'} is no folder"]


async def test_a_folder_that_may_not_be_entered_is_told_in_one_line(
    database_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def forbidden(_file: Path) -> bool:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "exists", forbidden)
    with pytest.raises(UnableError) as unable:
        await backup.write(database_url, tmp_path / "studio.gz", NOW, Said())
    assert str(unable.value) == f"{tmp_path / 'studio.gz'} was not written: Permission denied"


async def test_a_backup_that_fails_leaves_no_file(
    database_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(_file: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(UnableError) as unable:
        await backup.write(database_url, tmp_path / "studio.gz", NOW, Said())
    assert str(unable.value) == f"{tmp_path / 'studio.gz'} was not written: No space left on device"
    assert left_in(tmp_path) == []


async def test_nothing_is_made_where_there_is_no_database(tmp_path: Path) -> None:
    url = f"sqlite+aiosqlite:///{tmp_path / 'none.sqlite3'}"
    with pytest.raises(UnableError, match="There is nothing to back up"):
        await backup.write(url, tmp_path / "studio.gz", NOW, Said())
    assert left_in(tmp_path) == []


async def test_a_file_that_is_not_there_is_named(new_url: str, tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError) as refused:
        await backup.fill(new_url, tmp_path / "studio.gz", Said())
    assert refused.value.problems == [f"{tmp_path / 'studio.gz'} is not there"]


async def test_a_damaged_file_is_refused_before_the_database_is_made(database_url: str, tmp_path: Path) -> None:
    file = tmp_path / "studio.gz"
    await backup.write(database_url, file, NOW, Said())
    file.write_bytes(file.read_bytes()[:-9])
    with pytest.raises(UnableError) as unable:
        await backup.fill(f"sqlite+aiosqlite:///{tmp_path / 'new.sqlite3'}", file, Said())
    assert str(unable.value) == f"{file} is no whole backup: it is cut off. The database was not touched"
    assert left_in(tmp_path) == ["studio.gz"]


async def test_a_database_with_somebody_in_it_is_refused(database_url: str, tmp_path: Path) -> None:
    await arrive(database_url)
    await backup.write(database_url, tmp_path / "studio.gz", NOW, Said())
    with pytest.raises(UnableError) as unable:
        await backup.fill(database_url, tmp_path / "studio.gz", Said())
    assert "is not empty" in str(unable.value)
    assert await has_rows(database_url)


async def test_nothing_is_restored_into_a_file_that_a_bot_has_for_itself(
    database_url: str, new_url: str, tmp_path: Path
) -> None:
    await backup.write(database_url, tmp_path / "studio.gz", NOW, Said())
    async with opened(new_url) as bot:
        bot.take_for_oneself()
        with pytest.raises(UnableError) as unable:
            await backup.fill(new_url, tmp_path / "studio.gz", Said())
    assert str(unable.value) == STOP_FIRST


async def test_a_database_that_waits_for_its_migration_can_be_backed_up(
    database_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def behind(_url: str) -> Version:
        return Version.BEHIND

    monkeypatch.setattr(backup, "standing", behind)
    await backup.write(database_url, tmp_path / "studio.gz", NOW, Said())
    assert (tmp_path / "studio.gz").exists()


async def test_how_far_it_is_is_said_every_hundred_thousand_rows() -> None:
    said = Said()
    tell = backup._progress(said)
    for rows in range(0, 250_001, 1000):
        tell(rows)
    assert said == ["… 100,000 rows", "… 200,000 rows"]
