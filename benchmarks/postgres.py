"""Goal 7: the booking's transaction on PostgreSQL, against asyncpg running the very same statements.

Both begin from the same rows and numbers, which are put back after each measure, so a recording fits every time.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from time import perf_counter
from typing import Any

from sqlalchemy import Engine, event

from benchmarks import server, workload
from benchmarks.measure import Piece, Result, Scale, medians, spoken
from benchmarks.studio import Clock, free_starts, furnish
from domain import booking
from storage.connect import connect
from storage.direct import Statement
from storage.direct_asyncpg import DirectAsyncpg
from storage.migrate import migrate
from storage.work import Store

LIMIT, STRETCH = 1.5, 1.0
NUMBERED = ("ledger_entry", "outbox", "audit", "booking", "session")
"""In an order in which their rows can be deleted."""


async def measure(scale: Scale) -> list[Result]:
    async with server.database() as url:
        database = connect(url)
        await migrate(database)
        store = Store(database, Clock(), lambda _topic: None)
        trainers, trainees, kinds = await store.transact(furnish, workload.load())
        beside = await Beside.connected(url)
        start = free_starts(workload.load())[0]

        async def product() -> float:
            began = perf_counter()
            done = await store.transact(booking.book, trainees[0], trainers[0].id, kinds[-1].id, start)
            seconds = perf_counter() - began
            assert not done.again, "it was booked before"
            await beside.undo()
            return seconds

        with recorded() as statements:
            await product()
        took = await medians(scale.rounds, product=product, replay=await beside.replaying(statements))
        await beside.close()
        await database.close()
    return [
        Result(
            goal="7",
            name="PostgreSQL booking transaction / asyncpg, same statements",
            ratio=took["product"] / took["replay"],
            limit=LIMIT,
            stretch=STRETCH,
            detail=f"{spoken(took['product'])} against {spoken(took['replay'])}, {len(statements)} statements",
        )
    ]


@dataclass(frozen=True, slots=True)
class Recorded:
    """A statement as it was handed to the driver; `many` where it came with several rows of values."""

    sql: str
    values: Any
    many: bool


@contextmanager
def recorded() -> Iterator[list[Recorded]]:
    """Everything that is executed meanwhile, in its order: what SQLAlchemy hands to the driver, and what we do."""
    statements: list[Recorded] = []
    run = DirectAsyncpg._run

    def note(_connection: Any, _cursor: Any, sql: str, values: Any, _context: Any, many: bool) -> None:
        statements.append(Recorded(sql, values, many))

    def noted(direct: DirectAsyncpg, statement: Statement, rows: list[list[Any]]) -> tuple[list[Any], int]:
        many = len(rows) > 1
        statements.append(Recorded(statement.text, rows if many else rows[0], many))
        return run(direct, statement, rows)

    event.listen(Engine, "before_cursor_execute", note)
    DirectAsyncpg._run = noted  # type: ignore[assignment,method-assign]
    try:
        yield statements
    finally:
        DirectAsyncpg._run = run  # type: ignore[method-assign]
        event.remove(Engine, "before_cursor_execute", note)


@dataclass
class Beside:
    """A plain connection beside the product's. `marks` are the last numbers of the tables, `units` who has how many."""

    connection: Any
    marks: dict[str, int] = field(default_factory=dict)
    units: list[Any] = field(default_factory=list)

    @classmethod
    async def connected(cls, url: str) -> "Beside":
        made = cls(await server.connect(url))
        for table in NUMBERED:
            made.marks[table] = await made.connection.fetchval(f"SELECT max(id) FROM {table}")
        made.units = await made.connection.fetch("SELECT id, person_id, available, held FROM lot")
        await made.undo()
        return made

    async def replaying(self, statements: list[Recorded]) -> Piece:
        """A piece that runs prepared statements with the recorded values in one transaction."""
        prepared = [(await self.connection.prepare(each.sql), each.values, each.many) for each in statements]

        async def piece() -> float:
            began = perf_counter()
            async with self.connection.transaction():
                for statement, values, many in prepared:
                    await (statement.executemany(values) if many else statement.fetch(*values))
            seconds = perf_counter() - began
            assert await self._last("booking") == self.marks["booking"] + 1, "the replay booked nothing"
            await self.undo()
            return seconds

        return piece

    async def undo(self) -> None:
        """Take everything back that was added since, and count on from the marks."""
        run, marks = self.connection.execute, self.marks
        async with self.connection.transaction():
            await run(f"DELETE FROM hold_line WHERE booking_id > {marks['booking']}")
            await run(f"DELETE FROM occupancy WHERE session_id > {marks['session']}")
            for table in NUMBERED:
                await run(f"DELETE FROM {table} WHERE id > {marks[table]}")
                await run(f"SELECT setval(pg_get_serial_sequence('{table}', 'id'), {marks[table]})")
            for lot_id, person_id, available, held in self.units:
                for table, key, value in (("lot", "id", lot_id), ("account", "person_id", person_id)):
                    changes = f"available = {available}, held = {held}"
                    await run(f"UPDATE {table} SET {changes} WHERE {key} = {value} AND held <> {held}")

    async def close(self) -> None:
        await self.connection.close()

    async def _last(self, table: str) -> int:
        found: int = await self.connection.fetchval(f"SELECT max(id) FROM {table}")
        return found
