"""Whether a story left the studio as it must be: read from the raw SQLite file and the stand-in's log alone.

Nothing here is shared with the product: no query, no table, no name of a state but as the file has it. Every promise
is one function that answers with what is wrong.
"""

import re
import sqlite3
from collections import Counter
from collections.abc import Iterable
from contextlib import closing
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from emulator.chat import Call, Telegram
from tests.books import BUCKETS, MOVES, TAKES_TIME
from tests.faults.hosted import Death
from tests.faults.story import Facts

Row = sqlite3.Row
ENOUGH_DEATHS = 2
"""After so many sends that may have arrived, and are lost from sight, a notice is listed and not sent again."""
CELL, CELLS_ARE_KEPT = timedelta(minutes=5), timedelta(days=1)
UNPLANNED = frozenset({"refresh", "lag"})
"""Redrawn cards, and the alarm of a bot whose clock jumps over days while something waits."""


@dataclass(frozen=True)
class Evidence:
    """The file, the stand-in after the story, the ids of all updates it issued, and how often the process died."""

    file: Path
    telegram: Telegram
    issued: list[int]
    deaths: list[Death]

    def rows(self, sql: str, *values: Any) -> list[Row]:
        with closing(sqlite3.connect(self.file)) as connection:
            connection.row_factory = sqlite3.Row
            return connection.execute(sql, values).fetchall()


@dataclass(frozen=True)
class Findings:
    """What is wrong, and the keys of the notices that came twice for a good reason, or were listed for one."""

    problems: list[str]
    doubled: list[str]
    listed: list[str] = field(default_factory=list)


def check(evidence: Evidence, facts: Facts) -> Findings:
    """Hold the evidence against every promise and the story's facts."""
    doubled, problems = notices_sent(evidence)
    listed = notices_listed(evidence)
    extra = Counter(_kind(key) for key in doubled)
    extra.subtract(_kind(key) for key in listed)
    problems += notices_heard(evidence, facts, extra)
    for promise in (charges, lots, accounts, holds, cells, updates):
        problems += promise(evidence)
    problems += [*bookings(evidence, facts), *units(evidence, facts)]
    problems += [f"Bot API: {violation}" for violation in evidence.telegram.violations]
    return Findings(problems, doubled, listed)


def charges(evidence: Evidence) -> Iterable[str]:
    """Every captured charge is one charge, one lot and one issue of what its order was for; nothing else is."""
    captured = {charge.telegram_payment_charge_id: charge for charge in evidence.telegram.cashier.charges}
    known = evidence.rows("SELECT id, token, amount_minor, currency FROM charge")
    orders = {row["token"]: row for row in evidence.rows("SELECT * FROM purchase")}
    credited = Counter(row["source"] for row in evidence.rows("SELECT source FROM lot WHERE source LIKE 'charge:%'"))
    yield from _differ("charges kept", [row["id"] for row in known], list(captured))
    yield from _differ("charges credited", credited.elements(), [f"charge:{each}" for each in captured])
    for charge in captured.values():
        order = orders.get(charge.payload)
        issued = evidence.rows(
            "SELECT l.issued, e.units FROM lot l JOIN ledger_entry e ON e.lot_id = l.id AND e.move = 'issue' "
            "WHERE l.source = ?",
            f"charge:{charge.telegram_payment_charge_id}",
        )
        if order is None or order["status"] != "paid" or order["amount_minor"] != charge.total_minor:
            yield f"charge {charge.telegram_payment_charge_id}: its order is not paid"
        elif [tuple(row) for row in issued] != [(order["units"], order["units"])]:
            yield f"charge {charge.telegram_payment_charge_id}: {len(issued)} issues instead of one as ordered"


def lots(evidence: Evidence) -> Iterable[str]:
    """Every lot's buckets are what its ledger entries make of them, and add up to what it brought in."""
    moved: dict[int, Counter[str]] = {}
    for entry in evidence.rows("SELECT lot_id, move, units FROM ledger_entry"):
        source, target = MOVES[entry["move"]]
        moved.setdefault(entry["lot_id"], Counter()).update({target: entry["units"]})
        moved[entry["lot_id"]].subtract({source: entry["units"]})
    for lot in evidence.rows("SELECT * FROM lot"):
        buckets = {name: lot[name] for name in BUCKETS}
        if sum(buckets.values()) != lot["issued"]:
            yield f"lot {lot['id']}: {lot['issued']} issued, {sum(buckets.values())} in its buckets"
        if buckets != {name: moved.get(lot["id"], Counter())[name] for name in BUCKETS}:
            yield f"lot {lot['id']}: its buckets differ from its ledger"


