"""Doing together what many ask for at once, so that twenty who wait for the disk wait for it once."""

import asyncio
from collections.abc import Awaitable, Callable
from itertools import count
from typing import Generic, TypeVar

T = TypeVar("T")


class Together(Generic[T]):
    """Calls `do`, one call at a time, with everything that was handed in while the call before was running."""

    def __init__(self, do: Callable[[list[T]], Awaitable[None]]) -> None:
        self._do = do
        self._waiting: dict[int, list[T]] = {}
        self._tickets = count()
        self._turn = asyncio.Lock()

    async def add(self, items: list[T]) -> None:
        """Return once `do` was called with these items, and with others perhaps, and has returned.

        When it fails, only the caller that made the call hears of it; the others' items are tried again with theirs.
        """
        ticket = next(self._tickets)
        self._waiting[ticket] = items
        async with self._turn:
            if ticket not in self._waiting:
                return
            taken = dict(self._waiting)
            try:
                await self._do([item for each in taken.values() for item in each])
            except BaseException:
                del self._waiting[ticket]
                raise
            for done in taken:
                del self._waiting[done]
