"""Whatever people send, no update fails, and nothing changes but what is their own.

The suite sends a share; `FUZZ=100000` sends that many, and `FUZZ_SEED` others than usual.
"""

import json
import os
from collections.abc import Iterable
from dataclasses import replace
from itertools import islice
from typing import Any

import pytest
from sqlalchemy import select

from bot import intake
from bot.dispatcher import table_of
from bot.handlers import MODULES
from domain import asking, welcome
from domain.permission import Role
from domain.person import NewPerson
from emulator.driver import Actor
from storage.inbox import inbox
from storage.person import person
from tests.engines import Databases
from tests.security.building import Building, built
from tests.security.dump import MACHINERY, Row, changes, dump
from tests.security.fuzz import Fuzz, Input

COUNT = int(os.environ.get("FUZZ", "1600"))
SEED = os.environ.get("FUZZ_SEED", "20261130")
A_STUDIO = 2000
"""So many inputs go to one studio; then a new one is built, since chats grow."""
AT_ONCE = 5

MISSHAPEN: tuple[dict[str, Any], ...] = (
    {"message": None},
    {"message": []},
    {"message": {"from": None}},
    {"message": {"from": "Una", "chat": 7}},
    {"message": {"from": {"id": "7 or so"}}},
    {"message": {"from": {"id": 2**70, "is_bot": False, "first_name": "x"}, "chat": {"id": 2**70}}},
    {"callback_query": {"from": [], "data": {}}},
    {"callback_query": {"id": "1", "data": "home"}},
    {"pre_checkout_query": {"from": {"id": -1.5}}},
    {"my_chat_member": {"chat": {"id": True}}},
    {"something": {"new": 1}},
    {},
)
"""Updates as no server sends them; one that stopped the rest would stop the bot."""

CASTS = {"members": (Role.TRAINEE, Role.TRAINER, Role.FRONT_DESK, Role(0)), "admins": (Role.ADMIN, Role.ADMIN)}
"""Who sends: people who own nothing yet, beside those of the studio, whose everything has to stay as it is."""

OWNER_OF = {
    "asking": "person_id",
    "audit": "actor_id",
    "card": "trainer_id",
    "date_window": "trainer_id",
    "invite_miss": "person_id",
    "outbox": "person_id",
    "own_date": "trainer_id",
    "person": "id",
    "purchase": "person_id",
    "time_off": "trainer_id",
    "trainer": "id",
    "weekly_window": "trainer_id",
}
"""The tables in which somebody's input may change something, and the column that says whose it is.

No units, bookings, sessions or payments: who sends has no unit to book with, and nobody pays.
"""

ADMINS_CHANGE = {"invite", "outbox", "package", "studio"}
"""What admins may change besides; reminders are planned anew when the studio's settings change."""

ANSWERED_ANEW = ("message is not modified", "there is no text in the message to edit", "message to edit not found")
"""What Telegram refuses where the screen is right already, an invoice, or gone; the bot answers below instead."""

TABLE = table_of(MODULES)


