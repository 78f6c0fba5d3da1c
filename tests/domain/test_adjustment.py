"""What can be given or taken, and which reasons can be kept."""

import pytest

from domain import adjustment
from domain.adjustment import REASON_LENGTH, UNITS_LIMIT, AdjustmentUnusable, TooFewToTake
from domain.lot import Balance


@pytest.mark.parametrize("units", [0, UNITS_LIMIT + 1, -UNITS_LIMIT - 1])
def test_an_adjustment_has_its_limits(units: int) -> None:
    with pytest.raises(AdjustmentUnusable):
        adjustment.check(Balance(available=1000, held=0), units)


def test_all_free_units_can_be_taken_but_none_that_are_held() -> None:
    adjustment.check(Balance(available=2, held=5), -2)
    with pytest.raises(TooFewToTake) as refused:
        adjustment.check(Balance(available=2, held=5), -3)
    assert (refused.value.wanted, refused.value.available) == (3, 2)


def test_a_reason_is_kept_in_one_line() -> None:
    assert adjustment.clean_reason("  two\nlines\t and\u0000 more ") == "two lines and more"


@pytest.mark.parametrize("text", ["", " \n", "\u200e", "x" * (REASON_LENGTH + 1)])
def test_a_reason_needs_1_to_200_letters(text: str) -> None:
    with pytest.raises(AdjustmentUnusable):
        adjustment.clean_reason(text)
