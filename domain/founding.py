"""The studio's first day: its settings and the standard session types. Later days only check what may not change."""

from dataclasses import replace
from typing import Protocol

from domain import audit, session_type
from domain.studio import Studio


class FoundedOtherwise(Exception):
    """Currency or unit length differ from what this database was founded with; amounts would change their meaning."""

    def __init__(self, founded: Studio) -> None:
        super().__init__(founded.currency, founded.unit_minutes)
        self.founded = founded


class Work(session_type.Work, Protocol):
    """The studio and its session types."""


def found(work: Work, wanted: Studio) -> Studio:
    """Found the studio, or check that it is still the same; its name and zone follow the configuration."""
    known = work.studio.find()
    if known is None and not work.studio.add(wanted):
        known = work.studio.get()
    if known is None:
        session_type.found_standard(work, wanted)
        audit.record(work, None, "studio.found", "studio:1", currency=wanted.currency)
        return wanted
    if (known.currency, known.unit_minutes) != (wanted.currency, wanted.unit_minutes):
        raise FoundedOtherwise(known)
    if (known.name, known.zone) != (wanted.name, wanted.zone):
        known = replace(work.studio.lock(), name=wanted.name, zone=wanted.zone)
        work.studio.save(known)
        audit.record(work, None, "studio.configure", "studio:1")
    return known
