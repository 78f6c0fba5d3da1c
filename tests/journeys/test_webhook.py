"""Webhooks in place of polling: the same conversations, registered at the start, brought again after trouble."""

import socket
from collections.abc import Iterator
from typing import Any

import pytest
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
    hooked.runner.run(hooked.app._sweep())
    hooked.runner.run(hooked.settle())
    anna.sees("What I can do for you")


def _polls(world: World) -> list[Any]:
    return [call for call in world.telegram.calls if call.method == "getUpdates" and call.ok]


def _names_given(work: Any) -> int:
    count: int = work._connection.execute(text("SELECT count(*) FROM audit WHERE action = 'person.name'")).scalar_one()
    return count
