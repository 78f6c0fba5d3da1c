"""Packages as values: the price of one unit, and figures that cannot be sold."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain import package
from domain.error import Refusal
from domain.package import PRICE_LIMIT_MINOR, UNITS_LIMIT, VALID_DAYS_LIMIT, PackageUnusable, PriceUnusable, Terms


def terms(units: int = 10, price_minor: int = 22000, valid_days: int | None = None) -> Terms:
    return Terms(units=units, price_minor=price_minor, currency="EUR", valid_days=valid_days)


@pytest.mark.parametrize(("units", "price", "each"), [(10, 22000, 2200), (12, 9990, 833), (8, 100, 13), (1, 1, 1)])
def test_the_price_of_a_unit_is_rounded_half_up(units: int, price: int, each: int) -> None:
    assert terms(units, price).unit_price_minor == each


@given(st.integers(1, UNITS_LIMIT), st.integers(1, PRICE_LIMIT_MINOR))
def test_the_price_of_a_unit_is_off_by_half_a_minor_unit_at_most(units: int, price: int) -> None:
    assert abs(terms(units, price).unit_price_minor * units - price) * 2 <= units


@pytest.mark.parametrize(
    ("unusable", "refusal"),
    [
        (terms(units=0), PackageUnusable),
        (terms(units=UNITS_LIMIT + 1), PackageUnusable),
        (terms(price_minor=0), PriceUnusable),
        (terms(price_minor=PRICE_LIMIT_MINOR + 1), PriceUnusable),
        (terms(valid_days=0), PackageUnusable),
        (terms(valid_days=VALID_DAYS_LIMIT + 1), PackageUnusable),
    ],
)
def test_figures_outside_their_limits_are_refused(unusable: Terms, refusal: type[Refusal]) -> None:
    with pytest.raises(refusal):
        package.checked(unusable)


def test_the_limits_themselves_can_be_sold() -> None:
    package.checked(terms(UNITS_LIMIT, PRICE_LIMIT_MINOR, VALID_DAYS_LIMIT))
    package.checked(terms(1, 1, 1))
