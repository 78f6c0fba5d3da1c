"""Lots: the units that came in together and where each of them is. What pays for a session, and what a person has left.

    issue → available ⇄ held → redeemed          available → expired, refunded, adjusted

These are values; `ledger` keeps them and writes down every move.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime
from enum import Enum, StrEnum
from typing import ClassVar

from domain.error import Refusal
from domain.ids import LotId, PersonId

CHARGE = "charge:"
"""How the source of a bought lot begins; the charge's id follows."""
GRANT = "grant:"
"""How the source of a lot that an admin gave begins; the cause follows."""


class NotEnoughUnits(Refusal):
    """Fewer units are available on that date than are needed."""

    code: ClassVar[str] = "not_enough_units"

    def __init__(self, needed: int, available: int) -> None:
        super().__init__(needed, available)
        self.needed, self.available = needed, available


class Bucket(StrEnum):
    """Where a unit is; every issued unit is in exactly one of these."""

    AVAILABLE = "available"
    HELD = "held"
    REDEEMED = "redeemed"
    EXPIRED = "expired"
    REFUNDED = "refunded"
    ADJUSTED = "adjusted"


class Move(Enum):
    """The kinds of ledger entries: (name, from, to). None is the world outside."""

    ISSUE = ("issue", None, Bucket.AVAILABLE)
    HOLD = ("hold", Bucket.AVAILABLE, Bucket.HELD)
    RELEASE = ("release", Bucket.HELD, Bucket.AVAILABLE)
    REDEEM = ("redeem", Bucket.HELD, Bucket.REDEEMED)
    REINSTATE = ("reinstate", Bucket.REDEEMED, Bucket.HELD)
    EXPIRE = ("expire", Bucket.AVAILABLE, Bucket.EXPIRED)
    REFUND = ("refund", Bucket.AVAILABLE, Bucket.REFUNDED)
    WITHDRAW = ("withdraw", Bucket.AVAILABLE, Bucket.ADJUSTED)

    def __init__(self, label: str, source: Bucket | None, target: Bucket) -> None:
        self.label, self.source, self.target = label, source, target


@dataclass(frozen=True, slots=True, kw_only=True)
class Lot:
    """The units that one purchase or grant brought in. `expires_on` is the last studio date they can be used on."""

    id: LotId
    person_id: PersonId
    source: str
    expires_on: date | None
    issued_at: datetime
    issued: int
    available: int = 0
    held: int = 0
    redeemed: int = 0
    expired: int = 0
    refunded: int = 0
    adjusted: int = 0

    def valid_on(self, day: date) -> bool:
        return self.expires_on is None or day <= self.expires_on

    @property
    def bought(self) -> bool:
        """Whether a payment brought the units in; otherwise somebody gave them."""
        return self.source.startswith(CHARGE)

    def left_on(self, day: date) -> int:
        """Units not gone yet: held ones, which outlast the expiry, and those that can still be spent."""
        return self.held + (self.available if self.valid_on(day) else 0)


@dataclass(frozen=True, slots=True)
class Lapse:
    """Held units that would expire at once if they were given back, and the last day they had."""

    units: int
    last_on: date


@dataclass(frozen=True, slots=True)
class HoldLine:
    """So many units of a lot, set aside for (or used by) a booking."""

    lot_id: LotId
    units: int


@dataclass(frozen=True, slots=True)
class Balance:
    """What a person can spend on a date, what is set aside, what runs out next (None: nothing does), what was used."""

    available: int
    held: int
    expiring: int = 0
    expires_on: date | None = None
    used: int = 0


def spendable(lots: Iterable[Lot], day: date) -> int:
    """Units that a session on this date could be paid with."""
    return sum(lot.available for lot in lots if lot.valid_on(day))


def by_expiry(lots: Iterable[Lot]) -> list[Lot]:
    """In the order in which lots pay: earliest expiry first, then oldest."""
    return sorted(lots, key=lambda lot: (lot.expires_on or date.max, lot.issued_at, lot.id))


def allot(lots: Iterable[Lot], units: int, day: date) -> list[HoldLine]:
    """Which lots pay, the soonest to expire first. Raises `NotEnoughUnits`."""
    usable = [lot for lot in lots if lot.available and lot.valid_on(day)]
    lines, missing = [], units
    for lot in by_expiry(usable):
        taken = min(lot.available, missing)
        if taken:
            lines.append(HoldLine(lot.id, taken))
        missing -= taken
    if missing:
        raise NotEnoughUnits(units, units - missing)
    return lines


def given_back(lots: Iterable[Lot], lines: Iterable[HoldLine]) -> list[Lot]:
    """The lots as they are once a booking's units are released."""
    back = {line.lot_id: line.units for line in lines}
    return [
        replace(lot, available=lot.available + back.get(lot.id, 0), held=lot.held - back.get(lot.id, 0)) for lot in lots
    ]


def balance(lots: Collection[Lot], today: date) -> Balance:
    """The person's units as of today, with the next expiry among the spendable ones."""
    live = [lot for lot in lots if lot.valid_on(today)]
    dates = [lot.expires_on for lot in live if lot.expires_on and lot.available]
    next_on = min(dates, default=None)
    expiring = sum(lot.available for lot in live if next_on and lot.expires_on == next_on)
    held, used = sum(lot.held for lot in lots), sum(lot.redeemed for lot in lots)
    return Balance(sum(lot.available for lot in live), held, expiring, next_on, used)
