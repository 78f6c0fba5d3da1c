"""Health over real HTTP."""

import asyncio
from typing import Any

import aiohttp
import pytest

from web import health
from web.health import Age
from web.server import Server


async def _get(path: str, checks: health.Checks) -> tuple[int, dict[str, Any]]:
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


async def _hanging() -> bool:
    await asyncio.Event().wait()
    return True


async def _young() -> Age:
    return Age(seconds=119.96, limit_seconds=120)


async def _old() -> Age:
    return Age(seconds=120.04, limit_seconds=120)


async def test_live_answers_while_the_loop_turns() -> None:
    assert await _get("/health/live", {"database": _no}) == (200, {"status": "ok"})


async def test_ready_needs_every_check_to_hold() -> None:
    assert await _get("/health/ready", {"database": _yes}) == (200, {"status": "ok", "database": True})
    assert await _get("/health/ready", {"database": _yes, "telegram": _no}) == (
        503,
        {"status": "not ready", "failing": ["telegram"], "database": True, "telegram": False},
    )


async def test_an_age_is_told_and_holds_up_to_its_limit() -> None:
    assert await _get("/health/ready", {"oldest_update": _young}) == (
        200,
        {"status": "ok", "oldest_update": {"seconds": 120.0, "limit_seconds": 120}},
    )
    status, told = await _get("/health/ready", {"oldest_update": _young, "oldest_notice": _old})
    assert (status, told["failing"]) == (503, ["oldest_notice"])
    assert told["oldest_notice"] == {"seconds": 120.0, "limit_seconds": 120}


async def test_a_check_that_breaks_does_not_hold() -> None:
    status, told = await _get("/health/ready", {"database": _broken, "telegram": _yes})
    assert (status, told["failing"]) == (503, ["database"])


async def test_checks_that_hang_get_an_answer_that_names_them_all(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(health, "CHECK_SECONDS", 0.01)
    status, told = await _get("/health/ready", {"database": _hanging, "telegram": _yes, "oldest_update": _hanging})
    assert (status, told["failing"]) == (503, ["database", "oldest_update"])
