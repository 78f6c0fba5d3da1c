"""What the stories of a killed process share: the prepared file, and the story as it goes when nothing happens."""

import asyncio
from pathlib import Path

import pytest

from tests.faults.kill import Undisturbed, live, on_sqlite
from tests.faults.studio import prepare


@pytest.fixture(scope="session")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    file = tmp_path_factory.mktemp("template") / "studio.sqlite3"
    asyncio.run(prepare(f"sqlite+aiosqlite:///{file}"))
    return file


@pytest.fixture(scope="session")
def undisturbed(tmp_path_factory: pytest.TempPathFactory) -> Undisturbed:
    folder = tmp_path_factory.mktemp("undisturbed")

    async def lived() -> Undisturbed:
        return await live(folder / "studio", await on_sqlite(folder / "template.sqlite3"))

    return asyncio.run(lived())
