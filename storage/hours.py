"""Weekly windows, single dates and time off. A date with its own hours has a row; its windows are in another table."""

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any, TypeVar

from sqlalchemy import (
    CheckConstraint,
    Column,
    Date,
    ForeignKey,
    Index,
    Integer,
    Table,
    bindparam,
    delete,
    insert,
    select,
)
from sqlalchemy.engine import Connection, Row

from domain.availability import Hours, Window
from domain.hours import TimeOff
from domain.ids import PersonId, TimeOffId
from storage.schema import METADATA, BigId, id_column
from storage.trainer import trainer

Key = TypeVar("Key")
weekly_window = Table(
    "weekly_window",
    METADATA,
    Column("trainer_id", BigId, ForeignKey("trainer.id"), primary_key=True),
    Column("weekday", Integer, primary_key=True),
    Column("start_minute", Integer, primary_key=True),
    Column("end_minute", Integer, nullable=False),
    CheckConstraint("0 <= start_minute AND start_minute < end_minute AND end_minute <= 1440", name="order"),
)
own_date = Table(
    "own_date",
    METADATA,
    Column("trainer_id", BigId, ForeignKey("trainer.id"), primary_key=True),
    Column("on_date", Date, primary_key=True),
)
date_window = Table(
    "date_window",
    METADATA,
    Column("trainer_id", BigId, ForeignKey("trainer.id"), primary_key=True),
    Column("on_date", Date, primary_key=True),
    Column("start_minute", Integer, primary_key=True),
    Column("end_minute", Integer, nullable=False),
    CheckConstraint("0 <= start_minute AND start_minute < end_minute AND end_minute <= 1440", name="order"),
)
time_off = Table(
    "time_off",
    METADATA,
    id_column(),
    Column("trainer_id", BigId, ForeignKey("trainer.id"), nullable=False),
    Column("first_on", Date, nullable=False),
    Column("last_on", Date, nullable=False),
    Index(None, "trainer_id", "last_on"),
)

WEEKLY = (
    select(trainer.c.zone, weekly_window.c.weekday, weekly_window.c.start_minute, weekly_window.c.end_minute)
    .outerjoin(weekly_window, weekly_window.c.trainer_id == trainer.c.id)
    .where(trainer.c.id == bindparam("id"))
    .order_by(weekly_window.c.weekday, weekly_window.c.start_minute)
)
"""One row, with nothing but the zone, where there are no windows."""
DATES = (
    select(own_date.c.on_date, date_window.c.start_minute, date_window.c.end_minute)
    .outerjoin(
        date_window,
        (date_window.c.trainer_id == own_date.c.trainer_id) & (date_window.c.on_date == own_date.c.on_date),
    )
    .where(own_date.c.trainer_id == bindparam("id"))
    .order_by(own_date.c.on_date, date_window.c.start_minute)
)
DROP_WEEKDAY = delete(weekly_window).where(
    weekly_window.c.trainer_id == bindparam("trainer"), weekly_window.c.weekday == bindparam("day")
)
ADD_WEEKLY = insert(weekly_window).inline()
DROP_DATE_WINDOWS = delete(date_window).where(
    date_window.c.trainer_id == bindparam("trainer"), date_window.c.on_date == bindparam("day")
)
DROP_DATE = delete(own_date).where(
    own_date.c.trainer_id == bindparam("trainer"), own_date.c.on_date == bindparam("day")
)
ADD_DATE = insert(own_date).inline()
ADD_DATE_WINDOWS = insert(date_window).inline()
LIST_OFF = (
    select(time_off)
    .where(time_off.c.trainer_id == bindparam("id"), time_off.c.last_on >= bindparam("since"))
    .order_by(time_off.c.first_on, time_off.c.id)
)
ADD_OFF = insert(time_off).returning(time_off)
DROP_OFF = delete(time_off).where(time_off.c.id == bindparam("this"), time_off.c.trainer_id == bindparam("trainer"))


class HoursStore:
    """The hours of `domain.hours`."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def get(self, trainer_id: PersonId) -> Hours:
        run = self._connection.execute
        rows, dates = run(WEEKLY, {"id": trainer_id}).all(), run(DATES, {"id": trainer_id})
        weekly = _joined((row.weekday, row) for row in rows if row.weekday is not None)
        return Hours(rows[0].zone, weekly, _joined((row.on_date, row) for row in dates))

    def set_weekday(self, trainer_id: PersonId, weekday: int, windows: Sequence[Window]) -> None:
        self._connection.execute(DROP_WEEKDAY, {"trainer": trainer_id, "day": weekday})
        if windows:
            rows = [{"trainer_id": trainer_id, "weekday": weekday, **_ends(each)} for each in windows]
            self._connection.execute(ADD_WEEKLY, rows)

    def set_date(self, trainer_id: PersonId, on: date, windows: Sequence[Window]) -> None:
        self.drop_date(trainer_id, on)
        self._connection.execute(ADD_DATE, {"trainer_id": trainer_id, "on_date": on})
        if windows:
            rows = [{"trainer_id": trainer_id, "on_date": on, **_ends(each)} for each in windows]
            self._connection.execute(ADD_DATE_WINDOWS, rows)

    def drop_date(self, trainer_id: PersonId, on: date) -> None:
        for statement in (DROP_DATE_WINDOWS, DROP_DATE):
            self._connection.execute(statement, {"trainer": trainer_id, "day": on})

    def list_time_off(self, trainer_id: PersonId, since: date) -> list[TimeOff]:
        return [_time_off(row) for row in self._connection.execute(LIST_OFF, {"id": trainer_id, "since": since})]

    def add_time_off(self, trainer_id: PersonId, first_on: date, last_on: date) -> TimeOff:
        values = {"trainer_id": trainer_id, "first_on": first_on, "last_on": last_on}
        return _time_off(self._connection.execute(ADD_OFF, values).one())

    def drop_time_off(self, trainer_id: PersonId, time_off_id: TimeOffId) -> None:
        self._connection.execute(DROP_OFF, {"this": time_off_id, "trainer": trainer_id})


def _joined(rows: Iterable[tuple[Key, Any]]) -> dict[Key, tuple[Window, ...]]:
    """The windows of each weekday or date; a row without one stands for none."""
    windows: dict[Key, tuple[Window, ...]] = {}
    for key, row in rows:
        own = () if row.start_minute is None else (Window(row.start_minute, row.end_minute),)
        windows[key] = (*windows.get(key, ()), *own)
    return windows


def _ends(each: Window) -> dict[str, int]:
    return {"start_minute": each.start_minute, "end_minute": each.end_minute}


def _time_off(row: Row[Any]) -> TimeOff:
    return TimeOff(id=row.id, trainer_id=row.trainer_id, first_on=row.first_on, last_on=row.last_on)
