"""How fast messages may go out, over all and to each chat. Answers to people never wait; notices make room for them.

Telegram allows about 30 messages a second overall and one a second to one chat, a few at once now and then
(core.telegram.org/bots/faq). Each limit remembers one instant, when it is at rest again, and every message moves it on:
the generic cell rate algorithm (ITU-T I.371).
"""

from dataclasses import dataclass
from datetime import datetime, timedelta


@dataclass(frozen=True, slots=True)
class Limit:
    """One message each `interval`, and `burst` of them at once after a rest."""

    interval: timedelta
    burst: int

    @property
    def ahead(self) -> timedelta:
        """How far in the future the rest may lie while one more message may go now."""
        return self.interval * (self.burst - 1)

    def departs_at(self, rests_at: datetime, now: datetime) -> datetime:
        """When the next message may go."""
        return max(now, rests_at - self.ahead)

    def after(self, rests_at: datetime, now: datetime, messages: int = 1) -> datetime:
        """When it is at rest again after so many messages."""
        return max(now, rests_at) + self.interval * messages


OVERALL = Limit(timedelta(seconds=1) / 29, 1)
CHAT = Limit(timedelta(seconds=1), 3)
HORIZON = timedelta(milliseconds=250)
"""How far ahead messages are claimed: far enough to share a commit, near enough to be still true when they leave."""


def room(rests_at: datetime, now: datetime) -> int:
    """How many messages may depart overall within the horizon."""
    left = now + HORIZON - OVERALL.departs_at(rests_at, now)
    return max(0, 1 + left // OVERALL.interval) if left >= timedelta(0) else 0
