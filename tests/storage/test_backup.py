"""Everything that is taken out of one engine can be filled into either, exactly, and as of one instant."""

import asyncio
import shutil
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from functools import partial
from pathlib import Path
from threading import Thread
from typing import Any, NamedTuple

import pytest
from alembic.config import Config
from sqlalchemy import insert, select, text, update
from sqlalchemy.engine import Connection
from sqlalchemy.exc import IntegrityError

from app.seed import MIA, TESS, seed
from domain import booking, ledger, welcome
from domain.person import NewPerson
from storage import archive, migrations
from storage.archive import DamagedArchive, NewerArchive, Writer
from storage.backup import OF_PROCESSES, NotEmpty, describe, dump, kind_of, restore
from storage.connect import connect
from storage.engine import Database, InUse
from storage.lane import Lanes
from storage.migrate import Version, config, version
from storage.reconcile import Books
from storage.schema import Instant
from storage.tables import METADATA
from storage.work import Work
from tests.engines import ENGINES, Databases

MONDAY = datetime(2026, 11, 30, 9, 0, tzinfo=UTC)
KEPT = {table.name: table for table in METADATA.sorted_tables if table.name not in OF_PROCESSES}
ODD = datetime(2026, 3, 29, 1, 59, 59, 999_999, tzinfo=UTC)
NAME = "<3 </b> & {x} \u202eRTL 💪 \\ ' \" \n\t"
LARGEST = 2**63 - 1
MIGRATIONS = Path(migrations.__file__).parent
FACTS = {"a": [1, {"b": None, "ü": "💪"}], "none": None, "big": LARGEST, "text": "null"}
Rows = dict[str, list[tuple[Any, ...]]]


class Saved(NamedTuple):
    """An archive, and the rows of the database it was made from."""

    file: Path
    rows: Rows


@asynccontextmanager
async def opened(url: str) -> AsyncIterator[Database]:
    database = connect(url)
    try:
        yield database
    finally:
        await database.close()


def rows_of(connection: Connection) -> Rows:
    """Everything that is to be kept, as the program itself reads it."""
    return {
        name: sorted((tuple(row) for row in connection.execute(select(table))), key=repr)
        for name, table in KEPT.items()
    }


async def save(database: Database, file: Path, progress: Callable[[int], None] = lambda _rows: None) -> dict[str, int]:
    with file.open("wb") as into:
        return await database.survey(lambda connection: dump(connection, into, MONDAY, progress))


async def fill(database: Database, file: Path) -> dict[str, int]:
    return await database.rebuild(lambda connection: restore(connection, file, MONDAY, lambda _rows: None))


def add_oddities(connection: Connection) -> None:
    """Values that a careless format would change."""
    person, card, audit = KEPT["person"], KEPT["card"], KEPT["audit"]
    connection.execute(update(person).where(person.c.id == 2).values(telegram_id=LARGEST, name=NAME, arrived_at=ODD))
    connection.execute(update(person).where(person.c.id == 3).values(reminder_leads=[], reachable=False))
    connection.execute(insert(card).values(trainer_id=2, message_id=LARGEST, on_date=date(9999, 12, 31)))
    connection.execute(insert(audit).values(at=ODD, actor_id=None, action="odd", subject="x", facts=FACTS))


async def lived_in(url: str, file: Path) -> Saved:
    async with opened(url) as database:
        await seed(database, MONDAY)
        await database.rebuild(add_oddities)
        await save(database, file)
        return Saved(file, await database.survey(rows_of))


@pytest.fixture(params=ENGINES, scope="module")
def saved(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Saved]:
    """The archive of a studio that was lived in for half a year, from either engine."""
    databases: Databases = request.getfixturevalue(request.param)
    with databases.database() as url:
        yield asyncio.run(lived_in(url, tmp_path_factory.mktemp("saved") / "studio.gz"))


@pytest.fixture(scope="module")
def studio(sqlite: Databases, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Saved]:
    """One such archive, where it does not matter from which engine."""
    with sqlite.database() as url:
        yield asyncio.run(lived_in(url, tmp_path_factory.mktemp("studio") / "studio.gz"))


@pytest.fixture
def new_url(engine: Databases) -> Iterator[str]:
    with engine.database(empty=True) as url:
        yield url


@pytest.fixture
def server_url(postgresql: Databases) -> Iterator[str]:
    with postgresql.database() as url:
        yield url


@pytest.fixture
def other_server_url(postgresql: Databases) -> Iterator[str]:
    with postgresql.database() as url:
        yield url


@pytest.fixture
def studio_url(engine: Databases) -> Iterator[str]:
    with engine.database() as url:
        yield url


async def test_what_one_engine_saved_the_other_has_back_exactly(saved: Saved, new_url: str) -> None:
    async with opened(new_url) as database:
        filled = await fill(database, saved.file)
        assert await database.survey(rows_of) == saved.rows
    assert filled == {name: len(rows) for name, rows in saved.rows.items()}
    assert sum(filled.values()) > 500


