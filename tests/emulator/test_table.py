"""The Bot API table: departures it finds, and that it and python-telegram-bot tell the same story."""

import inspect
import json
import re
from typing import Any

import aiogram
import pytest
import telegram as ptb

from emulator import table, wire
from emulator.bot_api.method import METHODS
from emulator.server import FAMILIES

BUTTON = {"text": "x", "callback_data": "y"}


def snake(name: str) -> str:
    return re.sub(r"([A-Z])", lambda letter: "_" + letter.group().lower(), name)


SERVED = [name for name in table.method_names() if name.lower() in METHODS]


def test_every_method_served_is_one_of_the_bot_api() -> None:
    assert FAMILIES
    assert len(SERVED) == len(METHODS) >= 36


# Newer than python-telegram-bot: a text may be a rich message instead.
SINCE = {"editMessageText": {"text"}}


@pytest.mark.parametrize("name", SERVED)
def test_python_telegram_bot_knows_and_requires_what_the_table_requires(name: str) -> None:
    known = inspect.signature(getattr(ptb.Bot, snake(name))).parameters
    required = {parameter.name for parameter in known.values() if parameter.default is parameter.empty} - {"self"}
    departures = table.check_request(name, {})
    missing = {departure.split(".")[1].split(":")[0] for departure in departures}
    assert missing <= set(known)
    assert required - SINCE.get(name, set()) <= missing


@pytest.mark.parametrize(
    ("parameters", "departures"),
    [
        ({"chat_id": "1", "text": "x"}, []),
        ({"chat_id": "@a", "text": "x", "disable_notification": "True"}, []),
        ({"text": "x"}, ["sendMessage.chat_id: missing"]),
        ({"chat_id": "1", "text": "x", "colour": "red"}, ["sendMessage.colour: unknown parameter"]),
        (
            {"chat_id": "1", "text": "x", "message_thread_id": "y"},
            ["sendMessage.message_thread_id: 'y' is no Integer"],
        ),
        ({"chat_id": "1", "text": "x", "entities": "["}, ["sendMessage.entities: not JSON"]),
        ({"chat_id": "1", "text": "x", "entities": "{}"}, ["sendMessage.entities: {} is no array"]),
        (
            {"chat_id": "1", "text": "x", "reply_markup": '{"inline_keyboard": [[{"text": "x", "color": "y"}]]}'},
            ["sendMessage.reply_markup.inline_keyboard[0][0].color: unknown field"],
        ),
    ],
)
def test_departures_of_a_request_are_found(parameters: dict[str, str], departures: list[str]) -> None:
    assert table.check_request("sendMessage", parameters) == departures


@pytest.mark.parametrize(
    ("value", "departures"),
    [
        ({"id": 1, "is_bot": False, "first_name": "A"}, []),
        ({"id": True, "is_bot": False, "first_name": "A"}, ["User.id: True is no Integer"]),
        ({"id": 1, "is_bot": 0, "first_name": "A"}, ["User.is_bot: 0 is no Boolean"]),
        ({"id": 1, "is_bot": False}, ["User.first_name: missing"]),
        ([], ["User: [] is no User"]),
    ],
)
def test_departures_of_an_object_are_found(value: Any, departures: list[str]) -> None:
    assert table.check_object("User", value) == departures


def test_a_union_is_measured_by_the_type_that_fits_best() -> None:
    assert table.check_object("BotCommandScope", {"type": "chat", "chat_id": 1}) == []
    assert table.check_object("RichText", ["x", "y"]) == []


def test_departures_of_a_result_are_found() -> None:
    assert table.check_result("deleteMessage", True) == []
    assert table.check_result("deleteMessage", "True") == ["deleteMessage(): 'True' is no Boolean"]


def test_a_field_python_telegram_bot_does_not_know_is_carried_all_the_same() -> None:
    button = BUTTON | {"style": "primary"}
    assert wire.second_opinion("sendMessage", {"reply_markup": json.dumps({"inline_keyboard": [[button]]})}) == []


def test_what_python_telegram_bot_cannot_read_is_found() -> None:
    (departure,) = wire.second_opinion("sendInvoice", {"prices": '[{"label": "x"}]'})
    assert departure.startswith("sendInvoice.prices: python-telegram-bot cannot read it")


def test_what_python_telegram_bot_reads_otherwise_is_found() -> None:
    sent = {"message_id": 1, "date": 1.5, "chat": {"id": 1, "type": "private"}}
    _, departures = wire.build("Message", sent)
    assert departures == [
        "Message.date: 1.5 is no Integer",
        "Message.date: 1.5 is read as 1 by python-telegram-bot",
    ]


def test_flags_that_python_telegram_bot_makes_up_are_dropped() -> None:
    sent = {"message_id": 1, "date": 1, "chat": {"id": 1, "type": "private"}, "text": "x"}
    assert wire.build("Message", sent) == (sent, [])


def test_the_table_is_of_the_version_that_the_bots_library_speaks() -> None:
    assert table.version() == f"Bot API {aiogram.__api_version__}"
