"""Causes: units move only because of one update that asked for it, or because time is over, and the others are told."""

from collections.abc import Iterable

from tests.simulation.checker.ground import Ground, Row
from tests.simulation.checker.inbox import Issued

ASKED_BY = {
    "hold": {"bk.ok", "bk.mv"},
    "release": {"bk.xx", "tt.xx", "bk.mv", "to.ok"},
    "redeem": {"cp", "cp.1", "cp.nn", "bk.xx"},
    "reinstate": {"cp.u", "cp.u1"},
    "issue": {"charge", "aj.ok"},
    "withdraw": {"aj.ok"},
}
"""Which taps (by the beginning of their data) may cause which entries; `charge` is a payment's message."""
OWED = {
    ("hold", "bk.ok"): {"booked"},
    ("hold", "bk.mv"): {"moved", "moved_by_trainer"},
    ("release", "bk.xx"): {"cancelled"},
    ("release", "tt.xx"): {"cancelled_by_trainer"},
    ("release", "to.ok"): {"cancelled_by_trainer"},
    ("redeem", "bk.xx"): {"cancelled"},
    ("redeem", "cp"): {"receipt"},
    ("redeem", "cp.1"): {"receipt"},
    ("redeem", "cp.nn"): {"missed"},
    ("issue", "aj.ok"): {"adjusted"},
    ("withdraw", "aj.ok"): {"adjusted"},
}
"""Of which kinds a notice has to be in the same commit."""


class Causes:
    """Holds each commit's entries against the updates that took effect in it."""

    def __init__(self, ground: Ground) -> None:
        self._ground = ground
        self._bookings = 0

    def after_commit(self, effects: list[Issued], entries: list[Row], notices: Iterable[Row]) -> None:
        moves = {entry["move"] for entry in entries} - {"expire"}
        if not moves:
            return
        if len(effects) != 1:
            self._ground.complain(f"entries {[tuple(each)[:6] for each in entries]}: caused by {effects}")
            return
        (cause,) = effects
        asked = _asked(cause)
        kinds = {notice["kind"] for notice in notices}
        for move in sorted(moves):
            if asked not in ASKED_BY.get(move, ()):
                self._ground.complain(f"units moved by {move}, but what was asked is {cause}")
            owed = OWED.get((move, asked))
            if owed is not None and not owed & kinds:
                self._ground.complain(f"{asked} led to {move}, but nobody is told: {sorted(kinds)} instead of {owed}")
        if asked in {"bk.ok", "bk.mv"}:
            self._look_at_start(cause, entries)
        if asked in {"bk.ok", "bk.xx", "charge"}:
            self._look_at_owner(cause, entries)

    def _look_at_start(self, cause: Issued, entries: Iterable[Row]) -> None:
        """The session is the one whose button was tapped, and there is only one."""
        held = {entry["booking_id"] for entry in entries if entry["move"] == "hold"}
        row = self._ground.row(
            "SELECT CAST(strftime('%s', s.starts_at) AS INTEGER) / 60 AS start FROM booking b "
            "JOIN session s ON s.id = b.session_id WHERE b.id = ?",
            min(held),
        )
        if len(held) != 1 or row is None or str(row["start"]) != cause.what.rpartition(":")[2]:
            self._ground.complain(f"bookings {sorted(held)}: not what was tapped: {cause}")

    def _look_at_owner(self, cause: Issued, entries: Iterable[Row]) -> None:
        owners = {self._ground.telegram_id(entry["person_id"]) for entry in entries}
        if owners != {cause.person_id}:
            self._ground.complain(f"units of {owners} moved by {cause}")


def _asked(cause: Issued) -> str:
    """`bk.ok` of `+bk.ok:2:1:29693220`, `charge` of `charge charge-12`."""
    return cause.what.lstrip("+=").partition(":")[0].partition(" ")[0]
