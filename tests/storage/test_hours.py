"""Hours on a real database."""

from datetime import UTC, date, datetime
from unittest.mock import patch

import pytest
from sqlalchemy import Connection, select
from sqlalchemy.exc import IntegrityError

from domain import founding, schedule
from domain.availability import Window
from domain.ids import PersonId
from domain.person import NewPerson
from domain.schedule import Offer, Wish
from domain.studio import Studio
from storage.hours import HoursStore, date_window, own_date, weekly_window
from storage.work import Work
from tests.connections import Run
from tests.factories import trainee

NOW = datetime(2026, 11, 30, 9, tzinfo=UTC)
TOMORROW, CHRISTMAS = date(2026, 12, 1), date(2026, 12, 24)
MORNING, AFTERNOON = Window(540, 720), Window(780, 1080)


@pytest.fixture
def connection(within: Run) -> Connection:
    return within(lambda opened: opened)


def trainer(connection: Connection, telegram_id: int) -> PersonId:
    work = Work(connection, NOW)
    person = work.people.add(NewPerson(telegram_id=telegram_id, name="Tess", language="en"), "Europe/Berlin", NOW)
    work.trainers.add(person.id, "Europe/Berlin", 20)
    return person.id


def test_a_weekday_keeps_its_windows_in_order_and_replaces_them(connection: Connection) -> None:
    tess, store = trainer(connection, 1), HoursStore(connection)
    store.set_weekday(tess, 0, [AFTERNOON, MORNING])
    store.set_weekday(tess, 1, [MORNING])
    assert store.get(tess).weekly == {0: (MORNING, AFTERNOON), 1: (MORNING,)}
    store.set_weekday(tess, 0, [])
    assert store.get(tess).weekly == {1: (MORNING,)}


def test_a_closed_date_is_kept_although_it_has_no_windows(connection: Connection) -> None:
    tess, store = trainer(connection, 1), HoursStore(connection)
    store.set_date(tess, CHRISTMAS, [MORNING, AFTERNOON])
    assert store.get(tess).exceptions == {CHRISTMAS: (MORNING, AFTERNOON)}
    store.set_date(tess, CHRISTMAS, [])
    assert store.get(tess).exceptions == {CHRISTMAS: ()}
    store.drop_date(tess, CHRISTMAS)
    assert store.get(tess).exceptions == {}
    assert not connection.execute(select(own_date)).all() + connection.execute(select(date_window)).all()


def test_one_trainers_changes_leave_anothers_hours_alone(connection: Connection) -> None:
    tess, tom, store = trainer(connection, 1), trainer(connection, 2), HoursStore(connection)
    for each in (tess, tom):
        store.set_weekday(each, 0, [MORNING])
        store.set_date(each, CHRISTMAS, [])
        store.add_time_off(each, CHRISTMAS, CHRISTMAS)
    store.set_weekday(tess, 0, [])
    store.drop_date(tess, CHRISTMAS)
    (theirs,) = store.list_time_off(tom, CHRISTMAS)
    store.drop_time_off(tess, theirs.id)
    assert store.get(tom).weekly == {0: (MORNING,)}
    assert store.get(tom).exceptions == {CHRISTMAS: ()}
    assert store.list_time_off(tom, CHRISTMAS) == [theirs]


def test_time_off_is_listed_in_order_until_its_last_day_is_over(connection: Connection) -> None:
    tess, store = trainer(connection, 1), HoursStore(connection)
    later = store.add_time_off(tess, date(2027, 1, 10), date(2027, 1, 12))
    sooner = store.add_time_off(tess, CHRISTMAS, date(2027, 1, 2))
    assert store.list_time_off(tess, date(2027, 1, 2)) == [sooner, later]
    assert store.list_time_off(tess, date(2027, 1, 3)) == [later]
    store.drop_time_off(tess, later.id)
    assert store.list_time_off(tess, date(2027, 1, 3)) == []


def test_another_zone_keeps_the_wall_clock_times(connection: Connection) -> None:
    work, tess = Work(connection, NOW), trainer(connection, 1)
    work.hours.set_weekday(tess, 0, [MORNING])
    work.trainers.set_zone(tess, "Europe/Lisbon")
    kept = work.hours.get(tess)
    assert (kept.zone, kept.weekly) == ("Europe/Lisbon", {0: (MORNING,)})


def test_the_database_refuses_a_window_that_ends_before_it_begins(connection: Connection) -> None:
    tess = trainer(connection, 1)
    row = {"trainer_id": tess, "weekday": 0, "start_minute": 720, "end_minute": 540}
    with pytest.raises(IntegrityError):
        connection.execute(weekly_window.insert(), row)


@pytest.mark.parametrize(
    ("at", "day", "found", "readings"),
    [
        ({}, TOMORROW, True, 1),
        ({}, CHRISTMAS, True, 2),
        ({}, date(2027, 11, 30), False, 2),
        ({"minimum_notice_minutes": 7 * 1440}, CHRISTMAS, True, 2),
        ({"horizon_days": 1}, TOMORROW, True, 1),
        ({"horizon_days": 1}, CHRISTMAS, False, 1),
    ],
    ids=["near", "far", "beyond the horizon", "after the notice", "at the horizon", "beyond a near horizon"],
)
def test_the_first_free_start_takes_two_readings_of_the_hours_at_most(
    connection: Connection, at: dict[str, int], day: date, found: bool, readings: int
) -> None:
    """It is looked for most often when all are away or booked up."""
    work = Work(connection, NOW)
    founding.found(work, Studio(name="Studio Kraft", zone="UTC", currency="EUR", **at))
    tess = trainer(connection, 1)
    work.hours.set_date(tess, day, [MORNING])
    wish = Wish(trainee_id=trainee(work, 2, 0).id, trainer_id=None, kind=work.types.list_published()[0])
    with patch.object(HoursStore, "get", autospec=True, side_effect=HoursStore.get) as read:
        offer = schedule.first_free(work, wish)
    nine_in_berlin = datetime(day.year, day.month, day.day, 8, tzinfo=UTC)
    assert offer == (Offer(nine_in_berlin, (tess,)) if found else None)
    assert read.call_count == readings
