"""The dispatch table: complete, declared, and closed to whoever lacks the permission (A3); and how turns end."""

import asyncio
import pkgutil
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace
from datetime import timedelta
from enum import EnumType
from importlib import import_module
from typing import Annotated, Any

import pytest
from aiogram.filters.callback_data import CallbackData
from pydantic import TypeAdapter, ValidationError
from pydantic.fields import FieldInfo
from sqlalchemy import text
from structlog.contextvars import merge_contextvars
from structlog.testing import capture_logs

import bot.handlers
import domain
from app import logs
from bot.action import Action, Superseded
from bot.dispatcher import table_of
from bot.handlers import MODULES
from bot.limit import Limit
from bot.screens import notice, problem
from bot.words import Words
from domain import package
from domain.error import Refusal
from domain.outbox import Kind
from domain.permission import Permission
from emulator.driver import Actor
from tests.world import MONDAY, World

TABLE = table_of(MODULES)
WORDS = Words("en", "Europe/Berlin", "Europe/Berlin", MONDAY)


def _refusals() -> list[type[Refusal]]:
    for module in pkgutil.iter_modules(domain.__path__):
        import_module(f"domain.{module.name}")
    found: list[type[Refusal]] = []
    waiting = Refusal.__subclasses__()
    while waiting:
        found.append(waiting.pop())
        waiting += found[-1].__subclasses__()
    return found


def test_every_handler_module_is_in_the_table() -> None:
    there = {f"bot.handlers.{module.name}" for module in pkgutil.iter_modules(bot.handlers.__path__)}
    assert there == {module.__name__ for module in MODULES}


@pytest.mark.parametrize("refusal", _refusals(), ids=lambda refusal: refusal.__name__)
def test_every_refusal_has_words_and_a_code_of_its_own(refusal: type[Refusal]) -> None:
    assert refusal in problem.SAYINGS
    assert [other.code for other in _refusals()].count(refusal.code) == 1


@pytest.mark.parametrize("kind", Kind)
def test_every_notice_has_a_screen(kind: Kind) -> None:
    assert kind in notice.SCREENS or kind is Kind.REFRESH, "a refresh edits the card that is there"


@pytest.mark.parametrize(("key", "action"), TABLE.items(), ids=TABLE)
def test_every_tapped_action_carries_data_that_fits_a_button(key: str, action: Action) -> None:
    if action.data is None:
        assert not key.startswith("tap:")
        return
    assert len(_forged(action.data).pack().encode()) <= 64


@pytest.mark.parametrize(("key", "action"), TABLE.items(), ids=TABLE)
def test_a_number_in_a_button_that_no_database_could_hold_is_an_old_button(key: str, action: Action) -> None:
    fields = action.data.model_fields.values() if action.data else ()
    for field in [field for field in fields if field.annotation is int]:
        kind: TypeAdapter[Any] = TypeAdapter(Annotated[field.annotation, field])
        for beyond in (2**63, -(2**63), 10**30):
            with pytest.raises(ValidationError):
                kind.validate_python(beyond)


GUARDED = {key: action for key, action in TABLE.items() if action.may is not Permission.EVERYONE}


def test_visitors_and_other_roles_are_refused_whatever_they_may_not_use(world: World) -> None:
    visitor = world.person("Vic")
    visitor.starts()
    trainee = world.trainee("Anna")
    trainer = world.trainer("Tess")
    for actor, allowed in (
        (visitor, set[Permission]()),
        (trainee, {Permission.MEMBER, Permission.BOOK, Permission.BUY}),
        (trainer, {Permission.MEMBER, Permission.TEACH}),
    ):
        for key, action in GUARDED.items():
            if action.may in allowed:
                continue
            if key.startswith("/"):
                actor.sends(key)
                actor.sees("Two taps first" if actor is visitor else "This is not open to you")
            elif action.data is not None:
                actor.forges(_forged(action.data).pack())
                assert actor.alert == "This is not open to you. /help shows what is.", (actor, key)


def _forged(data: type[CallbackData]) -> CallbackData:
    """Button data as long as it gets in real life: ids in the millions, minutes since 1970 until 2100."""
    return data(**{name: _largest(field) for name, field in data.model_fields.items()})


