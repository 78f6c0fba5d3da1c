"""What stands before several processes: hands each webhook to the next of them, or to another when that one is gone.

When none answers, it says 502, so that the stand-in comes again as Telegram does.
"""

from collections.abc import Sequence
from itertools import count

import aiohttp
from aiohttp import web

ANSWER_SECONDS = 25
HEADERS = ("Content-Type", "X-Telegram-Bot-Api-Secret-Token")
SECRET = "knock"


class Forwarder:
    """Listens on a port of its own between `start` and `stop`; `refused` counts what nobody took."""

    def __init__(self, ports: Sequence[int]) -> None:
        self.url = ""
        self.refused = 0
        self._ports, self._turns = list(ports), count()
        app = web.Application()
        app.router.add_post("/{path:.*}", self._forward)
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=1)
        self._session: aiohttp.ClientSession

    @property
    def settings(self) -> dict[str, str]:
        """What makes a process take its updates from here."""
        return {"WEBHOOK_URL": self.url, "WEBHOOK_SECRET": SECRET}

    async def start(self) -> None:
        self._session = aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=ANSWER_SECONDS))
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", 0).start()
        self.url = f"http://127.0.0.1:{self._runner.addresses[0][1]}"

    async def stop(self) -> None:
        await self._runner.cleanup()
        await self._session.close()

    async def _forward(self, request: web.Request) -> web.Response:
        body = await request.read()
        headers = {name: request.headers[name] for name in HEADERS if name in request.headers}
        first = next(self._turns)
        for nth in range(len(self._ports)):
            port = self._ports[(first + nth) % len(self._ports)]
            try:
                async with self._session.post(
                    f"http://127.0.0.1:{port}{request.path}", data=body, headers=headers
                ) as answer:
                    return web.Response(status=answer.status, body=await answer.read())
            except (aiohttp.ClientError, TimeoutError):
                continue
        self.refused += 1
        return web.Response(status=502)
