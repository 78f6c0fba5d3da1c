"""Whatever stands behind /start is harmless: the person arrives, and only an invitation does anything."""

from domain.permission import Role
from domain.person import Person
from emulator.driver import Actor
from tests.security.dump import MACHINERY, QUESTIONS, changes, dump
from tests.world import World

LONGEST_KEPT = 64
PAYLOADS = (
    "x" * 65,
    "x" * 4000,
    "join-" + "x" * 4000,
    "join-",
    "JOIN-AAAAAAAAAAAAAAAAAAAAAA",
    "join-AAAAAAAAAAAAAAAAAAAAAA extra",
    "join-\0",
    "\0",
    "' OR 1=1 --",
    "<b>",
    "</b>&amp;",
    "{}",
    "%s",
    "../../etc/passwd",
    "\u202eevil",
    "👩‍👩‍👧‍👦",
    "a b\nc",
    "buy",
    "admin",
    "event:payment",
)


def test_strange_payloads_let_visitors_arrive_and_nothing_else(world: World) -> None:
    for payload in PAYLOADS:
        visitor = world.person("Una")
        visitor.sends(f"/start {payload}")
        visitor.sees("Welcome to Studio Kraft")
        found = _found(world, visitor)
        assert found.roles == Role(0)
        assert len(found.payload) <= LONGEST_KEPT
        assert "\0" not in found.payload


def test_strange_payloads_change_nothing_for_a_member_but_what_brought_them(world: World) -> None:
    anna = world.trainee("Anna", units=3)
    before = dump(world, MACHINERY | QUESTIONS)
    for payload in PAYLOADS:
        anna.sends(f"/start {payload}")
        anna.sees("3 free")
    changed = {line.partition(":")[0] for line in changes(before, dump(world, MACHINERY | QUESTIONS))}
    assert changed == {"- person", "+ person", "+ invite_miss"}
    assert _found(world, anna).roles == Role.TRAINEE


def _found(world: World, somebody: Actor) -> Person:
    found: Person = world.read(lambda work: work.people.find_by_telegram(somebody.id))
    return found
