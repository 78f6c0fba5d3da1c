"""The routes of the browser chat without a browser: who is let in, what is told, and which commands are refused."""

import re
from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

import aiohttp
import pytest

from emulator import browser_chat
from emulator.chat import Telegram
from emulator.server import Emulator

Json = dict[str, Any]


@pytest.fixture
async def served(telegram: Telegram) -> AsyncIterator[Emulator]:
    emulator = Emulator(telegram)
    emulator.app.add_routes(browser_chat.routes(telegram, [{"title": "First", "text": "Send /start."}]))
    await emulator.start()
    yield emulator
    await emulator.stop()


@pytest.fixture
async def http() -> AsyncIterator[aiohttp.ClientSession]:
    async with aiohttp.ClientSession() as session:
        yield session


@pytest.fixture
async def socket(served: Emulator, http: aiohttp.ClientSession) -> AsyncIterator[aiohttp.ClientWebSocketResponse]:
    async with http.ws_connect(f"{served.url}/events", headers={"Origin": served.url}) as socket:
        yield socket


async def heard(socket: aiohttp.ClientWebSocketResponse, kind: str) -> Json:
    """The next event of a kind."""
    while (event := await socket.receive_json(timeout=10))["type"] != kind:
        pass
    return dict(event)


async def answer(socket: aiohttp.ClientWebSocketResponse, do: str, **details: Any) -> Json:
    """What a command of the page is answered."""
    await socket.send_json({"do": do, "ref": 7, **details})
    done = await heard(socket, "done")
    assert done["ref"] == 7
    return done


@pytest.mark.parametrize("path", ["/", "/static/main.js", "/events"])
async def test_another_host_name_is_refused(served: Emulator, http: aiohttp.ClientSession, path: str) -> None:
    async with http.get(f"{served.url}{path}", headers={"Host": "evil.example"}) as response:
        assert response.status == 403


@pytest.mark.parametrize("origin", [None, "http://evil.example", "null", "http://127.0.0.1:1"])
async def test_a_socket_opened_by_another_page_is_refused(
    served: Emulator, http: aiohttp.ClientSession, origin: str | None
) -> None:
    headers = {"Origin": origin} if origin else {}
    with pytest.raises(aiohttp.WSServerHandshakeError) as refused:
        await http.ws_connect(f"{served.url}/events", headers=headers)
    assert refused.value.status == 403


@pytest.mark.parametrize("name", ["page.html", "nothing.js", "..%2Fchat.py", "%2Fetc%2Fpasswd"])
async def test_only_the_files_of_the_page_are_served(served: Emulator, http: aiohttp.ClientSession, name: str) -> None:
    async with http.get(f"{served.url}/static/{name}") as response:
        assert response.status == 404


async def test_the_page_may_load_nothing_from_elsewhere(served: Emulator, http: aiohttp.ClientSession) -> None:
    async with http.get(served.url) as response:
        assert response.headers["Content-Security-Policy"].startswith("default-src 'none'; script-src 'self';")


@pytest.mark.parametrize("file", sorted(browser_chat.FOLDER.iterdir()), ids=lambda file: file.name)
def test_no_file_of_the_page_names_an_address_to_load_from(file: Any) -> None:
    loaded = re.findall(r"""(?:src|href|url|import)\s*[=(]?\s*["'(]https?://[^"')]*""", file.read_text("utf-8"))
    assert loaded == []


async def test_a_page_is_greeted_with_everything_it_shows(
    telegram: Telegram, socket: aiohttp.ClientWebSocketResponse
) -> None:
    hello = await heard(socket, "hello")
    assert hello["bot"]["username"] == telegram.bot.username
    assert hello["now"] == telegram.clock.now().isoformat()
    assert hello["story"] == [{"title": "First", "text": "Send /start."}]


async def test_what_happens_is_told_before_the_command_is_done(
    telegram: Telegram, socket: aiohttp.ClientWebSocketResponse
) -> None:
    anna = telegram.add_person("Anna").id
    await socket.send_json({"do": "send", "ref": 1, "person_id": anna, "text": "hello"})
    message = await heard(socket, "message")
    assert message["message"]["text"] == "hello"
    assert (await heard(socket, "done"))["ok"]


@pytest.mark.parametrize(
    ("do", "details"),
    [
        ("fly", {}),
        ("send", {"person_id": 404, "text": "hello"}),
        ("send", {"person_id": "Anna", "text": "hello"}),
        ("send", {"person_id": 404}),
        ("tap", {"person_id": 404, "message_id": 1, "row": 0, "column": 0}),
        ("photo", {"person_id": 404, "data": "not base 64", "name": "a", "caption": ""}),
        ("invoice", {"url": "https://t.me/$unknown"}),
    ],
)
async def test_an_impossible_command_is_answered_with_the_reason(
    socket: aiohttp.ClientWebSocketResponse, do: str, details: Json
) -> None:
    done = await answer(socket, do, **details)
    assert not done["ok"]
    assert done["error"]


async def test_a_failure_behind_the_clock_is_answered_and_the_socket_lives_on(
    telegram: Telegram, socket: aiohttp.ClientWebSocketResponse
) -> None:
    async def fail() -> None:
        raise RuntimeError("the handler fell over")

    telegram.clock.handle = fail
    done = await answer(socket, "advance", hours=1)
    assert "the handler fell over" in done["error"]
    assert (await answer(socket, "add_person", **_names("Ben")))["ok"]


async def test_a_menu_that_the_bot_publishes_reaches_an_open_page(
    telegram: Telegram, socket: aiohttp.ClientWebSocketResponse
) -> None:
    anna = telegram.add_person("Anna").id
    await heard(socket, "person")
    telegram.commands.set({"type": "default"}, "", [{"command": "book", "description": "Book"}])
    told = await heard(socket, "commands")
    assert (told["person_id"], told["commands"][0]["command"]) == (anna, "book")


async def test_moving_the_clock_tells_the_new_time(telegram: Telegram, socket: aiohttp.ClientWebSocketResponse) -> None:
    later = telegram.clock.now() + timedelta(days=1, hours=2)
    assert (await answer(socket, "advance", days=1, hours=2))["result"] == {"moved": True}
    assert telegram.clock.now() == later
    assert (await heard(socket, "clock"))["now"] == later.isoformat()


def _names(first_name: str) -> Json:
    return {"first_name": first_name, "last_name": "", "username": "", "language_code": "en"}
