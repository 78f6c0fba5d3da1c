"""Fixtures for every floor. What takes `database_url` or `world` is run on both engines."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from app import logs
from tests.engines import ENGINES, Databases, Files, Server, server
from tests.world import World, opened

logs.set_up("warning", "console")


@pytest.fixture(scope="session")
def sqlite(tmp_path_factory: pytest.TempPathFactory) -> Databases:
    return Files(tmp_path_factory.mktemp("sqlite"))


@pytest.fixture(scope="session")
def postgresql(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    with server(_folder_of_all_workers(tmp_path_factory)) as made:
        yield made


@pytest.fixture(params=ENGINES)
def engine(request: pytest.FixtureRequest) -> Databases:
    """Where the test makes its databases."""
    made: Databases = request.getfixturevalue(request.param)
    return made


@pytest.fixture
def database_url(engine: Databases) -> Iterator[str]:
    """A database with all tables and nothing in them."""
    with engine.database() as url:
        yield url


@pytest.fixture
def world(database_url: str) -> Iterator[World]:
    """An empty studio whose owner has not arrived yet."""
    with opened(database_url) as made:
        yield made


def _folder_of_all_workers(factory: pytest.TempPathFactory) -> Path:
    own = factory.getbasetemp()
    return own.parent if "PYTEST_XDIST_WORKER" in os.environ else own
