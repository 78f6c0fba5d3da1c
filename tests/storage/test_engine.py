"""Connections: whose a file is, what a cancelled caller leaves behind, and what an error gives away."""

import asyncio
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import insert, text
from sqlalchemy.exc import DBAPIError, IntegrityError

from storage.engine import InUse, connect
from storage.lane import process

STORE = text("INSERT INTO pace VALUES (1, '2026-11-30 09:00:00', '2026-11-30 09:00:00')")
STORED = text("SELECT count(*) FROM pace")


async def test_a_file_is_one_process_s_own_until_that_leaves(tmp_path: Path) -> None:
    first, second = (connect(f"sqlite+aiosqlite:///{tmp_path / 'studio.sqlite3'}") for _ in range(2))
    first.take_for_oneself()
    with pytest.raises(InUse):
        second.take_for_oneself()
    await first.close()
    second.take_for_oneself()
    await second.close()


async def test_a_transaction_goes_on_when_its_caller_is_cancelled(database_url: str) -> None:
    database = connect(database_url)
    caller = asyncio.create_task(database.transact(lambda connection: connection.execute(STORE)))
    await asyncio.sleep(0)
    caller.cancel()
    with pytest.raises(asyncio.CancelledError):
        await caller
    await database.close()
    again = connect(database_url)
    stored = await again.read(lambda connection: connection.execute(STORED).scalar_one())
    await again.close()
    assert stored == 1


async def test_an_error_does_not_tell_what_was_to_be_stored(database_url: str) -> None:
    database, values = connect(database_url), {"said": "my shoulder hurts"}
    with pytest.raises(DBAPIError) as failed:
        await database.transact(lambda each: each.execute(text("INSERT INTO nowhere VALUES (:said)"), values))
    assert "nowhere" in str(failed.value)
    assert "shoulder" not in str(failed.value)
    beat = {"id": 7, "alive_until": datetime(2031, 1, 1, tzinfo=UTC)}
    await database.transact(lambda each: each.execute(insert(process), beat))
    with pytest.raises(IntegrityError) as doubled:
        await database.transact(lambda each: each.execute(insert(process), beat))
    await database.close()
    assert "process" in str(doubled.value)
    assert "2031" not in str(doubled.value)
