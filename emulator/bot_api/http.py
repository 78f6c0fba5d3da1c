"""The routes of the Bot API: reads a call in any of its four forms, runs it, checks and records it, answers."""

import asyncio
import inspect
import json
import re
from typing import Any

from aiohttp import BodyPartReader, web

from emulator import table, wire
from emulator.bot_api.method import METHODS, Handler
from emulator.bot_api.request import Request, Upload
from emulator.chat import Call, Telegram
from emulator.fault import Fault, Kind
from emulator.flood import too_many_requests
from emulator.refusal import RefusalError, bad_request

Json = dict[str, Any]

_TOKEN = re.compile(r"\d+:[A-Za-z0-9_-]+\Z")
_SURROGATE = re.compile("[\ud800-\udfff]")
_NOTHING = frozenset({"", "0", "false", "False"})
# What would change an outcome at the real server and changes none here must not pass in silence.
_NOT_ACTED_ON = frozenset(
    {
        "business_connection_id",
        "certificate",
        "direct_messages_topic_id",
        "ephemeral_message_parameters",
        "inline_message_id",
        "is_flexible",
        "message_thread_id",
        "need_shipping_address",
        "rich_message",
        "subscription_period",
        "suggested_post_parameters",
    }
)
_BAD_GATEWAY = (
    "<html>\r\n<head><title>502 Bad Gateway</title></head>\r\n<body><h1>502 Bad Gateway</h1></body>\r\n</html>"
)


class BotApi:
    """The Bot API of one stand-in."""

    def __init__(self, telegram: Telegram) -> None:
        self._telegram = telegram
        self._names = {name.lower(): name for name in table.method_names()}

    def add_routes(self, app: web.Application) -> None:
        """Serve `/bot{token}/{method}` and `/file/bot{token}/{path}`."""
        app.router.add_route("*", "/bot{token}/{method}", self._call)
        app.router.add_get("/file/bot{token}/{path:.+}", self._download)

    async def _call(self, http: web.Request) -> web.StreamResponse:
        try:
            self._check_token(http.match_info["token"])
            request = await _read(http)
        except RefusalError as refusal:
            return _respond(refusal.code, refusal.as_json())
        name = self._names.get(request.method.lower(), request.method)
        fault = self._telegram.faults.next_for(name)
        if fault is not None and fault.kind is Kind.BAD_GATEWAY:
            self._record(name, request, {"ok": False, "error_code": 502, "description": "Bad Gateway"}, fault)
            return web.Response(status=502, text=_BAD_GATEWAY, content_type="text/html")
        outcome = await self._outcome(name, request, fault)
        self._record(name, request, outcome, fault)
        return await _with_fault(http, _respond(outcome.get("error_code", 200), outcome), fault)

    def _check_token(self, token: str) -> None:
        if not _TOKEN.match(token):
            raise RefusalError("Not Found", 404)
        if token != self._telegram.token:
            raise RefusalError("Unauthorized", 401)

    async def _outcome(self, name: str, request: Request, fault: Fault | None) -> Json:
        try:
            _refuse_with(fault)
            handler = self._handler(name)
            self._check(name, request)
            result = handler(self._telegram, request)
            if inspect.isawaitable(result):
                result = await result
        except RefusalError as refusal:
            return refusal.as_json()
        self._telegram.note(table.check_result(name, result))
        return {"ok": True, "result": result}

    def _handler(self, name: str) -> Handler:
        handler = METHODS.get(name.lower())
        if handler is None:
            self._telegram.note([f"{name}: the stand-in has no such method"])
            raise RefusalError("Not Found: method not found", 404)
        return handler

    def _check(self, name: str, request: Request) -> None:
        """Note what the server would let pass although the Bot API knows nothing of it."""
        departures = table.check_request(name, request.parameters | _named_uploads(request))
        self._telegram.note(departures or wire.second_opinion(name, request.parameters))
        idle = [parameter for parameter in sorted(_NOT_ACTED_ON) if request.text(parameter) not in _NOTHING]
        self._telegram.note([f"{name}.{parameter}: the stand-in does not act on it" for parameter in idle])

    def _record(self, name: str, request: Request, outcome: Json, fault: Fault | None) -> None:
        """Keep the call in the log; polls that brought nothing would only fill it."""
        if name == "getUpdates" and outcome.get("result") == []:
            return
        happened = fault.kind.name if fault else ""
        at = self._telegram.clock.now()
        self._telegram.calls.append(Call(name, dict(request.parameters), outcome, at, happened))
        if not outcome["ok"]:
            self._telegram.emit("trouble", text=f"{name}: {outcome['description']}")

    async def _download(self, http: web.Request) -> web.Response:
        try:
            self._check_token(http.match_info["token"])
        except RefusalError as refusal:
            return _respond(refusal.code, refusal.as_json())
        stored = self._telegram.files.at_path(http.match_info["path"])
        if stored is None:
            return _respond(404, {"ok": False, "error_code": 404, "description": "Not Found"})
        return web.Response(body=stored.content, content_type=stored.mime_type)


def _named_uploads(request: Request) -> dict[str, str]:
    """Uploads that stand for a parameter themselves; the others are attached to one by `attach://`."""
    attached = " ".join(request.parameters.values())
    return {name: "" for name in request.uploads if f"attach://{name}" not in attached}


def _respond(status: int, body: Json) -> web.Response:
    return web.json_response(body, status=status)


def _refuse_with(fault: Fault | None) -> None:
    if fault is not None and fault.kind is Kind.TOO_MANY_REQUESTS:
        raise too_many_requests(int(fault.seconds))
    if fault is not None and fault.kind is Kind.UNAUTHORIZED:
        raise RefusalError("Unauthorized", 401)


async def _with_fault(http: web.Request, response: web.Response, fault: Fault | None) -> web.StreamResponse:
    if fault is not None and fault.kind is Kind.DELAY:
        await asyncio.sleep(fault.seconds)
    if fault is not None and fault.kind is Kind.LOST_ANSWER and http.transport is not None:
        http.transport.abort()
    return response


async def _read(http: web.Request) -> Request:
    """The call, from the query string and a body that is a form, multipart or JSON."""
    parameters = dict(http.query)
    uploads: dict[str, Upload] = {}
    if http.content_type == "application/json":
        parameters |= _from_json(await http.text())
    elif http.content_type == "multipart/form-data":
        async for part in await http.multipart():
            if isinstance(part, BodyPartReader) and part.name:
                await _take_part(part, part.name, parameters, uploads)
    else:
        form = await http.post()
        parameters |= {name: value for name, value in form.items() if isinstance(value, str)}
    if any(_SURROGATE.search(value) for value in parameters.values()):
        raise bad_request("strings must be encoded in UTF-8")
    return Request(http.match_info["method"], parameters, uploads)


async def _take_part(part: BodyPartReader, name: str, parameters: dict[str, str], uploads: dict[str, Upload]) -> None:
    if part.filename is None:
        parameters[name] = (await part.read()).decode("utf-8", "replace")
        return
    mime_type = part.headers.get("Content-Type", "application/octet-stream")
    uploads[name] = Upload(part.filename, mime_type, bytes(await part.read()))


def _from_json(body: str) -> dict[str, str]:
    try:
        content = json.loads(body or "{}")
    except ValueError:
        raise bad_request("can't parse request JSON object") from None
    if not isinstance(content, dict):
        raise bad_request("can't parse request JSON object")
    return {name: value if isinstance(value, str) else json.dumps(value) for name, value in content.items()}
