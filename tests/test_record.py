"""The record of long runs: what several of them found, added up in one file."""

from pathlib import Path

from tests.record import Record


def test_a_record_adds_up_over_runs_and_says_where_to_go_on(tmp_path: Path) -> None:
    file = tmp_path / "figures.json"
    for seed in (7, 8):
        record = Record(file, engine="sqlite")
        record.add(seed, {"kills": 20, "stories": 2}, [], {"median lag": 0.2})
    again = Record(file, engine="sqlite")
    assert (again.parts, again.last_seed, again.clean) == (2, 8, True)
    assert '"kills": 40' in again.text()
    again.add(9, {}, ["seed 9: an update was lost"])
    assert not again.clean
    assert "an update was lost" in Record(file).text()


def test_an_empty_record_begins_with_the_first_seed(tmp_path: Path) -> None:
    assert Record(tmp_path / "none.json").last_seed == 0
