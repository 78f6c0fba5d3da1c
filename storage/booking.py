"""Bookings, always read together with their session and the names of the two people."""

from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, insert, select, union_all, update
from sqlalchemy.engine import Connection, Row

from domain.error import NotFound
from domain.ids import BookingId, PersonId, SessionId
from domain.session import Answer, Booking, Status
from storage.ledger import account
from storage.person import person
from storage.session import ACTIVE, ENDED, booking, session
from storage.trainer import trainer

TRAINEE = person.alias("trainee")
TRAINER = person.alias("trainer_person")
READ = (
    select(
        booking,
        session.c.trainer_id,
        session.c.type_id,
        session.c.starts_at,
        session.c.ends_at,
        session.c.version,
        TRAINEE.c.name.label("trainee_name"),
        TRAINER.c.name.label("trainer_name"),
        trainer.c.zone.label("trainer_zone"),
        TRAINEE.c.reachable.label("trainee_reachable"),
        TRAINER.c.reachable.label("trainer_reachable"),
    )
    .join(session, session.c.id == booking.c.session_id)
    .join(TRAINEE, TRAINEE.c.id == booking.c.trainee_id)
    .join(TRAINER, TRAINER.c.id == session.c.trainer_id)
    .join(trainer, trainer.c.id == session.c.trainer_id)
)
OF_TRAINEE = booking.c.trainee_id == bindparam("trainee")
GET = READ.where(booking.c.id == bindparam("id"))
FIND_ACTIVE = READ.where(
    OF_TRAINEE, ACTIVE, session.c.trainer_id == bindparam("trainer"), session.c.starts_at == bindparam("starts_at")
)
FIND_LAST = (
    READ.where(OF_TRAINEE, booking.c.status == Status.COMPLETED.value, ENDED, session.c.starts_at < bindparam("before"))
    .order_by(booking.c.ended_at.desc())
    .limit(1)
)
UPCOMING = READ.where(OF_TRAINEE, ACTIVE, session.c.ends_at > bindparam("now")).order_by(session.c.starts_at)
PAST = (
    READ.where(OF_TRAINEE, (booking.c.status != Status.BOOKED.value) | (session.c.ends_at <= bindparam("now")))
    .order_by(session.c.starts_at.desc(), booking.c.id.desc())
    .limit(bindparam("limit"))
    .offset(bindparam("offset"))
)
FOR_TRAINER = READ.where(
    session.c.trainer_id == bindparam("trainer"),
    session.c.starts_at >= bindparam("since"),
    session.c.starts_at < bindparam("until"),
).order_by(session.c.starts_at, booking.c.id)
_REDEEMED = booking.c.status.in_([Status.COMPLETED.value, Status.MISSED.value])
_ENDED_LATELY = _REDEEMED & (booking.c.ended_at > bindparam("settled_since"))
UNSETTLED = READ.where(
    booking.c.id.in_(union_all(select(booking.c.id).where(ACTIVE), select(booking.c.id).where(_ENDED_LATELY))),
    session.c.trainer_id + 0 == bindparam("trainer"),
    session.c.starts_at < bindparam("before"),
).order_by(session.c.starts_at, booking.c.id)
"""Begins at the bookings, of which few are unsettled: the index of a trainer's sessions would lead through all there
ever were, so that the sum keeps SQLite away from it."""
ALL_ACTIVE = READ.where(ACTIVE, session.c.starts_at > bindparam("after")).order_by(session.c.starts_at)
LOCK_ACCOUNT = (
    select(account.c.person_id)
    .join(booking, booking.c.trainee_id == account.c.person_id)
    .where(booking.c.id == bindparam("id"))
    .with_for_update(of=account)
)
LOCK_TRAINER = (
    select(trainer.c.id)
    .join(session, session.c.trainer_id == trainer.c.id)
    .join(booking, booking.c.session_id == session.c.id)
    .where(booking.c.id == bindparam("id"))
    .with_for_update(of=trainer)
)
LOCK_SESSION = (
    select(session.c.id)
    .join(booking, booking.c.session_id == session.c.id)
    .where(booking.c.id == bindparam("id"))
    .with_for_update(of=session)
)
ADD = insert(booking).returning(booking.c.id)
SAVE = update(booking).where(booking.c.id == bindparam("this"))


class Bookings:
    """The bookings of `domain.session`."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def get(self, booking_id: BookingId) -> Booking:
        row = self._connection.execute(GET, {"id": booking_id}).one_or_none()
        if row is None:
            raise NotFound
        return _booking(row)

    def lock(self, booking_id: BookingId) -> Booking:
        for statement in (LOCK_ACCOUNT, LOCK_TRAINER, LOCK_SESSION):
            self._connection.execute(statement, {"id": booking_id})
        return self.get(booking_id)

    def find_active(self, trainee_id: PersonId, trainer_id: PersonId, starts_at: datetime) -> Booking | None:
        return self._find(FIND_ACTIVE, {"trainee": trainee_id, "trainer": trainer_id, "starts_at": starts_at})

    def find_last(self, trainee_id: PersonId, before: datetime) -> Booking | None:
        return self._find(FIND_LAST, {"trainee": trainee_id, "before": before})

    def add(
        self, session_id: SessionId, trainee_id: PersonId, units: int, cancel_notice_minutes: int, booked_at: datetime
    ) -> BookingId:
        values = {
            "session_id": session_id,
            "trainee_id": trainee_id,
            "units": units,
            "status": Status.BOOKED.value,
            "cancel_notice_minutes": cancel_notice_minutes,
            "booked_at": booked_at,
        }
        return BookingId(self._connection.execute(ADD, values).scalar_one())

    def save(self, changed: Booking) -> None:
        self._connection.execute(
            SAVE,
            {
                "this": changed.id,
                "status": changed.status.value,
                "ended_at": changed.ended_at,
                "receipt": changed.receipt.value if changed.receipt else None,
                "complaint": changed.complaint,
                "coming_version": changed.coming_version,
                "cancelled_by": changed.cancelled_by,
                "lapsed_units": changed.lapsed_units,
            },
        )

    def list_upcoming(self, trainee_id: PersonId, now: datetime) -> list[Booking]:
        return self._list(UPCOMING, {"trainee": trainee_id, "now": now})

    def list_past(self, trainee_id: PersonId, now: datetime, limit: int, offset: int) -> list[Booking]:
        return self._list(PAST, {"trainee": trainee_id, "now": now, "limit": limit, "offset": offset})

    def list_for_trainer(self, trainer_id: PersonId, since: datetime, until: datetime) -> list[Booking]:
        return self._list(FOR_TRAINER, {"trainer": trainer_id, "since": since, "until": until})

    def list_unsettled(self, trainer_id: PersonId, before: datetime, settled_since: datetime) -> list[Booking]:
        return self._list(UNSETTLED, {"trainer": trainer_id, "before": before, "settled_since": settled_since})

    def list_active(self, after: datetime) -> list[Booking]:
        return self._list(ALL_ACTIVE, {"after": after})

    def _find(self, statement: Any, values: dict[str, Any]) -> Booking | None:
        row = self._connection.execute(statement, values).first()
        return None if row is None else _booking(row)

    def _list(self, statement: Any, values: dict[str, Any]) -> list[Booking]:
        return [_booking(row) for row in self._connection.execute(statement, values)]


def _booking(row: Row[Any]) -> Booking:
    fields = dict(row._mapping)
    fields["status"] = Status(row.status)
    fields["receipt"] = Answer(row.receipt) if row.receipt else None
    return Booking(**fields)
