"""Packages on sale."""

from typing import Any

from sqlalchemy import Boolean, CheckConstraint, Column, Integer, String, Table, bindparam, insert, select, update
from sqlalchemy.engine import Connection, Row

from domain.error import NotFound
from domain.ids import PackageId
from domain.package import Package
from storage.schema import METADATA, id_column

package = Table(
    "package",
    METADATA,
    id_column(),
    Column("units", Integer, nullable=False),
    Column("price_minor", Integer, nullable=False),
    Column("currency", String(3), nullable=False),
    Column("valid_days", Integer),
    Column("on_sale", Boolean, nullable=False),
    Column("position", Integer, nullable=False),
    CheckConstraint("units > 0 AND price_minor > 0", name="figures"),
)

GET = select(package).where(package.c.id == bindparam("id"))
LOCK = GET.with_for_update(key_share=True)
ALL = select(package).order_by(package.c.position, package.c.id)
ADD = insert(package).returning(package)
SAVE = update(package).where(package.c.id == bindparam("this"))


class Packages:
    """The packages of `domain.package`."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def get(self, package_id: PackageId) -> Package:
        return self._one(GET, package_id)

    def lock(self, package_id: PackageId) -> Package:
        return self._one(LOCK, package_id)

    def list_all(self) -> list[Package]:
        return [_package(row) for row in self._connection.execute(ALL)]

    def add(self, *, units: int, price_minor: int, currency: str, valid_days: int | None, position: int) -> Package:
        values = {
            "units": units,
            "price_minor": price_minor,
            "currency": currency,
            "valid_days": valid_days,
            "on_sale": True,
            "position": position,
        }
        return _package(self._connection.execute(ADD, values).one())

    def save(self, changed: Package) -> None:
        self._connection.execute(
            SAVE,
            {
                "this": changed.id,
                "price_minor": changed.price_minor,
                "valid_days": changed.valid_days,
                "on_sale": changed.on_sale,
                "position": changed.position,
            },
        )

    def _one(self, statement: Any, package_id: PackageId) -> Package:
        row = self._connection.execute(statement, {"id": package_id}).one_or_none()
        if row is None:
            raise NotFound
        return _package(row)


def _package(row: Row[Any]) -> Package:
    return Package(**row._mapping)
