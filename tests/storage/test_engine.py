"""Connections: whose a file is, what a cancelled caller leaves behind, and what an error gives away."""

import asyncio
from collections.abc import Iterator
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from shutil import copyfile

import pytest
from sqlalchemy import insert, select, text
from sqlalchemy.engine import Connection, make_url
from sqlalchemy.exc import DBAPIError, IntegrityError

from storage.connect import connect
from storage.engine import FileGone, InUse
from storage.lane import process
from storage.pace import pace
from storage.tables import METADATA
from tests.engines import Databases

STORE = text("INSERT INTO pace VALUES (1, '2026-11-30 09:00:00', '2026-11-30 09:00:00')")
ASKED = select(pace)
STORED = text("SELECT count(*) FROM pace")


async def test_a_file_is_one_process_s_own_until_that_leaves(tmp_path: Path) -> None:
    first, second = (connect(f"sqlite+aiosqlite:///{tmp_path / 'studio.sqlite3'}") for _ in range(2))
    first.take_for_oneself()
    with pytest.raises(InUse):
        second.take_for_oneself()
    await first.close()
    second.take_for_oneself()
    await second.close()


@pytest.fixture
def other_url(engine: Databases) -> Iterator[str]:
    with engine.database() as url:
        yield url


async def test_a_statement_is_compiled_once_whatever_the_database(
    database_url: str, other_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    for url in (database_url, other_url):
        database = connect(url)
        assert await database.read(lambda connection: _asked(connection) + _asked(connection)) == []
        await database.close()
        monkeypatch.setattr("storage.direct.Statement", None)


def _asked(connection: Connection) -> list[object]:
    """Once more, since on PostgreSQL a transaction's first statement goes the long way."""
    return list(connection.execute(ASKED).all())


@pytest.mark.parametrize("replaced", [False, True])
async def test_nothing_is_stored_in_a_file_that_is_gone_until_it_is_back(tmp_path: Path, replaced: bool) -> None:
    file, aside = tmp_path / "studio.sqlite3", tmp_path / "aside.sqlite3"
    database = connect(f"sqlite+aiosqlite:///{file}")
    await database.rebuild(METADATA.create_all)
    file.rename(aside)
    if replaced:
        copyfile(aside, file)
    with pytest.raises(FileGone):
        await database.transact(lambda connection: connection.execute(STORE))
    with pytest.raises(FileGone):
        await database.read(lambda connection: connection.execute(STORED))
    aside.rename(file)
    await database.transact(lambda connection: connection.execute(STORE))
    await database.close()


async def test_no_empty_file_takes_the_place_of_one_that_is_gone(tmp_path: Path) -> None:
    file, aside = tmp_path / "studio.sqlite3", tmp_path / "aside.sqlite3"
    database = connect(f"sqlite+aiosqlite:///{file}")
    await database.rebuild(METADATA.create_all)
    file.rename(aside)
    for opens_a_connection in (database.read, database.survey):
        with pytest.raises(FileGone):
            await opens_a_connection(lambda connection: connection.execute(STORED))
        assert not file.exists()
    await database.close()


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


class Firewall:
    """Lies between the bot and PostgreSQL, and can forget the connections there are without a word to either side."""

    def __init__(self, url: str) -> None:
        self._url = make_url(url)
        self._known: list[asyncio.Event] = []
        self._ends: list[asyncio.StreamWriter] = []

    async def start(self) -> str:
        self._server = await asyncio.start_server(self._connect, "127.0.0.1", 0)
        port = self._server.sockets[0].getsockname()[1]
        return self._url.set(host="127.0.0.1", port=port, query={}).render_as_string(hide_password=False)

    async def stop(self) -> None:
        self._server.close()
        for end in self._ends:
            end.close()
        for end in self._ends:
            with suppress(OSError):
                await end.wait_closed()

    def forget(self) -> None:
        for forgotten in self._known:
            forgotten.set()

    async def _connect(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        host, port = str(self._url.query.get("host") or self._url.host), self._url.port or 5432
        beyond = (
            await asyncio.open_unix_connection(f"{host}/.s.PGSQL.{port}")
            if host.startswith("/")
            else await asyncio.open_connection(host, port)
        )
        forgotten = asyncio.Event()
        self._known.append(forgotten)
        self._ends += [writer, beyond[1]]
        await asyncio.gather(_passed_on(reader, beyond[1], forgotten), _passed_on(beyond[0], writer, forgotten))


async def _passed_on(source: asyncio.StreamReader, target: asyncio.StreamWriter, forgotten: asyncio.Event) -> None:
    while data := await source.read(65536):
        if not forgotten.is_set():
            target.write(data)
    target.close()


def test_a_connection_that_falls_silent_is_given_up_and_the_next_one_works(
    postgresql: Databases, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("storage.postgres.COMMAND_SECONDS", 0.5)

    async def live(url: str) -> None:
        firewall = Firewall(url)
        database = connect(await firewall.start())
        await database.transact(lambda connection: connection.execute(STORE))
        firewall.forget()
        async with asyncio.timeout(20):
            with pytest.raises(TimeoutError):
                await database.transact(lambda connection: connection.execute(STORED).scalar_one())
        assert await database.transact(lambda connection: connection.execute(STORED).scalar_one()) == 1
        await database.close()
        await firewall.stop()

    with postgresql.database() as url:
        asyncio.run(live(url))


def test_transactions_are_read_committed_whatever_the_servers_default_is(postgresql: Databases) -> None:
    async def level(url: str) -> str:
        made, asked = connect(url), text("SELECT current_database()")
        name = await made.read(lambda connection: connection.execute(asked).scalar_one())
        setting = text(f"ALTER DATABASE \"{name}\" SET default_transaction_isolation = 'repeatable read'")
        await made.rebuild(lambda connection: connection.execute(setting))
        await made.close()
        again, level = connect(url), text("SHOW transaction_isolation")
        found = await again.transact(lambda each: each.execute(level).scalar_one())
        await again.close()
        return str(found)

    with postgresql.database() as url:
        assert asyncio.run(level(url)) == "read committed"
