"""Claiming: when each notice may depart, decided on rows and told by no clock but the one that is handed in."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

import pytest

from domain import welcome
from domain.outbox import Kind, Notice
from domain.person import NewPerson
from jobs import budget
from jobs.claim import Batch, claim
from tests.till import NOON, Till

PEOPLE = 90
A_SECOND = timedelta(seconds=1)
LOOKS = timedelta(milliseconds=100)
PER_SECOND = 30
"""What Telegram takes."""


@pytest.fixture
def till(database_url: str) -> Iterator[Till]:
    """A studio in which everybody is to be told something now."""
    made = Till(database_url)
    made.act(_tell_all)
    yield made
    made.close()


def _tell_all(work: Any) -> None:
    for number in range(PEOPLE):
        reader = welcome.arrive(work, NewPerson(telegram_id=100 + number, name=f"T{number}", language="en"), ())
        values = {"units": 3, "reason": "a test"}
        work.outbox.add(
            Notice(key=f"n{number}", person_id=reader.id, kind=Kind.ADJUSTED, values=values, due_at=work.now)
        )


def _tell_one_more_often(work: Any) -> None:
    reader = work.people.find_by_telegram(100)
    for number in range(budget.CHAT.burst):
        values = {"units": 3, "reason": "a test"}
        work.outbox.add(
            Notice(key=f"m{number}", person_id=reader.id, kind=Kind.ADJUSTED, values=values, due_at=work.now)
        )


def test_no_second_sees_more_departures_than_telegram_takes(till: Till) -> None:
    departures: list[datetime] = []
    wall = NOON
    while len(departures) < PEOPLE:
        batch: Batch = till.act(claim, wall, 0, [])
        departures += [ready.departs_at for ready in batch.ready]
        wall += LOOKS
    assert departures == sorted(departures)
    pairs = zip(departures, departures[PER_SECOND:], strict=False)
    assert [later - earlier for earlier, later in pairs if later - earlier < A_SECOND] == []


@pytest.mark.parametrize("put_back", [timedelta(minutes=10), timedelta(days=1)])
def test_a_clock_that_is_put_back_makes_nobody_wait_till_it_has_caught_up(till: Till, put_back: timedelta) -> None:
    """Over all, and in a chat that has had as many messages as may come at once."""
    till.act(_tell_one_more_often)
    while till.act(claim, NOON + put_back, 0, []).ready:
        pass
    wall, late = NOON, NOON + timedelta(seconds=PEOPLE / 10)
    while wall < late:
        till.act(claim, wall, 0, [])
        wall += LOOKS
    assert till.rows("SELECT id FROM outbox WHERE begun = 0") == []
