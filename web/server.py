"""The one HTTP server of the process; features hand it their routes."""

from collections.abc import Iterable

from aiohttp import web

LARGEST_BODY = 1024 * 1024
STOP_SECONDS = 3.0


class Server:
    """Listens from `start` to `stop`. A body of more than 1 MiB is answered with 413."""

    def __init__(self, routes: Iterable[web.RouteDef]) -> None:
        app = web.Application(client_max_size=LARGEST_BODY)
        app.add_routes(routes)
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=STOP_SECONDS)

    async def start(self, host: str, port: int) -> int:
        """Listen, and return the port; raises `OSError` where it is taken."""
        await self._runner.setup()
        await web.TCPSite(self._runner, host, port).start()
        listening: int = self._runner.addresses[0][1]
        return listening

    async def stop(self) -> None:
        """Listen no more; what is being answered gets its answer."""
        await self._runner.cleanup()
