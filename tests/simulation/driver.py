"""A short cut to sqlite3 for the stores' statements: compiled by SQLAlchemy once, then run without its machinery.

Statements, types and constraints are the product's; only the steps between a compiled statement and the cursor are
ours, because a simulated year runs two million of them. Plain text, and what fills in columns by itself, takes the
long way.
"""

import sqlite3
from collections import namedtuple
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from sqlalchemy.engine import Connection
from sqlalchemy.engine.default import DefaultDialect
from sqlalchemy.exc import IntegrityError, MultipleResultsFound, NoResultFound
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.elements import TextClause
from sqlalchemy.sql.selectable import TextualSelect

Values = Mapping[str, Any]
PLAIN = (TextClause, TextualSelect)


class ShortCut:
    """Looks like SQLAlchemy's connection to a store."""

    def __init__(self, connection: Connection, statements: dict[Any, "Statement"]) -> None:
        self._long_way, self._statements = connection, statements
        raw: Any = connection.connection.dbapi_connection
        self._raw: sqlite3.Connection = raw

    def __getattr__(self, name: str) -> Any:
        return getattr(self._long_way, name)

    def run(self, text: str) -> None:
        """Begin or end a transaction."""
        self._raw.execute(text)

    def execute(self, statement: Any, values: Values | Sequence[Values] = ()) -> Any:
        rows = [values] if isinstance(values, Mapping) else values or [{}]
        key = (id(statement), len(rows) > 1, *[(name, _length(value)) for name, value in rows[0].items()])
        known = self._statements.get(key)
        if known is None:
            known = self._statements[key] = Statement(statement, rows, self._long_way.dialect)
        if known.text is None:
            return self._long_way.execute(statement, values or {})
        try:
            if len(rows) > 1:
                return Found(self._raw.executemany(known.text, map(known.bound, rows)), known)
            return Found(self._raw.execute(known.text, known.bound(rows[0])), known)
        except sqlite3.IntegrityError as broken:
            raise IntegrityError(known.text, {}, broken) from broken


class Statement:
    """A compiled statement: its text, how values become parameters, and how rows become results."""

    def __init__(self, statement: Any, rows: Sequence[Values], dialect: Any) -> None:
        assert isinstance(dialect, DefaultDialect)
        self.statement = statement  # kept, since the key is its address
        compiled = statement.compile(dialect=dialect, column_keys=sorted(rows[0]), for_executemany=len(rows) > 1)
        assert isinstance(compiled, SQLCompiler)
        self.text: str | None = None
        if not (compiled.insert_prefetch or compiled.update_prefetch or isinstance(statement, PLAIN)):
            expanded = compiled._process_parameters_for_postcompile(compiled.construct_params(dict(rows[0])))
            self.text = expanded.statement
            self._places = _places(compiled, expanded)
        self.row_type, self.convert = _results(compiled, dialect)

    def bound(self, values: Values) -> list[Any]:
        return [place(values) for place in self._places]


class Found:
    """The result of one statement."""

    def __init__(self, cursor: sqlite3.Cursor, statement: Statement) -> None:
        self._cursor, self._statement = cursor, statement

    @property
    def rowcount(self) -> int:
        return self._cursor.rowcount

    def __iter__(self) -> Iterator[Any]:
        return iter(self.all())

    def all(self) -> list[Any]:
        convert, made = self._statement.convert, self._statement.row_type._make
        if convert is None:
            return list(map(made, self._cursor.fetchall()))
        return [made(convert(row)) for row in self._cursor.fetchall()]

    def first(self) -> Any:
        rows = self.all()
        return rows[0] if rows else None

    def one_or_none(self) -> Any:
        rows = self.all()
        if len(rows) > 1:
            raise MultipleResultsFound
        return rows[0] if rows else None

    def one(self) -> Any:
        found = self.one_or_none()
        if found is None:
            raise NoResultFound
        return found

    def scalar_one(self) -> Any:
        return self.one()[0]

    def scalar_one_or_none(self) -> Any:
        found = self.one_or_none()
        return None if found is None else found[0]

    def scalars(self) -> list[Any]:
        return [row[0] for row in self.all()]

    def tuples(self) -> list[Any]:
        return self.all()

    def mappings(self) -> "Mappings":
        return Mappings([row._mapping for row in self.all()])


class Mappings:
    """The rows as mappings."""

    def __init__(self, rows: list[Any]) -> None:
        self._rows = rows

    def __iter__(self) -> Iterator[Any]:
        return iter(self._rows)

    def all(self) -> list[Any]:
        return self._rows

    def one(self) -> Any:
        (row,) = self._rows
        return row

    def one_or_none(self) -> Any:
        return self.one() if self._rows else None


def _length(value: Any) -> int:
    """How many parameters an `IN` list becomes; anything else is one value."""
    return len(value) if isinstance(value, (list, tuple, set, frozenset)) else -1


def _places(compiled: SQLCompiler, expanded: Any) -> list[Callable[[Values], Any]]:
    """For each parameter of the text, how to get it out of the values."""
    member = {
        name: (whole, nth) for whole, names in expanded.parameter_expansion.items() for nth, name in enumerate(names)
    }
    defaults = compiled.construct_params(_check=False)
    processors = {**compiled._bind_processors, **expanded.processors}

    def place(name: str) -> Callable[[Values], Any]:
        whole, nth = member.get(name, (name, -1))
        default, process = defaults.get(whole), processors.get(name)
        if nth >= 0:
            return lambda values: _processed(process, list(values.get(whole, default))[nth])
        if process is None:
            return lambda values: values.get(name, default)
        return lambda values: process(values.get(name, default))

    return [place(name) for name in expanded.positiontup or ()]


def _processed(process: Callable[[Any], Any] | None, value: Any) -> Any:
    return value if process is None else process(value)


def _results(compiled: SQLCompiler, dialect: DefaultDialect) -> tuple[Any, Callable[[Any], Any] | None]:
    columns = compiled._result_columns
    row_type = _row_type(tuple(column.keyname for column in columns))
    processors = [(nth, column.type._cached_result_processor(dialect, None)) for nth, column in enumerate(columns)]
    needed = [(nth, process) for nth, process in processors if process is not None]
    if not needed:
        return row_type, None

    def convert(row: tuple[Any, ...]) -> list[Any]:
        values = list(row)
        for nth, process in needed:
            values[nth] = process(values[nth])
        return values

    return row_type, convert


def _row_type(names: tuple[str, ...]) -> Any:
    """Rows are named tuples that can also be read as mappings."""
    plain = namedtuple("Row", names, rename=True)  # type: ignore[misc]  # noqa: PYI024

    class Row(plain):
        __slots__ = ()

        @property
        def _mapping(self) -> dict[str, Any]:
            return dict(zip(names, self, strict=True))

    return Row
