"""Finding people on a real database."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import Connection

from domain import welcome
from domain.permission import Role
from domain.person import NewPerson, Person
from storage.work import Work
from tests.connections import Run

NOW = datetime(2026, 11, 30, 9, tzinfo=UTC)
NAMES = ("Jörg", "Иван", "100%", "a_b", "c\\d", "Éva")


@pytest.fixture
def work(within: Run) -> Work:
    """The test's transaction, with some members, the first to arrive first, and a visitor."""

    def populate(connection: Connection) -> Work:
        made = Work(connection, NOW)
        for number, name in enumerate(NAMES):
            arrives(made, number, name, Role.TRAINEE)
        arrives(made, len(NAMES), "Jo the visitor", Role(0))
        return made

    return within(populate)


def arrives(work: Work, number: int, name: str, roles: Role) -> Person:
    new = NewPerson(telegram_id=number, name=name, language="en")
    known = replace(work.people.add(new, "Europe/Berlin", NOW + timedelta(minutes=number)), roles=roles)
    work.people.save(known)
    return known


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("JORG", ["Jörg"]),
        ("öR", ["Jörg"]),
        ("иван", ["Иван"]),
        ("eva", ["Éva"]),
        ("%", ["100%"]),
        ("_", ["a_b"]),
        ("\\", ["c\\d"]),
        ("jo", ["Jörg"]),
        ("nobody", []),
    ],
)
def test_part_of_a_name_finds_members_whatever_its_case_and_accents(work: Work, text: str, names: list[str]) -> None:
    assert [person.name for person in work.people.search(text, 10)] == names


def test_a_new_name_is_found_and_the_old_one_is_not(work: Work) -> None:
    (jorg,) = work.people.search("jorg", 10)
    work.people.save(replace(jorg, name="Georg"))
    assert work.people.search("jorg", 10) == []
    assert len(work.people.search("georg", 10)) == 1


def test_the_newest_members_come_first_page_by_page(work: Work) -> None:
    pages = [[person.name for person in work.people.list_newest(4, offset)] for offset in (0, 4, 8)]
    assert pages == [["Éva", "c\\d", "a_b", "100%"], ["Иван", "Jörg"], []]


def test_who_is_found_unreachable_keeps_what_they_changed_meanwhile(work: Work) -> None:
    (seen_before_sending,) = work.people.search("jorg", 10)
    work.people.save(replace(seen_before_sending, name="Georg"))
    welcome.set_reachable(work, seen_before_sending, reachable=False)
    known = work.people.get(seen_before_sending.id)
    assert (known.name, known.reachable) == ("Georg", False)
