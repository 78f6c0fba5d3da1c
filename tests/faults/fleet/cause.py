"""Causes: units move only because of one update whose sender asked for it, and in the same commit others are told.

All that one commit writes bears the same instant, to the microsecond, so that entries and updates find each other.
"""

from collections import defaultdict
from collections.abc import Iterable

from tests.faults.checker import Evidence, Row
from tests.faults.fleet.findings import instant
from tests.faults.fleet.ground import BEGINS_AT
from tests.faults.fleet.log import Issued, Log
from tests.simulation.checker.cause import ASKED_BY, OWED

OWN = frozenset({"bk.ok", "bk.xx", "charge"})
"""With these, people move units of their own."""
ENTRIES = """
    SELECT e.*, p.telegram_id FROM ledger_entry e JOIN person p ON p.id = e.person_id
    WHERE e.at >= ? AND e.move <> 'expire' ORDER BY e.id
"""


def causes(evidence: Evidence, log: Log, kept: dict[int, Row]) -> Iterable[str]:
    """Every movement of units since the beginning, against what people did."""
    done: defaultdict[str, list[Issued]] = defaultdict(list)
    for update_id, row in kept.items():
        if row["done_at"] is not None and update_id in log.issued:
            done[row["done_at"]].append(log.issued[update_id])
    told = {(row["cause"], row["kind"]) for row in evidence.rows("SELECT cause, kind FROM outbox")}
    placed: dict[int, Issued] = {}
    for entry in evidence.rows(ENTRIES, f"{BEGINS_AT:%Y-%m-%d %H:%M:%S}"):
        asked = [each for each in done[entry["at"]] if each.asks in ASKED_BY.get(entry["move"], ())]
        if len(asked) != 1:
            yield f"{entry['move']} at {entry['at']}: asked for by {asked}, done with {done[entry['at']]}"
            continue
        yield from _look_at_entry(entry, asked[0], told)
        if entry["move"] == "hold":
            placed[entry["booking_id"]] = asked[0]
    yield from _look_at_starts(evidence, placed)


def _look_at_entry(entry: Row, asked: Issued, told: set[tuple[str, str]]) -> Iterable[str]:
    owed = OWED.get((entry["move"], asked.asks), set())
    if owed and not any((f"update:{asked.id}", kind) in told for kind in owed):
        yield f"{entry['move']} by update {asked.id}: nobody is told"
    if asked.asks in OWN and entry["telegram_id"] != asked.person_id:
        yield f"update {asked.id}: moved units of {entry['telegram_id']}"


def _look_at_starts(evidence: Evidence, placed: dict[int, Issued]) -> Iterable[str]:
    """A booking is at the start that was tapped last."""
    for row in evidence.rows("SELECT b.id, s.starts_at FROM booking b JOIN session s ON s.id = b.session_id"):
        tapped = placed.get(row["id"])
        if tapped is not None and tapped.minute != instant(row["starts_at"]).timestamp() // 60:
            yield f"booking {row['id']}: is at {row['starts_at']}, not as {tapped} says"
