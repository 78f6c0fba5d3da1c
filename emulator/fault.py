"""Faults on request: what may go wrong between the bot and the server, asked for by a test, by method and count."""

from collections import deque
from dataclasses import dataclass
from enum import Enum

ANY_METHOD = "*"


class Kind(Enum):
    """What goes wrong."""

    LOST_ANSWER = "the effect happens, and the connection closes without an answer"
    TOO_MANY_REQUESTS = "429 with retry_after, and no effect"
    UNAUTHORIZED = "401 as for a token that was revoked, and no effect"
    BAD_GATEWAY = "502 with a body that is no JSON, and no effect"
    DELAY = "the answer comes late"


@dataclass(frozen=True)
class Fault:
    """One fault; `seconds` is the retry_after or the delay."""

    kind: Kind
    seconds: float = 0


class Faults:
    """The faults still to happen, in the order in which they were asked for."""

    def __init__(self) -> None:
        self._waiting: dict[str, deque[Fault]] = {}

    def lose_answers(self, method: str = ANY_METHOD, times: int = 1) -> None:
        """The next calls take effect, but the bot never hears so."""
        self._add(method, Fault(Kind.LOST_ANSWER), times)

    def refuse_with_429(self, method: str = ANY_METHOD, times: int = 1, *, retry_after: int = 1) -> None:
        """The next calls are refused for a while."""
        self._add(method, Fault(Kind.TOO_MANY_REQUESTS, retry_after), times)

    def refuse_token(self, method: str = ANY_METHOD, times: int = 1) -> None:
        """The next calls are refused as if the token had been revoked."""
        self._add(method, Fault(Kind.UNAUTHORIZED), times)

    def answer_with_502(self, method: str = ANY_METHOD, times: int = 1) -> None:
        """The next calls meet a broken gateway."""
        self._add(method, Fault(Kind.BAD_GATEWAY), times)

    def delay(self, method: str = ANY_METHOD, times: int = 1, *, seconds: float) -> None:
        """The next calls are answered after that many real seconds."""
        self._add(method, Fault(Kind.DELAY, seconds), times)

    def clear(self) -> None:
        """Nothing more goes wrong."""
        self._waiting.clear()

    def next_for(self, method: str) -> Fault | None:
        """Take the next fault of a method; polling for updates only fails when it is named."""
        names = (method.lower(),) if method.lower() == "getupdates" else (method.lower(), ANY_METHOD)
        return next((self._waiting[name].popleft() for name in names if self._waiting.get(name)), None)

    def _add(self, method: str, fault: Fault, times: int) -> None:
        self._waiting.setdefault(method.lower(), deque()).extend([fault] * times)
