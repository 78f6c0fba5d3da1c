"""What every check stands on: the raw file on a connection of its own, the true time, and where complaints go."""

import sqlite3
from collections import Counter
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

Row = sqlite3.Row
GENEROUS_STATEMENTS = 200


class Ground:
    """The evidence. `now` is the true time in Unix seconds."""

    def __init__(self, file: Path, loop_time: Callable[[], float], epoch: int) -> None:
        self._connection = sqlite3.connect(file, isolation_level=None, cached_statements=GENEROUS_STATEMENTS)
        self._connection.row_factory = sqlite3.Row
        self._connection.execute("PRAGMA query_only=ON")
        self._loop_time, self._epoch = loop_time, epoch
        self.violations: list[str] = []
        self.counts: Counter[str] = Counter()
        self._people: dict[int, int] = {}

    @property
    def now(self) -> float:
        return self._epoch + self._loop_time()

    def rows(self, sql: str, *values: Any) -> list[Row]:
        return self._connection.execute(sql, values).fetchall()

    def row(self, sql: str, *values: Any) -> Row | None:
        found: Row | None = self._connection.execute(sql, values).fetchone()
        return found

    def complain(self, what: str) -> None:
        """Keep a violation, with the time at which it was seen."""
        at = datetime.fromtimestamp(self.now, UTC)
        self.violations.append(f"{at:%Y-%m-%d %H:%M:%S} UTC ({self._loop_time():.3f} s): {what}")

    def telegram_id(self, person_id: int) -> int:
        """The account of a person of the studio; accounts never change hands."""
        if person_id not in self._people:
            self._people = {row["id"]: row["telegram_id"] for row in self.rows("SELECT id, telegram_id FROM person")}
        return self._people.get(person_id, 0)

    def close(self) -> None:
        self._connection.close()


def seconds(stored: str) -> float:
    """An instant as the file has it, in Unix seconds."""
    return datetime.fromisoformat(stored).replace(tzinfo=UTC).timestamp()
