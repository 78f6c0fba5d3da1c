"""Every screen with names that look like markup: Telegram can parse it, and the name stands there as it was given.

Each public function of bot/screens is found by itself and called with examples made from its annotations, once with a
plain name and once with a hostile one; the two may differ in nothing but the name.
"""

import pkgutil
from collections.abc import Callable, Iterator
from html import escape
from importlib import import_module
from inspect import getmembers, isfunction, signature
from typing import Any

import pytest
from aiogram.types import InlineKeyboardButton

import bot.screens
from bot.chat import Screen
from bot.words import Words
from emulator.entity import from_html
from payments.telegram_invoice import Invoice
from tests.security.sample import Sampler
from tests.world import MONDAY

NAMES = ("<3", "</b>", "<b>", "&amp;", "A & <i>B", "\u202eevil\u202c", "{}", "{name}", "%s %(x)s", "two\nlines", "\\")
"""Short enough that no button has to cut them."""
LONG_NAMES = ("👩‍👩‍👧‍👦" * 9, "x" * 64, "<b>" * 21, "&" * 64, "\U0001f600" * 64)
"""These are cut on buttons and lists, so only the limits are checked."""
UNDERSTOOD = {"lost", "unknown_command"}
"""The screens that look for a meaning in what was said; a name that holds a word is not for them."""
PLAIN = "Qq"
SEEDS = range(6)
"""Each makes other choices: an empty list or a full one, a role, a status."""
WORDS = Words("en", "Europe/Berlin", "Europe/Berlin", MONDAY)
TEXT_LIMIT, LABEL_LIMIT, DATA_LIMIT, TITLE_LIMIT, DESCRIPTION_LIMIT = 4096, 64, 64, 32, 255


def screens() -> Iterator[Callable[..., Any]]:
    """Every public function of bot/screens that puts something into words."""
    for found in pkgutil.walk_packages(bot.screens.__path__, "bot.screens."):
        module = import_module(found.name)
        for name, function in getmembers(module, isfunction):
            first = next(iter(signature(function).parameters.values()), None)
            if function.__module__ == module.__name__ and not name.startswith("_") and first and first.name == "words":
                yield function


ALL = list(screens())


def called(screen: Callable[..., Any], seed: int, name: str) -> Any:
    return Sampler(seed, name).call(screen, WORDS)


def test_there_are_screens() -> None:
    assert len(ALL) > 120


@pytest.mark.parametrize("screen", ALL, ids=lambda each: f"{each.__module__.rpartition('.')[2]}.{each.__name__}")
def test_a_hostile_name_is_shown_as_it_is(screen: Callable[..., Any]) -> None:
    for seed in SEEDS:
        plain = shown(called(screen, seed, PLAIN))
        for name in NAMES if screen.__name__ not in UNDERSTOOD else [each for each in NAMES if "name" not in each]:
            hostile = shown(called(screen, seed, name))
            assert len(hostile) == len(plain)
            for one, other in zip(hostile, plain, strict=True):
                assert one in {other.replace(PLAIN, name), other.replace(PLAIN, escape(name))}, (seed, name)


@pytest.mark.parametrize("screen", ALL, ids=lambda each: f"{each.__module__.rpartition('.')[2]}.{each.__name__}")
def test_the_longest_names_stay_within_telegram_s_limits(screen: Callable[..., Any]) -> None:
    for seed in SEEDS:
        for name in LONG_NAMES:
            shown(called(screen, seed, name))


def shown(made: Any) -> list[str]:
    """What can be read: the text after parsing, with its formatting, and every label. Fails where a limit is broken."""
    if isinstance(made, Screen):
        text, entities = from_html(made.text)
        assert 0 < len(text) <= TEXT_LIMIT
        return [text, *(entity["type"] for entity in entities), *labels(made.rows)]
    if isinstance(made, tuple):
        return [part for each in made for part in shown(each)]
    if isinstance(made, Invoice):
        assert len(made.title) <= TITLE_LIMIT
        assert len(made.description) <= DESCRIPTION_LIMIT
        return [made.title, made.description]
    if isinstance(made, InlineKeyboardButton):
        return labels(((made,),))
    return [part for each in made.values() for part in shown(each)] if isinstance(made, dict) else [str(made)]


def labels(rows: tuple[tuple[InlineKeyboardButton, ...], ...]) -> list[str]:
    buttons = [button for row in rows for button in row]
    assert all(0 < len(button.text) <= LABEL_LIMIT for button in buttons)
    assert all(len((button.callback_data or "").encode()) <= DATA_LIMIT for button in buttons)
    return [button.text for button in buttons]