def accounts(evidence: Evidence) -> Iterable[str]:
    """Every account is the sum of its owner's lots."""
    for row in evidence.rows(
        "SELECT a.person_id, a.available, a.held, coalesce(sum(l.available), 0) AS lot_available, "
        "coalesce(sum(l.held), 0) AS lot_held FROM account a LEFT JOIN lot l USING (person_id) GROUP BY a.person_id"
    ):
        if (row["available"], row["held"]) != (row["lot_available"], row["lot_held"]):
            yield f"account {row['person_id']}: differs from its lots"


def units(evidence: Evidence, facts: Facts) -> Iterable[str]:
    """The studio's units are where the story left them."""
    (row,) = evidence.rows("SELECT sum(available) AS free, sum(held) AS held FROM account")
    if (row["free"], row["held"]) != (facts.free, facts.held):
        yield f"units: {row['free']} free and {row['held']} held instead of {facts.free} and {facts.held}"


def holds(evidence: Evidence) -> Iterable[str]:
    """A booking's ledger entries leave its units held, used or given back, as its status says."""
    wanted = {"booked": (1, 0), "completed": (0, 1), "missed": (0, 1), "cancelled": (0, 0), "cancelled_late": (0, 1)}
    for booking in evidence.rows("SELECT id, units, status FROM booking"):
        net: Counter[str] = Counter()
        for entry in evidence.rows("SELECT move, units FROM ledger_entry WHERE booking_id = ?", booking["id"]):
            source, target = MOVES[entry["move"]]
            net.update({target: entry["units"]})
            net.subtract({source: entry["units"]})
        held, used = wanted[booking["status"]]
        if (net["held"], net["redeemed"]) != (held * booking["units"], used * booking["units"]):
            yield f"booking {booking['id']}: {booking['status']}, but {net['held']} held and {net['redeemed']} used"


