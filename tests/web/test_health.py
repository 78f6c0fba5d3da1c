"""Health over real HTTP."""

import aiohttp

from web import health
from web.server import Server


async def _get(path: str, checks: health.Checks) -> tuple[int, dict[str, object]]:
    server = Server(health.routes(checks))
    port = await server.start("127.0.0.1", 0)
    async with aiohttp.ClientSession() as session, session.get(f"http://127.0.0.1:{port}{path}") as answer:
        found = answer.status, await answer.json()
    await server.stop()
    return found


async def _yes() -> bool:
    return True


async def _no() -> bool:
    return False


async def _broken() -> bool:
    raise OSError("the disk is gone")


async def test_live_answers_while_the_loop_turns() -> None:
    assert await _get("/health/live", {"database": _no}) == (200, {"status": "ok"})


async def test_ready_needs_every_check_to_hold() -> None:
    assert await _get("/health/ready", {"database": _yes}) == (200, {"status": "ok", "database": True})
    assert await _get("/health/ready", {"database": _yes, "telegram": _no}) == (
        503,
        {"status": "not ready", "database": True, "telegram": False},
    )


async def test_a_check_that_breaks_does_not_hold() -> None:
    assert (await _get("/health/ready", {"database": _broken}))[0] == 503
