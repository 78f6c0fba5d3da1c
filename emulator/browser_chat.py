"""The browser chat's end in the server: its page and files, and the WebSocket that carries events and commands.

What a command of the page does stands in browser_command; the model of truth is `Telegram`.
"""

import asyncio
import contextlib
import logging
from collections.abc import Awaitable, Callable, Coroutine, Mapping, Sequence
from pathlib import Path
from typing import Any

from aiohttp import WSMsgType, web

from emulator import browser_command
from emulator.chat import Telegram

_log = logging.getLogger(__name__)

Json = dict[str, Any]
Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]

FOLDER = Path(__file__).parent / "browser"
KINDS = {".css": "text/css", ".js": "text/javascript", ".svg": "image/svg+xml"}
LOCAL_NAMES = {"127.0.0.1", "localhost"}
MOST_COMMAND_BYTES = 16 * 1024 * 1024
MOST_EVENTS_BEHIND = 5000
WATCH_EVERY_SECONDS = 1.0
HEADERS = {
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; "
        "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    ),
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "Cache-Control": "no-cache",
}


def routes(telegram: Telegram, story: Sequence[Mapping[str, str]] = ()) -> list[web.RouteDef]:
    """The page at `/`, its files below `/static/` and its WebSocket at `/events`.

    `story` says what to try first, as items with a title and a text. Another Host than this machine's own is
    refused, and so is a WebSocket opened by another page.
    """

    async def events(request: web.Request) -> web.StreamResponse:
        if request.headers.get("Origin") != f"http://{request.host}":
            raise web.HTTPForbidden(text="Only the browser chat's own page may open this.")
        return await _Visit(telegram, story).serve(request)

    return [
        web.get("/", _local(_page)),
        web.get("/static/{name}", _local(_static)),
        web.get("/events", _local(events)),
    ]


def _local(handler: Handler) -> Handler:
    async def guarded(request: web.Request) -> web.StreamResponse:
        if request.url.host not in LOCAL_NAMES:
            raise web.HTTPForbidden(text="The browser chat answers on 127.0.0.1 only.")
        return await handler(request)

    return guarded


async def _page(_: web.Request) -> web.StreamResponse:
    return web.Response(text=(FOLDER / "page.html").read_text("utf-8"), content_type="text/html", headers=HEADERS)


async def _static(request: web.Request) -> web.StreamResponse:
    known = {file.name: file for file in FOLDER.iterdir() if file.suffix in KINDS}
    file = known.get(request.match_info["name"])
    if file is None:
        raise web.HTTPNotFound
    return web.Response(text=file.read_text("utf-8"), content_type=KINDS[file.suffix], headers=HEADERS)


class _Visit:
    """One open page: what happens goes to it in order, what it asks for is done as it comes."""

    def __init__(self, telegram: Telegram, story: Sequence[Mapping[str, str]]) -> None:
        self._telegram = telegram
        self._story = [dict(part) for part in story]
        self._outgoing: asyncio.Queue[Json] = asyncio.Queue(MOST_EVENTS_BEHIND)
        self._tasks: set[asyncio.Task[None]] = set()
        self._socket = web.WebSocketResponse(heartbeat=20, max_msg_size=MOST_COMMAND_BYTES)
        self._told: Json = {}

    async def serve(self, request: web.Request) -> web.StreamResponse:
        await self._socket.prepare(request)
        next_due = await self._next_due()
        stops: list[Callable[[], object]] = [
            self._telegram.subscribe(self._tell),
            self._telegram.clock.subscribe(self._tell_time),
        ]
        self._tell(self._hello(next_due))
        stops += [asyncio.create_task(work).cancel for work in (self._send(), self._watch())]
        try:
            async for incoming in self._socket:
                if incoming.type is WSMsgType.TEXT:
                    self._run(self._do(incoming.json()))
        finally:
            # Commands that were begun go on: a payment or a move of the clock does not end with its page.
            for stop in stops:
                stop()
        return self._socket

    def _tell(self, event: Json) -> None:
        try:
            self._outgoing.put_nowait(event)
        except asyncio.QueueFull:
            # A page this far behind is better off when it connects again and fetches the whole state.
            self._run(self._close())

    def _tell_time(self) -> None:
        self._tell({"type": "clock", "now": self._telegram.clock.now().isoformat()})

    def _run(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _send(self) -> None:
        with contextlib.suppress(ConnectionError):
            while True:
                await self._socket.send_json(await self._outgoing.get())

    async def _close(self) -> None:
        await self._socket.close()

    async def _do(self, command: Json) -> None:
        answer: Json = {"type": "done", "ref": command.get("ref")}
        try:
            result = await browser_command.do(self._telegram, command)
            self._tell_facts(await self._next_due())
        except browser_command.CommandError as error:
            self._tell(answer | {"ok": False, "error": str(error)})
        except Exception as error:  # noqa: BLE001 - what the clock's owner raises must not leave the page waiting
            _log.exception("a command of the browser chat failed")
            self._tell(answer | {"ok": False, "error": f"That went wrong: {error!r}"})
        else:
            self._tell(answer | {"ok": True, "result": result})

    def _hello(self, next_due: str | None) -> Json:
        telegram = self._telegram
        self._told = self._facts()
        return {
            "type": "hello",
            "people": [person.as_json() for person in telegram.people.values()],
            "chats": {one: [message.as_json() for message in telegram.messages(one)] for one in telegram.people},
            "story": self._story,
            **self._clock(next_due),
            **self._told,
        }

    async def _watch(self) -> None:
        """Tell the page regularly of what the server has no event for: time, what is due, menus, the bot's words."""
        while True:
            await asyncio.sleep(WATCH_EVERY_SECONDS)
            self._tell_facts(await asyncio.shield(self._next_due()))

    def _tell_facts(self, next_due: str | None) -> None:
        before, self._told = self._told, self._facts()
        self._tell({"type": "clock", **self._clock(next_due)})
        if self._told["bot"] != before["bot"]:
            self._tell({"type": "bot", "bot": self._told["bot"]})
        for person_id, menu in self._told["commands"].items():
            if menu != before["commands"].get(person_id):
                self._tell({"type": "commands", "person_id": person_id, "commands": menu})

    def _facts(self) -> Json:
        telegram = self._telegram
        names, descriptions = telegram.profile.names, telegram.profile.descriptions
        return {
            "bot": {"name": names[""], "username": telegram.bot.username, "about": descriptions.get("", "")},
            "commands": {one: telegram.commands.seen_by(person) for one, person in telegram.people.items()},
        }

    def _clock(self, next_due: str | None) -> Json:
        return {"now": self._telegram.clock.now().isoformat(), "next_due": next_due}

    async def _next_due(self) -> str | None:
        due_at = await self._telegram.clock.due()
        return due_at.isoformat() if due_at else None
