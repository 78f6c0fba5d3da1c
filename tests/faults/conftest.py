"""What the stories of a killed process share: the prepared file, and the story as it goes when nothing happens."""

import asyncio
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.faults import story
from tests.faults.checker import Evidence
from tests.faults.hosted import Hosted, hosted, prepare
from tests.faults.moment import Moment


@dataclass(frozen=True)
class Undisturbed:
    """The evidence of a story without a mishap, and the moments between its start and its end."""

    evidence: Evidence
    moments: list[Moment]


def evidence_of(studio: Hosted) -> Evidence:
    return Evidence(studio.database, studio.telegram, studio.issued, studio.deaths)


@pytest.fixture(scope="session")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    file = tmp_path_factory.mktemp("template") / "studio.sqlite3"
    asyncio.run(prepare(file))
    return file


@pytest.fixture(scope="session")
def undisturbed(tmp_path_factory: pytest.TempPathFactory, template: Path) -> Undisturbed:
    async def live() -> Undisturbed:
        async with hosted(tmp_path_factory.mktemp("undisturbed") / "studio", template) as studio:
            before = len(studio.journal)
            await story.live(studio)
            moments = studio.journal[before:]
        return Undisturbed(evidence_of(studio), moments)

    return asyncio.run(live())
