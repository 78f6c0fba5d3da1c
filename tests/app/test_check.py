"""What a failed start means, in one line."""

from typing import Any

import pytest
from sqlalchemy.exc import ProgrammingError

from app import check
from app.config import Config, ConfigurationError, UnableError
from app.database import founded_otherwise
from domain import founding
from domain.studio import Studio
from storage.engine import InUse

KRAFT = Studio(name="Studio Kraft", zone="Europe/Berlin", currency="EUR", unit_minutes=20)


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
        self.trouble, self.config = trouble, Config(_env_file=None)

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
    assert refused.value.problems == [founded_otherwise(KRAFT)]


class Second:
    """An application on a file that another process has for itself."""

    async def start(self) -> None:
        raise InUse


async def test_a_file_that_another_process_runs_on_is_named() -> None:
    app: Any = Second()
    with pytest.raises(UnableError, match="DATABASE_URL: another process runs on this file"):
        await check.start(app)