async def test_a_restored_studio_agrees_and_saves_the_same_again(saved: Saved, new_url: str, tmp_path: Path) -> None:
    async with opened(new_url) as database:
        await fill(database, saved.file)
        findings = await database.read(lambda connection: Books(connection).prove(MONDAY))
        await save(database, tmp_path / "again.gz")
    assert [found.wrong for found in findings] == [()] * len(findings)
    assert archive.head_of(tmp_path / "again.gz") == archive.head_of(saved.file)
    assert archive.verify(tmp_path / "again.gz") == archive.verify(saved.file)


async def test_tables_that_were_made_before_are_filled_as_well(saved: Saved, studio_url: str) -> None:
    async with opened(studio_url) as database:
        await fill(database, saved.file)
        assert await database.survey(rows_of) == saved.rows


async def test_whoever_comes_next_is_numbered_behind_the_restored_ones(saved: Saved, new_url: str) -> None:
    newcomer = NewPerson(telegram_id=4711, name="Nia", language="en")
    async with opened(new_url) as database:
        await fill(database, saved.file)
        arrived = await database.transact(lambda connection: welcome.arrive(Work(connection, MONDAY), newcomer, ()))
    assert arrived.id == max(row[0] for row in saved.rows["person"]) + 1


async def test_every_sequence_goes_on_behind_the_restored_rows(saved: Saved, server_url: str) -> None:
    numbered = [name for name, table in KEPT.items() if table.autoincrement_column is not None]
    following = text("SELECT nextval(pg_get_serial_sequence(:of, 'id'))")
    async with opened(server_url) as database:
        await fill(database, saved.file)
        for name in numbered:
            next_id = await database.transact(lambda each, of=name: each.execute(following, {"of": of}).scalar_one())
            assert next_id == max((row[0] for row in saved.rows[name]), default=0) + 1, name
    assert len(numbered) > 8


async def test_a_database_with_any_row_is_refused_and_stays_as_it_is(studio: Saved, studio_url: str) -> None:
    row = "INSERT INTO package (units, price_minor, currency, on_sale, position) VALUES (1, 2500, 'EUR', TRUE, 1)"
    async with opened(studio_url) as database:
        await database.transact(lambda connection: connection.execute(text(row)))
        before = await database.survey(rows_of)
        with pytest.raises(NotEmpty):
            await fill(database, studio.file)
        assert await database.survey(rows_of) == before


async def test_what_a_bot_that_only_started_has_left_is_not_in_the_way(studio: Saved, studio_url: str) -> None:
    async with opened(studio_url) as database:
        await database.transact(partial(beat, alive_until=MONDAY - timedelta(seconds=1)))
        await fill(database, studio.file)
        assert await database.survey(rows_of) == studio.rows
        assert await database.survey(left_of_processes) == []


async def test_a_database_on_which_a_process_lives_is_refused(studio: Saved, studio_url: str) -> None:
    async with opened(studio_url) as database:
        await database.transact(partial(beat, alive_until=MONDAY + timedelta(seconds=8)))
        with pytest.raises(InUse):
            await fill(database, studio.file)


def left_of_processes(connection: Connection) -> list[str]:
    return [name for name in OF_PROCESSES if connection.execute(select(METADATA.tables[name])).first()]


def beat(connection: Connection, alive_until: datetime) -> None:
    """What a process writes at its start."""
    lanes, paces = Lanes(connection), METADATA.tables["pace"]
    lanes.beat(7, alive_until)
    lanes.hold(7, "poll")
    connection.execute(insert(paces), {"person_id": 0, "rests_at": MONDAY, "noted_at": MONDAY})


async def test_tables_of_another_version_are_refused(studio: Saved, studio_url: str) -> None:
    async with opened(studio_url) as database:
        await database.transact(
            lambda connection: connection.execute(text("UPDATE alembic_version SET version_num = 'x'"))
        )
        with pytest.raises(NotEmpty):
            await fill(database, studio.file)


async def test_what_fails_in_the_middle_leaves_nothing(studio: Saved, new_url: str) -> None:
    def fill_and_fail(connection: Connection) -> None:
        restore(connection, studio.file, MONDAY, lambda _rows: None)
        raise InterruptedError

    async with opened(new_url) as database:
        with pytest.raises(InterruptedError):
            await database.rebuild(fill_and_fail)
        assert await version(database) is Version.NONE
        await fill(database, studio.file)


async def test_an_archive_of_tables_that_its_version_does_not_have_is_refused(
    studio: Saved, new_url: str, tmp_path: Path
) -> None:
    head = archive.head_of(studio.file)
    other = replace(head, tables={**head.tables, "gift": {"id": "integer"}})
    with (tmp_path / "other.gz").open("wb") as file, Writer(file, other):
        pass
    async with opened(new_url) as database:
        with pytest.raises(DamagedArchive):
            await fill(database, tmp_path / "other.gz")


