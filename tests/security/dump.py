"""Everything that the database holds, and what has changed between two looks at it."""

from collections import Counter
from collections.abc import Collection
from typing import Any

from sqlalchemy import Table, select
from sqlalchemy.engine import Connection

from storage.tables import METADATA
from tests.world import World

Row = tuple[str, tuple[tuple[str, str], ...]]
MACHINERY = frozenset({"inbox", "process", "lane", "pace"})
"""Tables that tell how updates are handled, not what they did."""
QUESTIONS = frozenset({"asking"})
"""What somebody was asked to type; whatever they do next drops it."""


def dump(world: World, ignoring: Collection[str] = MACHINERY) -> Counter[Row]:
    """Every row of every table, but those of the tables that are ignored."""
    tables = [table for table in METADATA.sorted_tables if table.name not in ignoring]

    def rows(connection: Connection) -> Counter[Row]:
        return Counter(_row(table, row) for table in tables for row in connection.execute(select(table)).mappings())

    return world.runner.run(world.app.database.survey(rows))


def changes(before: Counter[Row], after: Counter[Row]) -> list[str]:
    """One line for each row that went or came; a changed one is both."""
    return [f"- {_told(row)}" for row in (before - after)] + [f"+ {_told(row)}" for row in (after - before)]


def _row(table: Table, row: Any) -> Row:
    return table.name, tuple((column, repr(value)) for column, value in row.items())


def _told(row: Row) -> str:
    return f"{row[0]}: {', '.join(f'{column}={value}' for column, value in row[1])}"
