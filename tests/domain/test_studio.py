"""The studio's settings as values."""

from datetime import UTC, date, datetime

import pytest

from domain.studio import Studio

BERLIN = Studio(name="Studio Kraft", zone="Europe/Berlin", currency="EUR")


@pytest.mark.parametrize(
    ("leads", "notice", "too_late"),
    [
        ((1440, 120), 720, False),
        ((721,), 720, False),
        ((720,), 720, True),
        ((120,), 720, True),
        ((120,), 0, False),
        ((), 720, False),
    ],
)
def test_the_first_reminder_has_to_come_before_free_cancelling_ends(
    leads: tuple[int, ...], notice: int, too_late: bool
) -> None:
    studio = Studio(name="", zone="UTC", currency="EUR", reminder_leads=leads, cancel_notice_minutes=notice)
    assert studio.reminds_too_late is too_late


@pytest.mark.parametrize(("minutes", "units"), [(20, 1), (21, 2), (40, 2), (60, 3), (5, 1)])
def test_every_begun_unit_counts(minutes: int, units: int) -> None:
    assert BERLIN.units_for(minutes) == units


def test_the_studios_date_is_that_of_its_own_clock() -> None:
    assert BERLIN.date_of(datetime(2026, 11, 30, 23, 30, tzinfo=UTC)) == date(2026, 12, 1)
