"""Statements without the way round: compiled by SQLAlchemy once, then handed to the driver as they are.

Statements, types and constraints stay SQLAlchemy's; only the steps between a compiled statement and its rows are taken
here, since a tap runs some thirty statements and each would cost ten times as much the long way. Plain text goes the
long way.
"""

import sqlite3
from collections import namedtuple
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any, ClassVar, cast

from sqlalchemy.engine import Connection
from sqlalchemy.engine.default import DefaultDialect
from sqlalchemy.exc import IntegrityError, MultipleResultsFound, NoResultFound, OperationalError
from sqlalchemy.sql.base import Executable
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.elements import TextClause
from sqlalchemy.sql.selectable import TextualSelect

Values = Mapping[str, Any]
Key = tuple[Any, ...]
PLAIN = (TextClause, TextualSelect)
NOTHING: Sequence[Values] = ({},)
REMEMBERED = 2_000
"""More than there are statements with all the lengths of their lists."""


class Statements:
    """Compiled statements of all databases of a driver, known by their identity: they are constants of modules."""

    def __init__(self) -> None:
        self._known: dict[Key, Statement] = {}
        self._lists: dict[Key, tuple[str, ...]] = {}

    def of(self, statement: Executable, rows: Sequence[Values], dialect: Any) -> "Statement":
        """The compiled statement for rows of this shape; each length of an `IN` list has a text of its own."""
        values = rows[0]
        shape = (id(statement), len(rows) > 1, *values)
        lists = self._lists.get(shape)
        known = self._known.get((*shape, *[len(values[name]) for name in lists])) if lists else self._known.get(shape)
        return known or self._compiled(shape, statement, rows, dialect)

    def _compiled(self, shape: Key, statement: Executable, rows: Sequence[Values], dialect: Any) -> "Statement":
        if len(self._known) >= REMEMBERED:
            self._known.clear()
            self._lists.clear()
        made = Statement(statement, rows, dialect)
        self._lists[shape] = made.lists
        self._known[*shape, *[len(rows[0][name]) for name in made.lists]] = made
        return made


class Direct:
    """Looks like SQLAlchemy's connection to the stores; what is not a compiled statement goes the long way.

    Each driver has `statements` of its own.
    """

    statements: ClassVar[Statements]

    def __init__(self, connection: Connection) -> None:
        self.long_way = connection
        self._dialect = connection.dialect

    def __getattr__(self, name: str) -> Any:
        return getattr(self.long_way, name)

    def execute(self, statement: Executable, values: Values | Sequence[Values] = (), **options: Any) -> Any:
        """Run a statement, once for each row of values, as SQLAlchemy's connection does."""
        rows = (values or NOTHING) if isinstance(values, (list, tuple)) else (cast(Values, values),)
        if isinstance(statement, PLAIN) or options:
            return self.long_way.execute(statement, values or {}, **options)
        known = self.statements.of(statement, rows, self._dialect)
        return Found(*self._run(known, [known.bound(each) for each in rows]), known)

    def _run(self, statement: "Statement", rows: list[list[Any]]) -> tuple[list[Any], int]:
        """What the driver found, and how many rows it changed."""
        raise NotImplementedError


class DirectSqlite(Direct):
    """On `sqlite3`; one thread at a time may use it.

    Transactions are begun and ended by `begin`, `commit` and `rollback`, never by themselves: the connection it is made
    of must leave them alone (`isolation_level` None).
    """

    statements = Statements()

    def __init__(self, connection: Connection) -> None:
        super().__init__(connection)
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
        members: Mapping[str, Sequence[str]] = expanded.parameter_expansion
        self.lists = tuple(name for name in members if name in rows[0])
        self._members = {name: members[name] for name in self.lists}
        self._names = tuple(expanded.positiontup or ())
        self._processors = _processors(self._names, {**compiled._bind_processors, **expanded.processors})
        self._defaults = _defaults(compiled, members, self._names, rows[0])
        self.row_type, self.convert = _results(compiled, dialect)
        self.returns_rows = bool(compiled._result_columns)

    def bound(self, values: Values) -> list[Any]:
        """The parameters in the order of the text."""
        if self._members or self._defaults:
            values = {**self._defaults, **values}
            for name, members in self._members.items():
                values.update(zip(members, values[name], strict=True))
        parameters = [values[name] for name in self._names]
        for nth, process in self._processors:
            parameters[nth] = process(parameters[nth])
        return parameters


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


def _processors(names: Sequence[str], known: Mapping[str, Any]) -> list[tuple[int, Callable[[Any], Any]]]:
    """Which parameters are changed on their way to the driver, and how."""
    return [(nth, known[name]) for nth, name in enumerate(names) if known.get(name) is not None]


def _defaults(
    compiled: SQLCompiler, members: Mapping[str, Sequence[str]], names: Sequence[str], given: Values
) -> dict[str, Any]:
    """The parameters that are part of the statement and not of the values, the members of constant lists among them."""
    known = compiled.construct_params(_check=False)
    for whole in members.keys() - given.keys():
        known.update(zip(members[whole], known[whole], strict=True))
    return {name: known[name] for name in names if name in known and name not in given}


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
