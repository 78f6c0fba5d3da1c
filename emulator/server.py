"""The stand-in as a server on 127.0.0.1: the Bot API around one `Telegram`, and whatever routes are added to `app`."""

from aiohttp import web

from emulator.bot_api import answer, command, edit, file, invoice, profile, remove, send, update
from emulator.bot_api.http import BotApi
from emulator.chat import Telegram

FAMILIES = (answer, command, edit, file, invoice, profile, remove, send, update)
MOST_BODY_BYTES = 64 * 1024 * 1024


class Emulator:
    """Serves a `Telegram`; routes of others, such as the browser chat, are added to `app` before `start`."""

    def __init__(self, telegram: Telegram | None = None) -> None:
        self.telegram = telegram or Telegram()
        self.app = web.Application(client_max_size=MOST_BODY_BYTES)
        BotApi(self.telegram).add_routes(self.app)
        self._runner: web.AppRunner | None = None
        self._port = 0

    @property
    def url(self) -> str:
        """The server's address, without a slash at the end."""
        return f"http://127.0.0.1:{self._port}"

    async def start(self, port: int = 0) -> None:
        """Listen; port 0 takes any free one."""
        # A poll whose bot has died must not go on waiting, as if there were still somebody to answer.
        self._runner = web.AppRunner(self.app, access_log=None, shutdown_timeout=1, handler_cancellation=True)
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", port).start()
        self._port = self._runner.addresses[0][1]

    async def stop(self) -> None:
        """Let a waiting poll end, and close."""
        self.telegram.updates.close()
        await self.telegram.webhook.close()
        if self._runner is not None:
            await self._runner.cleanup()
