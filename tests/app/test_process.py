"""What the process sets for itself: threads that take turns quickly, and a collector that leaves alone what stays."""

import gc
import sys
from collections.abc import Iterator

import pytest

from app import process


@pytest.fixture
def as_before() -> Iterator[None]:
    """What concerns the whole process is undone."""
    switching, thresholds = sys.getswitchinterval(), gc.get_threshold()
    yield
    sys.setswitchinterval(switching)
    gc.set_threshold(*thresholds)
    gc.unfreeze()


@pytest.mark.usefixtures("as_before")
def test_threads_take_turns_ten_times_as_often() -> None:
    process.tune()
    assert sys.getswitchinterval() == pytest.approx(process.SWITCH_SECONDS)


@pytest.mark.usefixtures("as_before")
def test_what_is_there_at_the_start_is_not_gone_through_again() -> None:
    process.settle()
    assert gc.get_freeze_count() > 0
    assert gc.get_threshold()[0] == process.COLLECT_EVERY
    assert gc.isenabled()
