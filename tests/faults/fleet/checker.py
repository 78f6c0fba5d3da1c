"""Whether the fleet kept the promises: read from a raw copy of the database and the stand-in's log alone.

What must be true of any studio is in `tests/faults/checker.py` and `tests/faults/bookkeeping.py`; here is what follows
from who did what: each update once and in order, units moved only by whoever asked, everybody told, no more than twice.
"""

from collections import Counter
from collections.abc import Iterable

from tests.faults import checker
from tests.faults.bookkeeping import wrong
from tests.faults.checker import Evidence, Row
from tests.faults.fleet.cause import causes
from tests.faults.fleet.findings import Findings, Seen
from tests.faults.fleet.log import Log
from tests.faults.fleet.notice import look_at_notices


def check(seen: Seen) -> Findings:
    """Hold what was seen against every promise."""
    found, evidence, log = Findings(), seen.evidence, seen.log
    kept = {row["update_id"]: row for row in evidence.rows("SELECT * FROM inbox")}
    for promise in (checker.charges, checker.lots, checker.accounts, checker.holds, checker.cells):
        found.problems += promise(evidence)
    found.problems += [f"{what}: {count}" for what, count in wrong(f"sqlite:///{evidence.file}").items()]
    found.problems += [f"Bot API: {violation}" for violation in evidence.telegram.violations]
    found.problems += [*_updates(log, kept), *_order(log, kept), *causes(evidence, log, kept)]
    look_at_notices(seen, kept, found)
    _count(evidence, log, found.counted)
    return found


def _updates(log: Log, kept: dict[int, Row]) -> Iterable[str]:
    """What was acknowledged is kept, done and shown; what was not is still at Telegram, or its life was over."""
    for update_id in log.acknowledged:
        row = kept.get(update_id)
        if row is None:
            yield f"update {update_id}: acknowledged and lost"
        elif row["state"] != "done" or row["answered_at"] is None:
            yield f"update {update_id}: {row['state']}, {row['problem']}"
    yield from (f"update {update_id}: never issued" for update_id in kept.keys() - log.issued.keys())


def _order(log: Log, kept: dict[int, Row]) -> Iterable[str]:
    """Each of Telegram's queues is taken in in its order, and each person's updates take effect in that of arrival.

    One whose life at Telegram ended while it was being brought may still come in, at any time.
    """
    last_taken: dict[str, int] = {}
    for update in sorted(log.issued.values(), key=lambda each: each.id):
        if update.id in kept and update.id in log.acknowledged:
            place = kept[update.id]["id"]
            if place < last_taken.get(update.lane, 0):
                yield f"update {update.id}: taken in after a later one of {update.lane}"
            last_taken[update.lane] = place
    last_effect: dict[str, str] = {}
    for row in sorted(kept.values(), key=lambda each: each["id"]):
        if row["done_at"] is None or row["done_at"] == row["answered_at"]:
            continue  # It only showed something, which is noted some time later.
        if row["done_at"] < last_effect.get(row["lane"], ""):
            yield f"update {row['update_id']}: took effect before an earlier one of {row['lane']}"
        last_effect[row["lane"]] = row["done_at"]


def _count(evidence: Evidence, log: Log, counted: Counter[str]) -> None:
    counted["updates"] = len(log.issued)
    counted["updates acknowledged"] = len(log.acknowledged)
    counted["updates whose life ended at Telegram"] = len(log.issued.keys() - log.acknowledged)
    counted["payments"] = len(evidence.telegram.cashier.charges)
    for table, what in (("booking", "bookings"), ("ledger_entry", "movements of units"), ("person", "people")):
        (row,) = evidence.rows(f"SELECT count(*) AS many FROM {table}")
        counted[what] = row["many"]
    for row in evidence.rows("SELECT status, count(*) AS many FROM booking GROUP BY status"):
        counted[f"bookings {row['status']}"] = row["many"]
