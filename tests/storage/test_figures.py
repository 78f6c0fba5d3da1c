"""The figures of a studio on both engines: each thing is counted once, and what waits is told with its age."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any, TypeVar

from sqlalchemy import text

from domain.outbox import Kind, Notice
from storage.figures import ALONE, Figures, Queue, Reading
from tests.world import World, berlin

T = TypeVar("T")
NOTHING = Queue(0, 0.0)


def taken(world: World, figure: Callable[[Figures], T]) -> T:
    return world.runner.run(world.app.database.read(lambda connection: figure(Figures(connection))))


def books(world: World) -> Reading:
    return taken(world, Figures.books)


def execute(world: World, sql: str, **values: Any) -> None:
    world.runner.run(world.app.database.transact(lambda connection: connection.execute(text(sql), values)))


def _planned(world: World, *ages: timedelta) -> None:
    """Notices that were due so long ago and that nobody sends; one with a negative age is still to come."""
    world.runner.run(world.app.sender.stop(1))

    def add(work: Any) -> None:
        (reader,) = work.people.list_newest(1, 0)
        for number, age in enumerate(ages):
            due_at = work.now - age
            work.outbox.add(
                Notice(key=f"n{number}", person_id=reader.id, kind=Kind.EXPIRED, values={"units": 1}, due_at=due_at)
            )

    world.runner.run(world.app.store.transact(add))


def test_an_empty_studio_tells_nought_of_everything_by_name(world: World) -> None:
    found = books(world)
    assert {name: sum(values.values()) for name, values in found.items()} == dict.fromkeys(found, 0)
    assert set(found["bookings"]) == {"booked", "completed", "missed", "cancelled", "cancelled_late"}
    assert set(found["notices"]) == {"pending", "sent", "withdrawn", "expired", "dead"}
    assert set(found["units"]) == {"available", "held", "redeemed", "expired", "refunded", "adjusted"}


def test_bookings_units_and_people_are_counted_by_how_they_stand(world: World) -> None:
    tess, anna, ben = world.trainer("Tess"), world.trainee("Anna", units=8), world.trainee("Ben", units=3)
    world.book(anna, tess, berlin(14))
    world.book(ben, tess, berlin(15, days=1), minutes=20)
    ben.blocks()
    found = books(world)
    assert found["bookings"]["booked"] == 2
    assert (found["units"]["available"], found["units"]["held"]) == (8, 3)
    assert found["people"] == {"reachable": 2, "unreachable": 1}
    assert found["notices"]["sent"] >= 2


def test_what_was_given_up_is_a_dead_letter_but_not_what_waited_for_somebody_away(world: World) -> None:
    world.trainee("Anna")
    _planned(world, timedelta(0), timedelta(0))
    execute(world, "UPDATE outbox SET state = 'dead', problem = 'unreachable' WHERE dedupe_key = 'n0'")
    execute(world, "UPDATE outbox SET state = 'dead', problem = 'chat not found' WHERE dedupe_key = 'n1'")
    execute(world, "UPDATE inbox SET state = 'dead' WHERE id = (SELECT min(id) FROM inbox)")
    found = books(world)
    assert found["dead_letters"] == {"update": 1, "notice": 1}
    assert found["notices"]["dead"] == 2


def test_notices_that_are_due_wait_and_those_to_come_do_not(world: World) -> None:
    world.trainee("Anna")
    now = world.clock.now()
    assert taken(world, lambda figures: figures.notices(now)) == NOTHING
    _planned(world, timedelta(seconds=90), timedelta(seconds=30), -timedelta(seconds=1))
    assert taken(world, lambda figures: figures.notices(now)) == Queue(2, 90.0)


def test_a_notice_that_is_claimed_still_waits_and_one_put_off_for_long_does_not(world: World) -> None:
    world.trainee("Anna")
    now = world.clock.now()
    _planned(world, timedelta(seconds=90), timedelta(seconds=60))
    for key, length in (("n0", 30), ("n1", 31)):
        execute(
            world,
            "UPDATE outbox SET claimable_at = :at WHERE dedupe_key = :key",
            at=_stored(world, now + timedelta(seconds=length)),
            key=key,
        )
    assert taken(world, lambda figures: figures.notices(now)) == Queue(1, 90.0)


def _stored(world: World, instant: Any) -> Any:
    return instant if world.app.database.shared else f"{instant:%Y-%m-%d %H:%M:%S.%f}"


def test_an_update_waits_from_its_storing_to_its_end(world: World) -> None:
    world.trainee("Anna")
    now = world.clock.now()
    assert taken(world, lambda figures: figures.updates(now)) == NOTHING

    def keep(work: Any) -> None:
        work.inbox.add(900_001, "person:1", "{}", now - timedelta(seconds=75))
        work.inbox.add(900_002, "person:1", "{}", now - timedelta(seconds=5))

    world.runner.run(world.app.store.transact(keep))
    assert taken(world, lambda figures: figures.updates(now)) == Queue(2, 75.0)

    def finish(work: Any) -> None:
        me = world.app.intake.process
        assert work.lanes.hold(me, "person:1") == me
        assert work.lanes.finish(me, 900_001, now)

    world.runner.run(world.app.store.transact(finish))
    assert taken(world, lambda figures: figures.updates(now)) == Queue(1, 5.0)


def test_processes_count_while_their_heart_beats_and_one_always_asks(world: World) -> None:
    now = world.clock.now()

    def alive(at: Any) -> float:
        return taken(world, lambda figures: figures.queues(now, at))["processes_alive"][ALONE]

    later = now + timedelta(days=365)

    def beat(work: Any) -> None:
        for number, seconds in ((1, 5), (2, 8)):
            work.lanes.beat(number, later + timedelta(seconds=seconds))

    world.runner.run(world.app.store.transact(beat))
    assert [alive(later + timedelta(seconds=seconds)) for seconds in (4, 6, 9)] == [2, 1, 1]
