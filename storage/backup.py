"""Taking everything out of a database, and filling an empty one with it, whichever of the two engines either is.

The tables are read as the database itself describes them, so that one of an older version can be saved before it is
migrated; a restored one is filled at its own version and migrated afterwards. Tables of other programs are left alone.
Files are `archive`'s and `app.backup`'s.
"""

from collections.abc import Callable, Iterator, Mapping
from datetime import date, datetime
from pathlib import Path
from typing import IO, Any, NamedTuple

from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    ColumnElement,
    Date,
    DateTime,
    Integer,
    String,
    TableClause,
    bindparam,
    column,
    delete,
    func,
    insert,
    inspect,
    literal_column,
    select,
    table,
)
from sqlalchemy.engine import Connection
from sqlalchemy.types import TypeEngine

from storage import archive
from storage.archive import DamagedArchive, Head, NewerArchive, Values, Writer
from storage.engine import InUse
from storage.migrate import REVISIONS, revision, upgrade
from storage.schema import Instant, Json
from storage.tables import METADATA

BATCH = 1000
OURS = frozenset(METADATA.tables)
"""Every table that any version has had; what a migration takes away has to be named here beside those of today."""
FOUNDED = ("audit", "session_type", "studio")
"""What `migrate` fills when it founds a studio; a database with rows in no other table counts as empty."""
OF_PROCESSES = frozenset({"process", "lane", "pace"})
"""What only concerns the processes that run now, and a start leaves behind; a copy of the studio begins without."""
ALIVE = select(func.count()).select_from(table("process")).where(column("alive_until", Instant()) > bindparam("now"))
Progress = Callable[[int], None]
"""Is told how many rows have been done, by and by."""


class NotEmpty(Exception):
    """There are rows, or tables of another version, in the database that was to be filled."""


class Kind(NamedTuple):
    """How values of a type are read and bound, and how they are written as JSON and made again from it."""

    known_by: type[TypeEngine[Any]]
    bound_as: TypeEngine[Any]
    to_json: Callable[[Any], Any] | None = None
    from_json: Callable[[Any], Any] | None = None


KINDS: dict[str, Kind] = {
    "boolean": Kind(Boolean, Boolean()),
    "integer": Kind(Integer, BigInteger()),
    "instant": Kind(DateTime, Instant(), datetime.isoformat, datetime.fromisoformat),
    "date": Kind(Date, Date(), date.isoformat, date.fromisoformat),
    "json": Kind(JSON, Json),
    "text": Kind(String, String()),
}


def dump(connection: Connection, file: IO[bytes], made_at: datetime, progress: Progress) -> dict[str, int]:
    """Write everything that the connection's snapshot shows into the file; the rows of each table."""
    described = describe(connection)
    head = Head(revision=revision(connection) or "", made_at=made_at, studio=_studio(connection), tables=described)
    with Writer(file, head) as writer:
        for name, columns in described.items():
            for rows in _dumped(connection, name, columns):
                writer.add(name, rows)
                progress(sum(writer.rows.values()))
    return writer.rows


def restore(connection: Connection, file: Path, now: datetime, progress: Progress) -> dict[str, int]:
    """Fill the empty database and bring it to this version; the rows of each table.

    Raises `NotEmpty`, `InUse`, `NewerArchive`, `DamagedArchive`. Whatever it raises, the transaction has to be undone.
    """
    head = archive.head_of(file)
    _make_tables(connection, head.revision, now)
    if describe(connection) != head.tables:
        raise DamagedArchive("its tables are not those of its version")
    filled = dict.fromkeys(head.tables, 0)
    for name, rows in archive.batches(file):
        connection.execute(insert(_table(name, head.tables[name])), _restored(head.tables[name], rows))
        filled[name] += len(rows)
        progress(sum(filled.values()))
    _count_on(connection, head.tables)
    upgrade(connection, "head")
    return filled


def describe(connection: Connection) -> dict[str, dict[str, str]]:
    """`{table: {column: type}}` as the database has them, each table after those that it refers to."""
    inspector = inspect(connection)
    names = [name for name, _ in inspector.get_sorted_table_and_fkc_names() if name]
    kept = [name for name in names if name in OURS - OF_PROCESSES]
    return {name: {each["name"]: kind_of(each["type"]) for each in inspector.get_columns(name)} for name in kept}


def kind_of(found: TypeEngine[Any]) -> str:
    """The name in `KINDS` of a column's type."""
    for name, kind in KINDS.items():
        if isinstance(found, kind.known_by):
            return name
    raise TypeError(f"a backup cannot hold values of {found!r}")


def _dumped(connection: Connection, name: str, columns: Mapping[str, str]) -> Iterator[list[Values]]:
    to_json = {nth: make for nth, kind in enumerate(columns.values()) if (make := KINDS[kind].to_json)}
    rows = connection.execute(select(_table(name, columns)), execution_options={"yield_per": BATCH})
    for batch in rows.partitions():
        yield [_converted(list(row), to_json) for row in batch]


def _restored(columns: Mapping[str, str], rows: list[Values]) -> list[dict[str, Any]]:
    from_json = {nth: make for nth, kind in enumerate(columns.values()) if (make := KINDS[kind].from_json)}
    return [dict(zip(columns, _converted(row, from_json), strict=True)) for row in rows]


def _converted(row: Values, converters: Mapping[int, Callable[[Any], Any]]) -> Values:
    for nth, convert in converters.items():
        if row[nth] is not None:
            row[nth] = convert(row[nth])
    return row


def _table(name: str, columns: Mapping[str, str]) -> TableClause:
    return table(name, *(column(each, KINDS[kind].bound_as) for each, kind in columns.items()))


def _make_tables(connection: Connection, wanted: str, now: datetime) -> None:
    """Make the tables of that version; those that are there already have to be of it, with nothing but a founding."""
    if wanted not in REVISIONS:
        raise NewerArchive
    there = OURS.intersection(inspect(connection).get_table_names())
    emptied = (*FOUNDED, *OF_PROCESSES)
    if not there:
        upgrade(connection, wanted)
    elif revision(connection) != wanted or any(_has_rows(connection, name) for name in there.difference(emptied)):
        raise NotEmpty
    elif connection.execute(ALIVE, {"now": now}).scalar_one():
        raise InUse
    for name in emptied:
        connection.execute(delete(table(name)))


def _has_rows(connection: Connection, name: str) -> bool:
    return connection.execute(select(literal_column("1")).select_from(table(name)).limit(1)).one_or_none() is not None


def _count_on(connection: Connection, tables: Mapping[str, Mapping[str, str]]) -> None:
    """Let PostgreSQL number new rows from behind the restored ones; SQLite does so by itself."""
    if connection.dialect.name != "postgresql":
        return
    for name, columns in tables.items():
        for each in (each for each, kind in columns.items() if kind == "integer"):
            sequence = func.pg_get_serial_sequence(f'"{name}"', each)
            last: ColumnElement[int] = func.max(column(each))
            connection.execute(
                select(func.setval(sequence, last)).select_from(table(name)).where(sequence.is_not(None))
            )


def _studio(connection: Connection) -> str:
    name: str | None = connection.execute(select(column("name")).select_from(table("studio"))).scalar_one_or_none()
    return name or ""
