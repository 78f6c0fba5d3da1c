"""What the browser chat's page can ask for: each command is one act of a person, or a move of the clock."""

import base64
import binascii
from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import Any

from emulator.chat import Telegram
from emulator.refusal import RefusalError
from emulator.room import ImpossibleError

Json = dict[str, Any]


class CommandError(Exception):
    """A command that could not be done; its words are shown in the chat."""


async def do(telegram: Telegram, command: Json) -> Json:
    """Do one command `{"do": name, …}` and return its result. Raises CommandError."""
    act = _ACTS.get(command.get("do", ""))
    if act is None:
        raise CommandError(f"Unknown command: {command.get('do')}")
    try:
        return await act(telegram, command)
    except (ImpossibleError, RefusalError) as error:
        raise CommandError(str(error)) from error


Act = Callable[[Telegram, Json], Awaitable[Json]]


async def _send(telegram: Telegram, given: Json) -> Json:
    telegram.send_text(_person(given), _text(given, "text"), reply_to=given.get("reply_to"))
    return {}


async def _edit(telegram: Telegram, given: Json) -> Json:
    telegram.edit_text(_person(given), _number(given, "message_id"), _text(given, "text"))
    return {}


async def _tap(telegram: Telegram, given: Json) -> Json:
    place = _number(given, "row"), _number(given, "column")
    tap = telegram.tap(_person(given), _number(given, "message_id"), *place)
    return {"tap_id": tap.id}


async def _press(telegram: Telegram, given: Json) -> Json:
    telegram.press(_person(given), _text(given, "text"))
    return {}


async def _pay(telegram: Telegram, given: Json) -> Json:
    result = await telegram.pay(_person(given), _number(given, "message_id"), _text(given, "card"))
    return {"ok": result.ok, "declined_reason": result.declined_reason}


async def _invoice(telegram: Telegram, given: Json) -> Json:
    return telegram.cashier.order_of_link(_text(given, "url")).as_json()


async def _pay_link(telegram: Telegram, given: Json) -> Json:
    result = await telegram.pay_link(_person(given), _text(given, "url"), _text(given, "card"))
    return {"ok": result.ok, "declined_reason": result.declined_reason}


async def _start(telegram: Telegram, given: Json) -> Json:
    telegram.start(_person(given))
    return {}


async def _open(telegram: Telegram, given: Json) -> Json:
    telegram.open_link(_person(given), _text(given, "link"))
    return {}


async def _block(telegram: Telegram, given: Json) -> Json:
    telegram.block(_person(given))
    return {}


async def _unblock(telegram: Telegram, given: Json) -> Json:
    telegram.unblock(_person(given))
    return {}


async def _add_person(telegram: Telegram, given: Json) -> Json:
    person = telegram.add_person(
        _text(given, "first_name"),
        last_name=_text(given, "last_name"),
        username=_text(given, "username"),
        language_code=_text(given, "language_code"),
    )
    return {"person_id": person.id}


async def _contact(telegram: Telegram, given: Json) -> Json:
    telegram.send_contact(_person(given), _text(given, "phone_number"))
    return {}


async def _photo(telegram: Telegram, given: Json) -> Json:
    telegram.send_photo(_person(given), _content(given), _text(given, "name"), _text(given, "caption"))
    return {}


async def _document(telegram: Telegram, given: Json) -> Json:
    telegram.send_document(_person(given), _content(given), _text(given, "name"), _text(given, "caption"))
    return {}


async def _sticker(telegram: Telegram, given: Json) -> Json:
    telegram.send_sticker(_person(given))
    return {}


async def _advance(telegram: Telegram, given: Json) -> Json:
    if given.get("next_due"):
        return {"moved": await telegram.clock.to_next_due()}
    await telegram.clock.advance(timedelta(hours=given.get("hours", 0), days=given.get("days", 0)))
    return {"moved": True}


_ACTS: dict[str, Act] = {
    "send": _send,
    "edit": _edit,
    "tap": _tap,
    "press": _press,
    "pay": _pay,
    "invoice": _invoice,
    "pay_link": _pay_link,
    "start": _start,
    "open": _open,
    "block": _block,
    "unblock": _unblock,
    "add_person": _add_person,
    "contact": _contact,
    "photo": _photo,
    "document": _document,
    "sticker": _sticker,
    "advance": _advance,
}


def _person(given: Json) -> int:
    return _number(given, "person_id")


def _number(given: Json, name: str) -> int:
    value = given.get(name)
    if not isinstance(value, int):
        raise CommandError(f"{name} must be a number")
    return value


def _text(given: Json, name: str) -> str:
    value = given.get(name)
    if not isinstance(value, str):
        raise CommandError(f"{name} must be a text")
    return value


def _content(given: Json) -> bytes:
    try:
        return base64.b64decode(_text(given, "data"), validate=True)
    except binascii.Error:
        raise CommandError("data must be in base 64") from None
