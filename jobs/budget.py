"""How fast messages may go out: token buckets, overall and per chat, below Telegram's limits so that answers fit in.

Telegram allows about 30 messages a second overall and one a second to one chat (core.telegram.org/bots/faq).
"""

from collections.abc import Callable

OVERALL_PER_SECOND = 25.0
CHAT_PER_SECOND = 1.0
CHAT_BURST = 3.0


class Bucket:
    """Fills at a rate up to a size; taking from it says how long to wait until there is enough."""

    def __init__(self, per_second: float, size: float, now: float) -> None:
        self._per_second, self._size = per_second, size
        self._level, self._at = size, now

    def wait_seconds(self, now: float) -> float:
        """Seconds until one token is there; 0 when it is."""
        self._fill(now)
        return max(0.0, (1.0 - self._level) / self._per_second)

    def take(self, now: float) -> None:
        self._fill(now)
        self._level -= 1.0

    def full(self, now: float) -> bool:
        self._fill(now)
        return self._level >= self._size

    def _fill(self, now: float) -> None:
        self._level = min(self._size, self._level + (now - self._at) * self._per_second)
        self._at = now


class Budget:
    """The buckets of one bot. `clock` is monotonic seconds."""

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._overall = Bucket(OVERALL_PER_SECOND, OVERALL_PER_SECOND, clock())
        self._chats: dict[int, Bucket] = {}

    def wait_seconds(self, chat_id: int) -> float:
        """Seconds until a message to this chat may go."""
        return max(self._overall.wait_seconds(self._clock()), self._chat(chat_id).wait_seconds(self._clock()))

    def take(self, chat_id: int) -> None:
        """Count a message; chats that have recovered are forgotten."""
        now = self._clock()
        self._overall.take(now)
        self._chat(chat_id).take(now)
        if len(self._chats) > 10_000:
            self._chats = {key: bucket for key, bucket in self._chats.items() if not bucket.full(now)}

    def _chat(self, chat_id: int) -> Bucket:
        if chat_id not in self._chats:
            self._chats[chat_id] = Bucket(CHAT_PER_SECOND, CHAT_BURST, self._clock())
        return self._chats[chat_id]
