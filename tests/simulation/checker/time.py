"""Time: nobody is in two sessions at once, and the cells are exactly those of the sessions that take place."""

from collections.abc import Iterable
from itertools import pairwise

from tests.books import TAKES_TIME
from tests.simulation.checker.ground import Ground, Row, seconds

CELL_SECONDS = 300
RECENT_SECONDS = 23 * 3600
"""Cells of sessions that ended longer ago may be cleaned up, or have been."""
BOOKED = (
    "SELECT b.id AS booking_id, b.status, b.trainee_id, s.id AS session_id, s.trainer_id, s.version, s.starts_at, "
    "s.ends_at, s.blocks_from_at, s.blocks_until_at, s.active FROM booking b JOIN session s ON s.id = b.session_id"
)
Span = tuple[float, float, int]


class Time:
    """Looks at who is where, when."""

    def __init__(self, ground: Ground) -> None:
        self._ground = ground
        self._spans: dict[int, dict[int, Span]] = {}

    def after_commit(self, booking_ids: Iterable[int]) -> None:
        """The sessions of these bookings: against everybody else's, and against their cells."""
        for booking_id in sorted(booking_ids):
            for row in self._ground.rows(f"{BOOKED} WHERE b.id = ?", booking_id):
                self._place(row)
                self._look_at_cells(row)
                for person_id, since, until in _spans(row):
                    self._look_at_person(person_id, row["session_id"], since, until)

    def examine(self) -> None:
        """Everything anew, from the file."""
        self._spans = {}
        known: set[tuple[int, int]] = set()
        for row in self._ground.rows(BOOKED):
            self._place(row)
            self._look_at_cells(row)
            known.add((row["session_id"], row["status"] in TAKES_TIME))
        for person_id, spans in self._spans.items():
            self._look_at_all(person_id, sorted(spans.values()))
        for row in self._ground.rows("SELECT DISTINCT session_id FROM occupancy"):
            if (row["session_id"], True) not in known:
                self._ground.complain(f"session {row['session_id']}: takes cells, but no time")

    def _place(self, row: Row) -> None:
        for person_id in (row["trainer_id"], row["trainee_id"]):
            self._spans.setdefault(person_id, {}).pop(row["session_id"], None)
        for person_id, since, until in _spans(row):
            self._spans.setdefault(person_id, {})[row["session_id"]] = (since, until, row["session_id"])

    def _look_at_person(self, person_id: int, session_id: int, since: float, until: float) -> None:
        for start, end, other_id in self._spans[person_id].values():
            if other_id != session_id and start < until and since < end:
                self._ground.complain(f"person {person_id}: sessions {session_id} and {other_id} overlap")

    def _look_at_all(self, person_id: int, spans: list[Span]) -> None:
        for (_, end, session_id), (start, _, other_id) in pairwise(spans):
            if start < end:
                self._ground.complain(f"person {person_id}: sessions {session_id} and {other_id} overlap")

    def _look_at_cells(self, row: Row) -> None:
        if seconds(row["ends_at"]) < self._ground.now - RECENT_SECONDS:
            return
        wanted = sorted(
            (person_id, cell)
            for person_id, since, until in _spans(row)
            for cell in range(int(since) // CELL_SECONDS, -(-int(until) // CELL_SECONDS))
        )
        found = self._ground.rows(
            "SELECT resource_id, cell FROM occupancy WHERE session_id = ? ORDER BY 1, 2", row["session_id"]
        )
        if [tuple(each) for each in found] != wanted:
            self._ground.complain(f"session {row['session_id']}: {row['status']}, its cells differ from its time")


def _spans(row: Row) -> list[tuple[int, float, float]]:
    """Whose time the booking's session takes, from when to when; the trainer's with the buffers around it."""
    if row["status"] not in TAKES_TIME:
        return []
    return [
        (row["trainer_id"], seconds(row["blocks_from_at"]), seconds(row["blocks_until_at"])),
        (row["trainee_id"], seconds(row["starts_at"]), seconds(row["ends_at"])),
    ]
