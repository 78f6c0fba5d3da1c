"""The checker as the simulation sees it: told of every commit, call and update, and asked after each calm."""

from collections.abc import Callable
from datetime import datetime
from pathlib import Path

from tests.simulation.checker.cause import Causes
from tests.simulation.checker.ground import Ground
from tests.simulation.checker.inbox import Inbox, Issued
from tests.simulation.checker.money import Money
from tests.simulation.checker.notice import Notices
from tests.simulation.checker.time import Time
from tests.simulation.checker.units import Units
from tests.simulation.session import Delivery
from tests.simulation.wire import Invoice


class Checker:
    """All checks together. A complaint is a violation."""

    def __init__(self, file: Path, loop_time: Callable[[], float], epoch: int) -> None:
        self._ground = ground = Ground(file, loop_time, epoch)
        self.violations, self.counts = ground.violations, ground.counts
        self.complain, self.rows, self.row = ground.complain, ground.rows, ground.row
        self._inbox, self._units, self._time = Inbox(ground), Units(ground), Time(ground)
        self._notices, self._money, self._causes = Notices(ground), Money(ground), Causes(ground)

    def committed(self) -> None:
        """Something was committed."""
        self.counts["commits"] += 1
        effects = self._inbox.after_commit()
        entries = self._units.after_commit()
        new = self._notices.after_commit()
        if entries:
            touched = {entry["booking_id"] for entry in entries} - {None}
            self._time.after_commit(touched)
            self._notices.changed(touched)
            self._causes.after_commit([self._inbox.issued[each] for each in effects], entries, new)

    def examine(self) -> None:
        """Read the whole file."""
        for part in (self._units, self._time, self._inbox, self._notices, self._money):
            part.examine()

    def settled(self, now: datetime) -> None:
        """After a calm: nothing may be left to do."""
        self._inbox.settled()
        self._notices.settled(now)
        self._money.settled()
        self.examine()

    def forget_what_was_checked(self) -> None:
        """Look at old charges again as well."""
        self._money.forget()

    def issued(self, update_id: int, kind: str, person_id: int, what: str) -> None:
        self.counts["updates"] += 1
        self._inbox.issued[update_id] = Issued(kind, person_id, what)

    def acknowledged(self, update_id: int) -> None:
        self._inbox.acknowledged(update_id)

    def gone(self, update_id: int) -> None:
        self._inbox.gone(update_id)
        update = self._inbox.issued[update_id]
        if update_id in self._inbox.lost and update.what.startswith("charge "):
            self._money.lost(update.what.removeprefix("charge "))

    def charged(self, charge_id: str, person_id: int, invoice: Invoice) -> None:
        self._money.charged(charge_id, person_id, invoice)

    def blocked(self, person_id: int, *, blocked: bool) -> None:
        self._notices.blocked(person_id, blocked=blocked)

    def delivered(self, delivery: Delivery) -> None:
        self._notices.delivered(delivery)

    def died(self, life: int) -> None:
        """A process died; it may have sent what it has not marked."""
        self._notices.died(life)

    def trouble(self) -> None:
        """A commit failed, so that a mark may be missing."""
        self._notices.doubt()

    def next_claim_at(self) -> float | None:
        """When the next notice can be claimed, for the scheduler's stand-in; in Unix seconds."""
        row = self._ground.row(
            "SELECT CAST(strftime('%s', min(claimable_at)) AS REAL) AS at FROM outbox WHERE state = 'pending'"
        )
        return None if row is None or row["at"] is None else float(row["at"])

    def close(self) -> None:
        self._ground.close()
