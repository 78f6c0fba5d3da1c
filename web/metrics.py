"""`GET /metrics` for Prometheus: what happened in this process, and how things stand in the database.

The counters are this process's own. The gauges are read at each scrape and are the same from every process, so that
they are compared, never added up.
"""

import asyncio
from collections.abc import Awaitable, Callable, Iterable, Mapping

import structlog
from aiohttp import web
from prometheus_client import (
    CollectorRegistry,
    Counter,
    Gauge,
    Histogram,
    ProcessCollector,
    disable_created_metrics,
    generate_latest,
)
from prometheus_client.exposition import CONTENT_TYPE_LATEST
from prometheus_client.metrics_core import GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

PREFIX = "session_tracker_"
READ_SECONDS = 2.0
COUNT_SECONDS = 6.0
"""Together less than the ten seconds after which Prometheus gives a scrape up."""
BOOKS_SECONDS = 60.0
"""How often the tables are counted; the queues are read at every scrape."""
QUICK = (0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30)
PATIENT = (0.1, 0.25, 0.5, 1, 2, 5, 10, 30, 60, 300, 1800, 3600)
GAUGES = {
    "updates_open": ("Updates that are stored and not done yet", ""),
    "oldest_update_age_seconds": ("For how long the oldest of them has waited", ""),
    "notices_due": ("Notices that are due and not sent yet", ""),
    "oldest_notice_lag_seconds": ("For how long the oldest of them has been due", ""),
    "processes_alive": ("Processes whose heartbeat is in time", ""),
    "notices": ("Notices that are kept, by state; pending ones wait for their time", "state"),
    "dead_letters": ("Updates and notices that were given up and reported", "kind"),
    "bookings": ("Bookings by status", "status"),
    "purchases": ("Orders by status", "status"),
    "charges": ("Payments that were taken, by whether they fit an order", "state"),
    "units": ("Units of all lots, by where they are", "state"),
    "people": ("People, by whether the bot reaches them", "state"),
}
"""What each figure means, and the name of its label where it has one."""
Reading = Mapping[str, Mapping[str, float]]
Read = Callable[[], Awaitable[Reading]]
log = structlog.get_logger()
disable_created_metrics()  # type: ignore[no-untyped-call]
"""When each counter began is of no use here, and would double the series."""


class Meter:
    """The counters of one process."""

    def __init__(self, version: str = "") -> None:
        self.registry = CollectorRegistry()
        ProcessCollector(registry=self.registry)
        self._gauge("build_info", "Which version runs", "version").labels(version).set(1)
        self._updates = self._counter("updates_received", "Updates from Telegram, by kind", "kind")
        self._given_up = self._counter("updates_given_up", "Updates that were given up after their tries")
        self._turns = self._counter("turns", "Things people did, by action and what came of it", "action", "outcome")
        self._turn_seconds = self._histogram(
            "turn_duration_seconds", "From storing an update to its answer", QUICK, "action"
        )
        self._notices = self._counter("notice_sends", "Sends of notices, by what Telegram answered", "kind", "answer")
        self._lag_seconds = self._histogram(
            "notice_lag_seconds", "From the time a notice was due to its leaving", PATIENT
        )
        self._calls = self._counter("telegram_calls", "Calls to Telegram, by what it answered", "method", "answer")
        self._call_seconds = self._histogram(
            "telegram_call_duration_seconds", "From a call to Telegram to its answer", QUICK, "method"
        )
        self._waiting = self._gauge("webhook_updates_waiting", "Updates that Telegram has not been able to bring yet")
        self._failed_at = self._gauge("webhook_failed_timestamp_seconds", "When Telegram last failed to bring one")

    def webhook_fares(self, waiting: int, failed_at_seconds: float) -> None:
        """Note what Telegram says of its deliveries."""
        self._waiting.set(waiting)
        self._failed_at.set(failed_at_seconds)

    def update_received(self, kind: str) -> None:
        """Count an update that was stored."""
        self._updates.labels(kind).inc()

    def update_given_up(self) -> None:
        self._given_up.inc()

    def turn_ended(self, action: str, outcome: str, seconds: float) -> None:
        """Count an action of the dispatch table, with the seconds since its update was stored."""
        self._turns.labels(action, outcome).inc()
        self._turn_seconds.labels(action).observe(seconds)

    def notice_sent(self, kind: str, answer: str, lag_seconds: float) -> None:
        """Count a send, with the seconds since it was due; only one that arrived tells of lag."""
        self._notices.labels(kind, answer).inc()
        if answer == "sent":
            self._lag_seconds.observe(lag_seconds)

    def call_ended(self, method: str, answer: str, seconds: float) -> None:
        """Count a call to Telegram, with the seconds until its answer."""
        self._calls.labels(method, answer).inc()
        self._call_seconds.labels(method).observe(seconds)

    def _counter(self, name: str, meaning: str, *labels: str) -> Counter:
        return Counter(PREFIX + name, meaning, labels, registry=self.registry)

    def _gauge(self, name: str, meaning: str, *labels: str) -> Gauge:
        return Gauge(PREFIX + name, meaning, labels, registry=self.registry)

    def _histogram(self, name: str, meaning: str, buckets: tuple[float, ...], *labels: str) -> Histogram:
        return Histogram(PREFIX + name, meaning, labels, buckets=buckets, registry=self.registry)


class Scrape:
    """What one scrape answers: the counters, the queues of now, and the books as they were counted last."""

    def __init__(self, meter: Meter, queues: Read, books: Read, monotonic: Callable[[], float]) -> None:
        self._meter, self._queues, self._books, self._monotonic = meter, queues, books, monotonic
        self._counted: Reading = {}
        self._counted_at = float("-inf")

    async def text(self) -> bytes:
        """Everything as Prometheus reads it; without the figures where the database does not answer in time."""
        try:
            async with asyncio.timeout(READ_SECONDS):
                queues = await self._queues()
        except Exception:  # noqa: BLE001 -- whatever is wrong with the database, the rest is still told
            figures = None
        else:
            figures = {**await self._latest_count(), **queues}
        return generate_latest(self._meter.registry) + generate_latest(Standing(figures))

    async def _latest_count(self) -> Reading:
        """Who comes while it is taken gets the one before; what takes too long is left out for a minute."""
        now = self._monotonic()
        if now - self._counted_at >= BOOKS_SECONDS:
            self._counted_at = now
            self._counted = await self._count()
        return self._counted

    async def _count(self) -> Reading:
        try:
            async with asyncio.timeout(COUNT_SECONDS):
                return await self._books()
        except Exception as failure:  # noqa: BLE001 -- the queues are still told
            log.warning("the tables are not counted", trouble=type(failure).__name__)
            return {}


class Standing(Collector):
    """How things stand in the database, as gauges; None where that cannot be known now."""

    def __init__(self, figures: Reading | None) -> None:
        self._figures = figures

    def collect(self) -> Iterable[Metric]:
        yield GaugeMetricFamily(PREFIX + "database_up", "Whether the database answers", self._figures is not None)
        for name, values in (self._figures or {}).items():
            meaning, label = GAUGES[name]
            gauge = GaugeMetricFamily(PREFIX + name, meaning, labels=[label] if label else [])
            for of, value in values.items():
                gauge.add_metric([of] if label else [], value)
            yield gauge


def routes(scrape: Scrape) -> list[web.RouteDef]:
    """The route for the scraper; the way from outside has to leave it out."""

    async def answer(_request: web.Request) -> web.Response:
        return web.Response(body=await scrape.text(), headers={"Content-Type": CONTENT_TYPE_LATEST})

    return [web.get("/metrics", answer)]
