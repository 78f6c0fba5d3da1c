"""What the scraper gets over HTTP, as Prometheus reads it, with and without a database; and what is built on that."""

import asyncio
import json
import re
from collections.abc import Iterator
from datetime import timedelta
from itertools import combinations
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from prometheus_client.metrics_core import Metric
from prometheus_client.parser import text_string_to_metric_families
from ruamel.yaml import YAML

from storage.figures import Figures
from tests.world import World
from web import metrics
from web.metrics import GAUGES, PREFIX, Meter, Reading, Scrape, routes
from web.server import Server

ROOT = Path(metrics.__file__).parents[1]
QUEUES: Reading = {"updates_open": {"": 1.0}}
BOOKS: Reading = {name: {"one" if label else "": 3.0} for name, (_, label) in GAUGES.items() if name not in QUEUES}
COUNTED, WAITING = (PREFIX + "bookings", ("one",)), (PREFIX + "updates_open", ())


class Source:
    """A database that gives figures, or fails, or hangs; which of them it was asked for."""

    def __init__(self) -> None:
        self.asked_for: list[str] = []
        self.failure: Exception | None = None
        self.fails_at = ("queues", "books")
        self.hangs_at: tuple[str, ...] = ()
        self.counting = asyncio.Event()

    async def queues(self) -> Reading:
        return await self._read("queues", QUEUES)

    async def books(self) -> Reading:
        return await self._read("books", BOOKS)

    async def _read(self, what: str, figures: Reading) -> Reading:
        self.asked_for.append(what)
        if self.failure is not None and what in self.fails_at:
            raise self.failure
        if what in self.hangs_at:
            self.counting.set()
            await asyncio.Event().wait()
        return figures


class Watched:
    """A meter and its scraper; `now` is the time that passes between scrapes."""

    def __init__(self) -> None:
        self.meter, self.source, self.now = Meter(), Source(), 0.0
        self.scrape = Scrape(self.meter, self.source.queues, self.source.books, lambda: self.now)

    async def samples(self) -> dict[tuple[str, tuple[str, ...]], float]:
        """The value of each name and its labels' values."""
        found = _families((await self.scrape.text()).decode())
        return {(each.name, tuple(each.labels.values())): each.value for family in found for each in family.samples}


@pytest.fixture
def watched() -> Watched:
    return Watched()


def _families(text: str) -> list[Metric]:
    return list(text_string_to_metric_families(text))


def _exercise(meter: Meter) -> None:
    meter.update_received("message")
    meter.update_given_up()
    meter.turn_ended("/balance", "done", 0.02)
    meter.notice_sent("booked", "sent", 0.4)
    meter.call_ended("sendMessage", "ok", 0.03)


async def test_the_scraper_gets_text_it_can_read(watched: Watched) -> None:
    _exercise(watched.meter)
    server = Server(routes(watched.scrape))
    port = await server.start("127.0.0.1", 0)
    async with aiohttp.ClientSession() as session, session.get(f"http://127.0.0.1:{port}/metrics") as answer:
        assert answer.status == 200
        assert answer.content_type == "text/plain"
        families = _families(await answer.text())
    await server.stop()
    assert {family.name for family in families} >= {PREFIX + "turns", PREFIX + "units", PREFIX + "database_up"}


async def test_turns_are_counted_by_action_and_outcome_with_their_seconds(watched: Watched) -> None:
    for seconds in (0.02, 0.3):
        watched.meter.turn_ended("tap:bk.ok", "done", seconds)
    watched.meter.turn_ended("tap:bk.ok", "refused", 2.0)
    found = await watched.samples()
    assert found[PREFIX + "turns_total", ("tap:bk.ok", "done")] == 2
    assert found[PREFIX + "turns_total", ("tap:bk.ok", "refused")] == 1
    assert found[PREFIX + "turn_duration_seconds_bucket", ("tap:bk.ok", "0.025")] == 1
    assert found[PREFIX + "turn_duration_seconds_sum", ("tap:bk.ok",)] == pytest.approx(2.32)