def _largest(field: FieldInfo) -> Any:
    kind: TypeAdapter[Any] = TypeAdapter(Annotated[field.annotation, field])
    choices = list(field.annotation) if isinstance(field.annotation, EnumType) else []
    for value in (68_000_000, 39_999, 99, 6, True, *choices, "9999999-999-68000000", "x"):
        with suppress(ValidationError):
            return kind.validate_python(value, strict=True)
    raise AssertionError(f"no value found for {field}")


class Counted:
    """Keeps which turns ended how."""

    def __init__(self) -> None:
        self.turns: list[tuple[str, str]] = []
        self.seconds: list[float] = []

    def update_received(self, kind: str) -> None: ...
    def update_given_up(self) -> None: ...
    def call_ended(self, method: str, answer: str, seconds: float) -> None: ...
    def turn_ended(self, action: str, outcome: str, seconds: float) -> None:
        self.turns.append((action, outcome))
        self.seconds.append(seconds)


@pytest.fixture
def counted(world: World) -> Counted:
    """What is counted of the turns in that world."""
    found = Counted()
    world.app.intake._dispatcher._meter = found
    return found


@pytest.fixture
def held(world: World) -> Limit:
    """A limit in that world for which no time passes."""
    made = Limit(lambda: 0.0)
    world.app.intake._dispatcher._limit = made
    return made


def _exhaust(limit: Limit, who: Actor) -> None:
    while limit.admits(who.id):
        pass


def test_every_turn_is_counted_by_its_action_and_what_came_of_it(world: World, counted: Counted) -> None:
    anna = world.trainee("Anna")
    counted.turns.clear()
    anna.sends("/balance")
    anna.sends("/adjust")
    anna.taps("Home")
    assert counted.turns == [("/balance", "done"), ("/adjust", "refused"), ("tap:home", "done")]


def test_nothing_that_was_typed_or_forged_becomes_the_name_of_an_action(world: World, counted: Counted) -> None:
    anna = world.trainee("Anna")
    counted.turns.clear()
    anna.sends("/0171-5556666")
    anna.sends("my number is 0171-5556666")
    anna.forges("secret:0171")
    anna.forges("x" * 64)
    assert {action for action, _ in counted.turns} == {"event:stray", "event:old_button"}


def test_a_confirming_tap_that_comes_too_late_counts_as_late(world: World, counted: Counted) -> None:
    world.trainer("Tess")
    anna = world.trainee("Anna", units=8)
    anna.sends("/book")
    for label in ("40 min", "Mon 30", "14:00"):
        anna.taps(label)
    dispatcher, handle = world.app.intake._dispatcher, world.app.intake._dispatcher.handle

    async def after_a_while(received: Any) -> None:
        await handle(replace(received, received_at=received.received_at - timedelta(seconds=151)))

    dispatcher.handle = after_a_while
    anna.taps("Book it")
    assert counted.turns[-1] == ("tap:bk.ok", "late")
    assert counted.seconds[-1] == pytest.approx(151)


def test_an_update_that_took_effect_before_counts_as_superseded(
    world: World, counted: Counted, monkeypatch: pytest.MonkeyPatch
) -> None:
    anna = world.trainee("Anna")
    _replace(world, monkeypatch, "/balance", Superseded())
    anna.sends("/balance")
    assert counted.turns[-1] == ("/balance", "superseded")


def test_a_turn_that_breaks_counts_as_failed_each_time_and_is_raised(
    world: World, counted: Counted, monkeypatch: pytest.MonkeyPatch
) -> None:
    anna = world.trainee("Anna")
    monkeypatch.setattr("bot.intake.BACK_OFF_SECONDS", (0.0,))
    _replace(world, monkeypatch, "/balance", LookupError("a mistake of ours"))
    anna.sends("/balance")
    assert [turn for turn in counted.turns if turn[0] == "/balance"] == [("/balance", "failed")] * 2


def _replace(world: World, monkeypatch: pytest.MonkeyPatch, key: str, failure: Exception) -> None:
    """Let an action do nothing but fail."""

    async def fails(_turn: Any) -> None:
        raise failure

    table = world.app.intake._dispatcher.table
    monkeypatch.setitem(table, key, replace(table[key], run=fails))


