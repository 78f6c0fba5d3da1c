"""Nonsense in any parameter of any method is refused or passes; it never breaks the server."""

import contextlib
import inspect
import json

import pytest

from emulator import table
from emulator.bot_api.method import METHODS
from emulator.bot_api.request import Request
from emulator.chat import Telegram
from emulator.person import Person
from emulator.refusal import RefusalError
from emulator.server import FAMILIES

NONSENSE = [
    "",
    "[",
    "null",
    "1",
    "-1",
    "0.5",
    "true",
    '"x"',
    "[]",
    "[1]",
    "[null]",
    "[[]]",
    "[[1]]",
    "{}",
    '{"type": 1}',
    '{"type": "photo", "media": 1, "caption": 1, "caption_entities": 1}',
    '{"inline_keyboard": [[{"text": "x", "copy_text": 1}]]}',
    '{"inline_keyboard": [[{"text": "x", "url": 1}]]}',
    '{"inline_keyboard": [[{"text": "x", "callback_data": 1}]]}',
    '{"inline_keyboard": [[{"text": "x", "web_app": 1}]]}',
    '{"inline_keyboard": [[{"text": "x", "callback_data": "y", "style": []}]]}',
    '{"keyboard": [[1]]}',
    '{"message_id": "x"}',
    '[{"type": "bold"}]',
    '[{"type": "bold", "offset": "x", "length": 1}]',
    '[{"type": 1, "offset": -5, "length": 100}]',
    "\x00",
    "<b",
    '{"inline_keyboard": [[{"text": "\\ud800", "callback_data": "y"}]]}',
]

SERVED = [name for name in table.method_names() if FAMILIES and name.lower() in METHODS and name != "setWebhook"]


@pytest.mark.parametrize("name", SERVED)
async def test_nonsense_never_breaks_a_method(name: str, telegram: Telegram, anna: Person) -> None:
    message = telegram.post(anna.id, "bot", {"text": "Hi", "entities": []})
    stored = telegram.files.add("photo", b"x", "a.png")
    prices = json.dumps([{"label": "x", "amount": 500}])
    good = {
        "chat_id": str(anna.id),
        "message_id": str(message.id),
        "text": "Hello",
        "photo": stored.id,
        "title": "x",
        "description": "x",
        "payload": "x",
        "currency": "EUR",
        "prices": prices,
        "provider_token": "demo:provider",
        "commands": "[]",
    }
    parameters = [parameter for parameter in table.parameters_of(name) if parameter != "timeout"]
    for parameter in parameters:
        for nonsense in NONSENSE:
            fields = {key: value for key, value in good.items() if key in parameters} | {parameter: nonsense}
            await _call(telegram, Request(name, fields))
    assert all(isinstance(message.as_json(), dict) for message in telegram.messages(anna.id))


async def _call(telegram: Telegram, request: Request) -> None:
    with contextlib.suppress(RefusalError):
        result = METHODS[request.method.lower()](telegram, request)
        if inspect.isawaitable(result):
            await result
