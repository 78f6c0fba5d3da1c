"""A bot behind a webhook, in a process of its own: the product with its database, or stock aiogram without any.

Says `ready` when it listens, and `shown` whenever it was told a number on its input and so many screens were edited.
"""

import asyncio
import sys
from pathlib import Path
from typing import Any

from aiogram import Bot, Dispatcher
from aiogram.webhook.aiohttp_server import SimpleRequestHandler
from aiohttp import web

from app import process
from benchmarks.measure import logged_nowhere
from benchmarks.reference import bare_router
from benchmarks.stub import TOKEN, Stub
from benchmarks.studio import Clock, Stubbed, furnish, trainee
from benchmarks.workload import load
from storage.connect import connect
from storage.migrate import migrate
from storage.work import Work
from web.telegram import PATH

HOST, SECRET = "127.0.0.1", "benchmark-secret"
PEOPLE, FIRST_TELEGRAM_ID = 250, 9_000


class Counting(Stub):
    """Wakes whoever waits for a number of edited screens."""

    def __init__(self) -> None:
        super().__init__()
        self._edited = asyncio.Condition()

    async def make_request(self, *args: Any, **named: Any) -> Any:
        answered = await super().make_request(*args, **named)
        async with self._edited:
            self._edited.notify_all()
        return answered

    async def until_edited(self, times: int) -> None:
        async with self._edited:
            await self._edited.wait_for(lambda: self.calls["editMessageText"] >= times)


async def product(port: int, file: Path) -> None:
    """The whole application, with its loops, its timers and its server."""
    telegram, database = Counting(), connect(f"sqlite+aiosqlite:///{file}")
    settings = {"webhook_url": f"https://{HOST}", "webhook_secret": SECRET, "http_host": HOST, "http_port": port}
    await migrate(database)
    app = Stubbed(database, Clock(), telegram, **settings)
    await app.store.transact(furnish, load())
    await app.store.transact(_arrive)
    await app.start()
    process.settle()
    await _until_asked_to_end(telegram)
    await app.stop()


async def stock(port: int) -> None:
    """Aiogram's own webhook, which answers at once and handles in the background."""
    telegram = Counting()
    dispatcher, routes = Dispatcher(), web.Application()
    dispatcher.include_router(bare_router())
    handler = SimpleRequestHandler(dispatcher, Bot(TOKEN, session=telegram), True, secret_token=SECRET)
    handler.register(routes, path=PATH)
    runner = web.AppRunner(routes, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, HOST, port).start()
    await _until_asked_to_end(telegram)
    await runner.cleanup()


async def _until_asked_to_end(telegram: Counting) -> None:
    """Say when so many screens were edited as every line of the input asks for."""
    print("ready", flush=True)
    while asked := await asyncio.to_thread(sys.stdin.readline):
        await telegram.until_edited(int(asked))
        print("shown", flush=True)


def _arrive(work: Work) -> None:
    for number in range(PEOPLE):
        trainee(work, FIRST_TELEGRAM_ID + number)


def main() -> None:
    kind, port, *file = sys.argv[1:]
    process.tune()
    with logged_nowhere():
        asyncio.run(product(int(port), Path(file[0])) if kind == "product" else stock(int(port)))


if __name__ == "__main__":
    main()
