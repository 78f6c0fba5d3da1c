"""A call of the bot as the server sees it: a method's name, parameters as text, uploaded files."""

import re
from dataclasses import dataclass, field
from typing import Any

from emulator.decoding import decode
from emulator.refusal import bad_request

Json = dict[str, Any]
_INTEGER = re.compile(r"-?\d+\Z")


@dataclass(frozen=True)
class Upload:
    """A file that came with the request."""

    name: str
    mime_type: str
    content: bytes


@dataclass(frozen=True)
class Request:
    """A call; every value is text, as the real server turns even a JSON body into text first."""

    method: str
    parameters: dict[str, str]
    uploads: dict[str, Upload] = field(default_factory=dict)

    def text(self, name: str) -> str:
        """The parameter as it came; empty when it did not."""
        return self.parameters.get(name, "")

    def integer(self, name: str, default: int = 0) -> int:
        """The parameter as a number; what is no number counts as the default."""
        value = self.parameters.get(name, "").strip()
        return int(value) if _INTEGER.match(value) else default

    def flag(self, name: str) -> bool:
        """The parameter as a yes or no."""
        return self.parameters.get(name, "").lower() in {"true", "yes", "1"}

    def json(self, name: str, refusal: str) -> Any:
        """The parameter read as JSON, None when it is empty; refused in the given words when it is no JSON."""
        source = self.parameters.get(name, "")
        return decode(source, refusal) if source else None

    def required(self, name: str) -> str:
        """The parameter, refused when it is empty."""
        value = self.parameters.get(name, "")
        if not value:
            raise bad_request(f'parameter "{name}" is required')
        return value
