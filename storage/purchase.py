"""Orders and the charges that paid for them."""

from datetime import datetime
from typing import Any

from sqlalchemy import Column, ForeignKey, Index, Integer, String, Table, bindparam, insert, select, update
from sqlalchemy.engine import Connection, Row

from domain.error import NotFound
from domain.ids import PersonId, PurchaseId
from domain.package import Package
from domain.purchase import Charge, Purchase, Status
from storage.schema import METADATA, BigId, Instant, id_column

purchase = Table(
    "purchase",
    METADATA,
    id_column(),
    Column("token", String, nullable=False, unique=True),
    Column("person_id", BigId, ForeignKey("person.id"), nullable=False, index=True),
    Column("package_id", BigId, ForeignKey("package.id"), nullable=False),
    Column("quantity", Integer, nullable=False),
    Column("units", Integer, nullable=False),
    Column("amount_minor", Integer, nullable=False),
    Column("currency", String(3), nullable=False),
    Column("valid_days", Integer),
    Column("status", String, nullable=False),
    Column("return_to", String, nullable=False),
    Column("made_at", Instant, nullable=False),
    Column("offer_message_id", BigId),
    Column("approved_at", Instant),
    Column("paid_at", Instant),
    Column("put_away_at", Instant),
    Column("flagged_at", Instant),
    Index(None, "status", "approved_at"),
)
charge = Table(
    "charge",
    METADATA,
    Column("id", String, primary_key=True),
    Column("provider_id", String, nullable=False),
    Column("payer_id", BigId, ForeignKey("person.id"), nullable=False),
    Column("purchase_id", BigId, ForeignKey("purchase.id")),
    Column("token", String, nullable=False),
    Column("amount_minor", Integer, nullable=False),
    Column("currency", String(3), nullable=False),
    Column("received_at", Instant, nullable=False),
)

COLUMNS = [column for column in purchase.c if column.name != "flagged_at"]
ADD = insert(purchase).returning(*COLUMNS)
GET = select(*COLUMNS).where(purchase.c.id == bindparam("id"))
LOCK = select(*COLUMNS).where(purchase.c.token == bindparam("token")).with_for_update()
FIND_LATEST = select(*COLUMNS).where(purchase.c.person_id == bindparam("id")).order_by(purchase.c.id.desc()).limit(1)
LIST_AFTER = (
    select(*COLUMNS)
    .where(purchase.c.person_id == bindparam("id"), purchase.c.id > bindparam("after"))
    .order_by(purchase.c.id.desc())
)
MARK = update(purchase).where(purchase.c.id == bindparam("this"))
LOCK_APPROVED_BEFORE = (
    select(*COLUMNS)
    .where(
        purchase.c.status == Status.APPROVED.value,
        purchase.c.approved_at < bindparam("instant"),
        purchase.c.flagged_at.is_(None),
    )
    .order_by(purchase.c.id)
    .limit(bindparam("limit"))
    .with_for_update(skip_locked=True)
)
FIND_CHARGE = select(charge.c.id).where(charge.c.id == bindparam("id"))
CHARGED = select(*COLUMNS).join(charge, charge.c.purchase_id == purchase.c.id).where(charge.c.id == bindparam("id"))
ADD_CHARGE = insert(charge).inline()


class Purchases:
    """The orders and charges of `domain.purchase`."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(
        self,
        token: str,
        buyer_id: PersonId,
        bought: Package,
        quantity: int,
        return_to: str,
        made_at: datetime,
        offer_message_id: int | None,
    ) -> Purchase:
        values = {
            "token": token,
            "person_id": buyer_id,
            "package_id": bought.id,
            "quantity": quantity,
            "units": bought.units * quantity,
            "amount_minor": bought.price_minor * quantity,
            "currency": bought.currency,
            "valid_days": bought.valid_days,
            "status": Status.MADE.value,
            "return_to": return_to,
            "made_at": made_at,
            "offer_message_id": offer_message_id,
        }
        return _purchase(self._connection.execute(ADD, values).one())

    def get(self, purchase_id: PurchaseId) -> Purchase:
        found = self._find(GET, {"id": purchase_id})
        if found is None:
            raise NotFound
        return found

    def lock_by_token(self, token: str) -> Purchase | None:
        return self._find(LOCK, {"token": token})

    def find_latest(self, person_id: PersonId) -> Purchase | None:
        return self._find(FIND_LATEST, {"id": person_id})

    def list_after(self, person_id: PersonId, purchase_id: int) -> list[Purchase]:
        rows = self._connection.execute(LIST_AFTER, {"id": person_id, "after": purchase_id})
        return [_purchase(row) for row in rows]

    def mark_approved(self, purchase_id: PurchaseId, at: datetime) -> None:
        values = {"this": purchase_id, "status": Status.APPROVED.value, "approved_at": at}
        self._connection.execute(MARK, values)

    def mark_paid(self, purchase_id: PurchaseId, at: datetime) -> None:
        self._connection.execute(MARK, {"this": purchase_id, "status": Status.PAID.value, "paid_at": at})

    def mark_put_away(self, purchase_id: PurchaseId, at: datetime | None) -> None:
        self._connection.execute(MARK, {"this": purchase_id, "put_away_at": at})

    def lock_approved_before(self, instant: datetime, limit: int) -> list[Purchase]:
        rows = self._connection.execute(LOCK_APPROVED_BEFORE, {"instant": instant, "limit": limit})
        return [_purchase(row) for row in rows]

    def mark_flagged(self, purchase_id: PurchaseId, at: datetime) -> None:
        self._connection.execute(MARK, {"this": purchase_id, "flagged_at": at})

    def find_charge(self, charge_id: str) -> Purchase | None:
        return self._find(CHARGED, {"id": charge_id})

    def knows_charge(self, charge_id: str) -> bool:
        return self._connection.execute(FIND_CHARGE, {"id": charge_id}).one_or_none() is not None

    def add_charge(
        self, paid: Charge, payer_id: PersonId, purchase_id: PurchaseId | None, received_at: datetime
    ) -> None:
        self._connection.execute(
            ADD_CHARGE,
            {
                "id": paid.id,
                "provider_id": paid.provider_id,
                "payer_id": payer_id,
                "purchase_id": purchase_id,
                "token": paid.token,
                "amount_minor": paid.amount_minor,
                "currency": paid.currency,
                "received_at": received_at,
            },
        )

    def _find(self, statement: Any, values: dict[str, Any]) -> Purchase | None:
        row = self._connection.execute(statement, values).one_or_none()
        return None if row is None else _purchase(row)


def _purchase(row: Row[Any]) -> Purchase:
    return Purchase(**row._asdict() | {"status": Status(row.status)})
