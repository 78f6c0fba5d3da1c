"""The in-memory clock says "look for due work" at intervals. What is due is in rows; a missed tick loses nothing."""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from typing import Any

import structlog
from apscheduler.schedulers.asyncio import AsyncIOScheduler

WATCH_SECONDS = 1.0
Job = Callable[[], Awaitable[None]]
log = structlog.get_logger()


class Scheduler(AsyncIOScheduler):  # type: ignore[misc]
    """Goes on when the machine's clock is put back: APScheduler would wait till it has caught up."""

    def start(self, *args: Any, **named: Any) -> None:
        super().start(*args, **named)
        self._watching = asyncio.get_running_loop().create_task(self._watch())

    def shutdown(self, *args: Any, **named: Any) -> None:
        self._watching.cancel()
        super().shutdown(*args, **named)

    async def _watch(self) -> None:
        """Bring what is planned for later than its interval allows back to now."""
        with suppress(asyncio.CancelledError):
            while True:
                await asyncio.sleep(WATCH_SECONDS)
                now = datetime.now(UTC)
                for job in self.get_jobs():
                    if job.next_run_time > now + job.trigger.interval + timedelta(seconds=WATCH_SECONDS):
                        job.modify(next_run_time=now)


def every(*jobs: tuple[float, Job]) -> Scheduler:
    """A scheduler, not yet started, that runs each job at its interval in seconds, one run at a time.

    A run that is left out since the last one still goes on is no news.
    """
    logging.getLogger("apscheduler").setLevel(logging.ERROR)
    scheduler = Scheduler(timezone="UTC")
    for seconds, job in jobs:
        scheduler.add_job(
            _named(job), "interval", seconds=seconds, coalesce=True, max_instances=1, misfire_grace_time=None
        )
    return scheduler


def _named(job: Job) -> Job:
    """The job, with its own name in the log when it fails; the library calls one that is let go of failed."""

    async def run() -> None:
        try:
            await job()
        except asyncio.CancelledError:
            return
        except Exception:
            log.exception("a job failed, it runs again at its time", job=getattr(job, "__name__", "").lstrip("_"))

    return run