async def test_an_archive_of_a_version_to_come_is_refused(studio: Saved, new_url: str, tmp_path: Path) -> None:
    coming = replace(archive.head_of(studio.file), revision="9999")
    with (tmp_path / "coming.gz").open("wb") as file, Writer(file, coming):
        pass
    async with opened(new_url) as database:
        with pytest.raises(NewerArchive):
            await fill(database, tmp_path / "coming.gz")
        assert await version(database) is Version.NONE


LATER = """
import sqlalchemy as sa
from alembic import op

revision = "9999"
down_revision = "{before}"


def upgrade() -> None:
    op.add_column("package", sa.Column("colour", sa.String(), nullable=False, server_default="blue"))
"""


async def test_an_archive_of_an_older_version_is_migrated_once_it_is_restored(
    studio: Saved, new_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    scripts = tmp_path / "migrations"
    shutil.copytree(MIGRATIONS, scripts, ignore=shutil.ignore_patterns("__pycache__"))
    (scripts / "versions" / "9999_later.py").write_text(LATER.format(before=archive.head_of(studio.file).revision))

    def later(connection: Connection) -> Config:
        made = config(connection)
        made.set_main_option("script_location", str(scripts))
        return made

    monkeypatch.setattr("storage.migrate.config", later)
    async with opened(new_url) as database:
        await fill(database, studio.file)
        colours = await database.read(lambda each: each.execute(text("SELECT colour FROM package")).scalars().all())
        assert await database.survey(rows_of) == studio.rows
        await save(database, tmp_path / "later.gz")
    assert colours == ["blue"] * len(studio.rows["package"])
    assert archive.head_of(tmp_path / "later.gz").revision == "9999"


async def test_every_table_of_the_studio_is_saved_and_those_of_processes_are_not(studio_url: str) -> None:
    async with opened(studio_url) as database:
        described = await database.survey(describe)
    known = {
        name: {each.name: "instant" if isinstance(each.type, Instant) else kind_of(each.type) for each in table.columns}
        for name, table in KEPT.items()
    }
    assert described == known
    assert METADATA.tables.keys() - described.keys() == {"process", "lane", "pace"}


async def test_tables_of_other_programs_are_neither_saved_nor_in_the_way(
    studio: Saved, studio_url: str, new_url: str, tmp_path: Path
) -> None:
    async with opened(studio_url) as database:
        await fill(database, studio.file)
        await database.rebuild(add_another_program)
        await save(database, tmp_path / "studio.gz")
    async with opened(new_url) as copy:
        await copy.rebuild(add_another_program)
        await fill(copy, tmp_path / "studio.gz")
        assert await copy.survey(rows_of) == studio.rows


def add_another_program(connection: Connection) -> None:
    """A table with a type that no backup can hold, and something in it."""
    connection.execute(text("CREATE TABLE visitor (address inet)"))
    connection.execute(text("INSERT INTO visitor VALUES ('127.0.0.1')"))


async def test_a_backup_among_writes_is_as_of_one_instant(studio_url: str, new_url: str, tmp_path: Path) -> None:
    """Between any two tables somebody buys, books and cancels; none of it, or all of it, would be right."""
    file = tmp_path / "studio.gz"
    async with opened(studio_url) as database:
        await seed(database, MONDAY)
        before = await database.survey(rows_of)
        await save(database, file, among_writes(studio_url))
        assert await database.survey(rows_of) != before
    async with opened(new_url) as copy:
        await fill(copy, file)
        assert await copy.read(rows_of) == before


async def test_without_one_snapshot_such_a_backup_could_not_even_be_restored(
    server_url: str, other_server_url: str, tmp_path: Path
) -> None:
    def unguarded(connection: Connection) -> None:
        with file.open("wb") as into:
            dump(connection, into, MONDAY, among_writes(server_url))

    file = tmp_path / "studio.gz"
    async with opened(server_url) as database:
        await seed(database, MONDAY)
        await database.rebuild(unguarded)
    async with opened(other_server_url) as copy:
        with pytest.raises(IntegrityError):
            await fill(copy, file)


def among_writes(url: str) -> Callable[[int], None]:
    """Whenever it is called, Mia is given a unit and books twenty minutes with it, on a connection of its own."""
    mornings = (datetime(2026, 12, day, 7, tzinfo=UTC) for day in (1, 7, 8, 14))
    starts = (morning + timedelta(minutes=20 * nth) for morning in mornings for nth in range(12))

    async def write() -> None:
        async with opened(url) as database:
            await database.transact(lambda connection: _buy_and_book(Work(connection, MONDAY), next(starts)))

    def in_a_thread(_rows: int) -> None:
        thread = Thread(target=lambda: asyncio.run(write()))
        thread.start()
        thread.join()

    return in_a_thread


def _buy_and_book(work: Any, starts_at: datetime) -> None:
    mia, tess = (work.people.find_by_telegram(who.telegram_id) for who in (MIA, TESS))
    ledger.issue(work, mia.id, 1, f"grant:{work.token()}", None, "a gift")
    shortest = next(each for each in work.types.list_published() if each.units == 1)
    booking.book(work, mia, tess.id, shortest.id, starts_at)
