"""What may stand in the log: every error path is driven with secrets and personal values, and none of them is found."""

import ast
import asyncio
import io
import json
import logging
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import aiohttp
import pytest
import structlog
from aiohttp import web
from yarl import URL

from app import logs
from bot.chat import Screen
from domain.outbox import Kind, Notice
from domain.person import NewPerson
from emulator.driver import Actor
from tests.world import World
from web.server import Server

NAME = "Xanthippe Kanarienvogel"
TEXT = "meine Schulter schmerzt"
PHONE = "+49 171 5556677"
PERSONAL = (NAME, "Xanthippe", "Kanarienvogel", TEXT, "Schulter", PHONE, "5556677")
TOKEN = "7654321098:AAF" + "x" * 32
PASSWORD = "p%C3%A4ss" + "w0rt"
HOOK = 'hook"secret\\' + "12345"
SECRETS = (
    TOKEN,
    "284685063:TEST:" + "NDc0",
    "sk_live_" + "51Habc",
    "rk_test_" + "51Habc",
    "whsec_" + "abc123",
    "join-" + "Zm9vYmFyYmF6cXV4MTIzNA",
    HOOK,
)
FIELDS = {
    "action",
    "bot",
    "cause",
    "code",
    "exc_info",
    "job",
    "kind",
    "loop",
    "ms",
    "notice",
    "outcome",
    "person",
    "problem",
    "process",
    "purchase_id",
    "reason",
    "reference",
    "seconds",
    "trouble",
    "update_id",
    "version",
    "waiting",
    "wrong",
}
"""Everything that lines of ours tell; whoever needs another field thinks of what may stand in it, and adds it here."""
FLOORS = ("app", "bot", "domain", "jobs", "payments", "storage", "web")


