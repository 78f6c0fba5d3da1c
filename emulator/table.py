"""The Bot API as a table: which methods and types there are, and how far a value departs from them.

The table (bot_api.json) is made by scripts/make_bot_api_table.py. Departures are sentences, never refusals: what to
refuse is the methods' own matter.
"""

import json
import re
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

_ARRAY = "Array of "
_INTEGER = re.compile(r"-?\d+\Z")
_BOOLEANS = frozenset({"true", "false", "0", "1"})
_PLAIN: dict[str, tuple[type, ...]] = {
    "Integer": (int,),
    "Float": (int, float),
    "String": (str,),
    "Boolean": (bool,),
    "InputFile": (str,),
}


@cache
def _table() -> dict[str, Any]:
    content: dict[str, Any] = json.loads((Path(__file__).parent / "bot_api.json").read_text(encoding="utf-8"))
    return content


def version() -> str:
    """The version of the Bot API that the table describes."""
    return str(_table()["version"])


def method_names() -> tuple[str, ...]:
    """Every method of the Bot API."""
    return tuple(_table()["methods"])


def parameters_of(method: str) -> tuple[str, ...]:
    """The names of a method's parameters."""
    return tuple(_table()["methods"][method]["fields"])


def check_request(method: str, parameters: Mapping[str, str]) -> list[str]:
    """Departures of a request, whose values are still text as the server receives them."""
    fields: dict[str, Any] = _table()["methods"][method]["fields"]
    unknown = [f"{method}.{name}: unknown parameter" for name in parameters if name not in fields]
    missing = [
        f"{method}.{name}: missing" for name, (_, required) in fields.items() if required and name not in parameters
    ]
    wrong = [
        departure
        for name, (types, _) in fields.items()
        if name in parameters
        for departure in _check_text(parameters[name], types, f"{method}.{name}")
    ]
    return unknown + missing + wrong


def check_result(method: str, result: object) -> list[str]:
    """Departures of an answer's `result` from what the method returns."""
    return _check_any(result, _table()["methods"][method]["returns"], f"{method}()")


def check_object(type_name: str, value: object) -> list[str]:
    """Departures of a value from a type of the Bot API."""
    return _check(value, type_name, type_name)


def _check_text(text: str, types: list[str], path: str) -> list[str]:
    """Check a parameter that arrived as text: numbers, booleans and JSON are read out of it first."""
    if "String" in types or "InputFile" in types:
        return []
    if types == ["Integer"]:
        return [] if _INTEGER.match(text) else [f"{path}: {text!r} is no Integer"]
    if types == ["Boolean"]:
        return [] if text.lower() in _BOOLEANS else [f"{path}: {text!r} is no Boolean"]
    try:
        value = json.loads(text)
    except ValueError:
        return [f"{path}: not JSON"]
    return _check_any(value, types, path)


def _check_any(value: object, types: list[str], path: str) -> list[str]:
    """The departures from the type that fits best."""
    return min((_check(value, one, path) for one in types), key=len)


def _check(value: object, type_name: str, path: str) -> list[str]:
    if type_name.startswith(_ARRAY):
        return _check_array(value, type_name.removeprefix(_ARRAY), path)
    if type_name in _PLAIN:
        return _check_plain(value, type_name, path)
    shape = _table()["types"].get(type_name)
    if shape is None:
        return [f"{path}: there is no type {type_name}"]
    if "subtypes" in shape:
        return _check_any(value, shape["subtypes"], path)
    if not isinstance(value, dict):
        return [f"{path}: {value!r} is no {type_name}"]
    return _check_fields(value, shape["fields"], path)


def _check_plain(value: object, type_name: str, path: str) -> list[str]:
    fits = isinstance(value, _PLAIN[type_name]) and (type_name == "Boolean" or not isinstance(value, bool))
    return [] if fits else [f"{path}: {value!r} is no {type_name}"]


def _check_array(value: object, item_type: str, path: str) -> list[str]:
    if not isinstance(value, list):
        return [f"{path}: {value!r} is no array"]
    return [
        departure for number, item in enumerate(value) for departure in _check(item, item_type, f"{path}[{number}]")
    ]


def _check_fields(value: dict[str, Any], fields: dict[str, Any], path: str) -> list[str]:
    unknown = [f"{path}.{name}: unknown field" for name in value if name not in fields]
    missing = [f"{path}.{name}: missing" for name, (_, required) in fields.items() if required and name not in value]
    wrong = [
        departure
        for name, (types, _) in fields.items()
        if name in value
        for departure in _check_any(value[name], types, f"{path}.{name}")
    ]
    return unknown + missing + wrong
