"""What a database is called in front of an operator."""

from pathlib import Path

import pytest

from storage.connect import name_of


@pytest.mark.parametrize(
    ("url", "name"),
    [
        ("sqlite+aiosqlite:////data/studio.sqlite3", "/data/studio.sqlite3"),
        ("sqlite+aiosqlite:///studio.sqlite3", f"{Path.cwd() / 'studio.sqlite3'}"),
        ("postgresql+asyncpg://kraft:s3cret@server:5433/studio?ssl=require", "studio on server:5433"),
        ("postgresql+asyncpg://kraft:s3cret@server/studio", "studio on server"),
        ("postgresql+asyncpg:///studio?host=/run/postgresql", "studio on /run/postgresql"),
    ],
)
def test_a_database_is_named_without_who_enters_it_and_how(url: str, name: str) -> None:
    assert name_of(url) == name
