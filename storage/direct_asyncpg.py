"""Compiled statements on asyncpg; a module of its own, since asyncpg is only loaded where PostgreSQL is used."""

from collections.abc import Sequence
from typing import Any

import asyncpg  # type: ignore[import-untyped]  # it ships no types
from sqlalchemy.engine import Connection
from sqlalchemy.exc import IntegrityError, OperationalError
from sqlalchemy.sql.base import Executable

from storage.direct import Direct, Statement, Statements, Values


class DirectAsyncpg(Direct):
    """On asyncpg, inside `run_sync`, for one transaction.

    The first statement goes the long way: with it SQLAlchemy begins the transaction, which it ends as well.
    """

    statements = Statements()

    def __init__(self, connection: Connection) -> None:
        super().__init__(connection)
        self._adapted: Any = None

    def execute(self, statement: Executable, values: Values | Sequence[Values] = (), **options: Any) -> Any:
        if self._adapted is None:
            found = self.long_way.execute(statement, values or {}, **options)
            self._adapted = self.long_way.connection.dbapi_connection
            return found
        return super().execute(statement, values, **options)

    def _run(self, statement: Statement, rows: list[list[Any]]) -> tuple[list[Any], int]:
        try:
            found: tuple[list[Any], int] = self._adapted.run_async(lambda raw: _ask(raw, statement, rows))
        except asyncpg.IntegrityConstraintViolationError as broken:
            raise IntegrityError(statement.text, None, broken) from broken
        except (asyncpg.PostgresError, asyncpg.InterfaceError) as broken:
            raise OperationalError(statement.text, None, broken) from broken
        return found


async def _ask(raw: Any, statement: Statement, rows: list[list[Any]]) -> tuple[list[Any], int]:
    if len(rows) > 1:
        await raw.executemany(statement.text, rows)
        return [], -1
    if statement.returns_rows:
        found = await raw.fetch(statement.text, *rows[0])
        return found, len(found)
    status: str = await raw.execute(statement.text, *rows[0])
    return [], int(status.rpartition(" ")[2])
