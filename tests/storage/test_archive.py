"""The file of a backup: what was written is read, and whatever is not that is noticed."""

import gzip
import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from storage import archive
from storage.archive import DamagedArchive, Head, NewerArchive, Writer

HEAD = Head(
    revision="0001",
    made_at=datetime(2026, 11, 30, 9, 0, tzinfo=UTC),
    studio="Studio <3 “Kraft” 💪",
    tables={"person": {"id": "integer", "name": "text"}, "card": {"on_date": "date"}},
)
PEOPLE = [[1, "Anna\n“the first” 💪"], [2, None], [2**63 - 1, ""]]


@pytest.fixture
def file(tmp_path: Path) -> Path:
    made = tmp_path / "studio.gz"
    with made.open("wb") as opened, Writer(opened, HEAD) as writer:
        writer.add("person", PEOPLE[:2])
        writer.add("person", PEOPLE[2:])
    return made


def lines(file: Path) -> list[Any]:
    return [json.loads(line) for line in gzip.open(file)]


def written(file: Path, said: list[Any]) -> Path:
    file.write_bytes(gzip.compress(b"".join(json.dumps(each, separators=(",", ":")).encode() + b"\n" for each in said)))
    return file


def test_what_was_written_is_read(file: Path) -> None:
    assert archive.head_of(file) == HEAD
    assert list(archive.batches(file)) == [("person", PEOPLE[:2]), ("person", PEOPLE[2:])]
    assert archive.verify(file) == {"person": 3, "card": 0}


def test_a_file_that_is_cut_off_anywhere_is_noticed(file: Path) -> None:
    whole = file.read_bytes()
    for length in range(len(whole)):
        file.write_bytes(whole[:length])
        with pytest.raises(DamagedArchive):
            archive.verify(file)


def test_a_byte_that_changed_anywhere_in_the_content_is_noticed(file: Path) -> None:
    whole = gzip.decompress(file.read_bytes())
    for place in range(len(whole)):
        changed = whole[:place] + bytes([whole[place] ^ 1]) + whole[place + 1 :]
        file.write_bytes(gzip.compress(changed, mtime=0))
        with pytest.raises((DamagedArchive, NewerArchive)):
            archive.verify(file)


@pytest.mark.parametrize("missing", [1, 2, 3])
def test_a_line_that_is_missing_is_noticed(file: Path, missing: int) -> None:
    said = lines(file)
    del said[missing]
    with pytest.raises(DamagedArchive):
        archive.verify(written(file, said))


def test_lines_that_follow_the_last_one_are_noticed(file: Path) -> None:
    said = lines(file)
    with pytest.raises(DamagedArchive):
        archive.verify(written(file, [*said, said[1]]))


def test_writing_that_fails_leaves_no_whole_file(tmp_path: Path) -> None:
    def fail() -> None:
        with (tmp_path / "studio.gz").open("wb") as opened, Writer(opened, HEAD) as writer:
            writer.add("person", PEOPLE)
            raise InterruptedError

    with pytest.raises(InterruptedError):
        fail()
    with pytest.raises(DamagedArchive):
        archive.verify(tmp_path / "studio.gz")


@pytest.mark.parametrize(
    "content",
    [b"", b"no backup", gzip.compress(b"", mtime=0), gzip.compress(b"[1]\n", mtime=0), gzip.compress(b"x", mtime=0)],
)
def test_another_file_is_no_archive(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "notes").write_bytes(content)
    with pytest.raises(DamagedArchive):
        archive.head_of(tmp_path / "notes")


def test_an_archive_of_a_later_format_is_left_alone(file: Path) -> None:
    said = lines(file)
    said[0]["version"] = archive.VERSION + 1
    with pytest.raises(NewerArchive):
        archive.verify(written(file, said))
