"""Webhooks in place of polling: the same conversations, registered at the start, brought again after trouble."""

import asyncio
import socket
from collections.abc import Iterator
from datetime import timedelta
from types import SimpleNamespace
from typing import Any

import aiohttp
import pytest
from prometheus_client import generate_latest
from sqlalchemy import text

from tests.world import World, opened


@pytest.fixture
def hooked(database_url: str) -> Iterator[World]:
    """A studio whose updates are brought by a webhook."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    settings = {"webhook_url": f"http://127.0.0.1:{port}", "webhook_secret": "s3cret", "http_port": port}
    with opened(database_url, **settings) as world:
        yield world


def test_a_session_is_booked_through_the_webhook(hooked: World) -> None:
    tess, anna = hooked.trainer("Tess"), hooked.trainee("Anna", units=8)
    hooked.books(anna, "40 min ·", "Thu 3", "16:00")
    tess.sees("New booking")
    assert _polls(hooked) == []


def test_what_came_while_the_bot_was_away_is_brought_when_it_is_back(hooked: World) -> None:
    anna = hooked.trainee("Anna")
    hooked.telegram.webhook.first_retry_seconds = 0.01
    hooked.stop()
    hooked.runner.run(anna.async_sends("/help"))
    hooked.start()
    hooked.runner.run(hooked.settle())
    anna.sees("What I can do for you")


def test_an_update_that_is_brought_twice_counts_once(hooked: World) -> None:
    anna = hooked.trainee("Anna")
    anna.sends("/profile")
    anna.taps("Name")
    hooked.telegram.updates.deliver_twice(1)
    anna.sends("Anna M.")
    anna.sees("Name: Anna M.")
    assert hooked.read(_names_given) == 1


def test_switching_back_to_polling_takes_the_webhook_away(hooked: World) -> None:
    anna = hooked.trainee("Anna")
    hooked.config.webhook_url = ""
    hooked.restart()
    anna.sends("/help")
    anna.sees("What I can do for you")
    assert hooked.telegram.webhook.hook is None
    assert _polls(hooked)


@pytest.mark.parametrize("url", ["", "http://127.0.0.1:9/elsewhere"])
def test_a_webhook_that_somebody_else_has_changed_is_set_again(hooked: World, url: str) -> None:
    anna = hooked.trainee("Anna")
    hooked.runner.run(hooked.app.bot.set_webhook(url, secret_token="x") if url else hooked.app.bot.delete_webhook())
    hooked.runner.run(anna.async_sends("/help"))
    hooked.runner.run(hooked.app._look_at_webhook())
    hooked.runner.run(hooked.settle())
    anna.sees("What I can do for you")


def test_a_telegram_that_hangs_turns_readiness_off_until_it_answers(
    hooked: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("app.webhook.ANSWER_SECONDS", 0.1)
    hooked.telegram.faults.delay("getWebhookInfo", seconds=60)
    hooked.runner.run(hooked.app._look_at_webhook())
    assert hooked.runner.run(_failing(hooked)) == ["telegram"]
    hooked.runner.run(hooked.app._look_at_webhook())
    assert hooked.runner.run(_failing(hooked)) == []


def test_updates_that_telegram_cannot_bring_are_told_to_the_admins_once_an_hour(
    hooked: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As with a proxy that has died: the bot itself has nothing to complain about."""
    olga, anna = hooked.owner(), hooked.trainee("Anna")
    monkeypatch.setattr("app.webhook.PATIENCE", timedelta(0))
    hooked.telegram.webhook.first_retry_seconds = 0.01

    async def dead(_bodies: list[Any]) -> None:
        raise OSError

    with monkeypatch.context() as patched:
        patched.setattr(hooked.app.intake, "_arriving", SimpleNamespace(add=dead))
        hooked.runner.run(anna.async_sends("/help"))
        for _ in range(2):
            hooked.runner.run(_until_refused(hooked))
            hooked.runner.run(hooked.app._look_at_webhook())
            hooked.runner.run(hooked.app.idle())
    olga.sees("Telegram cannot reach the bot", "wait there: 1", "Wrong response from the webhook: 503", "WEBHOOK_URL")
    assert hooked.read(_alarms) == 1
    figures = generate_latest(hooked.app.meter.registry).decode()
    assert "session_tracker_webhook_updates_waiting 1.0" in figures
    hooked.runner.run(hooked.settle())
    anna.sees("What I can do for you")


async def _failing(world: World) -> list[str]:
    address = f"http://127.0.0.1:{world.config.http_port}/health/ready"
    async with aiohttp.ClientSession() as session, session.get(address) as answer:
        told: dict[str, Any] = await answer.json()
    return list(told.get("failing", []))


async def _until_refused(world: World) -> None:
    while world.telegram.webhook.last_error_at is None:  # noqa: ASYNC110 -- a refused delivery wakes nobody here
        await asyncio.sleep(0.005)


def _alarms(work: Any) -> int:
    query = text("SELECT count(*) FROM outbox WHERE kind = 'webhook_failing'")
    count: int = work._connection.execute(query).scalar_one()
    return count


def _polls(world: World) -> list[Any]:
    return [call for call in world.telegram.calls if call.method == "getUpdates" and call.ok]


def _names_given(work: Any) -> int:
    count: int = work._connection.execute(text("SELECT count(*) FROM audit WHERE action = 'person.name'")).scalar_one()
    return count
