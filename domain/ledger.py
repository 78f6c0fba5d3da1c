"""The append-only ledger of units, and the only ways they move from one bucket of a lot to another.

Every entry moves a number of units of one lot, so a lot's buckets always add up to what it brought in. Who may cause a
move, and when, is decided by the features that call these functions.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Protocol

from domain import outbox, studio
from domain.ids import BookingId, LotId, PersonId
from domain.lot import GRANT, Balance, HoldLine, Lapse, Lot, Move, allot, balance

MOVED = "moved"
"""The reason of a release and the hold that follows it in the same act: a session got another time."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One line of the ledger. `key` is unique for ever, which makes every move happen once.

    A hold notes the start it is for, since the booking's own may change later.
    """

    key: str
    lot_id: LotId
    person_id: PersonId
    move: Move
    units: int
    booking_id: BookingId | None
    reason: str
    at: datetime
    starts_at: datetime | None = None

    @property
    def adjusts(self) -> bool:
        """Whether somebody gave or took the units; otherwise a payment, a booking or the clock moved them."""
        return self.move is Move.WITHDRAW or self.key.startswith(_issue_key(GRANT))


@dataclass(frozen=True, slots=True, kw_only=True)
class Movement:
    """Entries that one act made in several lots, as the person sees them: one step with one number of units.

    `starts_at` is when the booking's session was to begin at that time. Moving it is one step, with `from_at` before.
    """

    move: Move
    units: int
    booking_id: BookingId | None
    reason: str
    bought: bool
    at: datetime
    starts_at: datetime | None = None
    from_at: datetime | None = None


class LedgerStore(Protocol):
    def open_account(self, person_id: PersonId) -> None: ...
    def lock(self, person_id: PersonId) -> None:
        """Hold the person's account row until the transaction ends; first of all locks."""
        ...

    def add_lot(
        self, person_id: PersonId, source: str, expires_on: date | None, issued: int, issued_at: datetime
    ) -> Lot: ...
    def list_lots(self, person_id: PersonId) -> list[Lot]: ...
    def list_overdue(self, today: date, limit: int) -> list[Lot]: ...
    def get_lot(self, lot_id: LotId) -> Lot: ...
    def find_lot(self, source: str) -> Lot | None: ...
    def post(self, entry: Entry) -> None:
        """Append the entry and move the units in the lot and the account with it."""
        ...

    def find_entry(self, key: str) -> Entry | None: ...
    def list_entries(self, person_id: PersonId, limit: int, offset: int) -> list[Entry]:
        """The person's entries, newest first."""
        ...

    def list_movements(self, person_id: PersonId, limit: int, offset: int) -> list[Movement]:
        """The person's history, newest first."""
        ...

    def set_lines(self, booking_id: BookingId, lines: Iterable[HoldLine]) -> None: ...
    def list_lines(self, booking_id: BookingId) -> list[HoldLine]: ...
    def next_serial(self, booking_id: BookingId) -> int:
        """How many entries the booking has so far; part of the next entries' keys."""
        ...


class Work(studio.Work, outbox.Work, Protocol):
    @property
    def ledger(self) -> LedgerStore: ...


def balance_of(work: Work, person_id: PersonId) -> Balance:
    """The person's units as of today, by the studio's date."""
    return balance(work.ledger.list_lots(person_id), work.studio.get().date_of(work.now))


def issue(work: Work, person_id: PersonId, units: int, source: str, expires_on: date | None, reason: str) -> Lot:
    """Bring units in as a new lot; `source` (`charge:…`, `grant:…`) is unique, so one cause issues once."""
    work.ledger.lock(person_id)
    lot = work.ledger.add_lot(person_id, source, expires_on, units, work.now)
    _post(work, _issue_key(source), lot, Move.ISSUE, units, None, reason)
    return work.ledger.get_lot(lot.id)


def grant(work: Work, person_id: PersonId, units: int, cause: str, reason: str) -> Lot:
    """Give units that never expire, as a new lot. A cause counts once: ask `has_counted` first."""
    return issue(work, person_id, units, f"{GRANT}{cause}", None, reason)


def hold(
    work: Work, person_id: PersonId, booking_id: BookingId, units: int, starts_at: datetime, reason: str = "booked"
) -> None:
    """Set units aside for a booking, from lots that last until it. The account must be locked. Or `NotEnoughUnits`."""
    lots = work.ledger.list_lots(person_id)
    lines = allot(lots, units, work.studio.get().date_of(starts_at))
    _move_lines(work, booking_id, {lot.id: lot for lot in lots}, lines, Move.HOLD, reason, starts_at)
    work.ledger.set_lines(booking_id, lines)


