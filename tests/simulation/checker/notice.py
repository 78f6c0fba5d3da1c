"""Notices: each that is owed is written down, goes out once while it is true, and comes twice only after a doubt.

A doubt is an answer that leaves open whether the message arrived, or a death or a dropped connection between sending
and writing that down. It excuses one more copy, which is counted; there is never a third.
"""

import json
from collections import Counter
from datetime import UTC, datetime, timedelta
from typing import Any

from tests.simulation.checker.ground import Ground, Row, seconds
from tests.simulation.fault import AMBIGUOUS
from tests.simulation.session import Delivery

FLIGHT_SECONDS = 5.0
"""How long before a reminder leaves the look whether it is still true may lie: it may wait for its turn in the chat."""
EARLY_SECONDS = 605.0
"""A clock that is wrong by so much makes a notice leave early by so much."""
JUST_DUE_SECONDS = 3.0
"""The sender looks for what is due every few seconds; what came due just now has its turn ahead."""
FINAL = ("sent", "withdrawn", "expired", "dead")


class Notices:
    """Follows each notice from its row to the chat and back."""

    def __init__(self, ground: Ground) -> None:
        self._ground = ground
        self._last_row = 0
        self._copies: dict[str, list[int]] = {}
        self._unmarked: set[str] = set()
        self._excused: Counter[str] = Counter()
        self._dead: set[int] = set()
        self._told: set[str] = set()
        self._changed_at: dict[int, float] = {}
        self._blocked: dict[int, list[tuple[float, bool]]] = {}

    def after_commit(self) -> list[Row]:
        """The notices that the commit wrote down; and whether one that was sent is marked with a message it has."""
        for key in sorted(self._unmarked):
            row = self._ground.row("SELECT state, message_id FROM outbox WHERE dedupe_key = ?", key)
            if row is not None and row["state"] in FINAL:
                self._unmarked.discard(key)
                if row["state"] == "sent" and row["message_id"] not in self._copies[key]:
                    self._ground.complain(f"notice {key}: marked with a message that nobody got")
        new = self._ground.rows("SELECT * FROM outbox WHERE id > ? ORDER BY id", self._last_row)
        if new:
            self._last_row = new[-1]["id"]
        return new

    def changed(self, booking_ids: set[int]) -> None:
        """These bookings were cancelled, moved or ended just now."""
        self._changed_at.update(dict.fromkeys(booking_ids, self._ground.now))

    def died(self, life: int) -> None:
        """A process died; what it has sent and not marked, or what is still on its way, may come once more."""
        self._dead.add(life)
        self.doubt()

    def doubt(self) -> None:
        """Something was perhaps sent and not marked."""
        for key in self._unmarked:
            self._excused[key] += 1

    def blocked(self, telegram_id: int, *, blocked: bool) -> None:
        self._blocked.setdefault(telegram_id, []).append((self._ground.now, blocked))

    def delivered(self, delivery: Delivery) -> None:
        """A message arrives that carries a notice."""
        key = delivery.key
        row = self._ground.row("SELECT * FROM outbox WHERE dedupe_key = ?", key)
        if row is None:
            self._ground.complain(f"notice {key}: sent, but there is no such notice")
            return
        if delivery.chat_id != self._ground.telegram_id(row["person_id"]):
            self._ground.complain(f"notice {key}: sent to {delivery.chat_id}")
        if seconds(row["due_at"]) - self._ground.now > EARLY_SECONDS:
            self._ground.complain(f"notice {key}: sent before it was due at {row['due_at']}")
        self._count_copy(delivery)
        if row["kind"] == "reminder":
            self._look_at_reminder(key, json.loads(row["values"]), delivery)
        if delivery.fault in AMBIGUOUS or delivery.life in self._dead:
            self._excused[key] += 1
        self._unmarked.add(key)

    def examine(self) -> None:
        """What is marked was sent; what was given up is told; every reminder ahead is written down."""
        for row in self._ground.rows(
            "SELECT dedupe_key, message_id FROM outbox WHERE state = 'sent' AND kind != 'refresh'"
        ):
            if row["message_id"] not in self._copies.get(row["dedupe_key"], ()):
                self._ground.complain(f"notice {row['dedupe_key']}: marked as sent, but nobody got it")
        for row in self._ground.rows("SELECT * FROM outbox WHERE state = 'dead'"):
            if row["dedupe_key"] not in self._told:
                self._look_at_dead(row)
        self._look_at_reminders_ahead()

    def settled(self, now: datetime) -> None:
        """Nothing is due any more, unless it came due just now; `now` is what the product's clock says."""
        until = f"{now - timedelta(seconds=JUST_DUE_SECONDS):%Y-%m-%d %H:%M:%S.%f}"
        for row in self._ground.rows("SELECT * FROM outbox WHERE state = 'pending' AND due_at <= ?", until):
            self._ground.complain(
                f"notice {row['dedupe_key']}: due since {row['due_at']} and still pending: {dict(row)}"
            )

    def _count_copy(self, delivery: Delivery) -> None:
        key = delivery.key
        copies = self._copies.setdefault(key, [])
        copies.append(delivery.message_id)
        if len(copies) == 1:
            self._ground.counts["notices sent"] += 1
        elif self._excused[key] and len(copies) == 2:
            self._excused[key] -= 1
            self._ground.counts["duplicates, each after a doubt"] += 1
        else:
            self._ground.complain(f"notice {key}: sent {len(copies)} times, {self._excused[key]} excused")

    def _look_at_reminder(self, key: str, values: dict[str, Any], delivery: Delivery) -> None:
        booking_id = values["booking_id"]
        row = self._ground.row(
            "SELECT b.status, s.version FROM booking b JOIN session s ON s.id = b.session_id WHERE b.id = ?", booking_id
        )
        left_at = self._ground.now - (delivery.at - delivery.sent_at)
        stale = row is None or (row["status"], row["version"]) != ("booked", values["version"])
        if stale and left_at - self._changed_at.get(booking_id, 0.0) > FLIGHT_SECONDS:
            self._ground.complain(
                f"notice {key}: the booking is {tuple(row) if row else 'gone'}, and was before it left"
            )

    def _look_at_dead(self, row: Row) -> None:
        """Given up: either its reader has blocked the bot, or the admins are told, which is forgotten some day."""
        unreachable = row["problem"] == "unreachable" or "blocked" in (row["problem"] or "")
        if unreachable and self._blocked.get(self._ground.telegram_id(row["person_id"])):
            return
        told = self._ground.row("SELECT 1 FROM outbox WHERE dedupe_key LIKE ?", f"notice_dead:{row['id']}%")
        if told is None and row["kind"] != "notice_dead":
            self._ground.complain(f"notice {row['dedupe_key']}: given up in silence: {row['problem']}")
        self._told.add(row["dedupe_key"])

    def _look_at_reminders_ahead(self) -> None:
        pending: set[tuple[int, int, int]] = set()
        for row in self._ground.rows(
            "SELECT \"values\", due_at FROM outbox WHERE kind = 'reminder' AND state != 'withdrawn' AND due_at > ?",
            datetime.fromtimestamp(self._ground.now, UTC).strftime("%Y-%m-%d %H:%M:%S"),
        ):
            values = json.loads(row["values"])
            pending.add((values["booking_id"], values["version"], int(seconds(row["due_at"]))))
        studio = self._ground.row("SELECT * FROM studio")
        assert studio is not None
        for row in self._ground.rows(
            "SELECT b.id, s.version, s.starts_at, p.reminder_leads, p.reachable FROM booking b "
            "JOIN session s ON s.id = b.session_id JOIN person p ON p.id = b.trainee_id WHERE b.status = 'booked'"
        ):
            leads = json.loads(row["reminder_leads"] or studio["reminder_leads"])
            for lead in leads if row["reachable"] else ():
                due = int(seconds(row["starts_at"])) - 60 * lead
                if due > self._ground.now + EARLY_SECONDS and (row["id"], row["version"], due) not in pending:
                    self._ground.complain(f"booking {row['id']}: no reminder {lead} minutes before it")
