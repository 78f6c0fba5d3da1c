"""Whether the process lives, and whether it can serve: `/health/live` and `/health/ready`."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from typing import Any, NamedTuple

from aiohttp import web

CHECK_SECONDS = 2.0


class Age(NamedTuple):
    """How old something is, where a check is about that, and how old it may be."""

    seconds: float
    limit_seconds: float


Checks = Mapping[str, Callable[[], Awaitable[bool | Age]]]


class Finding(NamedTuple):
    """Whether a check holds, and what of it is told."""

    holds: bool
    told: Any


def routes(checks: Checks) -> list[web.RouteDef]:
    """Live answers 200 while the loop turns; ready answers 503 and names what fails unless every check holds."""

    async def live(_request: web.Request) -> web.Response:
        return web.json_response({"status": "ok"})

    async def ready(_request: web.Request) -> web.Response:
        found = dict(zip(checks, await asyncio.gather(*map(_find, checks.values())), strict=True))
        failing = [name for name, each in found.items() if not each.holds]
        told = {"status": "not ready", "failing": failing} if failing else {"status": "ok"}
        body = told | {name: each.told for name, each in found.items()}
        return web.json_response(body, status=503 if failing else 200)

    return [web.get("/health/live", live), web.get("/health/ready", ready)]


async def _find(check: Callable[[], Awaitable[bool | Age]]) -> Finding:
    """What a check finds; one that breaks or takes too long does not hold."""
    try:
        async with asyncio.timeout(CHECK_SECONDS):
            found = await check()
    except Exception:  # noqa: BLE001 -- whatever a check stumbles over, the answer is that it does not hold
        return Finding(holds=False, told=False)
    if isinstance(found, Age):
        return Finding(found.seconds <= found.limit_seconds, {**found._asdict(), "seconds": round(found.seconds, 1)})
    return Finding(found, found)
