"""Flood limits: how many messages the server takes overall and for each chat before it asks the bot to wait."""

import math
from collections.abc import Callable
from datetime import datetime

from emulator.refusal import RefusalError


class _Bucket:
    def __init__(self, rate: float, size: float, now: datetime) -> None:
        self._rate, self._size, self._level, self._at = rate, size, size, now

    def wait_seconds(self, now: datetime) -> float:
        """How long until one more is allowed; 0 when it is allowed now."""
        self._level = min(self._size, self._level + max((now - self._at).total_seconds(), 0) * self._rate)
        self._at = now
        return 0 if self._level >= 1 else (1 - self._level) / self._rate

    def take(self) -> None:
        self._level -= 1


class Flood:
    """About 30 messages a second overall; one a second to a chat (20 a minute to a group), with short bursts.

    Off until `enabled`: a clock that stands still would never let a full bucket run empty.
    """

    def __init__(
        self,
        *,
        enabled: bool = False,
        per_second: int = 30,
        chat_per_second: float = 1,
        chat_burst: int = 20,
        group_per_minute: int = 20,
    ) -> None:
        self.enabled = enabled
        self.per_second = per_second
        self.chat_per_second = chat_per_second
        self.chat_burst = chat_burst
        self.group_per_minute = group_per_minute
        self._overall: _Bucket | None = None
        self._chats: dict[int, _Bucket] = {}

    def check(self, chat_id: int, now: Callable[[], datetime]) -> None:
        """Count one message to a chat, or refuse it with the seconds to wait."""
        if not self.enabled:
            return
        instant = now()
        buckets = [self._whole(instant), self._of_chat(chat_id, instant)]
        wait = max(bucket.wait_seconds(instant) for bucket in buckets)
        if wait > 0:
            raise too_many_requests(math.ceil(wait))
        for bucket in buckets:
            bucket.take()

    def _whole(self, now: datetime) -> _Bucket:
        if self._overall is None:
            self._overall = _Bucket(self.per_second, self.per_second, now)
        return self._overall

    def _of_chat(self, chat_id: int, now: datetime) -> _Bucket:
        if chat_id not in self._chats:
            rate = self.chat_per_second if chat_id > 0 else self.group_per_minute / 60
            self._chats[chat_id] = _Bucket(rate, self.chat_burst, now)
        return self._chats[chat_id]


def too_many_requests(retry_after: int) -> RefusalError:
    """A 429 that says how many seconds to wait."""
    return RefusalError(f"Too Many Requests: retry after {retry_after}", 429, retry_after=retry_after)