def lapse(work: Work, person_id: PersonId, booking_id: BookingId) -> Lapse | None:
    """What of a booking's held units has run out meanwhile."""
    lots = {lot.id: lot for lot in work.ledger.list_lots(person_id)}
    today = work.studio.get().date_of(work.now)
    gone = [(line.units, lots[line.lot_id].expires_on) for line in work.ledger.list_lines(booking_id)]
    over = [(units, last_on) for units, last_on in gone if last_on is not None and last_on < today]
    return Lapse(sum(units for units, _ in over), max(last_on for _, last_on in over)) if over else None


def release(work: Work, person_id: PersonId, booking_id: BookingId, reason: str) -> None:
    """Give a booking's units back; what returns to a lot that has run out expires at once."""
    lots = {lot.id: lot for lot in work.ledger.list_lots(person_id)}
    lines = work.ledger.list_lines(booking_id)
    _move_lines(work, booking_id, lots, lines, Move.RELEASE, reason)
    today = work.studio.get().date_of(work.now)
    overdue = [line for line in lines if not lots[line.lot_id].valid_on(today)]
    _move_lines(work, booking_id, lots, overdue, Move.EXPIRE, reason)
    work.ledger.set_lines(booking_id, ())


def redeem(work: Work, person_id: PersonId, booking_id: BookingId, reason: str) -> None:
    """Use up exactly the units the booking holds."""
    lots = {lot.id: lot for lot in work.ledger.list_lots(person_id)}
    _move_lines(work, booking_id, lots, work.ledger.list_lines(booking_id), Move.REDEEM, reason)


def reinstate(work: Work, person_id: PersonId, booking_id: BookingId, reason: str) -> None:
    """Take a redemption back: the units are held again."""
    lots = {lot.id: lot for lot in work.ledger.list_lots(person_id)}
    _move_lines(work, booking_id, lots, work.ledger.list_lines(booking_id), Move.REINSTATE, reason)


def withdraw(work: Work, person_id: PersonId, units: int, cause: str, reason: str) -> None:
    """Take spendable units away, soonest-expiring first; never below zero. Raises `NotEnoughUnits`.

    As with `grant`, whether the cause has counted is told by `has_counted`, under the account's lock.
    """
    work.ledger.lock(person_id)
    lots = work.ledger.list_lots(person_id)
    by_id = {lot.id: lot for lot in lots}
    for nth, line in enumerate(allot(lots, units, work.studio.get().date_of(work.now))):
        _post(work, _withdraw_key(cause, nth), by_id[line.lot_id], Move.WITHDRAW, line.units, None, reason)


def has_counted(work: Work, cause: str) -> bool:
    """Whether units were given or taken for this cause."""
    keys = (_issue_key(f"{GRANT}{cause}"), _withdraw_key(cause, 0))
    return any(work.ledger.find_entry(key) is not None for key in keys)


def expire_lot(work: Work, lot_id: LotId, person_id: PersonId) -> int:
    """Expire what is left of a lot whose last day has passed; returns how many units that were."""
    work.ledger.lock(person_id)
    lot = work.ledger.get_lot(lot_id)
    if not lot.available or lot.valid_on(work.studio.get().date_of(work.now)):
        return 0
    spent = lot.issued - lot.available
    _post(work, f"expire:{lot.id}:{spent}:{work.now:%Y%m%d}", lot, Move.EXPIRE, lot.available, None, "expired")
    return lot.available


def _issue_key(source: str) -> str:
    return f"issue:{source}"


def _withdraw_key(cause: str, nth: int) -> str:
    """One for each lot that is taken from, counted from 0."""
    return f"withdraw:{cause}:{nth}"


def _move_lines(
    work: Work,
    booking_id: BookingId,
    lots: dict[LotId, Lot],
    lines: Iterable[HoldLine],
    move: Move,
    reason: str,
    starts_at: datetime | None = None,
) -> None:
    serial = work.ledger.next_serial(booking_id)
    for line in lines:
        key = f"{move.label}:{booking_id}:{serial}:{line.lot_id}"
        _post(work, key, lots[line.lot_id], move, line.units, booking_id, reason, starts_at)


def _post(
    work: Work,
    key: str,
    lot: Lot,
    move: Move,
    units: int,
    booking_id: BookingId | None,
    reason: str,
    starts_at: datetime | None = None,
) -> None:
    assert units > 0, "a ledger entry moves at least one unit"
    work.ledger.post(
        Entry(
            key=key,
            lot_id=lot.id,
            person_id=lot.person_id,
            move=move,
            units=units,
            booking_id=booking_id,
            reason=reason,
            at=work.now,
            starts_at=starts_at,
        )
    )
