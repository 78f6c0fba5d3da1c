"""Countries and their time zones, as the IANA database lists them."""

from functools import cache
from importlib.resources import files
from importlib.resources.abc import Traversable

ALSO = {"UK": "GB", "England": "GB", "Scotland": "GB", "Wales": "GB", "USA": "US"}
"""Names of countries that the database does not list, by its codes."""


@cache
def zones() -> dict[str, tuple[str, ...]]:
    """The zones of every country by its English names; of those that keep the same time from now on, only one."""
    database = files("tzdata.zoneinfo")
    codes = [(name.partition(" (")[0], code) for code, name in _rows(database / "iso3166.tab")] + list(ALSO.items())
    places = [(code, zone) for code, _place, zone, *_remark in _rows(database / "zone.tab")]
    rules = {zone: _rule(database, zone) for _code, zone in places}
    found: dict[str, dict[str, str]] = {}
    for name, code in codes:
        for zone in (zone for of, zone in places if of == code):
            found.setdefault(name, {}).setdefault(rules[zone], zone)
    return {name: tuple(by_rule.values()) for name, by_rule in found.items()}


def _rows(table: Traversable) -> list[list[str]]:
    lines = table.read_text(encoding="utf-8").splitlines()
    return [line.split("\t") for line in lines if line and not line.startswith("#")]


def _rule(database: Traversable, zone: str) -> str:
    """What the zone's clocks do in all years to come; a zone's file ends with it (RFC 9636)."""
    return database.joinpath(*zone.split("/")).read_bytes().splitlines()[-1].decode()
