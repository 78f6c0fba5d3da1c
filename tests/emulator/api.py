"""The Bot API as a test calls it: plain HTTP, with the answer either expected to be good or to be a refusal."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import aiohttp

from emulator.server import Emulator


@dataclass(frozen=True)
class Api:
    """The Bot API as plain HTTP."""

    emulator: Emulator
    session: aiohttp.ClientSession

    def address(self, method: str) -> str:
        return f"{self.emulator.url}/bot{self.emulator.telegram.token}/{method}"

    async def call(self, method: str, **parameters: Any) -> dict[str, Any]:
        """The answer to a JSON request, which must carry its own error code as HTTP status."""
        async with self.session.post(self.address(method), json=parameters) as answer:
            body: dict[str, Any] = await answer.json()
        assert answer.status == body.get("error_code", 200)
        return body

    async def result(self, method: str, **parameters: Any) -> Any:
        """The result of a request that must succeed."""
        body = await self.call(method, **parameters)
        assert body["ok"], body
        return body["result"]

    async def refusal(self, method: str, **parameters: Any) -> str:
        """The words of a request that must be refused."""
        body = await self.call(method, **parameters)
        assert not body["ok"], body
        return str(body["description"])


async def until(condition: Callable[[], object]) -> None:
    """Return when the condition holds; fail when it does not within five seconds."""
    async with asyncio.timeout(5):
        while not condition():  # noqa: ASYNC110 - there is no event for what tests wait for here
            await asyncio.sleep(0.001)