async def test_only_what_arrived_tells_of_lag(watched: Watched) -> None:
    watched.meter.notice_sent("reminder", "wait", 9.0)
    watched.meter.notice_sent("reminder", "sent", 3.0)
    found = await watched.samples()
    assert found[PREFIX + "notice_sends_total", ("wait", "reminder")] == 1
    assert found[PREFIX + "notice_lag_seconds_count", ()] == 1
    assert found[PREFIX + "notice_lag_seconds_sum", ()] == 3


async def test_two_processes_in_one_interpreter_count_apart(watched: Watched) -> None:
    other = Watched()
    other.meter.update_given_up()
    assert (await watched.samples())[PREFIX + "updates_given_up_total", ()] == 0
    assert (await other.samples())[PREFIX + "updates_given_up_total", ()] == 1


async def test_a_database_that_is_away_takes_only_its_own_figures_along(watched: Watched) -> None:
    _exercise(watched.meter)
    assert (await watched.samples())[PREFIX + "database_up", ()] == 1
    watched.source.failure = OSError("gone")
    found = await watched.samples()
    assert found[PREFIX + "database_up", ()] == 0
    assert found[PREFIX + "updates_given_up_total", ()] == 1
    assert {name.removeprefix(PREFIX) for name, _ in found} & GAUGES.keys() == set()


