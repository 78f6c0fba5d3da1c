"""The file of a backup: gzip'd JSON lines, the same whichever database they come from. What stands in it is `backup`'s.

The first line is the head; each line after it holds some rows of one table; the last one counts the rows and carries
the SHA-256 of all lines before it, so that a file that was cut off or changed is noticed.
"""

import gzip
import json
import zlib
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from hashlib import sha256
from pathlib import Path
from types import TracebackType
from typing import IO, Any, Self

FORMAT = "session-tracker-backup"
VERSION = 1
Values = list[Any]
"""One row as JSON has it, in the order of its table's columns."""


class DamagedArchive(Exception):
    """The file is no archive, or no longer the one that was written; the text says what is wrong."""


class NewerArchive(Exception):
    """The file was written by a later version of the program."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Head:
    """What an archive says of itself: how far the tables were, whose and from when it is, and what its tables are.

    `tables` is `{table: {column: type}}`, in the order in which they can be filled.
    """

    revision: str
    made_at: datetime
    studio: str
    tables: Mapping[str, Mapping[str, str]]


class Writer:
    """Writes an archive into an open file; leaving the `with` block without an exception writes the last line."""

    def __init__(self, file: IO[bytes], head: Head) -> None:
        self._zipped = gzip.GzipFile(filename="", fileobj=file, mode="wb", mtime=0)
        self._digest = sha256()
        self.rows = dict.fromkeys(head.tables, 0)
        facts = asdict(head) | {"made_at": head.made_at.isoformat()}
        self._write({"format": FORMAT, "version": VERSION} | facts)

    def add(self, table: str, rows: Sequence[Values]) -> None:
        self._write({"table": table, "rows": rows})
        self.rows[table] += len(rows)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, failed: type[BaseException] | None, error: BaseException | None, at: TracebackType | None
    ) -> None:
        if failed is None:
            self._write({"rows": self.rows, "sha256": self._digest.hexdigest()})
            self._zipped.close()

    def _write(self, said: Mapping[str, Any]) -> None:
        line = json.dumps(said, separators=(",", ":")).encode() + b"\n"
        self._digest.update(line)
        self._zipped.write(line)


def head_of(file: Path) -> Head:
    """The head alone. Raises `DamagedArchive`, `NewerArchive`, or `OSError` where the file cannot be read."""
    return _head(next(_lines(file), b""))


def batches(file: Path) -> Iterator[tuple[str, list[Values]]]:
    """The rows, some of one table at a time. Raises as `head_of` does, for what is wrong at the end only there."""
    lines, digest = _lines(file), sha256()
    first = next(lines, b"")
    counted = Counter(dict.fromkeys(_head(first).tables, 0))
    digest.update(first)
    for line in lines:
        said = _object(line)
        if "sha256" in said:
            _check_end(said, dict(counted), digest.hexdigest(), lines)
            return
        table, rows = _batch(said)
        counted[table] += len(rows)
        digest.update(line)
        yield table, rows
    raise DamagedArchive("it is cut off")


def verify(file: Path) -> dict[str, int]:
    """Read the whole file and answer with the rows of each table. Raises as `head_of` does."""
    counted = Counter(dict.fromkeys(head_of(file).tables, 0))
    for table, rows in batches(file):
        counted[table] += len(rows)
    return dict(counted)


def _lines(file: Path) -> Iterator[bytes]:
    try:
        with gzip.open(file, "rb") as unzipped:
            yield from unzipped
    except EOFError:
        raise DamagedArchive("it is cut off") from None
    except (gzip.BadGzipFile, zlib.error):
        raise DamagedArchive("it cannot be unpacked") from None


def _head(line: bytes) -> Head:
    said = _object(line)
    if said.get("format") != FORMAT:
        raise DamagedArchive("it is something else")
    if said.get("version") != VERSION:
        raise NewerArchive
    try:
        made_at = datetime.fromisoformat(said["made_at"])
        tables = {str(name): dict(columns) for name, columns in said["tables"].items()}
        return Head(revision=said["revision"], made_at=made_at, studio=said["studio"], tables=tables)
    except (AttributeError, KeyError, TypeError, ValueError):
        raise DamagedArchive("its first line is unreadable") from None


def _batch(said: dict[str, Any]) -> tuple[str, list[Values]]:
    if not isinstance(said.get("table"), str) or not isinstance(said.get("rows"), list):
        raise DamagedArchive("a line of it is unreadable")
    return said["table"], said["rows"]


def _object(line: bytes) -> dict[str, Any]:
    try:
        said = json.loads(line)
    except ValueError:
        said = None
    if not isinstance(said, dict):
        raise DamagedArchive("a line of it is unreadable")
    return said


def _check_end(said: dict[str, Any], rows: dict[str, int], digest: str, lines: Iterator[bytes]) -> None:
    if said != {"rows": rows, "sha256": digest}:
        raise DamagedArchive("its checksum is wrong")
    if next(lines, None) is not None:
        raise DamagedArchive("something follows its end")
