"""Virtual time: an event loop whose clock jumps to the next timer, and the lives of the processes that run on it.

Nothing here knows the product. A `Life` is one process: once it is over, no callback made in it ever runs again, so a
coroutine stops at the await where the process died. Everything is in one thread and in one order for one seed.
"""

import asyncio
import heapq
import itertools
from asyncio import events
from collections import deque
from collections.abc import Callable, Coroutine
from contextvars import Context, ContextVar, copy_context
from typing import Any, Protocol, TypeVar, cast

T = TypeVar("T")
_LIFE: ContextVar["Life | None"] = ContextVar("life", default=None)


class Life:
    """One process from its start to its death. `tasks` are kept, so that no dead coroutine is closed and runs on."""

    def __init__(self, number: int) -> None:
        self.number = number
        self.over = False
        self.tasks: list[asyncio.Task[Any]] = []


class NumberedTask(asyncio.Task[T]):
    """A task with a place of its own in sets, the same in every run; an address would not be."""

    def __init__(self, coroutine: Coroutine[Any, Any, T], *, loop: "VirtualLoop", **named: Any) -> None:
        self._number = loop.next_number()
        super().__init__(coroutine, loop=loop, **named)

    def __hash__(self) -> int:
        return self._number


class _Handle(Protocol):
    """What asyncio keeps in a handle."""

    _context: Context
    _callback: Callable[..., object]
    _args: tuple[object, ...]
    _cancelled: bool


class VirtualLoop(asyncio.AbstractEventLoop):
    """Runs what is ready, then jumps to the next timer."""

    def __init__(self) -> None:
        self._now = 0.0
        self._ready: deque[events.Handle] = deque()
        self._timers: list[tuple[float, int, events.TimerHandle]] = []
        self._numbers = itertools.count(1)
        self._outside = copy_context()
        self._running = False
        self.failures: list[str] = []

    def next_number(self) -> int:
        return next(self._numbers)

    def time(self) -> float:
        return self._now

    def get_debug(self) -> bool:
        return False

    def is_running(self) -> bool:
        return self._running

    def is_closed(self) -> bool:
        return False

    def create_future(self) -> "asyncio.Future[Any]":
        return asyncio.Future(loop=self)

    def create_task(  # type: ignore[override]
        self, coro: Coroutine[Any, Any, T], *, name: str | None = None, context: Context | None = None
    ) -> "asyncio.Task[T]":
        task: asyncio.Task[T] = NumberedTask(coro, loop=self, name=name, context=context)
        life = _life_of(context)
        if life is not None:
            life.tasks.append(task)
            if len(life.tasks) > 1000:
                life.tasks = [each for each in life.tasks if not each.done()]
        return task

    def call_soon(  # type: ignore[override]
        self, callback: Callable[..., object], *args: Any, context: Context | None = None
    ) -> events.Handle:
        handle = events.Handle(callback, args, self, context)
        if _lives(handle):
            self._ready.append(handle)
        return handle

    def call_later(  # type: ignore[override]
        self, delay: float, callback: Callable[..., object], *args: Any, context: Context | None = None
    ) -> events.TimerHandle:
        return self.call_at(self._now + delay, callback, *args, context=context)

    def call_at(  # type: ignore[override]
        self, when: float, callback: Callable[..., object], *args: Any, context: Context | None = None
    ) -> events.TimerHandle:
        handle = events.TimerHandle(when, callback, args, self, context)
        if _lives(handle):
            heapq.heappush(self._timers, (when, next(self._numbers), handle))
        return handle

    def outside(self, delay: float, callback: Callable[..., object], *args: Any) -> events.TimerHandle:
        """Call it later in no process: what the world does goes on whoever dies."""
        return self.call_later(delay, callback, *args, context=self._outside)

    def begin(self, life: Life, work: Callable[[], Coroutine[Any, Any, T]]) -> "asyncio.Task[T]":
        """Run work as (a part of) a process."""
        context = self._outside.copy()
        context.run(_LIFE.set, life)
        return self.create_task(work(), context=context)

    def end(self, life: Life) -> None:
        """Let a process die where it stands."""
        life.over = True
        self._ready = deque(handle for handle in self._ready if _lives(handle))
        self._timers = [entry for entry in self._timers if _lives(entry[2])]
        heapq.heapify(self._timers)

    def run_until(self, when: float, stop: Callable[[], bool] | None = None) -> None:
        """Live on until this time, or until `stop` says so; it is asked whenever the time is about to move."""
        events._set_running_loop(self)
        self._running = True
        try:
            while not (stop is not None and stop()) and self._step(when):
                pass
        finally:
            self._running = False
            events._set_running_loop(None)

    def call_exception_handler(self, context: dict[str, Any]) -> None:
        self.failures.append(f"{context.get('message')}: {context.get('exception')!r}")

    def _timer_handle_cancelled(self, _handle: events.TimerHandle) -> None:
        """A cancelled timer is dropped when its time comes."""

    def _step(self, until: float) -> bool:
        """Run what is ready, else move the time; False when it would pass `until`."""
        ready = self._ready
        while ready:
            _run(ready.popleft())
            ready = self._ready
        timers = self._timers
        while timers and timers[0][2].cancelled():
            heapq.heappop(timers)
        if not timers or timers[0][0] > until:
            self._now = until
            return False
        self._now, _, handle = heapq.heappop(timers)
        ready.append(handle)
        return True


def new_loop() -> VirtualLoop:
    """A loop at time zero. It has what tasks, timers and futures need, and nothing that touches the machine."""
    return VirtualLoop()  # type: ignore[abstract]


def current_life() -> Life:
    """The process in which this code runs."""
    life = _LIFE.get()
    assert life is not None, "this belongs to no process"
    return life


def _life_of(context: Context | None) -> Life | None:
    return _LIFE.get() if context is None else context.get(_LIFE)


def _lives(handle: events.Handle) -> bool:
    life = cast("_Handle", handle)._context.get(_LIFE)
    return life is None or not life.over


def _run(ready: events.Handle) -> None:
    handle = cast("_Handle", ready)
    if not handle._cancelled:
        handle._context.run(handle._callback, *handle._args)
