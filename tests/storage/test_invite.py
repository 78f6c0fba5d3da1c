"""Invitations on a real database: the hash only, one use, one winner."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import Connection, select

from domain import invite
from domain.error import NotAllowed
from domain.invite import LIFETIME, InviteNeedless, InviteUnusable
from domain.permission import Role
from domain.person import NewPerson, Person
from domain.studio import Studio
from storage.invite import invite as table
from storage.work import Work
from tests.connections import Run

NOW = datetime(2026, 11, 30, 9, tzinfo=UTC)


@pytest.fixture
def connection(within: Run) -> Connection:
    """The test's transaction, in a studio."""

    def found(opened: Connection) -> Connection:
        Work(opened, NOW).studio.add(Studio(name="Kraft", zone="Europe/Berlin", currency="EUR"))
        return opened

    return within(found)


@pytest.fixture
def work(connection: Connection) -> Work:
    return Work(connection, NOW)


@pytest.fixture
def olga(work: Work, within: Run) -> Person:
    return within(lambda _connection: somebody(work, 1, Role.ADMIN))


def somebody(work: Work, telegram_id: int, roles: Role) -> Person:
    new = NewPerson(telegram_id=telegram_id, name=f"Person {telegram_id}", language="en")
    known = replace(work.people.add(new, "Europe/Berlin", work.now), roles=roles)
    work.people.save(known)
    return known


def test_only_the_hash_of_the_token_is_kept(connection: Connection, work: Work, olga: Person) -> None:
    made = invite.create(work, olga, Role.TRAINER)
    token = made.payload.removeprefix(invite.PREFIX)
    (row,) = connection.execute(select(table))
    assert row.token_hash == invite.digest(token)
    assert not any(token in str(value) for value in row)


def test_a_link_is_good_for_one_person(work: Work, olga: Person) -> None:
    made = invite.create(work, olga, Role.TRAINER)
    joined, _ = invite.accept(work, somebody(work, 2, Role(0)), made.payload)
    assert Role.TRAINER in joined.roles
    with pytest.raises(InviteUnusable):
        invite.accept(work, somebody(work, 3, Role(0)), made.payload)


def test_the_claim_itself_has_one_winner_whatever_was_checked_before(work: Work, olga: Person) -> None:
    token_hash = invite.digest(invite.create(work, olga, Role.TRAINER).payload.removeprefix(invite.PREFIX))
    first, second = (somebody(work, number, Role(0)) for number in (2, 3))
    assert work.invites.claim(token_hash, first.id, NOW) is not None
    assert work.invites.claim(token_hash, second.id, NOW) is None


def test_a_link_is_good_until_its_last_moment(connection: Connection, work: Work, olga: Person) -> None:
    made = invite.create(work, olga, Role.ADMIN)
    newcomer = somebody(work, 2, Role(0))
    with pytest.raises(InviteUnusable):
        invite.check(Work(connection, NOW + LIFETIME), newcomer, made.payload)
    invite.check(Work(connection, NOW + LIFETIME - timedelta(microseconds=1)), newcomer, made.payload)


def test_a_link_for_a_role_one_has_is_not_used_up(work: Work, olga: Person) -> None:
    made = invite.create(work, olga, Role.ADMIN)
    with pytest.raises(InviteNeedless):
        invite.accept(work, olga, made.payload)
    invite.check(work, somebody(work, 2, Role.TRAINEE), made.payload)


@pytest.mark.parametrize("role", [Role(0), Role.TRAINEE, Role.TRAINER | Role.ADMIN])
def test_there_are_links_for_single_staff_roles_only(work: Work, olga: Person, role: Role) -> None:
    with pytest.raises(InviteUnusable):
        invite.create(work, olga, role)


def test_nobody_but_an_admin_makes_links(work: Work) -> None:
    with pytest.raises(NotAllowed):
        invite.create(work, somebody(work, 2, Role.TRAINER | Role.TRAINEE), Role.TRAINER)
