"""Virtual time: a loop whose clock leaps to the next timer whenever nothing is left to do before it.

While a thread works for the loop, time stands: what the database does takes none.
"""

import asyncio
import selectors
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path
from typing import TypeVar

from sqlalchemy.engine import Connection, make_url

from benchmarks.studio import Clock
from storage.sqlite import SqliteDatabase

T = TypeVar("T")


class Leaping(asyncio.SelectorEventLoop):
    """`threads` counts what threads are doing for the loop at present."""

    def __init__(self) -> None:
        self.threads = 0
        self._now = 0.0
        super().__init__(_Selector(self))

    def time(self) -> float:
        return self._now

    def leap(self, seconds: float) -> None:
        self._now += seconds


class _Selector(selectors.DefaultSelector):
    """Waits for threads as usual, and otherwise lets the time pass at once."""

    def __init__(self, loop: Leaping) -> None:
        super().__init__()
        self._loop = loop

    def select(self, timeout: float | None = None) -> list[tuple[selectors.SelectorKey, int]]:
        if timeout is None or timeout <= 0 or self._loop.threads:
            return super().select(timeout)
        self._loop.leap(timeout)
        return super().select(0)


class VirtualClock(Clock):
    """The studio's time, and the wall's, by the loop's."""

    def __init__(self, loop: Leaping) -> None:
        super().__init__()
        self._loop = loop

    def now(self) -> datetime:
        return self.at + timedelta(seconds=self._loop.time())


class Watched(SqliteDatabase):
    """A database whose work the loop waits for."""

    def __init__(self, file: Path, loop: Leaping) -> None:
        super().__init__(make_url(f"sqlite+aiosqlite:///{file}"))
        self._loop = loop

    async def transact(self, run: Callable[[Connection], T]) -> T:
        with self._working():
            return await super().transact(run)

    async def read(self, run: Callable[[Connection], T]) -> T:
        with self._working():
            return await super().read(run)

    async def close(self) -> None:
        with self._working():
            await super().close()

    @contextmanager
    def _working(self) -> Iterator[None]:
        self._loop.threads += 1
        try:
            yield
        finally:
            self._loop.threads -= 1
