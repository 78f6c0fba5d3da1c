"""What belongs to somebody else does not exist: a valid id of another's is answered exactly as one that nothing has.

That says more than a refusal would: it shows nothing, changes nothing, and does not even tell that there is something.
"""

from collections.abc import Iterator

import pytest

from bot.dispatcher import table_of
from bot.handlers import MODULES
from emulator.driver import Actor
from tests.engines import Databases
from tests.security.building import OWNERS, Building, built
from tests.security.dump import MACHINERY, QUESTIONS, changes, dump
from tests.security.payload import FIELDS, NOBODY_S, Meaning, example, fields_of

STRANGERS = ("ben", "tom", "olga")
"""A trainee, a trainer and an admin, who own nothing of Anna's or Tess's; what one may not use at all is closed."""

OWNED_BY = {
    "anna": """
        bk.c bk.d bk.m bk.mv bk.p bk.s bk.t bk.x bk.xx bk.y by.o by.x rc.n rc.w rc.y
    """,
    "tess": """
        cp cp.1 cp.l cp.n cp.nn cp.u cp.u1 dy.o dy.s rc.s to.x to.xx tt.x tt.xx
    """,
}
"""The buttons that carry the number of something owned, and for whom they work."""

TABLE = table_of(MODULES)
PREFIXES = {prefix: owner for owner, prefixes in OWNED_BY.items() for prefix in prefixes.split()}


@pytest.fixture(scope="module")
def building(sqlite: Databases) -> Iterator[Building]:
    with sqlite.database() as url, built(url) as made:
        yield made


def owned_fields(prefix: str) -> list[str]:
    return [name for name, field in fields_of(TABLE[f"tap:{prefix}"]).items() if field.meaning is Meaning.OWNED]


def test_the_table_names_every_button_that_carries_something_owned() -> None:
    assert {name for action in TABLE.values() if action.data for name in action.data.model_fields} <= FIELDS.keys()
    tapped = [key.removeprefix("tap:") for key in TABLE if key.startswith("tap:")]
    assert [prefix for prefix in tapped if owned_fields(prefix)] == [each for each in tapped if each in PREFIXES]


@pytest.mark.parametrize("prefix", PREFIXES)
@pytest.mark.parametrize("stranger", STRANGERS)
def test_what_is_somebody_else_s_is_answered_as_what_never_was(building: Building, prefix: str, stranger: str) -> None:
    actor, action = getattr(building, stranger), TABLE[f"tap:{prefix}"]
    before = dump(building.world, MACHINERY | QUESTIONS)
    nothing = dict.fromkeys(owned_fields(prefix), NOBODY_S)
    answers = [answer(building, actor, example(action, building, **instead)) for instead in ({}, nothing)]
    assert answers[0] == answers[1]
    assert answers[0], "whoever taps is told something"
    if stranger != "olga":
        assert not any(name in " ".join(answers[0]) for name in OWNERS[:1]), answers
    assert changes(before, dump(building.world, MACHINERY | QUESTIONS)) == []


@pytest.mark.parametrize("prefix", PREFIXES)
def test_to_its_owner_it_does_exist(building: Building, prefix: str) -> None:
    """Without this, the test above could pass with numbers that nothing has."""
    actor, action = getattr(building, PREFIXES[prefix]), TABLE[f"tap:{prefix}"]
    nothing = dict.fromkeys(owned_fields(prefix), NOBODY_S)
    answers = [answer(building, actor, example(action, building, **instead)) for instead in (nothing, {})]
    assert answers[0] != answers[1]


def answer(building: Building, actor: Actor, data: str) -> list[str]:
    """What the bot called for this tap, all but the number of the tap itself."""
    calls = building.world.telegram.calls
    seen = len(calls)
    actor.forges(data)
    return [
        f"{call.method} { {name: value for name, value in call.parameters.items() if name != 'callback_query_id'} }"
        for call in calls[seen:]
        if call.method != "getUpdates"
    ]
