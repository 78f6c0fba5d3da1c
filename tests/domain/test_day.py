"""What is left of a day, as plain values."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.availability import Minute
from domain.day import gaps

Stretch = tuple[Minute, Minute]


def stretches(*pairs: tuple[int, int]) -> list[Stretch]:
    return [(Minute(start), Minute(end)) for start, end in pairs]


@pytest.mark.parametrize(
    ("taken", "left"),
    [
        ([], [(540, 720)]),
        ([(540, 720)], []),
        ([(500, 800)], []),
        ([(600, 620)], [(540, 600), (620, 720)]),
        ([(500, 560)], [(560, 720)]),
        ([(700, 800)], [(540, 700)]),
        ([(600, 640), (620, 660)], [(540, 600), (660, 720)]),
        ([(640, 660), (600, 620)], [(540, 600), (620, 640), (660, 720)]),
        ([(720, 780), (480, 540)], [(540, 720)]),
    ],
    ids=["nothing", "all", "more than all", "middle", "start", "end", "overlapping", "out of order", "touching"],
)
def test_what_is_taken_is_cut_out(taken: list[tuple[int, int]], left: list[tuple[int, int]]) -> None:
    assert list(gaps(stretches((540, 720)), stretches(*taken))) == stretches(*left)


def test_a_break_between_two_windows_is_not_free() -> None:
    windows = stretches((540, 720), (780, 1020))
    assert list(gaps(windows, stretches((700, 800)))) == stretches((540, 700), (800, 1020))


def pairs() -> st.SearchStrategy[list[tuple[int, int]]]:
    ordered = st.tuples(st.integers(0, 200), st.integers(1, 40)).map(lambda pair: (pair[0], pair[0] + pair[1]))
    return st.lists(ordered, max_size=8)


@given(pairs(), pairs())
def test_free_minutes_are_those_open_and_not_taken(opened: list[tuple[int, int]], taken: list[tuple[int, int]]) -> None:
    minutes = {minute for start, end in gaps(stretches(*opened), stretches(*taken)) for minute in range(start, end)}
    open_minutes = {minute for start, end in opened for minute in range(start, end)}
    assert minutes == open_minutes - {minute for start, end in taken for minute in range(start, end)}
