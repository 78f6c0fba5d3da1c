"""Which failures the product may stumble over because a fault made it; any other is a mistake of the product."""

from collections.abc import MutableMapping
from typing import Any, NoReturn

import structlog
from aiogram.exceptions import (
    ClientDecodeError,
    TelegramBadRequest,
    TelegramNetworkError,
    TelegramRetryAfter,
    TelegramServerError,
)
from sqlalchemy.exc import OperationalError

from tests.simulation.storage import DroppedConnection

OUTSIDE = (ClientDecodeError, TelegramNetworkError, TelegramRetryAfter, TelegramServerError, TimeoutError)


def is_of_a_fault(failure: BaseException) -> bool:
    """Whether it comes from the outside."""
    if isinstance(failure, OperationalError):
        return isinstance(failure.orig, DroppedConnection)
    if isinstance(failure, TelegramBadRequest):
        return "query is too old" in failure.message
    return isinstance(failure, OUTSIDE)


class Listener:
    """Hears what the product logs; what it tells of an unexpected failure is kept."""

    def __init__(self) -> None:
        self.unexpected: list[str] = []

    def listen(self) -> None:
        """Take the place of whatever logging there is, in this process."""
        structlog.configure(
            processors=[structlog.processors.ExceptionRenderer(_keep), self._hear],
            wrapper_class=structlog.make_filtering_bound_logger(30),
            cache_logger_on_first_use=False,
        )

    def _hear(self, _logger: Any, _name: str, event: MutableMapping[str, Any]) -> NoReturn:
        failure = event.get("exception")
        if isinstance(failure, BaseException) and not is_of_a_fault(failure):
            self.unexpected.append(f"{event['event']}: {failure!r}")
        raise structlog.DropEvent


def _keep(exc_info: Any) -> Any:
    return exc_info[1]
