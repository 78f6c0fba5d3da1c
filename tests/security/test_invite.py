"""Invitations cannot be guessed, tried out, or used for another role, and a stranger learns nothing of them."""

import base64
from datetime import datetime
from typing import Any

import pytest
from sqlalchemy import select

from domain import invite
from domain.invite import GUESSES, GUESSES_WITHIN, PREFIX
from domain.permission import STAFF, Role
from emulator.driver import Actor
from storage.invite import Invites
from storage.invite import invite as table
from tests.world import OWNER_ID, World

WRONG = "used up or too old, or incomplete"
TOKEN_BITS = 128
GUESSED = ("join-AAAAAAAAAAAAAAAAAAAAAA", "join-", "join-x", "join-" + "A" * 59, "join-%_", "join-' OR 1=1 --")


def door(world: World, role: Role = Role.TRAINER) -> str:
    """The payload of a new invitation."""
    made = world.act(lambda work: invite.create(work, work.people.find_by_telegram(OWNER_ID), role))
    return str(made.payload)


def roles(world: World, somebody: Actor) -> Role:
    found: Role = world.read(lambda work: work.people.find_by_telegram(somebody.id).roles)
    return found


def guesses(somebody: Actor, times: int) -> None:
    for number in range(times):
        somebody.starts(f"join-guess-{number}")
        somebody.sees(WRONG)


def test_a_link_carries_128_random_bits_and_is_kept_as_a_hash_alone(world: World) -> None:
    world.owner()
    tokens = {door(world).removeprefix(PREFIX) for _ in range(20)}
    assert len(tokens) == 20
    assert {8 * len(base64.urlsafe_b64decode(token + "==")) for token in tokens} == {TOKEN_BITS}
    kept = world.read(lambda work: [repr(row) for row in work._connection.execute(select(table))])
    assert len(kept) == 20
    assert not any(token in row for row in kept for token in tokens)


@pytest.mark.parametrize("role", STAFF, ids=str)
def test_a_link_gives_its_own_role_and_no_other(world: World, role: Role) -> None:
    world.owner()
    ben = world.trainee("Ben")
    ben.starts(door(world, role))
    assert roles(world, ben) == Role.TRAINEE | role


def test_unknown_used_expired_and_withdrawn_links_look_alike_to_a_stranger(world: World) -> None:
    world.owner()
    used = door(world)
    world.trainee("Ben").starts(used)
    withdrawn, expired = door(world), door(world)
    world.act(_withdraw_first)
    world.passes(seconds=invite.LIFETIME.total_seconds())
    screens = set()
    for payload in (used, withdrawn, expired, *GUESSED):
        visitor = world.person("Una")
        visitor.sends(f"/start {payload}")
        screens.add(visitor.screen.text)
    assert len(screens) == 1
    assert WRONG in screens.pop()


def test_whoever_has_guessed_too_often_is_not_let_in_by_a_good_link_either(world: World) -> None:
    world.owner()
    mallory, payload = world.trainee("Mallory"), door(world)
    guesses(mallory, GUESSES)
    mallory.starts(payload)
    mallory.sees(WRONG)
    assert roles(world, mallory) == Role.TRAINEE
    ben = world.trainee("Ben")
    ben.starts(payload)
    assert roles(world, ben) == Role.TRAINEE | Role.TRAINER, "others are not held up"


def test_the_limit_outlives_a_restart_and_ends_after_its_hour(world: World) -> None:
    world.owner()
    mallory, payload = world.trainee("Mallory"), door(world)
    guesses(mallory, GUESSES)
    world.restart()
    world.passes(seconds=GUESSES_WITHIN.total_seconds() - 1)
    mallory.starts(payload)
    mallory.sees(WRONG)
    world.passes(seconds=1)
    mallory.starts(payload)
    assert roles(world, mallory) == Role.TRAINEE | Role.TRAINER


def test_a_visitor_is_limited_as_well(world: World) -> None:
    world.owner()
    mallory, payload = world.person("Mallory"), door(world)
    guesses(mallory, GUESSES)
    mallory.starts(payload)
    mallory.sees(WRONG)


def test_fewer_wrong_links_than_that_hold_nobody_up(world: World) -> None:
    world.owner()
    ben = world.trainee("Ben")
    guesses(ben, GUESSES - 1)
    ben.starts(door(world))
    assert roles(world, ben) == Role.TRAINEE | Role.TRAINER


def test_guesses_beyond_the_limit_are_not_looked_up_or_kept(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    looked: list[str] = []
    find = Invites.find_open

    def noted(invites: Invites, token_hash: str, now: datetime) -> Any:
        looked.append(token_hash)
        return find(invites, token_hash, now)

    monkeypatch.setattr(Invites, "find_open", noted)
    world.owner()
    mallory = world.trainee("Mallory")
    guesses(mallory, GUESSES + 20)
    assert len(looked) == GUESSES
    assert world.read(_misses, mallory.id) == GUESSES


def _withdraw_first(work: Any) -> None:
    first = work.invites.list_open(work.now)[0]
    invite.withdraw(work, work.people.find_by_telegram(OWNER_ID), first.id)


def _misses(work: Any, telegram_id: int) -> int:
    somebody = work.people.find_by_telegram(telegram_id)
    count: int = work.invites.count_misses(somebody.id, work.now - GUESSES_WITHIN)
    return count
