"""Goal 4, dispatch: from the update's text to the handler being called, for every action there is.

All handlers are replaced by one that only notes when it was called, and what is known of the person is at hand: what
reading it costs belongs to the goals about whole taps.
"""

import json
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from statistics import median
from time import thread_time
from typing import Any

from aiogram import Dispatcher as Aiogram
from aiogram import Router
from aiogram.types import CallbackQuery

from benchmarks import stub, update
from benchmarks.measure import SILENT_ROUNDS, Result, Scale, spoken
from benchmarks.sample import Sample, samples
from benchmarks.studio import NOW, Clock
from bot.action import Action, Settings, Turn
from bot.dispatcher import Dispatcher, Known, table_of
from bot.handlers import MODULES
from storage.inbox import Received
from web.metrics import Meter

LIMIT, STRETCH = 1.15, 1.05
ROUNDS, CLOSER = 0.25, 10
"""Of all there are the slowest by chance as well; so many are measured again, and for longer."""


async def measure(scale: Scale) -> list[Result]:
    """Every action in turn beside the bare callback."""
    bare, product = Bare(), Product()
    all_, _ = await _reached(bare, product, list(product.samples), scale.part(ROUNDS))
    slow = sorted(all_, key=lambda key: all_[key])[-CLOSER:]
    again, reference = await _reached(bare, product, slow, scale.part(2))
    slowest = max(again, key=lambda key: again[key])
    return [
        Result(
            goal="4",
            name="slowest dispatch / bare unfiltered aiogram callback",
            ratio=again[slowest] / reference,
            limit=LIMIT,
            stretch=STRETCH,
            detail=f"{slowest} {spoken(again[slowest])} against {spoken(reference)}; {len(all_)} actions",
        )
    ]


async def _reached(bare: "Bare", product: "Product", keys: list[str], rounds: int) -> tuple[dict[str, float], float]:
    """The median seconds until each of these actions is called, and those of the bare callback beside them."""
    seconds: dict[str, list[float]] = {key: [] for key in keys}
    beside: list[float] = []
    for number in range(-SILENT_ROUNDS, rounds):
        for key in keys:
            ours, theirs = await product.reach(key), await bare.reach()
            if number >= 0:
                seconds[key].append(ours)
                beside.append(theirs)
    return {key: median(taken) for key, taken in seconds.items()}, median(beside)


class Bare:
    """Aiogram's dispatcher with one callback handler that filters nothing."""

    def __init__(self) -> None:
        self._called_at, router = 0.0, Router()
        self._bot, self._dispatcher = stub.bot(), Aiogram()
        self._raw = update.tap(1, "x:1")

        @router.callback_query()
        async def handle(_query: CallbackQuery) -> None:
            self._called_at = thread_time()

        self._dispatcher.include_router(router)

    async def reach(self) -> float:
        """The seconds until the handler is called."""
        began = thread_time()
        await self._dispatcher.feed_raw_update(self._bot, json.loads(self._raw))
        assert self._called_at > began, "the handler was not called"
        return self._called_at - began


@dataclass
class Memory:
    """A store that knows everything at once."""

    known: Known

    async def read(self, query: Callable[..., Any], *args: Any, **named: Any) -> Any:  # noqa: ARG002
        return self.known

    async def transact(self, action: Callable[..., Any], *args: Any, **named: Any) -> Any:  # noqa: ARG002
        raise AssertionError("no handler is called that could ask for this")

    async def survey(self, query: Callable[..., Any]) -> Any:  # noqa: ARG002
        raise AssertionError("no handler is called that could ask for this")

    def is_outage(self, failure: BaseException) -> bool:  # noqa: ARG002
        return False


class Product:
    """The product's dispatcher over its whole table, with handlers that only note that they were called."""

    def __init__(self) -> None:
        self._called_at, self._called = 0.0, ""
        table = {key: self._noting(key, action) for key, action in table_of(MODULES).items()}
        self.samples = samples(table)
        assert self.samples.keys() == table.keys(), "an action has no sample"
        self._memory = Memory(next(iter(self.samples.values())).known)
        settings = Settings(bot_username="studio_bot", admin_ids=frozenset(), provider_token="")
        self._dispatcher = Dispatcher(table, stub.bot(), self._memory, Clock(), settings, process=1, meter=Meter())

    async def reach(self, key: str) -> float:
        """The seconds until this action is called."""
        sample = self.samples[key]
        self._memory.known, handle = sample.known, self._way_in(sample)
        received = Received(1, 1, "person:1", sample.raw, 0, NOW)
        began = thread_time()
        await handle(received)
        assert self._called == key, f"{self._called} was called for {key}"
        return self._called_at - began

    def _way_in(self, sample: Sample) -> Callable[[Received], Awaitable[None]]:
        return self._dispatcher.show_again if sample.again else self._dispatcher.handle

    def _noting(self, key: str, action: Action) -> Action:
        async def note(turn: Turn[Any]) -> None:
            self._called_at, self._called = thread_time(), key
            turn.settled = turn._answered = True

        return replace(action, run=note)
