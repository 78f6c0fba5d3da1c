"""Builds what the server says through python-telegram-bot's types, and checks it against the Bot API table.

Two opinions that know nothing of each other: the table decides, the types must read the same out of it.
"""

import json
from typing import Any

import telegram

from emulator import table

Json = dict[str, Any]


def build(type_name: str, value: Json) -> tuple[Json, list[str]]:
    """The object as it goes over the wire, and its departures from the Bot API."""
    departures = table.check_object(type_name, value)
    kind = getattr(telegram, type_name, None)
    if kind is None:
        return value, departures
    try:
        built = _as_the_server_writes(kind.de_json(value, None).to_dict(), value)
    except (TypeError, ValueError, KeyError, AttributeError) as error:
        return value, [*departures, f"{type_name}: python-telegram-bot cannot read it: {error}"]
    return built, departures + differences(value, built, type_name)


def differences(sent: object, read: object, path: str) -> list[str]:
    """Where python-telegram-bot reads something else than was written."""
    if isinstance(sent, dict) and isinstance(read, dict):
        names = [name for name in {*sent, *read} if name not in sent or name not in read]
        uneven = [f"{path}.{name}: only on one side of python-telegram-bot" for name in sorted(names)]
        inner = [differences(sent[name], read[name], f"{path}.{name}") for name in sent if name in read]
        return uneven + [departure for part in inner for departure in part]
    if isinstance(sent, list) and isinstance(read, list) and len(sent) == len(read):
        pairs = enumerate(zip(sent, read, strict=True))
        return [departure for n, (one, other) in pairs for departure in differences(one, other, f"{path}[{n}]")]
    return [] if sent == read else [f"{path}: {sent!r} is read as {read!r} by python-telegram-bot"]


_SINGLE = {
    "scope": telegram.BotCommandScope,
    "menu_button": telegram.MenuButton,
    "reply_parameters": telegram.ReplyParameters,
    "link_preview_options": telegram.LinkPreviewOptions,
}
_SEVERAL = {
    "prices": telegram.LabeledPrice,
    "commands": telegram.BotCommand,
    "entities": telegram.MessageEntity,
    "caption_entities": telegram.MessageEntity,
}


def second_opinion(method: str, parameters: dict[str, str]) -> list[str]:
    """Where python-telegram-bot reads a request, found right by the table, otherwise than it was written."""
    return [
        departure
        for name, source in parameters.items()
        for kind, value in _objects(name, source)
        for departure in _reread(kind, value, f"{method}.{name}")
    ]


def _objects(name: str, source: str) -> list[tuple[type[telegram.TelegramObject], Json]]:
    """The objects in a parameter, with the type that reads them."""
    if name == "reply_markup" and "inline_keyboard" in source:
        return [(telegram.InlineKeyboardMarkup, json.loads(source))]
    if name in _SINGLE:
        return [(_SINGLE[name], json.loads(source))]
    return [(_SEVERAL[name], value) for value in json.loads(source)] if name in _SEVERAL else []


def _reread(kind: type[telegram.TelegramObject], value: Json, path: str) -> list[str]:
    try:
        reread = kind.de_json(value, None)
    except (TypeError, ValueError, KeyError, AttributeError) as error:
        return [f"{path}: python-telegram-bot cannot read it: {error}"]
    return differences(value, _as_the_server_writes(reread.to_dict(), value), path)


def _as_the_server_writes(rebuilt: Any, original: Any) -> Any:
    """Undo what python-telegram-bot makes of emptiness: it writes false flags that a real server leaves out, and
    leaves out empty lists that a real server writes."""
    if isinstance(rebuilt, dict) and isinstance(original, dict):
        kept = {
            name: _as_the_server_writes(value, original.get(name))
            for name, value in rebuilt.items()
            if name in original or value not in (False, [], {}, None)
        }
        return kept | {name: value for name, value in original.items() if value == [] and name not in kept}
    if isinstance(rebuilt, list | tuple) and isinstance(original, list) and len(rebuilt) == len(original):
        return [_as_the_server_writes(one, other) for one, other in zip(rebuilt, original, strict=True)]
    return rebuilt