def bookings(evidence: Evidence, facts: Facts) -> Iterable[str]:
    """Exactly the bookings that the story made, as it left them."""
    found = [
        (start, (_instant(row["ends_at"]) - start) // timedelta(minutes=1), row["units"], row["status"])
        for row in evidence.rows(
            "SELECT s.starts_at, s.ends_at, b.units, b.status FROM booking b JOIN session s ON s.id = b.session_id"
        )
        for start in [_instant(row["starts_at"])]
    ]
    yield from _differ("bookings", found, facts.bookings)


def cells(evidence: Evidence) -> Iterable[str]:
    """The cells are those of the bookings that take time, for both people, and no others; old ones may be gone."""
    wanted: list[tuple[int, int, int]] = []
    for row in evidence.rows("SELECT s.*, b.trainee_id, b.status FROM booking b JOIN session s ON s.id = b.session_id"):
        if row["status"] not in TAKES_TIME:
            continue
        blocks = (row["trainer_id"], row["blocks_from_at"], row["blocks_until_at"])
        for person, since, until in (blocks, (row["trainee_id"], row["starts_at"], row["ends_at"])):
            first, end = (int(_instant(each).timestamp()) // int(CELL.total_seconds()) for each in (since, until))
            wanted += [(person, cell, row["id"]) for cell in range(first, end)]
    found = {tuple(row) for row in evidence.rows("SELECT resource_id, cell, session_id FROM occupancy")}
    oldest = int((evidence.telegram.clock.now() - CELLS_ARE_KEPT).timestamp() / CELL.total_seconds())
    yield from _differ("cells", found, [each for each in wanted if each[1] >= oldest or each in found])


def updates(evidence: Evidence) -> Iterable[str]:
    """What the bot has acknowledged is in the inbox, done and shown; what was given up was reported to an admin."""
    kept = {row["update_id"]: row for row in evidence.rows("SELECT update_id, state, answered_at FROM inbox")}
    waiting = {update.id for update in evidence.telegram.updates.pending()}
    reported = {row["dedupe_key"] for row in evidence.rows("SELECT dedupe_key FROM outbox WHERE state = 'sent'")}
    for update_id in evidence.issued:
        row = kept.get(update_id)
        if row is None:
            yield f"update {update_id}: {'never taken' if update_id in waiting else 'acknowledged and lost'}"
        elif row["state"] == "dead":
            if not any(key.startswith(f"update_dead:{update_id}:") for key in reported):
                yield f"update {update_id}: given up in silence"
        elif row["state"] != "done" or row["answered_at"] is None:
            yield f"update {update_id}: still {row['state']}"
    yield from (f"update {update_id}: never issued" for update_id in kept.keys() - set(evidence.issued))


def notices_sent(evidence: Evidence) -> tuple[list[str], list[str]]:
    """The keys that were sent twice rightly, and what is wrong.

    A notice may come twice only when the process died, or the answer was lost, after it was sent and before that was
    written down; and then once more, not more often.
    """
    now = evidence.telegram.clock.now()
    listed = notices_listed(evidence)
    doubled: list[str] = []
    problems: list[str] = []
    rows = evidence.rows("SELECT o.*, p.telegram_id FROM outbox o JOIN person p ON p.id = o.person_id")
    calls = [call for call in evidence.telegram.calls if call.method == "sendMessage" and call.ok]
    owned = {row["message_id"] for row in rows if row["kind"] != "refresh"}
    for row in rows:
        given_up = row["state"] == "dead" and row["dedupe_key"] not in listed
        if given_up or (row["state"] == "pending" and _instant(row["due_at"]) <= now):
            problems.append(f"notice {row['dedupe_key']}: due and {row['state']}")
        if row["state"] != "sent" or row["kind"] == "refresh":
            continue
        own = next((call for call in calls if _message(call)["message_id"] == row["message_id"]), None)
        if own is None or own.parameters["chat_id"] != str(row["telegram_id"]):
            problems.append(f"notice {row['dedupe_key']}: marked as sent, but nobody got it")
            continue
        copies = [call for call in calls if _same(call, own) and _message(call)["message_id"] not in owned]
        doubled += [row["dedupe_key"]] * len(copies)
        if not all(_excused(evidence, row["dedupe_key"], copy, own) for copy in copies) or len(copies) > 1:
            problems.append(f"notice {row['dedupe_key']}: sent {1 + len(copies)} times")
    return doubled, problems


def notices_listed(evidence: Evidence) -> list[str]:
    """The keys of notices given up rightly: two processes died while one may have been on its way, and admins know."""
    told = {row["dedupe_key"] for row in evidence.rows("SELECT dedupe_key FROM outbox WHERE kind = 'notice_dead'")}
    return [
        row["dedupe_key"]
        for row in evidence.rows("SELECT id, dedupe_key FROM outbox WHERE state = 'dead' AND kind != 'notice_dead'")
        if any(key.startswith(f"notice_dead:{row['id']}:") for key in told)
        and sum(death.notices.get(row["dedupe_key"]) == "pending" for death in evidence.deaths) >= ENOUGH_DEATHS
    ]


def notices_heard(evidence: Evidence, facts: Facts, extra: Counter[str]) -> Iterable[str]:
    """Everybody got what the story makes due, as their chats tell it; the doubles come on top, and nothing else.

    `extra` says of each kind how many more came, or fewer, for a good reason.
    """
    sent = [_message(call) for call in evidence.telegram.calls if call.method == "sendMessage" and call.ok]
    for told in facts.notices:
        texts = [re.sub(r"\s", " ", message["text"]) for message in sent if message["chat"]["id"] == told.reader]
        got = sum(re.match(told.words, text) is not None for text in texts)
        if got != told.times + extra[told.kind]:
            yield f"{told.kind}: told {got} times instead of {told.times} and {extra[told.kind]} for a reason"
    kinds = {told.kind for told in facts.notices} | UNPLANNED | ({"notice_dead"} if notices_listed(evidence) else set())
    for row in evidence.rows("SELECT dedupe_key, kind FROM outbox WHERE state = 'sent'"):
        if row["kind"] not in kinds:
            yield f"notice {row['dedupe_key']}: nothing in the story causes it"


def _kind(key: str) -> str:
    return key.partition(":")[0]


def _excused(evidence: Evidence, key: str, copy: Call, own: Call) -> bool:
    calls = evidence.telegram.calls
    first, second = sorted((calls.index(copy), calls.index(own)))
    died = any(first < death.calls <= second and death.notices.get(key) == "pending" for death in evidence.deaths)
    return died or calls[first].fault == "LOST_ANSWER"


def _same(call: Call, other: Call) -> bool:
    return (call.parameters["chat_id"], call.parameters["text"]) == (
        other.parameters["chat_id"],
        other.parameters["text"],
    )


def _message(call: Call) -> dict[str, Any]:
    message: dict[str, Any] = call.outcome["result"]
    return message


def _differ(what: str, found: Iterable[Any], wanted: Iterable[Any]) -> Iterable[str]:
    """What is there too often, and what is missing."""
    there, right = Counter(found), Counter(wanted)
    yield from (f"{what}: {each} too much" for each in (there - right).elements())
    yield from (f"{what}: {each} missing" for each in (right - there).elements())


def _instant(stored: str) -> datetime:
    return datetime.fromisoformat(stored).replace(tzinfo=UTC)
