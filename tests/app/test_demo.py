"""The demo as somebody starts it: a process, an address, a page with people and a story, and a clean end."""

import os
import re
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from app.config import ConfigurationError, load
from app.demo import DemoSettings

ROOT = Path(__file__).parents[2]
Json = dict[str, Any]


class Demo:
    """A demo that has said where it is."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self.process = process
        self.said = ""
        assert process.stdout is not None
        for line in process.stdout:
            self.said += line
            if found := re.search(r"http://127\.0\.0\.1:\d+", line):
                self.url = found[0]
                break
        else:
            raise AssertionError(f"the demo ended before it began: {self.said}")

    async def visit(self) -> Json:
        """Open the page, and return the state that its socket tells first."""
        async with aiohttp.ClientSession() as http:
            async with http.get(self.url) as page:
                assert page.status == 200
                assert "<title>" in await page.text()
            origin = {"Origin": self.url}
            async with http.ws_connect(f"{self.url}/events", headers=origin, max_msg_size=0) as socket_:
                hello: Json = await socket_.receive_json(timeout=20)
                return hello

    def ends(self, how: signal.Signals) -> str:
        """Send a signal, and return what was said until the end."""
        self.process.send_signal(how)
        rest, _ = self.process.communicate(timeout=20)
        return rest


def environment(folder: Path, **settings: str) -> dict[str, str]:
    """Where a stranger's settings lie around, which the demo must not take."""
    kept = {name: value for name, value in os.environ.items() if name in {"PATH", "HOME", "LANG"}}
    stray = {"BOT_TOKEN": "1:stray", "CURRENCY": "JPY", "DATABASE_URL": f"sqlite+aiosqlite:///{folder}/stray.sqlite3"}
    return kept | stray | {"PYTHONPATH": str(ROOT), "TMPDIR": str(folder), "DEMO_PORT": "0"} | settings


@contextmanager
def started(folder: Path, **settings: str) -> Iterator[Demo]:
    process = subprocess.Popen(
        [sys.executable, "-m", "app", "demo"],
        cwd=folder,
        env=environment(folder, **settings),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    try:
        yield Demo(process)
    finally:
        if process.poll() is None:
            process.kill()
        process.communicate()


def left_in(folder: Path) -> list[Path]:
    return list(folder.iterdir())


def texts(hello: Json, name: str) -> list[str]:
    """What stands in somebody's chat, oldest first."""
    person_id = next(person["id"] for person in hello["people"] if person["first_name"] == name)
    return [message.get("text", "") for message in hello["chats"][str(person_id)]]


async def test_the_demo_serves_a_lived_in_studio_and_ends_without_a_trace(tmp_path: Path) -> None:
    with started(tmp_path) as demo:
        hello = await demo.visit()
        rest = demo.ends(signal.SIGTERM)
    assert demo.process.returncode == 0
    assert "Traceback" not in demo.said + rest
    assert left_in(tmp_path) == []
    assert all(person["about"] for person in hello["people"])
    assert hello["story"][0]["title"] == "Buy 10 units"
    assert hello["next_due"] is not None
    chats = {person["first_name"]: texts(hello, person["first_name"]) for person in hello["people"]}
    # Each member has pressed Start and sees their home; nothing of the past is told now.
    assert {name: len(chat) for name, chat in chats.items()} == dict.fromkeys(chats, 2) | {"Nia": 0}
    assert "Units: none yet" in chats["Mia"][-1]
    assert "8 free" in chats["Ben"][-1]
    assert "3 expire" in chats["Clara"][-1]


async def test_an_empty_demo_has_three_people_who_have_not_begun(tmp_path: Path) -> None:
    with started(tmp_path, EMPTY="1") as demo:
        hello = await demo.visit()
        demo.ends(signal.SIGINT)
    assert demo.process.returncode == 0
    assert [(person["first_name"], person["started"]) for person in hello["people"]] == [
        ("Olga", False),
        ("Tess", False),
        ("Mia", False),
    ]
    assert hello["next_due"] is None
    assert "Olga" in hello["story"][0]["text"]


def test_a_taken_port_is_said_in_one_line(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        command, given = [sys.executable, "-m", "app", "demo"], environment(tmp_path, DEMO_PORT=str(port))
        ended = subprocess.run(
            command, cwd=tmp_path, env=given, capture_output=True, text=True, timeout=60, check=False
        )
    assert ended.returncode == 2
    assert ended.stderr.splitlines() == [f"DEMO_PORT {port} is taken: choose another, such as DEMO_PORT={port + 1}"]


@pytest.mark.parametrize(("name", "value"), [("DEMO_PORT", "eighty"), ("DEMO_PORT", "70000"), ("EMPTY", "perhaps")])
def test_a_setting_that_means_nothing_is_said_in_one_line(
    monkeypatch: pytest.MonkeyPatch, name: str, value: str
) -> None:
    monkeypatch.setenv(name, value)
    with pytest.raises(ConfigurationError) as refused:
        load(DemoSettings)
    (line,) = refused.value.problems
    assert line.startswith(f"{name} ")


def test_settings_that_make_passes_on_empty_are_the_usual_ones(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DEMO_PORT", "8081")
    monkeypatch.setenv("EMPTY", "")
    assert load(DemoSettings) == DemoSettings(demo_port=8081, empty=False)
