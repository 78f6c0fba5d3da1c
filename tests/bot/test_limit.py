"""The limit per person: nobody human meets it, and what it remembers is bounded."""

import pytest

from bot import limit
from bot.limit import BURST, Limit

ANNA, BEN = 1, 2


class Stopwatch:
    """Time that passes when the test says so."""

    def __init__(self) -> None:
        self.seconds = 1000.0

    def __call__(self) -> float:
        return self.seconds


@pytest.fixture
def watch() -> Stopwatch:
    return Stopwatch()


@pytest.fixture
def made(watch: Stopwatch) -> Limit:
    return Limit(watch)


def admitted(made: Limit, who: int, times: int) -> int:
    return sum(made.admits(who) for _ in range(times))


def test_120_things_at_once_pass_and_the_next_does_not(made: Limit) -> None:
    assert admitted(made, ANNA, 500) == BURST == 120


def test_after_a_burst_five_pass_in_each_second(made: Limit, watch: Stopwatch) -> None:
    admitted(made, ANNA, 500)
    for _ in range(10):
        watch.seconds += 1
        assert admitted(made, ANNA, 500) == 5


def test_what_was_held_back_does_not_count_against_anybody(made: Limit, watch: Stopwatch) -> None:
    admitted(made, ANNA, 10_000)
    watch.seconds += 24
    assert admitted(made, ANNA, 500) == BURST, "24 seconds of rest and everything is as before"


def test_four_taps_a_second_go_on_for_ever(made: Limit, watch: Stopwatch) -> None:
    for _ in range(2000):
        watch.seconds += 0.25
        assert made.admits(ANNA)


def test_one_person_s_haste_is_nothing_to_another(made: Limit) -> None:
    admitted(made, ANNA, 500)
    assert admitted(made, BEN, 1) == 1


def test_somebody_who_taps_is_told_every_three_seconds_at_most(made: Limit, watch: Stopwatch) -> None:
    told = []
    for _ in range(7):
        told.append(made.tells(ANNA, tapped=True))
        watch.seconds += 1
    assert told == [True, False, False, True, False, False, True]


def test_somebody_who_writes_is_told_once_a_minute_at_most(made: Limit, watch: Stopwatch) -> None:
    assert made.tells(ANNA, tapped=False)
    watch.seconds += 59
    assert not made.tells(ANNA, tapped=False)
    assert made.tells(ANNA, tapped=True), "the answer to a tap is another matter"
    assert made.tells(BEN, tapped=False)
    watch.seconds += 1
    assert made.tells(ANNA, tapped=False)


def test_those_who_came_last_are_remembered_and_no_more(made: Limit, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limit, "REMEMBERED", 3)
    admitted(made, ANNA, 500)
    for other in (10, 11):
        assert made.admits(other)
    assert not made.admits(ANNA)
    for other in (12, 13, 14):
        assert made.admits(other)
        made.tells(other, tapped=True)
    assert len(made._rests_at) == 3
    assert made.admits(ANNA), "forgotten, and so at rest"
