"""The store of a running process, which notices when the database takes nothing, and tells so once, and once when it
does again."""

import time
from collections.abc import Callable
from typing import Concatenate, ParamSpec, TypeVar

import structlog

from bot import arrival
from storage.engine import is_outage
from storage.work import Store, Work

P = ParamSpec("P")
T = TypeVar("T")
PROOF = arrival.look
"""Always writes, and comes every few seconds; other actions may have had nothing to write when they went through."""
log = structlog.get_logger()


class WatchedStore(Store):
    """A store that knows whether the database takes what is written."""

    _away_since: float | None = None

    @property
    def away(self) -> bool:
        """Whether nothing can be committed at present: no connection, a full disk, a lock that somebody keeps."""
        return self._away_since is not None

    async def transact(self, action: Callable[Concatenate[Work, P], T], *args: P.args, **named: P.kwargs) -> T:
        try:
            result = await super().transact(action, *args, **named)
        except Exception as failure:
            if is_outage(failure):
                self._note_away(failure)
            raise
        if action is PROOF:
            self._note_back()
        return result

    def _note_away(self, failure: Exception) -> None:
        if self._away_since is None:
            self._away_since = time.monotonic()
            log.error("the database is away or takes nothing", trouble=getattr(failure, "orig", None) or failure)

    def _note_back(self) -> None:
        if self._away_since is not None:
            seconds = time.monotonic() - self._away_since
            self._away_since = None
            log.warning("the database is back", seconds=round(seconds, 1))
