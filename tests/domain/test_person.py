"""Names and zones as people type them."""

import pytest

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
    ],
)
def test_a_zone_is_found_by_its_name_or_its_city(typed: str, zone: str) -> None:
    assert known_zone(typed) == zone


def test_a_zone_that_does_not_exist_is_refused() -> None:
    with pytest.raises(ZoneUnknown):
        known_zone("Atlantis")
