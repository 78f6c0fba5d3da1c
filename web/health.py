"""Whether the process lives, and whether it can serve: `/health/live` and `/health/ready`."""

from collections.abc import Awaitable, Callable

from aiohttp import web

Checks = dict[str, Callable[[], Awaitable[bool]]]


def routes(checks: Checks) -> list[web.RouteDef]:
    """Live answers 200 while the loop turns; ready answers 503 and names what fails unless every check holds."""

    async def live(_request: web.Request) -> web.Response:
        return web.json_response({"status": "ok"})

    async def ready(_request: web.Request) -> web.Response:
        states = {name: await _holds(check) for name, check in checks.items()}
        ok = all(states.values())
        return web.json_response({"status": "ok" if ok else "not ready", **states}, status=200 if ok else 503)

    return [web.get("/health/live", live), web.get("/health/ready", ready)]


async def _holds(check: Callable[[], Awaitable[bool]]) -> bool:
    try:
        return await check()
    except Exception:  # noqa: BLE001 -- whatever a check stumbles over, the answer is that it does not hold
        return False
