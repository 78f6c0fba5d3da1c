"""The way from the bot to the small Telegram: aiogram's session without HTTP, and everything that fails on the way.

A call takes effect when it arrives, whoever has died meanwhile; what its caller hears is decided by the fault. The
errors are made by aiogram's own reading of a status and a body, as over HTTP.
"""

import asyncio
import json
from collections.abc import AsyncGenerator, Callable
from contextvars import ContextVar
from dataclasses import dataclass
from random import Random
from typing import Any, Protocol

from aiogram import Bot
from aiogram.client.session.base import BaseSession
from aiogram.exceptions import ClientDecodeError, TelegramAPIError, TelegramNetworkError
from aiogram.methods import TelegramMethod
from aiohttp import ClientConnectorError
from aiohttp.client_reqrep import ConnectionKey

from tests.simulation.effect import Effects
from tests.simulation.fault import DONE, CallFault, Faults
from tests.simulation.loop import VirtualLoop, current_life
from tests.simulation.telegram import Refused, Telegram

NOTICE: ContextVar[str] = ContextVar("notice", default="")
"""The key of the notice that is being sent; replies have none."""
NOWHERE = ConnectionKey("telegram.invalid", 443, True, True, None, None, None)
TIMEOUT_SECONDS = 60.0
WAY_SECONDS = (0.01, 0.12)
LATE_SECONDS = (3.0, 20.0)


@dataclass(frozen=True, slots=True)
class Delivery:
    """A notice that reached a chat. `life` is the process that sent it; `sent_at` when it left, in loop time."""

    key: str
    chat_id: int
    message_id: int
    life: int
    sent_at: float
    at: float
    fault: CallFault | None


class Witness(Protocol):
    def delivered(self, delivery: Delivery) -> None: ...


@dataclass(slots=True)
class _Call:
    """One call on its way."""

    bot: Bot
    method: TelegramMethod[Any]
    timeout: float
    answer: "asyncio.Future[Any]"
    life: int
    notice: str
    sent_at: float
    fault: CallFault | None = None