@pytest.fixture
def lines() -> Iterator[list[Any]]:
    """What is logged from the level of information on."""
    logs.set_up("info", "console")
    with capture_logs(processors=[merge_contextvars]) as found:
        yield found
    logs.set_up("warning", "console")


def test_a_turn_is_one_line_that_names_the_update_the_person_and_the_outcome(world: World, lines: list[Any]) -> None:
    anna = world.trainee("Anna")
    lines.clear()
    anna.sends("/adjust")
    (line,) = lines
    person_id = world.read(lambda work: work.people.find_by_telegram(anna.id).id)
    (update_id,) = _updates(world, "ORDER BY id DESC LIMIT 1")
    assert line == {
        "event": "turn",
        "log_level": "info",
        "update_id": update_id,
        "action": "/adjust",
        "outcome": "refused",
        "code": "not_allowed",
        "person": person_id,
        "ms": 0,
    }


def test_a_button_stops_waiting_though_its_answer_is_slower_than_the_screen(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The answer that goes out by itself meets trouble and is repeated; meanwhile the handler has ended."""
    anna = world.trainee("Anna")
    anna.sends("/profile")
    monkeypatch.setattr("bot.action.ANSWER_WITHIN_SECONDS", 0.02)
    table = world.app.intake._dispatcher.table
    opened = table["tap:pf.n"]

    async def slowly(turn: Any) -> None:
        await asyncio.sleep(0.1)
        await opened.run(turn)

    monkeypatch.setitem(table, "tap:pf.n", replace(opened, run=slowly))
    world.telegram.calls.clear()
    world.telegram.faults.answer_with_502("answerCallbackQuery", 1)
    anna.taps("Name")
    answers = [call.ok for call in world.telegram.calls if call.method == "answerCallbackQuery"]
    assert answers == [False, True]


def test_a_tap_too_many_is_told_so_and_does_nothing(world: World, counted: Counted, held: Limit) -> None:
    anna = world.trainee("Anna")
    anna.sends("/balance")
    _exhaust(held, anna)
    before = len(world.telegram.calls)
    anna.taps("Home")
    assert anna.alert.startswith("Too fast")
    anna.sees("0 free")
    anna.taps("Home")
    assert [call.method for call in world.telegram.calls[before:]].count("answerCallbackQuery") == 1
    assert anna.alert == ""
    assert counted.turns[-2:] == [("tap:home", "limited")] * 2
    assert _updates(world, "WHERE state <> 'done'") == []


def test_a_message_too_many_is_answered_once(world: World, held: Limit) -> None:
    anna = world.trainee("Anna")
    _exhaust(held, anna)
    for _ in range(3):
        anna.sends("/balance")
    assert sum(message.text.startswith("Too fast") for message in anna.messages) == 1
    assert anna.screen.text.startswith("Too fast")
    assert _updates(world, "WHERE state <> 'done'") == []


def test_who_goes_too_fast_holds_nobody_else_up(world: World, held: Limit) -> None:
    anna, ben = world.trainee("Anna"), world.trainee("Ben")
    _exhaust(held, anna)
    ben.sends("/balance")
    ben.sees("0 free")


def test_leaving_and_paying_are_never_too_fast(world: World, counted: Counted, held: Limit) -> None:
    olga, anna = world.owner(), world.trainee("Anna")
    world.act(lambda work: package.create(work, work.people.find_by_telegram(olga.id), 10, 22000, "EUR", None))
    anna.sends("/buy")
    anna.taps("10 units")
    anna.taps("Pay €220")
    _exhaust(held, anna)
    anna.pays()
    anna.sees("10 units added")
    anna.blocks()
    assert [action for action, outcome in counted.turns[-3:] if outcome == "done"] == [
        "event:pre_checkout",
        "event:payment",
        "event:membership",
    ]
    assert not world.read(lambda work: work.people.find_by_telegram(anna.id).reachable)


def _updates(world: World, which: str) -> list[int]:
    query = text(f"SELECT update_id FROM inbox {which}")
    return world.runner.run(world.app.database.read(lambda connection: list(connection.execute(query).scalars())))
