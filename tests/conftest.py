"""Fixtures for every floor."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.world import World, opened


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    """An empty studio whose owner has not arrived yet."""
    with opened(tmp_path) as made:
        yield made
