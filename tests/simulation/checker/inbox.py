"""Updates: what was acknowledged is kept, takes effect once and in order, or is given up in the open."""

from dataclasses import dataclass

from tests.simulation.checker.ground import Ground

OPEN = "SELECT id, update_id, lane FROM inbox WHERE state = 'new'"
UNSHOWN = "SELECT id, update_id, lane FROM inbox WHERE state = 'done' AND answered_at IS NULL"


@dataclass(frozen=True, slots=True)
class Issued:
    """An update as Telegram made it: who it is from, and what they said or tapped."""

    kind: str
    person_id: int
    what: str


@dataclass(frozen=True, slots=True)
class Kept:
    """An update in the inbox; `place` says when it was taken in."""

    place: int
    lane: str


class Inbox:
    """Follows each update from the first commit that holds it to the one in which it takes effect."""

    def __init__(self, ground: Ground) -> None:
        self._ground = ground
        self.issued: dict[int, Issued] = {}
        self.lost: set[int] = set()
        self._open: dict[int, Kept] = {}
        self._unshown: set[int] = set()
        self._finished: set[int] = set()
        self._last_taken: dict[str, int] = {}
        self._last_effect: dict[str, int] = {}

    def acknowledged(self, update_id: int) -> None:
        """Telegram will not bring it again."""
        if not self._is_known(update_id):
            self._ground.complain(f"update {update_id}: acknowledged, but not stored")

    def gone(self, update_id: int) -> None:
        """Its life at Telegram is over; that is nobody's fault where it was never handed out."""
        if not self._is_known(update_id):
            self.lost.add(update_id)
            self._ground.counts["updates whose life ended at Telegram"] += 1

    def after_commit(self) -> list[int]:
        """Which updates have taken effect in this commit."""
        now_open = {row["update_id"]: Kept(row["id"], row["lane"]) for row in self._ground.rows(OPEN)}
        unshown = {row["update_id"]: Kept(row["id"], row["lane"]) for row in self._ground.rows(UNSHOWN)}
        for update_id, kept in {**now_open, **unshown}.items():
            if update_id not in self._open and (update_id in now_open or update_id not in self._unshown):
                self._taken(update_id, kept)
        effects = sorted(unshown.keys() - self._unshown)
        for update_id in effects:
            self._took_effect(update_id, unshown[update_id])
        for update_id in self._open.keys() - now_open.keys() - unshown.keys():
            self._ended(update_id)
        self._open, self._unshown = now_open, set(unshown)
        return effects

    def examine(self) -> None:
        """Nothing is there that Telegram never issued, and nothing has vanished."""
        for row in self._ground.rows("SELECT update_id, state FROM inbox"):
            if row["update_id"] not in self.issued:
                self._ground.complain(f"update {row['update_id']}: never issued")

    def settled(self) -> None:
        """Nothing is left to do."""
        for update_id in self._open:
            self._ground.complain(f"update {update_id}: still open after the calm: {self.issued.get(update_id)}")
        for update_id in self._unshown:
            self._ground.complain(f"update {update_id}: took effect, but nothing was shown after the calm")

    def _is_known(self, update_id: int) -> bool:
        found = self._ground.row("SELECT 1 FROM inbox WHERE update_id = ?", update_id)
        return found is not None or update_id in self._finished

    def _taken(self, update_id: int, kept: Kept) -> None:
        if update_id in self._finished:
            self._ground.complain(f"update {update_id}: open again after it was done")
        if update_id < self._last_taken.get(kept.lane, 0):
            self._ground.complain(f"update {update_id}: taken in after a later one of {kept.lane}")
        self._last_taken[kept.lane] = update_id

    def _took_effect(self, update_id: int, kept: Kept) -> None:
        if update_id in self._finished:
            self._ground.complain(f"update {update_id}: took effect twice")
        if kept.place < self._last_effect.get(kept.lane, 0):
            self._ground.complain(f"update {update_id}: took effect after a later one of {kept.lane}")
        self._last_effect[kept.lane] = kept.place
        self._finished.add(update_id)

    def _ended(self, update_id: int) -> None:
        """It only showed something, or it was given up; then the same commit tells the admins."""
        self._finished.add(update_id)
        row = self._ground.row("SELECT state FROM inbox WHERE update_id = ?", update_id)
        if row is None:
            self._ground.complain(f"update {update_id}: gone before it was done")
        elif row["state"] == "dead":
            self._ground.counts["updates given up"] += 1
            if self._ground.row("SELECT 1 FROM outbox WHERE dedupe_key LIKE ?", f"update_dead:{update_id}:%") is None:
                self._ground.complain(f"update {update_id}: given up in silence")
