"""Units: each lot and each account is what the ledger makes of it, no unit is made or lost, no booking holds amiss."""

from collections import Counter
from collections.abc import Callable

from tests.books import BUCKETS, MOVES
from tests.simulation.checker.ground import Ground, Row

KEEPS = {"booked": (1, 0), "completed": (0, 1), "missed": (0, 1), "cancelled": (0, 0), "cancelled_late": (0, 1)}
"""Whether a booking of this status has its units in hold, and whether they are used."""
LOTS = f"SELECT id, issued, {', '.join(BUCKETS)} FROM lot"
ACCOUNTS = "SELECT person_id, available, held FROM account"
BOOKINGS = "SELECT id, status, units FROM booking"
Find = Callable[[int], Row | None]


class Units:
    """An own set of books, kept from the entries alone."""

    def __init__(self, ground: Ground) -> None:
        self._ground = ground
        self._last_entry = 0
        self._lots: dict[int, Counter[str]] = {}
        self._accounts: dict[int, Counter[str]] = {}
        self._bookings: dict[int, Counter[str]] = {}

    def after_commit(self) -> list[Row]:
        """Enter what the commit added to the ledger; look at the lots, accounts and bookings it touched."""
        entries = self._ground.rows("SELECT * FROM ledger_entry WHERE id > ? ORDER BY id", self._last_entry)
        if entries:
            self._last_entry = entries[-1]["id"]
            for entry in entries:
                self._enter(entry)
            self._look_at_lots({entry["lot_id"] for entry in entries}, self._one(LOTS, "id"))
            self._look_at_accounts({entry["person_id"] for entry in entries}, self._one(ACCOUNTS, "person_id"))
            self._look_at_bookings({entry["booking_id"] for entry in entries} - {None}, self._one(BOOKINGS, "id"))
        return entries

    def examine(self) -> None:
        """All lots, accounts and bookings; and all entries once more, as the database adds them up."""
        lots, accounts, bookings = self._all(LOTS), self._all(ACCOUNTS), self._all(BOOKINGS)
        self._look_at_lots(lots.keys() | self._lots.keys(), lots.get)
        self._look_at_accounts(accounts.keys() | self._accounts.keys(), accounts.get)
        self._look_at_bookings(bookings.keys() | self._bookings.keys(), bookings.get)
        summed: dict[int, Counter[str]] = {}
        for row in self._ground.rows(
            "SELECT lot_id, move, sum(units) AS units FROM ledger_entry GROUP BY lot_id, move"
        ):
            _move(summed.setdefault(row["lot_id"], Counter()), row["move"], row["units"])
        for lot_id in summed.keys() | self._lots.keys():
            if _plain(summed.get(lot_id)) != _plain(self._lots.get(lot_id)):
                self._ground.complain(f"lot {lot_id}: entries of the past have changed")

    def _one(self, sql: str, key: str) -> Find:
        return lambda wanted: self._ground.row(f"{sql} WHERE {key} = ?", wanted)

    def _all(self, sql: str) -> dict[int, Row]:
        return {row[0]: row for row in self._ground.rows(sql)}

    def _enter(self, entry: Row) -> None:
        if entry["units"] <= 0 or entry["move"] not in MOVES:
            self._ground.complain(f"ledger entry {entry['id']}: {entry['units']} units by {entry['move']}")
            return
        _move(self._lots.setdefault(entry["lot_id"], Counter()), entry["move"], entry["units"])
        _move(self._accounts.setdefault(entry["person_id"], Counter()), entry["move"], entry["units"])
        if entry["booking_id"] is not None:
            _move(self._bookings.setdefault(entry["booking_id"], Counter()), entry["move"], entry["units"])

    def _look_at_lots(self, lot_ids: set[int], find: Find) -> None:
        for lot_id in sorted(lot_ids):
            lot = find(lot_id)
            if lot is None:
                self._ground.complain(f"lot {lot_id}: gone")
                continue
            buckets = {name: lot[name] for name in BUCKETS}
            if sum(buckets.values()) != lot["issued"]:
                self._ground.complain(f"lot {lot_id}: {lot['issued']} issued, {sum(buckets.values())} in its buckets")
            if min(buckets.values()) < 0:
                self._ground.complain(f"lot {lot_id}: a bucket below zero")
            entered = self._lots.get(lot_id, Counter())
            if buckets != {name: entered[name] for name in BUCKETS}:
                self._ground.complain(f"lot {lot_id}: its buckets differ from its ledger: {buckets} {dict(entered)}")

    def _look_at_accounts(self, person_ids: set[int], find: Find) -> None:
        for person_id in sorted(person_ids):
            row = find(person_id)
            found = (row["available"], row["held"]) if row else None
            entered = self._accounts.get(person_id, Counter())
            if found != (entered["available"], entered["held"]):
                self._ground.complain(f"account {person_id}: {found}, its ledger says {dict(entered)}")

    def _look_at_bookings(self, booking_ids: set[int], find: Find) -> None:
        for booking_id in sorted(booking_ids):
            booking = find(booking_id)
            if booking is None:
                self._ground.complain(f"booking {booking_id}: gone")
                continue
            held, used = KEEPS[booking["status"]]
            entered = self._bookings.get(booking_id, Counter())
            if (entered["held"], entered["redeemed"]) != (held * booking["units"], used * booking["units"]):
                self._ground.complain(f"booking {booking_id}: {booking['status']}, but its ledger says {dict(entered)}")


def _move(buckets: Counter[str], move: str, units: int) -> None:
    source, target = MOVES[move]
    buckets[source] -= units
    buckets[target] += units


def _plain(buckets: Counter[str] | None) -> dict[str, int]:
    return {name: (buckets or Counter())[name] for name in BUCKETS}