@pytest.mark.timeout(120 + COUNT // 10)
@pytest.mark.parametrize("cast", CASTS)
def test_hostile_input_fails_nothing_and_changes_nothing_of_others(
    engine: Databases, cast: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Half of the inputs go to each engine, and half of those to each cast; what fails is given up at once."""
    monkeypatch.setattr(intake, "BACK_OFF_SECONDS", ())
    for number, size in enumerate(_sizes(COUNT // 4)):
        seed = f"{SEED} {cast} {number}"
        with engine.database() as url, built(url) as building:
            others = _people(building)
            senders = [(_sender(building, role), role) for role in CASTS[cast]]
            before = dump(building.world)
            _send_all(building, senders, Fuzz(seed, TABLE, building), size)
            assert _failed(building) == [], f"FUZZ_SEED={SEED}, studio {number}"
            assert _refused(building) == [], f"FUZZ_SEED={SEED}, studio {number}"
            after = dump(building.world)
            allowed = ADMINS_CHANGE if cast == "admins" else set()
            foreign = [row for row in (*(before - after), *(after - before)) if not _is_own(row, others, allowed)]
            assert foreign == [], changes(before, after)


def test_an_update_that_is_no_unicode_is_given_up_at_once_and_the_next_is_handled(building: Building) -> None:
    """JSON can carry half of a surrogate pair; no server of Telegram sends it, and it cannot be stored or shown."""
    ben = building.ben
    before = dump(building.world, MACHINERY | {"outbox"})
    building.world.driver.act(_post(building, [(ben, Input(None, "half \ud83d a pair")), (ben, Input(None, "/help"))]))
    ben.sees("What I can do for you")
    assert [attempts for attempts, _ in _failed(building)] == [0]
    assert changes(before, dump(building.world, MACHINERY | {"outbox"})) == []


def test_updates_of_another_shape_are_given_up_or_passed_over_and_the_next_is_handled(
    building: Building, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(intake, "BACK_OFF_SECONDS", ())
    before = dump(building.world, MACHINERY | {"outbox"})
    building.world.driver.act(_take(building, MISSHAPEN))
    building.ben.sends("/help")
    building.ben.sees("What I can do for you")
    assert changes(before, dump(building.world, MACHINERY | {"outbox"})) == []


@pytest.fixture
def building(database_url: str) -> Iterable[Building]:
    with built(database_url) as made:
        yield made


def _sizes(count: int) -> list[int]:
    return [min(A_STUDIO, count - done) for done in range(0, count, A_STUDIO)]


def _send_all(building: Building, senders: list[tuple[Actor, Role]], fuzz: Fuzz, count: int) -> None:
    """Everybody has a question open, then all send at once, again and again."""
    inputs = islice(fuzz, count)
    while together := list(islice(inputs, AT_ONCE * len(senders))):
        for sender, role in senders:
            building.world.act(_ask, sender.id, *fuzz.question(building, role))
        turns = [(senders[number % len(senders)][0], each) for number, each in enumerate(together)]
        building.world.driver.act(_post(building, turns))


async def _post(building: Building, turns: list[tuple[Actor, Input]]) -> None:
    telegram = building.world.telegram
    for sender, given in turns:
        if given.data is not None:
            telegram.tap_data(sender.id, sender.screen.id, given.data)
        elif given.text:
            message = telegram.post(sender.id, "person", {"text": given.text, "entities": []}, sender_id=sender.id)
            telegram.updates.add("message", json.loads(json.dumps(telegram.message_json(message))), f"chat {sender.id}")


async def _take(building: Building, bodies: Iterable[dict[str, Any]]) -> None:
    """All in one go, as one poll may bring them."""
    await building.world.app.intake.take([{"update_id": 1 + number} | body for number, body in enumerate(bodies)])


def _sender(building: Building, role: Role) -> Actor:
    """Somebody who has come in with just this role, and nothing else."""
    actor = building.unknown()
    building.world.act(_arrive, actor.id, role)
    return actor


def _arrive(work: Any, telegram_id: int, role: Role) -> None:
    came = welcome.arrive(work, NewPerson(telegram_id=telegram_id, name="Mallory", language="en"), ())
    work.people.save(replace(came, roles=role, acting_as=role))
    if Role.TRAINER in role:
        work.trainers.add(came.id, "Europe/Berlin", 20)


def _ask(work: Any, telegram_id: int, kind: str, values: dict[str, Any]) -> None:
    asking.ask(work, work.people.find_by_telegram(telegram_id).id, kind, values)


def _people(building: Building) -> set[int]:
    return set(building.world.read(lambda work: work._connection.execute(select(person.c.id)).scalars()))


def _failed(building: Building) -> list[tuple[int, str]]:
    """Tries and body of every update that failed at least once, or was given up."""
    query = select(inbox.c.attempts, inbox.c.body).where((inbox.c.attempts > 0) | (inbox.c.state == "dead"))
    return building.world.read(lambda work: [tuple(row) for row in work._connection.execute(query)])


def _refused(building: Building) -> list[str]:
    calls = [call for call in building.world.telegram.calls if not call.ok]
    refused = [f"{call.method}: {call.outcome['description']}" for call in calls]
    return [each for each in refused if not any(known in each for known in ANSWERED_ANEW)]


def _is_own(row: Row, others: set[int], allowed: set[str]) -> bool:
    """Whether a row may have changed: it belongs to one of the senders, or is an admin's to change."""
    table, values = row[0], dict(row[1])
    if table in allowed:
        return True
    return table in OWNER_OF and int(values[OWNER_OF[table]]) not in others
