"""The webhook's route: who may post, what is an update, and that 200 is only said to what is stored."""

import io
import json
from collections.abc import AsyncIterator
from typing import Any

import pytest
import structlog
from aiohttp import ClientSession

from web import telegram
from web.server import LARGEST_BODY, Server

SECRET = "only-telegram-knows"
UPDATE = {"update_id": 7, "message": {"text": "hello"}}


class Inbox:
    """Keeps what it is given, unless it is full."""

    def __init__(self) -> None:
        self.kept: list[dict[str, Any]] = []
        self.full = False

    async def take(self, bodies: list[dict[str, Any]]) -> None:
        if self.full:
            raise OSError("no space left")
        self.kept += bodies


@pytest.fixture
def inbox() -> Inbox:
    return Inbox()


@pytest.fixture
async def url(inbox: Inbox) -> AsyncIterator[str]:
    server = Server(telegram.routes(SECRET, inbox.take))
    port = await server.start("127.0.0.1", 0)
    yield f"http://127.0.0.1:{port}{telegram.PATH}"
    await server.stop()


async def _post(url: str, body: bytes, secret: str | None = SECRET) -> int:
    headers = {} if secret is None else {telegram.SECRET_HEADER: secret}
    async with ClientSession() as session, session.post(url, data=io.BytesIO(body), headers=headers) as answer:
        return answer.status


async def test_an_update_with_the_secret_is_taken(url: str, inbox: Inbox) -> None:
    assert await _post(url, json.dumps(UPDATE).encode()) == 200
    assert inbox.kept == [UPDATE]


@pytest.mark.parametrize("secret", [None, "", "wrong", SECRET + "x", SECRET.upper(), "ünïcode"])
async def test_nobody_else_may_post(url: str, inbox: Inbox, secret: str | None) -> None:
    assert await _post(url, json.dumps(UPDATE).encode(), secret) == 403
    assert inbox.kept == []


NO_UPDATES = [b"", b"no JSON", b"[]", b"7", b"{}", b'{"update_id": "7"}', b'{"update_id": true}', b"\xff\xfe"]
NEVER_SENT = [b"[" * 100_000, b'{"update_id": 9223372036854775808}', b'{"update_id": -1}']


@pytest.mark.parametrize("body", [*NO_UPDATES, *NEVER_SENT], ids=lambda body: body[:30].decode(errors="replace"))
async def test_what_can_be_no_update_is_refused(url: str, inbox: Inbox, body: bytes) -> None:
    assert await _post(url, body) == 400
    assert inbox.kept == []


async def test_a_body_of_more_than_a_mebibyte_is_refused(url: str, inbox: Inbox) -> None:
    assert await _post(url, json.dumps(UPDATE | {"x": "y" * LARGEST_BODY}).encode()) == 413
    assert inbox.kept == []


async def test_an_update_that_could_not_be_stored_is_brought_again(url: str, inbox: Inbox) -> None:
    inbox.full = True
    with structlog.testing.capture_logs() as lines:
        assert await _post(url, json.dumps(UPDATE).encode()) == 503
    assert [line["update_id"] for line in lines] == [UPDATE["update_id"]]
    inbox.full = False
    assert await _post(url, json.dumps(UPDATE).encode()) == 200
    assert inbox.kept == [UPDATE]


async def test_without_a_secret_the_route_is_closed() -> None:
    assert telegram.routes("", Inbox().take) == []
