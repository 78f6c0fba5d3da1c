"""Rows that are read, changed and written back, while somebody else changes them: nothing of either is lost."""

import threading
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

import pytest

from domain import founding, package, person, studio, welcome
from domain.permission import Role
from domain.studio import Studio
from storage.package import Packages
from storage.studio import StudioRow
from tests.engines import Databases
from tests.faults.bare import Meeting
from tests.till import Till


@pytest.fixture
def till(postgresql: Databases) -> Iterator[Till]:
    with postgresql.database() as url:
        made = Till(url)
        yield made
        made.close()


def at_once(*acts: Callable[[], object]) -> None:
    threads = [threading.Thread(target=act) for act in acts]
    for each in threads:
        each.start()
    for each in threads:
        each.join()


def test_a_process_that_starts_keeps_what_an_admin_sets_meanwhile(till: Till, monkeypatch: pytest.MonkeyPatch) -> None:
    """The studio has a new name; while the new process starts, the owner shortens the notice through the old one."""
    find, wanted = StudioRow.find, Studio(name="New name", zone="Europe/Berlin", currency="EUR")

    def then_set(row: StudioRow) -> Studio | None:
        found = find(row)
        at_once(lambda: till.act(studio.set_number, till.owner, "cancel_notice_minutes", 60))
        return found

    monkeypatch.setattr(StudioRow, "find", then_set)
    till.act(founding.found, wanted)
    assert till.rows("SELECT name, cancel_notice_minutes FROM studio") == [("New name", 60)]


def test_two_admins_who_put_the_same_on_sale_at_once_make_one_package(
    till: Till, monkeypatch: pytest.MonkeyPatch
) -> None:
    ben = till.person("Ben", Role.ADMIN)
    meeting = Meeting(2, Packages.list_all)
    monkeypatch.setattr(Packages, "list_all", lambda self: meeting(self))  # noqa: PLW0108 -- bound to the store
    at_once(*(lambda who=who: till.act(package.create, who, 10, 22000, "EUR", None) for who in (till.owner, ben)))
    assert len(till.rows("SELECT id FROM package")) == 1


def test_whoever_comes_back_by_changing_their_profile_is_reachable(till: Till) -> None:
    """The turn's actor was read before they could be reached, and is written back after."""
    anna = till.person("Anna")
    actor = till.act(welcome.set_reachable, anna, reachable=False)

    def turn(work: Any) -> None:
        welcome.set_reachable(work, actor, reachable=True)
        person.save(work, actor, replace(actor, language="de"), "language")

    till.act(turn)
    now = till.act(lambda work: work.people.get(anna.id))
    assert (now.reachable, now.language) == (True, "de")