class Line:
    """The line to Telegram, shared by all processes: outages, faults, and the one poll that may be open."""

    def __init__(self, loop: VirtualLoop, random: Random, faults: Faults, telegram: Telegram, witness: Witness) -> None:
        self._loop, self._random, self._faults = loop, random, faults
        self._telegram, self._witness = telegram, witness
        self._effects = Effects(telegram)
        self.down = False
        self.calls = 0
        self._poll: _Call | None = None
        self._hanging: list[_Call] = []

    def send(self, call: _Call) -> None:
        self.calls += 1
        if self.down:
            self._fall(call)
            return
        call.fault = self._faults.at_call()
        if call.fault is CallFault.REFUSED:
            self._after(self._way(), self._turn_away, call)
        else:
            self._after(self._way(), self._arrive, call)

    def cut(self) -> None:
        """End what hangs: nothing goes wrong any more."""
        hanging, self._hanging = self._hanging, []
        for call in hanging:
            self._lose(call)

    def arrived(self) -> None:
        """Something waits for the bot: hand it to the poll that is open."""
        if self._poll is not None:
            poll, self._poll = self._poll, None
            self._after(self._way(), self._hand_out, poll)

    def _fall(self, call: _Call) -> None:
        """Telegram is away: a connection is refused at once, or nobody answers. A poll has time to wait."""
        if call.method.__api_method__ == "getUpdates":
            self._after(self._random.uniform(5.0, call.timeout), self._turn_away, call)
        else:
            lost = self._random.random() < 0.1
            self._after(self._random.uniform(0.05, 3.0), self._lose if lost else self._turn_away, call)

    def _way(self) -> float:
        return self._random.uniform(*WAY_SECONDS)

    def _after(self, seconds: float, do: Callable[[_Call], None], call: _Call) -> None:
        self._loop.outside(seconds, do, call)

    def _arrive(self, call: _Call) -> None:
        if call.fault is not None and call.fault not in DONE:
            self._fail(call)
        elif call.method.__api_method__ == "getUpdates":
            self._take_poll(call)
        else:
            self._do(call)

    def _take_poll(self, call: _Call) -> None:
        if self._poll is not None:
            self._refuse(self._poll, 409, "Conflict: terminated by other getUpdates request")
            self._poll = None
        offset: int | None = getattr(call.method, "offset", None)
        bodies = self._telegram.updates(offset)
        if call.fault is not None and call.fault is not CallFault.LATE:
            self._fail(call)
        elif bodies:
            self._after(self._way(), lambda call: _settle(call, bodies), call)
        else:
            self._poll = call

    def _hand_out(self, call: _Call) -> None:
        """The poll may have been given up meanwhile; then nothing is lost, since nothing is confirmed."""
        _settle(call, self._telegram.updates(None))

    def _do(self, call: _Call) -> None:
        try:
            result = self._effect(call)
        except Refused as refused:
            self._refuse(call, refused.status, refused.description)
            return
        if call.fault is CallFault.LATE:
            self._after(self._random.uniform(*LATE_SECONDS), lambda call: _settle(call, result), call)
        elif call.fault is not None:
            self._fail(call)
        else:
            self._after(self._way(), lambda call: _settle(call, result), call)

    def _effect(self, call: _Call) -> Any:
        result = self._effects.of(call.method, call.notice)
        if call.notice and call.method.__api_method__ == "sendMessage":
            self._witness.delivered(
                Delivery(
                    call.notice,
                    call.method.chat_id,  # type: ignore[attr-defined]
                    result.message_id,
                    call.life,
                    call.sent_at,
                    self._loop.time(),
                    call.fault,
                )
            )
        return result

    def _fail(self, call: _Call) -> None:
        """Let the caller hear what its fault says, now or when its patience is over."""
        fault = call.fault
        if fault in {CallFault.HANG, CallFault.HANG_DONE}:
            self._hanging.append(call)
            self._after(self._random.choice((call.timeout, self._random.uniform(0.2, call.timeout))), self._lose, call)
        elif fault is CallFault.FLOOD:
            seconds = self._random.randint(1, 25)
            self._refuse(call, 429, f"Too Many Requests: retry after {seconds}", retry_after=seconds)
        elif fault in {CallFault.BROKEN, CallFault.BROKEN_DONE}:
            self._refuse(call, self._random.choice((500, 502, 504)), "Internal Server Error")
        elif fault in {CallFault.GARBAGE, CallFault.GARBAGE_DONE}:
            _spoil(call, ClientDecodeError("Failed to decode object", ValueError("no JSON"), "<html>"))
        else:
            self._after(self._way(), self._lose, call)

    def _lose(self, call: _Call) -> None:
        _spoil(call, TelegramNetworkError(method=call.method, message="HTTP Client says - Request timeout error"))

    def _turn_away(self, call: _Call) -> None:
        """Nobody takes the connection, so the call never left."""
        error = TelegramNetworkError(method=call.method, message="ClientConnectorError")
        error.__cause__ = ClientConnectorError(NOWHERE, OSError(111, "Connection refused"))
        _spoil(call, error)

    def _refuse(self, call: _Call, status: int, description: str, **parameters: int) -> None:
        content = {"ok": False, "error_code": status, "description": description, "parameters": parameters}
        try:
            call.bot.session.check_response(call.bot, call.method, status, json.dumps(content))
        except (TelegramAPIError, ClientDecodeError) as error:
            self._after(self._way(), lambda call, error=error: _spoil(call, error), call)  # type: ignore[misc]


class SimulatedSession(BaseSession):
    """What a bot is given in place of HTTP."""

    def __init__(self, line: Line, loop: VirtualLoop) -> None:
        super().__init__()
        self._line, self._loop = line, loop
        self._life = current_life()

    async def make_request(
        self,
        bot: Bot,
        method: TelegramMethod[Any],
        timeout: int | None = None,  # noqa: ASYNC109 - the name is aiogram's
    ) -> Any:
        answer = self._loop.create_future()
        patience = TIMEOUT_SECONDS if timeout is None else float(timeout)
        self._line.send(_Call(bot, method, patience, answer, self._life.number, NOTICE.get(), self._loop.time()))
        return await answer

    async def close(self) -> None:
        """There is nothing to close."""

    async def stream_content(self, *_: Any, **__: Any) -> AsyncGenerator[bytes, None]:
        """There are no files."""
        parts: list[bytes] = []
        for part in parts:
            yield part


def _settle(call: _Call, result: Any) -> None:
    if not call.answer.done():
        call.answer.set_result(result)


def _spoil(call: _Call, error: Exception) -> None:
    if not call.answer.done():
        call.answer.set_exception(error)
        call.answer.exception()  # whoever waited may be dead
