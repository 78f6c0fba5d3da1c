"""The dispatch table: complete, declared, and closed to whoever lacks the permission (A3)."""

import pkgutil
from contextlib import suppress
from enum import EnumType
from importlib import import_module
from typing import Annotated, Any

import pytest
from aiogram.filters.callback_data import CallbackData
from pydantic import TypeAdapter, ValidationError
from pydantic.fields import FieldInfo

import bot.handlers
import domain
from bot.action import Action
from bot.dispatcher import table_of
from bot.handlers import MODULES
from bot.screens import notice, problem
from bot.words import Words
from domain.error import Refusal
from domain.outbox import Kind
from domain.permission import Permission
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
