"""Two processes on one database in one test's loop.

A death is told by the test: everything that runs for the process ends at once, and nothing of what it would do when
leaving in order is done.
"""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any

from app.clock import SystemClock
from app.wiring import App
from emulator.driver import Actor
from tests.world import World


@asynccontextmanager
async def second(world: World) -> AsyncIterator[App]:
    """Another process beside the world's own."""
    app = App(world.config, world.clock, SystemClock())
    await app.start()
    try:
        yield app
    finally:
        await app.stop()


async def until(holds: Callable[[], bool]) -> None:
    async with asyncio.timeout(20):
        while not holds():  # noqa: ASYNC110 -- what two processes do shows in many places
            await asyncio.sleep(0.01)


def says(anna: Actor, update_id: int, **said: Any) -> dict[str, Any]:
    """An update with a message of this person."""
    person = {"id": anna.id, "is_bot": False, "first_name": "Anna"}
    chat = {"id": anna.id, "type": "private", "first_name": "Anna"}
    return {"update_id": update_id, "message": {"message_id": 1, "date": 1, "chat": chat, "from": person} | said}


async def dies(app: App) -> None:
    """Nothing of it runs on."""
    app._scheduler.shutdown(wait=False)
    await app._tasks.cancel("poll", "flush", "send", "listen")
    for task in app.intake._lanes._running:
        task.cancel()
    app.intake._may_poll.clear()


async def leaves_nothing(app: App) -> None:
    """What a dead process holds of this test's machine."""
    await app._server.stop() if app._server else None
    await app.bot.session.close()
    await app.database.close()
