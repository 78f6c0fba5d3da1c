"""What all tables share: the metadata with its naming rule, and columns for instants and JSON."""

from datetime import UTC, datetime
from typing import Any

from sqlalchemy import JSON, BigInteger, Column, ColumnElement, DateTime, Dialect, Integer, MetaData, cast, extract
from sqlalchemy.types import TypeDecorator

METADATA = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)

BigId = BigInteger().with_variant(Integer, "sqlite")
"""A 64-bit key; SQLite only numbers rows by itself when the column is called INTEGER."""


class Instant(TypeDecorator[datetime]):
    """An aware UTC datetime; anything naive is refused before it reaches the database."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, _dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("an instant must be aware")
        return value.astimezone(UTC)

    def process_result_value(self, value: Any | None, _dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        found: datetime = value
        return found.replace(tzinfo=UTC) if found.tzinfo is None else found.astimezone(UTC)


def minutes(instant: ColumnElement[datetime]) -> ColumnElement[int]:
    """The instant in whole minutes since 1970, worked out by the database: where there are many, datetimes are slow."""
    return cast(extract("epoch", instant), BigInteger) // 60


def id_column() -> Column[int]:
    return Column("id", BigId, primary_key=True, autoincrement=True)


Json = JSON(none_as_null=True)
