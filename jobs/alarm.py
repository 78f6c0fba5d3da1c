"""Telling the admins in the chat that the bot is behind, or cannot be reached; each once in an hour at most."""

from datetime import datetime, timedelta
from typing import Protocol

from domain import outbox
from domain.outbox import Kind

LATE = timedelta(minutes=5)


class Queue(Protocol):
    @property
    def oldest_seconds(self) -> float: ...


class Figures(Protocol):
    """What waits that should not wait any more."""

    def updates(self, now: datetime) -> Queue: ...
    def notices(self, now: datetime) -> Queue: ...


class Work(outbox.Work, Protocol):
    @property
    def figures(self) -> Figures: ...


def watch(work: Work) -> None:
    """Raise the alarm where something has waited too long, once in each hour of the clock."""
    waited = {
        "updates_minutes": timedelta(seconds=work.figures.updates(work.now).oldest_seconds),
        "notices_minutes": timedelta(seconds=work.figures.notices(work.now).oldest_seconds),
    }
    late: dict[str, outbox.Value] = {
        name: length // timedelta(minutes=1) if length > LATE else 0 for name, length in waited.items()
    }
    if any(late.values()):
        outbox.alarm(work, Kind.LAG, late)


def webhook_failing(work: outbox.Work, waiting: int, problem: str) -> None:
    """Telegram has updates that it cannot bring; `problem` is in its words."""
    outbox.alarm(work, Kind.WEBHOOK_FAILING, {"waiting": waiting, "problem": problem})
