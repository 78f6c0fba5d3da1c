"""Notices: each arrives, once; or twice where its sender may have died before it could write that down; and soon."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from emulator.chat import Call
from tests.faults.checker import Row
from tests.faults.fleet.findings import Findings, Seen, instant

MAY_ARRIVE = 2


def look_at_notices(seen: Seen, kept: dict[int, Row], found: Findings) -> None:
    """Each notice arrived, once; or twice where its sender may have died before it could write that down."""
    evidence = seen.evidence
    rows = evidence.rows("SELECT o.*, p.telegram_id FROM outbox o JOIN person p ON p.id = o.person_id")
    arrived = {_message_id(call): call for call in evidence.telegram.calls if call.method == "sendMessage" and call.ok}
    owned = {row["message_id"] for row in rows if row["kind"] != "refresh"}
    spare: defaultdict[tuple[str, str], list[Call]] = defaultdict(list)
    for message_id, call in arrived.items():
        if message_id not in owned:
            spare[_words(call)].append(call)
    keys = {row["dedupe_key"] for row in rows}
    for row in rows:
        found.counted[f"notices {row['state']}"] += 1
        found.counted["sends in doubt"] += max(0, row["begun"] - 1)
        if _is_listed(row, keys):
            found.counted["notices listed after two doubts"] += 1
        elif row["state"] == "dead" or (row["state"] == "pending" and instant(row["due_at"]) <= seen.settled_at):
            found.problems.append(f"notice {row['dedupe_key']}: due and {row['state']}, {row['problem']}")
        if row["state"] == "sent":
            _look_at_sent(row, arrived, spare, seen.killed_at, found)
            _measure(row, arrived, kept, found)


def _is_listed(row: Row, keys: set[str]) -> bool:
    """Whether the admins are told that nobody knows whether it arrived, twice."""
    told = any(key.startswith(f"notice_dead:{row['id']}:") for key in keys)
    return row["state"] == "dead" and row["begun"] >= MAY_ARRIVE and told


def _look_at_sent(
    row: Row,
    arrived: dict[int, Call],
    spare: dict[tuple[str, str], list[Call]],
    killed_at: Sequence[datetime],
    found: Findings,
) -> None:
    due_at, sent_at = instant(row["due_at"]), instant(row["sent_at"])
    if row["begun"] > 1 and not any(due_at <= each <= sent_at for each in killed_at):
        found.problems.append(f"notice {row['dedupe_key']}: in doubt {row['begun'] - 1} times though nobody died")
    if row["kind"] == "refresh":
        return
    own = arrived.get(row["message_id"])
    if own is None or own.parameters["chat_id"] != str(row["telegram_id"]):
        found.problems.append(f"notice {row['dedupe_key']}: marked as sent, but nobody got it")
        return
    copies = [call for call in spare.get(_words(own), ()) if due_at <= call.at]
    found.counted["notices that came twice"] += len(copies)
    if len(copies) > row["begun"] - 1 or row["begun"] > MAY_ARRIVE:
        found.problems.append(f"notice {row['dedupe_key']}: {1 + len(copies)} copies, {row['begun']} sends begun")


def _measure(row: Row, arrived: dict[int, Call], kept: dict[int, Row], found: Findings) -> None:
    """How long after its cause it arrived, where it was due at once."""
    cause, _, number = row["cause"].partition(":")
    update = kept.get(int(number)) if cause == "update" else None
    call = arrived.get(row["message_id"])
    if call is not None and update is not None and update["done_at"] == row["due_at"]:
        found.lags.append((call.at - instant(row["due_at"])).total_seconds())


def _words(call: Call) -> tuple[str, str]:
    return call.parameters["chat_id"], call.parameters["text"]


def _message_id(call: Call) -> int:
    number: Any = call.outcome["result"]["message_id"]
    return int(number)
