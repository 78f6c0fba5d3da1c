"""JSON as the server reads it out of a request, with its words for what is missing or of the wrong kind in it."""

import json
import re
from typing import Any

from emulator.refusal import bad_request

Json = dict[str, Any]

_INTEGER = re.compile(r"-?\d+\Z")


def decode(source: str, refusal: str) -> Any:
    """The value; refused in the given words when the source is no JSON or not text throughout."""
    try:
        value = json.loads(source)
        json.dumps(value, ensure_ascii=False).encode()
    except ValueError:
        raise bad_request(refusal) from None
    return value


def text_field(value: Json, name: str, prefix: str) -> str:
    """A text that must stand in a JSON object."""
    _require(value, name, prefix)
    if not isinstance(value[name], str):
        raise bad_request(f'{prefix}Field "{name}" must be of type String')
    return str(value[name])


def int_field(value: Json, name: str, prefix: str) -> int:
    """A number that must stand in a JSON object; the server takes digits in quotes, too."""
    _require(value, name, prefix)
    if isinstance(value[name], bool) or not _INTEGER.match(str(value[name])):
        raise bad_request(f'{prefix}Field "{name}" must be of type Number')
    return int(value[name])


def object_field(value: Json, name: str, prefix: str) -> Json:
    """A JSON object that must stand in another."""
    _require(value, name, prefix)
    if not isinstance(value[name], dict):
        raise bad_request(f'{prefix}Field "{name}" must be of type Object')
    inner: Json = value[name]
    return inner


def _require(value: Json, name: str, prefix: str) -> None:
    if name not in value:
        raise bad_request(f'{prefix}Can\'t find field "{name}"')
