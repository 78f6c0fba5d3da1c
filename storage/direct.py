"""Statements without the way round: compiled by SQLAlchemy once, then handed to the driver as they are.

Statements, types and constraints stay SQLAlchemy's; only the steps between a compiled statement and its rows are taken
here, since a tap runs some thirty statements and each would cost ten times as much the long way. Plain text goes the
long way.
"""

import sqlite3
from collections import namedtuple
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any

from sqlalchemy.engine import Connection
from sqlalchemy.engine.default import DefaultDialect
from sqlalchemy.exc import IntegrityError, MultipleResultsFound, NoResultFound, OperationalError
from sqlalchemy.sql.base import Executable
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.elements import TextClause
from sqlalchemy.sql.selectable import TextualSelect

Values = Mapping[str, Any]
PLAIN = (TextClause, TextualSelect)
REMEMBERED = 2_000
"""More than there are statements with all the lengths of their lists."""


class Statements:
    """The compiled statements of a database, for all its connections; a statement is known by its identity."""

    def __init__(self) -> None:
        self._known: dict[Any, Statement] = {}

    def of(self, statement: Executable, rows: Sequence[Values], dialect: Any) -> "Statement":
        """The compiled statement for rows of this shape."""
        key = (id(statement), len(rows) > 1, *[(name, _length(value)) for name, value in rows[0].items()])
        known = self._known.get(key)
        if known is None:
            if len(self._known) >= REMEMBERED:
                self._known.clear()
            known = self._known[key] = Statement(statement, rows, dialect)
        return known


class Direct:
    """Looks like SQLAlchemy's connection to the stores; what is not a compiled statement goes the long way."""

    def __init__(self, connection: Connection, statements: Statements) -> None:
        self.long_way = connection
        self._statements = statements
        self._dialect = connection.dialect

    def __getattr__(self, name: str) -> Any:
        return getattr(self.long_way, name)

    def execute(self, statement: Executable, values: Values | Sequence[Values] = (), **options: Any) -> Any:
        """Run a statement, once for each row of values, as SQLAlchemy's connection does."""
        rows = [values] if isinstance(values, Mapping) else values or [{}]
        if isinstance(statement, PLAIN) or options:
            return self.long_way.execute(statement, values or {}, **options)
        known = self._statements.of(statement, rows, self._dialect)
        return Found(*self._run(known, [known.bound(each) for each in rows]), known)

    def _run(self, statement: "Statement", rows: list[list[Any]]) -> tuple[list[Any], int]:
        """What the driver found, and how many rows it changed."""
        raise NotImplementedError


class DirectSqlite(Direct):
    """On `sqlite3`; one thread at a time may use it.

    Transactions are begun and ended by `begin`, `commit` and `rollback`, never by themselves: the connection it is made
    of must leave them alone (`isolation_level` None).
    """

    def __init__(self, connection: Connection, statements: Statements) -> None:
        super().__init__(connection, statements)
        raw: Any = connection.connection.dbapi_connection
        self._raw: sqlite3.Connection = raw

    def begin(self, how: str = "BEGIN") -> None:
        """Begin a transaction: `BEGIN`, or `BEGIN IMMEDIATE` to write."""
        self._raw.execute(how)

    def commit(self) -> None:
        self._raw.execute("COMMIT")
        self._forget()

    def rollback(self) -> None:
        if self._raw.in_transaction:
            self._raw.execute("ROLLBACK")
        self._forget()

    def _run(self, statement: "Statement", rows: list[list[Any]]) -> tuple[list[Any], int]:
        try:
            if len(rows) > 1:
                cursor = self._raw.executemany(statement.text, rows)
            else:
                cursor = self._raw.execute(statement.text, rows[0])
            return cursor.fetchall(), cursor.rowcount
        except sqlite3.IntegrityError as broken:
            raise IntegrityError(statement.text, None, broken) from broken
        except sqlite3.OperationalError as broken:
            raise OperationalError(statement.text, None, broken) from broken

    def _forget(self) -> None:
        """What went the long way has begun a transaction in SQLAlchemy's books, which is over as well."""
        if self.long_way.in_transaction():
            self.long_way.rollback()


class Statement:
    """A compiled statement: its text, how values become parameters, and how rows become results."""

    def __init__(self, statement: Any, rows: Sequence[Values], dialect: Any) -> None:
        assert isinstance(dialect, DefaultDialect)
        self.statement = statement  # kept, since the key is its address
        compiled = statement.compile(dialect=dialect, column_keys=sorted(rows[0]), for_executemany=len(rows) > 1)
        assert isinstance(compiled, SQLCompiler)
        prefetched = [*compiled.insert_prefetch, *compiled.update_prefetch]
        assert not prefetched, "no column is filled in by Python here"
        expanded = compiled._process_parameters_for_postcompile(compiled.construct_params(dict(rows[0])))
        self.text = expanded.statement
        self._places = _places(compiled, expanded)
        self.row_type, self.convert = _results(compiled, dialect)
        self.returns_rows = bool(compiled._result_columns)

    def bound(self, values: Values) -> list[Any]:
        """The parameters in the order of the text."""
        return [place(values) for place in self._places]


class Found:
    """The result of one statement."""

    def __init__(self, rows: list[Any], rowcount: int, statement: Statement) -> None:
        self.rowcount = rowcount
        self._rows, self._statement = rows, statement

    def __iter__(self) -> Iterator[Any]:
        return iter(self.all())

    def all(self) -> list[Any]:
        convert, made = self._statement.convert, self._statement.row_type._make
        if convert is None:
            return list(map(made, self._rows))
        return [made(convert(row)) for row in self._rows]

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

    def convert(row: Iterable[Any]) -> list[Any]:
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
