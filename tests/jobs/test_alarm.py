"""The alarm for being behind: after five minutes, once an hour, to the admins, and not for what only lies ahead."""

from datetime import timedelta
from typing import Any

from domain.outbox import Kind, Notice
from jobs import alarm
from tests.world import World


def _late(world: World, key: str, *, minutes: float) -> None:
    """A notice that was due so long ago, and nobody sends any more."""
    world.runner.run(world.app.sender.stop(1))

    def add(work: Any) -> None:
        (reader,) = work.people.list_newest(1, 0)
        due_at = work.now - timedelta(minutes=minutes)
        work.outbox.add(Notice(key=key, person_id=reader.id, kind=Kind.EXPIRED, values={"units": 1}, due_at=due_at))

    world.runner.run(world.app.store.transact(add))


def _watch(world: World) -> list[tuple[str, dict[str, Any]]]:
    """Watch once, and tell which alarms there are by now, with their values."""

    def run(work: Any) -> list[tuple[str, dict[str, Any]]]:
        alarm.watch(work)
        found = work.outbox.claim(work.now, work.now, 100, busy=[], open_until=work.now)
        return [(each.notice.key, each.notice.values) for each in found if each.notice.kind is Kind.LAG]

    return world.runner.run(world.app.store.transact(run))


def test_nothing_is_told_while_everything_is_in_time(world: World) -> None:
    world.owner()
    _late(world, "n1", minutes=5)
    assert _watch(world) == []


def test_the_admins_are_told_how_late_a_notice_is_and_once_an_hour(world: World) -> None:
    world.owner()
    _late(world, "n1", minutes=7.5)
    ((key, values),) = _watch(world)
    assert values == {"updates_minutes": 0, "notices_minutes": 7}
    assert _watch(world) == [(key, values)]


def test_the_admins_are_told_of_an_update_that_nobody_handles(world: World) -> None:
    world.owner()
    world.runner.run(world.app.sender.stop(1))

    def keep(work: Any) -> None:
        work.inbox.add(900_001, "person:1", "{}", work.now - timedelta(minutes=6))

    world.runner.run(world.app.store.transact(keep))
    assert [values for _, values in _watch(world)] == [{"updates_minutes": 6, "notices_minutes": 0}]

    def finish(work: Any) -> None:
        me = world.app.intake.process
        assert work.lanes.hold(me, "person:1") == me
        assert work.lanes.finish(me, 900_001, work.now)

    world.runner.run(world.app.store.transact(finish))


def test_the_alarm_says_in_words_what_is_late_and_that_nothing_is_lost(world: World) -> None:
    olga = world.owner()
    world.runner.run(_held_up(world))
    olga.sees("The bot is behind", "Nothing is lost", "A notice is 12 min late")
    olga.sees_not("for an answer")


async def _held_up(world: World) -> None:
    """Watch while a notice is late, and then send everything."""

    def add_and_watch(work: Any) -> None:
        (reader,) = work.people.list_newest(1, 0)
        due_at = work.now - timedelta(minutes=12)
        work.outbox.add(Notice(key="n1", person_id=reader.id, kind=Kind.EXPIRED, values={"units": 1}, due_at=due_at))
        alarm.watch(work)

    await world.app.store.transact(add_and_watch)
    await world.settle()


def test_an_alarm_that_could_not_be_sent_for_an_hour_is_not_sent_any_more(world: World) -> None:
    world.owner()
    _late(world, "n1", minutes=10)

    def expiries(work: Any) -> list[timedelta]:
        alarm.watch(work)
        found = work.outbox.claim(work.now, work.now, 100, busy=[], open_until=work.now)
        return [each.notice.expires_at - work.now for each in found if each.notice.kind is Kind.LAG]

    assert world.runner.run(world.app.store.transact(expiries)) == [timedelta(hours=1)]
