"""Sessions and bookings as values, where they are kept, and the five-minute cells that keep them apart.

What may be done with a booking is `booking` (before the session) and `completion` (at and after it).
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import ClassVar, Protocol

from domain import hours, ledger, person, session_type
from domain.availability import Minute
from domain.error import Refusal
from domain.ids import BookingId, PersonId, SessionId, TypeId
from domain.person import Person

CELL_MINUTES = 5
LONGEST = timedelta(days=1)
"""No session lasts so long, buffers included: a unit has at most four hours, a session three units."""


class TimeTaken(Refusal):
    """Somebody who would take part is already taken at that time."""

    code: ClassVar[str] = "time_taken"


class Status(StrEnum):
    """How a booking stands; only the first is active."""

    BOOKED = "booked"
    COMPLETED = "completed"
    MISSED = "missed"
    CANCELLED = "cancelled"
    CANCELLED_LATE = "cancelled_late"


class Answer(StrEnum):
    """What the trainee said to the receipt, or that what was wrong is settled."""

    CONFIRMED = "confirmed"
    DISPUTED = "disputed"
    SETTLED = "settled"


class Complaint(StrEnum):
    """What is wrong, where it needs no typing. Kept by these names and put into the reader's words."""

    ABSENT = "absent"
    SHORTER = "shorter"
    PRESENT = "present"
    CANCELLED = "cancelled"
    OTHER = "other"


@dataclass(frozen=True, slots=True, kw_only=True)
class Booking:
    """One trainee's place in a session, with the session's facts and the policy it was made under.

    `version` counts the session's moves; `ended_at` is when it left `BOOKED`; `cancel_notice_minutes` is frozen.
    `complaint` is what the trainee says is wrong; `coming_version` is the version they said they come to.
    `cancelled_by` is who cancelled it, and `lapsed_units` of its units had run out when they were given back.
    `trainer_zone` is that of the trainer's hours; the two `_reachable` tell who can be told of a change.
    """

    id: BookingId
    session_id: SessionId
    type_id: TypeId
    trainer_id: PersonId
    trainer_name: str
    trainee_id: PersonId
    trainee_name: str
    starts_at: datetime
    ends_at: datetime
    version: int
    units: int
    status: Status
    cancel_notice_minutes: int
    booked_at: datetime
    ended_at: datetime | None = None
    receipt: Answer | None = None
    complaint: str | None = None
    coming_version: int | None = None
    cancelled_by: PersonId | None = None
    lapsed_units: int | None = None
    trainer_zone: str
    trainer_reachable: bool = True
    trainee_reachable: bool = True

    @property
    def minutes(self) -> int:
        return int((self.ends_at - self.starts_at).total_seconds()) // 60

    @property
    def free_until(self) -> datetime:
        """The last instant at which the trainee may cancel or move without cost."""
        return self.starts_at - timedelta(minutes=self.cancel_notice_minutes)

    @property
    def active(self) -> bool:
        return self.status is Status.BOOKED

    @property
    def off(self) -> bool:
        """Whether its trainer said, when it had begun, that it did not take place."""
        return self.status is Status.CANCELLED and self.ended_at is not None and self.ended_at >= self.starts_at

    @property
    def returned_units(self) -> int:
        """Units that can be spent again after a cancellation that cost nothing."""
        return self.units - (self.lapsed_units or 0)

    @property
    def coming(self) -> bool:
        """Whether the trainee said that they come, and it has not been moved since."""
        return self.coming_version == self.version

    @property
    def subject(self) -> str:
        return f"booking:{self.id}"

    def cancel_cost(self, now: datetime) -> int:
        """Units the trainee loses by cancelling at `now`; elapsed time decides, whatever the clocks do."""
        return self.units if now > self.free_until else 0


@dataclass(frozen=True, slots=True, kw_only=True)
class NewSession:
    """A session about to be made; the `blocks_` instants include the buffers around it."""

    trainer_id: PersonId
    type_id: TypeId
    starts_at: datetime
    ends_at: datetime
    blocks_from_at: datetime
    blocks_until_at: datetime


@dataclass(frozen=True, slots=True)
class Span:
    """A stretch of one person's time that a session takes, `[start, end)` in minutes since 1970 UTC."""

    person_id: PersonId
    start: Minute
    end: Minute

    def cells(self) -> Iterable[int]:
        return range(self.start // CELL_MINUTES, -(-self.end // CELL_MINUTES))


class SessionStore(Protocol):
    def add(self, made: NewSession) -> SessionId: ...
    def move(self, session_id: SessionId, to: NewSession) -> None:
        """Give the session its new times and the next version."""
        ...

    def end(self, session_id: SessionId) -> None: ...
    def busy(
        self, person_id: PersonId, since: datetime, until: datetime, without: SessionId | None
    ) -> list[tuple[Minute, Minute]]:
        """When the person is taken, as trainer (buffers included) or trainee, in that range."""
        ...


class OccupancyStore(Protocol):
    def claim(self, session_id: SessionId, spans: Iterable[Span]) -> None:
        """Take every cell of the spans, or raise `TimeTaken` when one is taken. Decided by the database."""
        ...

    def free(self, session_id: SessionId) -> None: ...


class BookingStore(Protocol):
    def get(self, booking_id: BookingId) -> Booking: ...
    def lock(self, booking_id: BookingId) -> Booking:
        """Lock account, trainer and session, in this order, and read the booking after that."""
        ...

    def find_active(self, trainee_id: PersonId, trainer_id: PersonId, starts_at: datetime) -> Booking | None: ...
    def find_last(self, trainee_id: PersonId, before: datetime) -> Booking | None: ...
    def add(
        self, session_id: SessionId, trainee_id: PersonId, units: int, cancel_notice_minutes: int, booked_at: datetime
    ) -> BookingId: ...
    def save(self, booking: Booking) -> None: ...
    def list_upcoming(self, trainee_id: PersonId, now: datetime) -> list[Booking]: ...
    def list_past(self, trainee_id: PersonId, now: datetime, limit: int, offset: int) -> list[Booking]: ...
    def list_for_trainer(self, trainer_id: PersonId, since: datetime, until: datetime) -> list[Booking]: ...
    def list_unsettled(self, trainer_id: PersonId, before: datetime, settled_since: datetime) -> list[Booking]:
        """What began before the instant and is open, or was redeemed after the other, in order."""
        ...

    def list_active(self, after: datetime) -> list[Booking]: ...


class Work(hours.Work, ledger.Work, session_type.Work, Protocol):
    @property
    def sessions(self) -> SessionStore: ...
    @property
    def bookings(self) -> BookingStore: ...
    @property
    def occupancy(self) -> OccupancyStore: ...


def own(work: Work, trainee: Person, booking_id: BookingId) -> Booking:
    """A trainee's own booking; anybody else's does not exist."""
    booked = work.bookings.get(booking_id)
    person.own(trainee, booked.trainee_id)
    return booked


def facts(booked: Booking, place: str) -> dict[str, str | int | None]:
    """What notices about a booking carry, ready to be stored."""
    return {
        "booking_id": booked.id,
        "trainer": booked.trainer_name,
        "trainer_id": booked.trainer_id,
        "trainer_zone": booked.trainer_zone,
        "type_id": booked.type_id,
        "trainee": booked.trainee_name,
        "starts_at": booked.starts_at.isoformat(),
        "ends_at": booked.ends_at.isoformat(),
        "free_until": booked.free_until.isoformat(),
        "minutes": booked.minutes,
        "units": booked.units,
        "version": booked.version,
        "place": place,
    }