@pytest.fixture(params=["console", "json"])
def form(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def written(form: str) -> Iterator[io.StringIO]:
    """Everything that is logged, down to the last detail."""
    with pytest.MonkeyPatch.context() as patched:
        out = io.StringIO()
        patched.setattr(sys, "stderr", out)
        patched.setattr(sys, "excepthook", sys.excepthook)
        logs.set_up("debug", form, secrets=[HOOK])
        yield out
    logs.set_up("warning", "console")


def clean(written: io.StringIO) -> str:
    """What was written, after looking through it."""
    text = written.getvalue()
    forms = {form for value in (*SECRETS, PASSWORD, *PERSONAL) for form in (value, json.dumps(value)[1:-1])}
    assert text, "nothing was logged at all"
    assert {form for form in forms if form.lower() in text.lower()} == set()
    return text


@pytest.mark.parametrize("secret", SECRETS)
def test_a_secret_is_taken_out_wherever_it_stands(written: io.StringIO, secret: str) -> None:
    log = structlog.get_logger()
    log.warning(f"{secret} in the event")  # noqa: G004 -- what nobody should do
    log.warning("as a value", reference=secret, trouble=f"a{secret}", exc_info=RuntimeError(secret))
    log.warning("as a part", nested={"a": [{"b": (secret, {secret})}], secret: 1})
    log.warning("with a place for %s", secret)
    logging.getLogger("somebody").error("with a place for %s", secret)
    logging.getLogger("somebody").error(f"in another's sentence: {secret}")  # noqa: G004
    logging.getLogger("somebody").error({"event": secret, secret: "a dictionary as message"})
    text = clean(written)
    assert "in the event" in text
    assert "[secret]" in text


@pytest.mark.parametrize(
    "url",
    [
        f"https://api.telegram.org/bot{TOKEN}/getMe",
        f"https://api.telegram.org/file/bot{TOKEN}/photo.jpg",
        f"postgresql+asyncpg://tracker:{PASSWORD}@db:5432/tracker",
        "https://t.me/studio_bot?start=" + SECRETS[5],
    ],
)
def test_an_address_is_told_without_what_opens_the_door(written: io.StringIO, url: str) -> None:
    log = structlog.get_logger()
    log.warning(f"asked {url}")  # noqa: G004 -- what nobody should do
    log.warning("asked", trouble=URL(url), reference=url)
    logging.getLogger("aiohttp.client").warning(f"asked {url}")  # noqa: G004
    text = clean(written)
    assert "asked https" in text or "asked postgresql" in text


def test_of_an_unknown_object_and_of_free_text_only_the_kind_is_told(written: io.StringIO) -> None:
    person = NewPerson(telegram_id=1, name=NAME, language="en")
    structlog.get_logger().warning("an object", trouble=person, reason=TEXT, problem=[{NAME: person}])
    text = clean(written)
    assert "[NewPerson]" in text
    assert "[text]" in text


def test_an_exception_is_told_by_types_places_and_facts(written: io.StringIO) -> None:
    try:
        _fails_in_two_steps()
    except ExceptionGroup:
        structlog.get_logger().exception("it failed")
    text = clean(written)
    for part in ("KeyError", "ValueError", "OSError", "errno=28", "test_logs.py", "in _fails_in_two_steps"):
        assert part in text, part


def _fails_in_two_steps() -> None:
    missing, failure = KeyError(NAME), ValueError(f"{NAME} {PHONE}")
    failure.add_note(TEXT)
    failure.__cause__ = missing
    raise ExceptionGroup(TEXT, [failure, OSError(28, NAME, PHONE)]) from failure


def test_a_line_that_cannot_be_written_is_told_without_its_values(written: io.StringIO) -> None:
    class Unwritable(dict[str, Any]):
        def items(self) -> Any:
            raise RuntimeError(NAME)

    structlog.get_logger().warning("a value", nested=Unwritable(a=TEXT))
    assert "could not be written" in clean(written)


def test_the_loop_s_own_complaints_are_told_without_what_was_called(written: io.StringIO) -> None:
    async def complain() -> None:
        loop = asyncio.get_running_loop()
        lost: asyncio.Future[None] = loop.create_future()
        lost.set_exception(RuntimeError(NAME))
        failure = lost.exception()
        loop.call_exception_handler(
            {"message": "Task exception was never retrieved", "exception": failure, "future": lost}
        )
        loop.call_soon(_breaks, TEXT)
        await asyncio.sleep(0)

    asyncio.run(complain())
    text = clean(written)
    assert "Task exception was never retrieved" in text
    assert "Exception in callback _breaks" in text


def _breaks(text: str) -> None:
    raise LookupError(text)


def test_what_ends_the_process_is_told_like_everything_else(written: io.StringIO) -> None:
    try:
        _breaks(TEXT)
    except LookupError as failure:
        sys.excepthook(LookupError, failure, failure.__traceback__)
    assert "ended by an error" in clean(written)


def test_the_libraries_are_heard_only_when_they_warn(written: io.StringIO) -> None:
    logging.getLogger("aiosqlite").debug("executing %s", NAME)
    logging.getLogger("alembic").info("Running upgrade")
    assert written.getvalue() == ""


def test_a_line_in_json_has_the_same_fields_every_time(written: io.StringIO, form: str) -> None:
    with structlog.contextvars.bound_contextvars(update_id=7):
        structlog.get_logger("bot.dispatcher").info("turn", action="/balance", ms=3)
    if form == "json":
        line = json.loads(written.getvalue())
        assert line.pop("timestamp").endswith("Z")
        assert line == {
            "update_id": 7,
            "action": "/balance",
            "ms": 3,
            "event": "turn",
            "level": "info",
            "logger": "bot.dispatcher",
        }
    assert "/balance" in clean(written)


@pytest.fixture
def xanthippe(world: World) -> Actor:
    world.owner()
    return world.trainee(NAME)


def _let(world: World, monkeypatch: pytest.MonkeyPatch, key: str, run: Any) -> None:
    """Let an action do something else, tried twice without a pause."""
    monkeypatch.setattr("bot.intake.BACK_OFF_SECONDS", (0.0,))
    table = world.app.intake._dispatcher.table
    monkeypatch.setitem(table, key, replace(table[key], run=run))


def test_a_handler_that_breaks_tells_nothing_of_its_person(
    world: World, xanthippe: Actor, written: io.StringIO, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def breaks(turn: Any) -> None:
        name, said = turn.actor.name, turn.data
        raise LookupError(f"{name} {said} {turn.actor}")

    _let(world, monkeypatch, "/balance", breaks)
    xanthippe.sends(f"/balance {TEXT} {PHONE}")
    text = clean(written)
    assert "LookupError" in text
    assert "update given up" in text


def test_a_screen_that_telegram_refuses_is_not_quoted(
    world: World, xanthippe: Actor, written: io.StringIO, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def shows_bad_markup(turn: Any) -> None:
        await turn.show(Screen(f"<b>{turn.actor.name} <{TEXT.partition(' ')[2]}>"))

    _let(world, monkeypatch, "/balance", shows_bad_markup)
    xanthippe.sends("/balance")
    assert "can't parse entities" in clean(written)


def test_a_refused_notice_is_not_quoted(world: World, xanthippe: Actor, written: io.StringIO) -> None:
    def add(work: Any) -> None:
        (reader,) = work.people.list_newest(1, 0)
        for number, values in enumerate(({"units": 1, "reason": TEXT}, {"units": NAME, "reason": TEXT})):
            work.outbox.add(
                Notice(key=f"n{number}", person_id=reader.id, kind=Kind.ADJUSTED, values=values, due_at=work.now)
            )

    world.telegram.faults.lose_answers("sendMessage")
    world.act(add)
    assert "notice" in clean(written)


def test_a_database_that_refuses_does_not_show_the_row(
    world: World, xanthippe: Actor, written: io.StringIO, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def writes_twice(turn: Any) -> None:
        def add(work: Any) -> None:
            work.people.add(NewPerson(telegram_id=turn.actor.telegram_id, name=NAME, language="en"), "UTC", work.now)

        await turn.transact(add)

    _let(world, monkeypatch, "/balance", writes_twice)
    xanthippe.sends("/balance")
    text = clean(written)
    assert "IntegrityError" in text
    assert "SQLITE_CONSTRAINT_UNIQUE" in text or "uq_person_telegram_id" in text


def test_an_update_that_nobody_can_read_is_not_quoted(world: World, xanthippe: Actor, written: io.StringIO) -> None:
    body = {
        "update_id": 900_000_001,
        "message": {
            "message_id": 1,
            "date": TEXT,
            "chat": {"id": xanthippe.id, "type": "private"},
            "from": {"id": xanthippe.id, "is_bot": NAME, "first_name": NAME},
            "text": TEXT,
            "contact": {"phone_number": PHONE, NAME: PHONE},
        },
    }
    world.runner.run(world.app.intake.take([body]))
    world.runner.run(world.settle())
    text = clean(written)
    assert "ValidationError" in text
    assert "message.date=" in text


def test_a_token_that_is_refused_and_a_server_that_is_not_there_are_told_without_it(
    world: World, xanthippe: Actor, written: io.StringIO
) -> None:
    world.telegram.faults.refuse_token("sendMessage")
    world.telegram.faults.answer_with_502("sendMessage")
    xanthippe.sends("/balance")
    assert world.telegram.token not in clean(written)


def test_a_broken_request_is_not_quoted_by_the_server(written: io.StringIO) -> None:
    async def breaks(request: web.Request) -> web.Response:
        raise RuntimeError(await request.text())

    async def ask() -> None:
        server = Server([web.post("/", breaks)])
        port = await server.start("127.0.0.1", 0)
        async with aiohttp.ClientSession() as session, session.post(f"http://127.0.0.1:{port}/", data=TEXT) as answer:
            assert answer.status == 500
            assert TEXT not in await answer.text()
        await server.stop()

    asyncio.run(ask())
    assert "Error handling request" in clean(written)


def _log_calls() -> list[tuple[str, ast.Call]]:
    root = Path(logs.__file__).parents[1]
    files = [file for floor in FLOORS for file in sorted((root / floor).rglob("*.py"))]
    return [
        (f"{file.relative_to(root)}:{node.lineno}", node)
        for file in files
        for node in ast.walk(ast.parse(file.read_text()))
        if isinstance(node, ast.Call) and ast.unparse(node.func).startswith(("log.", "structlog.get_logger()."))
    ]


def test_every_line_of_ours_is_a_fixed_sentence_with_fields_that_are_known() -> None:
    calls = _log_calls()
    assert len(calls) > 10
    for where, call in calls:
        (sentence,) = call.args
        assert isinstance(sentence, ast.Constant), where
        assert {keyword.arg for keyword in call.keywords} <= FIELDS, where
