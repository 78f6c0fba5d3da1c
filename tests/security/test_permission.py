"""Who may do what, as one table; whoever may not gets the closed answer, and nothing changes in the database."""

from collections.abc import Iterator
from typing import Any

import pytest

from bot.action import Action
from bot.dispatcher import table_of
from bot.handlers import MODULES
from domain import asking
from domain.permission import VISITOR, Role, allows
from emulator.driver import Actor
from tests.engines import Databases
from tests.security.building import Building, built
from tests.security.dump import MACHINERY, QUESTIONS, changes, dump
from tests.security.payload import ASKED, FIELDS, example

WHO_MAY = {
    "everyone": """
        /help /settings /start
        event:again event:closed event:group event:membership event:newcomer event:old_button event:payment
        event:pre_checkout event:stray
        tap:by.x tap:help tap:home tap:nothing tap:st.an tap:st.az tap:st.n tap:st.z tap:st.zp
        typed:newcomer.city typed:newcomer.name
    """,
    "member": """
        /balance /buy /language /profile /role
        tap:bk.d tap:bk.m tap:bk.mv tap:bk.no tap:bk.s tap:bk.t tap:bk.y tap:bl tap:bl.l tap:bl.m tap:by tap:by.o
        tap:by.p tap:pf tap:pf.a tap:pf.as tap:pf.l tap:pf.lp tap:pf.n tap:pf.r tap:pf.rp tap:pf.z tap:pf.zp
        tap:rc.n tap:rc.w tap:rc.y
        typed:complaint typed:name typed:zone
    """,
    "book": "/book /sessions tap:bk tap:bk.c tap:bk.h tap:bk.l tap:bk.ok tap:bk.p tap:bk.w tap:bk.x tap:bk.xx",
    "buy": "tap:by.ok",
    "teach": """
        /hours /today
        tap:cp tap:cp.1 tap:cp.l tap:cp.n tap:cp.nn tap:cp.u tap:cp.u1 tap:dy tap:dy.o tap:dy.s tap:dy.w
        tap:hr tap:hr.b tap:hr.bp tap:hr.c tap:hr.cc tap:hr.d tap:hr.go tap:hr.o tap:hr.t tap:hr.w tap:hr.x tap:hr.xx
        tap:hr.z tap:hr.zz tap:rc.s tap:to tap:to.f tap:to.ok tap:to.s tap:to.x tap:to.xx tap:tt.x tap:tt.xx
        typed:break typed:date typed:hours typed:time_off
    """,
    "invite": "/invite tap:in tap:in.me tap:in.my tap:in.ok tap:in.w tap:in.x",
    "price": """
        /packages
        tap:pk tap:pk.c tap:pk.n tap:pk.np tap:pk.nu tap:pk.nv tap:pk.ok tap:pk.p tap:pk.pp tap:pk.s tap:pk.u tap:pk.v
        tap:pk.vv
        typed:package_new_price typed:package_new_validity typed:package_price typed:package_units
        typed:package_validity
    """,
    "adjust": """
        /adjust /reconcile
        tap:aj tap:aj.ok tap:aj.p tap:aj.r tap:aj.u tap:rc tap:rc.sa
        typed:adjust_person typed:adjust_reason typed:adjust_units
    """,
    "settings": "/admin tap:ad tap:ad.f tap:ad.s tap:ad.v typed:setting",
}
"""Every action, under the least that it asks for. What is declared elsewhere has to say the same."""

ROLES = {
    VISITOR: "everyone",
    Role.TRAINEE: "everyone member book buy",
    Role.TRAINER: "everyone member teach",
    Role.FRONT_DESK: "everyone member",
    Role.ADMIN: "everyone member invite price adjust settings",
}

TABLE = table_of(MODULES)
LEAST = {key: least for least, keys in WHO_MAY.items() for key in keys.split()}
CLOSED = "This is not open to you"
SIGN_UP_FIRST = "Two taps first"
WELCOME = "Welcome to Studio Kraft"


def closed_to(role: Role) -> list[str]:
    """What somebody with this role alone may not use."""
    return [key for key, least in LEAST.items() if least not in ROLES[role].split()]


@pytest.fixture(scope="module")
def building(sqlite: Databases) -> Iterator[Building]:
    with sqlite.database() as url, built(url) as made:
        yield made


def test_every_action_asks_for_what_the_table_says() -> None:
    assert {key: str(action.may) for key, action in TABLE.items()} == LEAST


@pytest.mark.parametrize("role", ROLES)
def test_every_role_brings_what_the_table_says(role: Role) -> None:
    assert {str(may) for may in {action.may for action in TABLE.values()} if allows(role, may)} == set(
        ROLES[role].split()
    )


def test_every_field_and_every_question_has_its_example() -> None:
    carried = {name for action in TABLE.values() if action.data for name in action.data.model_fields}
    asked = {key.removeprefix("typed:") for key in TABLE if key.startswith("typed:")}
    assert (carried, asked) == (set(FIELDS), set(ASKED))


@pytest.mark.parametrize("role", ROLES, ids=str)
def test_what_a_role_may_not_do_is_answered_as_closed_and_changes_nothing(building: Building, role: Role) -> None:
    actor = {
        VISITOR: building.vic,
        Role.TRAINEE: building.ben,
        Role.TRAINER: building.tom,
        Role.FRONT_DESK: building.fred,
        Role.ADMIN: building.olga,
    }[role]
    before = dump(building.world, MACHINERY | QUESTIONS)
    assert closed_to(role)
    for key in closed_to(role):
        does(building, actor, key, TABLE[key])
        actor.sees(SIGN_UP_FIRST if role is VISITOR and key.startswith("/") else CLOSED)
    assert changes(before, dump(building.world, MACHINERY | QUESTIONS)) == []


def test_somebody_unknown_is_welcomed_whatever_they_send_and_nothing_else_happens(building: Building) -> None:
    """Nobody unknown has a question open, so what is typed is no answer."""
    before = dump(building.world, MACHINERY | QUESTIONS)
    for key, action in TABLE.items():
        if key.startswith("event:"):
            continue
        una = building.unknown()
        una.sends("hello") if key.startswith("typed:") else does(building, una, key, action)
        una.sees(WELCOME)
    changed = changes(before, dump(building.world, MACHINERY | QUESTIONS))
    assert {line.partition(":")[0] for line in changed} == {"+ account", "+ audit", "+ person"}
    assert all("action='person.arrive'" in line for line in changed if line.startswith("+ audit"))
    assert all("roles=0" in line for line in changed if line.startswith("+ person"))


def does(building: Building, actor: Actor, key: str, action: Action) -> None:
    """Send what would reach the action, with values that would work for somebody else."""
    if key.startswith("/"):
        actor.sends(key)
    elif key.startswith("tap:"):
        actor.forges(example(action, building))
    else:
        values, answer = ASKED[key.removeprefix("typed:")](building)
        building.world.act(_asked, actor.id, key.removeprefix("typed:"), values)
        actor.sends(answer)


def _asked(work: Any, telegram_id: int, kind: str, values: dict[str, Any]) -> None:
    asking.ask(work, work.people.find_by_telegram(telegram_id).id, kind, values)