async def test_a_database_that_hangs_does_not_hold_the_scraper_up(
    watched: Watched, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(metrics, "READ_SECONDS", 0.01)
    watched.source.hangs_at = ("queues",)
    assert (await watched.samples())[PREFIX + "database_up", ()] == 0


async def test_the_tables_are_counted_once_a_minute_and_told_in_between(watched: Watched) -> None:
    for watched.now in (0.0, 15.0, 59.0, 60.0):
        found = await watched.samples()
        assert (found[COUNTED], found[WAITING]) == (3, 1)
    assert watched.source.asked_for == ["queues", "books", "queues", "queues", "queues", "books"]


async def test_tables_are_counted_as_soon_as_the_database_is_back(watched: Watched) -> None:
    watched.source.failure = OSError("gone")
    await watched.samples()
    watched.source.failure = None
    assert (await watched.samples())[COUNTED] == 3


@pytest.mark.parametrize("trouble", ["fails", "hangs"])
async def test_a_count_that_does_not_succeed_is_left_out_for_a_minute_and_takes_nothing_along(
    watched: Watched, monkeypatch: pytest.MonkeyPatch, trouble: str
) -> None:
    monkeypatch.setattr(metrics, "COUNT_SECONDS", 0.01)
    if trouble == "fails":
        watched.source.failure, watched.source.fails_at = OSError("too long"), ("books",)
    else:
        watched.source.hangs_at = ("books",)
    for watched.now in (0.0, 59.0):
        found = await watched.samples()
        assert (found[PREFIX + "database_up", ()], found[WAITING]) == (1, 1)
        assert COUNTED not in found
    assert watched.source.asked_for.count("books") == 1
    watched.source.failure, watched.source.hangs_at, watched.now = None, (), 60.0
    assert (await watched.samples())[COUNTED] == 3


async def test_who_asks_while_the_tables_are_counted_is_answered_at_once(watched: Watched) -> None:
    await watched.samples()
    watched.source.hangs_at, watched.now = ("books",), 60.0
    counting = asyncio.create_task(watched.samples())
    await watched.source.counting.wait()
    assert (await watched.samples())[COUNTED] == 3, "the count before"
    counting.cancel()


def test_every_figure_of_the_database_has_its_gauge(world: World) -> None:
    now = world.clock.now()

    def figures(connection: Any) -> Reading:
        of = Figures(connection)
        return {**of.queues(now, now + timedelta(0)), **of.books()}

    found = world.runner.run(world.app.database.read(figures))
    assert found.keys() == GAUGES.keys()
    assert {name for name, values in found.items() if set(values) != {""}} == {
        name for name, (_, label) in GAUGES.items() if label
    }


@pytest.fixture
def names() -> set[str]:
    """Every name that a scrape can hold, as it is asked for."""
    made = Watched()
    _exercise(made.meter)
    return {name for name, _ in asyncio.run(made.samples())}


def _panels() -> list[dict[str, Any]]:
    board: dict[str, Any] = json.loads((ROOT / "ops" / "grafana.json").read_text())
    return [panel for panel in board["panels"] if panel["type"] != "row"]


def _expressions() -> Iterator[tuple[str, str]]:
    for panel in _panels():
        for target in panel["targets"]:
            yield panel["title"], target["expr"]


def test_the_dashboard_asks_only_for_what_there_is(names: set[str]) -> None:
    asked = {
        (title, name)
        for title, text in _expressions()
        for name in re.findall(r"\b(?:session_tracker|process)_\w+", text)
    }
    assert len(asked) > 25
    assert {(title, name) for title, name in asked if name not in names} == set()


def test_the_dashboard_leaves_no_metric_of_ours_out(names: set[str]) -> None:
    asked = " ".join(text for _, text in _expressions())
    ours = {re.sub("_(bucket|sum|count)$", "", name) for name in names if name.startswith(PREFIX)}
    assert {name for name in ours if not re.search(rf"\b{name}(_bucket)?\b", asked)} == set()


def test_the_dashboard_never_adds_up_what_every_process_tells_alike() -> None:
    gauges = "|".join(map(re.escape, [*GAUGES, "database_up"]))
    around = rf"(\w*)(?: by \(\w+\))? ?\(?{PREFIX}(?:{gauges})\b(?!_)"
    found = [(title, each) for title, text in _expressions() for each in re.findall(around, text)]
    assert len(found) > len(GAUGES)
    assert {(title, each) for title, each in found if each not in {"max", "min"}} == set()


def test_every_panel_takes_its_data_from_the_chosen_source_and_covers_no_other() -> None:
    panels = _panels()
    assert {panel["datasource"]["uid"] for panel in panels} == {"${datasource}"}
    assert all('job=~"$job"' in text for _, text in _expressions())
    assert len({panel["id"] for panel in panels}) == len(panels)
    places = [(panel["title"], panel["gridPos"]) for panel in panels]
    for (title, one), (_, other) in combinations(places, 2):
        apart = one["x"] + one["w"] <= other["x"] or other["x"] + other["w"] <= one["x"]
        assert apart or one["y"] + one["h"] <= other["y"] or other["y"] + other["h"] <= one["y"], title


def test_the_documentation_explains_every_metric_and_no_other(names: set[str]) -> None:
    text = (ROOT / "docs" / "metrics.md").read_text()
    explained = set(re.findall(r"^\| `(\w+)` \|", text, re.MULTILINE))
    ours = {re.sub("_(bucket|sum|count)$", "", name) for name in names if name.startswith(PREFIX)}
    assert explained == ours
    assert {name for name in names if name.startswith("process_")} <= set(re.findall(r"`(\w+)`", text))


def _alarms() -> list[str]:
    text = (ROOT / "docs" / "metrics.md").read_text()
    return re.findall(r"^\| [^|]+ \| `([^`]+ [<>=]+ [^`]+)`", text, re.MULTILINE)


def test_every_alarm_of_the_documentation_asks_for_what_there_is(names: set[str]) -> None:
    alarms = _alarms()
    asked = {name for alarm in alarms for name in re.findall(rf"\b{PREFIX}\w+", alarm)}
    assert len(asked) >= 8
    assert asked <= names


def test_the_rules_for_prometheus_are_the_alarms_of_the_documentation() -> None:
    groups = YAML(typ="safe").load(ROOT / "ops" / "alarms.yml")["groups"]
    rules = [rule for group in groups for rule in group["rules"]]
    assert [rule["expr"] for rule in rules] == _alarms()
    assert len({rule["alert"] for rule in rules}) == len(rules)
    assert all(rule["annotations"]["summary"] for rule in rules)
