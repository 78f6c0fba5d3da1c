"""Names and zones as people type them."""

import pytest

from domain import country
from domain.person import NameUnusable, ZoneUnknown, clean_name, known_zone


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("  Anna   M. ", "Anna M."),
        ("Anna\nM.", "Anna M."),
        ("\u202eAnna\u202c", "Anna"),
        ("👩\u200d👧", "👩\u200d👧"),
        ("<b>A</b>", "<b>A</b>"),
        ("李小龍", "李小龍"),
    ],
)
def test_a_name_is_kept_in_one_visible_line(typed: str, kept: str) -> None:
    assert clean_name(typed) == kept


@pytest.mark.parametrize("typed", ["", "   ", "\u200b", "\u200d", "...", "x" * 65, "\u202e\u202c"])
def test_a_name_nobody_can_see_or_say_is_refused(typed: str) -> None:
    with pytest.raises(NameUnusable):
        clean_name(typed)


@pytest.mark.parametrize(
    ("typed", "zone"),
    [
        ("Lisbon", "Europe/Lisbon"),
        ("new york", "America/New_York"),
        (" europe/berlin ", "Europe/Berlin"),
        ("utc", "UTC"),
        ("Zürich", "Europe/Zurich"),
        ("São Paulo", "America/Sao_Paulo"),
        ("germany", "Europe/Berlin"),
        ("UK", "Europe/London"),
        ("India", "Asia/Kolkata"),
        ("CET", "CET"),
    ],
)
def test_a_zone_is_found_by_its_name_or_its_city(typed: str, zone: str) -> None:
    assert known_zone(typed) == zone


@pytest.mark.parametrize("typed", ["Atlantis", "", "Etc", "localtime", "Factory"])
def test_a_zone_that_does_not_exist_is_refused(typed: str) -> None:
    with pytest.raises(ZoneUnknown) as refused:
        known_zone(typed)
    assert not refused.value.is_offset
    assert not refused.value.several


@pytest.mark.parametrize(
    "typed", ["GMT+1", "gmt -5", "GMT0", "Etc/GMT+1", "UTC+3", "UTC−3", "+03:00", "EST", "hst", "GMT"]
)
def test_a_distance_from_utc_is_refused_as_one(typed: str) -> None:
    with pytest.raises(ZoneUnknown) as refused:
        known_zone(typed)
    assert refused.value.is_offset


def test_a_country_with_several_times_is_refused_as_one() -> None:
    with pytest.raises(ZoneUnknown) as refused:
        known_zone("Australia")
    assert refused.value.several


def test_every_zone_that_is_taken_can_be_kept() -> None:
    """Hours are kept in a person's zone, by its name."""
    for zones in country.zones().values():
        assert {known_zone(zone) for zone in zones} == set(zones)
