"""The one HTTP server of the process; features hand it their routes."""

from collections.abc import Iterable

from aiohttp import web


class Server:
    """Listens from `start` to `stop`."""

    def __init__(self, routes: Iterable[web.RouteDef]) -> None:
        app = web.Application()
        app.add_routes(routes)
        self._runner = web.AppRunner(app, access_log=None)

    async def start(self, host: str, port: int) -> int:
        """Listen, and return the port; raises `OSError` where it is taken."""
        await self._runner.setup()
        await web.TCPSite(self._runner, host, port).start()
        listening: int = self._runner.addresses[0][1]
        return listening

    async def stop(self) -> None:
        await self._runner.cleanup()
