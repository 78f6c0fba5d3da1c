"""The in-memory clock says "look for due work" at intervals. What is due is in rows; a missed tick loses nothing."""

from collections.abc import Awaitable, Callable

from apscheduler.schedulers.asyncio import AsyncIOScheduler


def every(jobs: dict[float, Callable[[], Awaitable[None]]]) -> AsyncIOScheduler:
    """A scheduler, not yet started, that runs each job at its interval in seconds, one run at a time."""
    scheduler = AsyncIOScheduler(timezone="UTC")
    for seconds, job in jobs.items():
        scheduler.add_job(job, "interval", seconds=seconds, coalesce=True, max_instances=1, misfire_grace_time=None)
    return scheduler
