"""The studio's row: there is one, however many processes found it at once."""

import asyncio
from datetime import UTC, datetime

from sqlalchemy import text

from domain import founding
from domain.studio import Studio
from emulator.clock import Clock
from storage.connect import connect
from storage.work import Store, Work

WANTED = Studio(name="Kraft", zone="Europe/Berlin", currency="EUR")


async def test_processes_that_start_at_once_found_one_studio(database_url: str) -> None:
    database = connect(database_url)
    store = Store(database, Clock(datetime(2026, 11, 30, tzinfo=UTC)), lambda _topic: None)
    founded = await asyncio.gather(*(store.transact(founding.found, WANTED) for _ in range(8)))
    assert founded == [WANTED] * 8
    assert await store.read(_count, "session_type") == 3
    assert await store.read(_count, "audit") == 1
    await database.close()


def _count(work: Work, table: str) -> int:
    count: int = work._connection.execute(text(f"SELECT count(*) FROM {table}")).scalar_one()
    return count
