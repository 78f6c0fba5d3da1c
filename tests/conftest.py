"""Fixtures for every floor."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from app import logs
from tests.world import World, opened

logs.set_up("warning", "console")


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    """An empty studio whose owner has not arrived yet."""
    with opened(tmp_path) as made:
        yield made
