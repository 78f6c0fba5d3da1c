"""The simulation in small: some weeks with many faults, the same twice, and guards whose absence it must notice."""

import asyncio
from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import text

from bot.intake import Intake
from domain import notice, reminder
from domain.outbox import Kind
from storage.lane import Lanes
from tests.simulation.city import Plan
from tests.simulation.fault import CallFault, CommitFault, Rates, UpdateFault
from tests.simulation.loop import Life, current_life, new_loop
from tests.simulation.run import run

pytestmark = pytest.mark.timeout(400)
ROUGH = Rates(0.006, 0.006, 0.006, 0.004, 0.001, 0.04, 0.03, 0.03, 0.015, 0.008)


def test_a_week_full_of_faults_break_no_promise() -> None:
    lived = run(Plan(seed=1, days=7, rates=ROUGH))
    assert lived.violations == []
    assert lived.days == 7
    assert lived.operations["bookings"] > 10
    assert lived.operations["process deaths"] > 20
    kinds = {*CommitFault, *CallFault, *UpdateFault} - {CommitFault.AWAY}
    assert {kind.value for kind in kinds} - lived.faults.keys() == set()


def test_a_seed_replays_to_the_byte() -> None:
    first, again, other = (run(Plan(seed, days=1, rates=ROUGH)) for seed in (5, 5, 6))
    assert first == again
    assert first.digest != other.digest


def test_without_the_dedupe_of_updates_something_happens_twice(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Lanes, "finish", _finish_again)
    monkeypatch.setattr(Intake, "take", _taking_as_new(Intake.take))
    assert _found(Plan(seed=2, days=14, rates=Rates(twice=0.3, kill=0.03)))


def test_without_the_last_look_a_reminder_goes_out_for_a_cancelled_session(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(notice.CHECKS, Kind.REMINDER, lambda _work, values: values)
    monkeypatch.setattr(reminder, "withdraw", lambda _work, _booked: None)
    monkeypatch.setattr("storage.outbox.Outbox.withdraw", lambda *_: None)
    found = (each for seed in (7, 6, 4) for each in _found(Plan(seed, days=14)))
    assert any("the booking is" in each for each in found)


def test_time_jumps_from_timer_to_timer_in_order() -> None:
    loop = new_loop()
    seen: list[float] = []
    for delay in (3600.0, 5.0, 86400.0):
        loop.outside(delay, lambda: seen.append(loop.time()))
    loop.run_until(100_000.0)
    assert seen == [5.0, 3600.0, 86400.0]
    assert loop.time() == 100_000.0


def test_the_dead_do_not_run_on_not_even_to_clean_up() -> None:
    loop, life = new_loop(), Life(1)
    seen: list[object] = []

    async def work() -> None:
        try:
            seen.append(current_life().number)
            await asyncio.sleep(10)
            seen.append("ran on")
        finally:
            seen.append("cleaned up")

    loop.begin(life, work)
    loop.outside(5.0, loop.end, life)
    loop.run_until(60.0)
    assert seen == [1]


def _found(plan: Plan) -> list[str]:
    return run(plan).violations


def _finish_again(lanes: Any, me: int, update_id: int, now: Any) -> bool:
    """As `finish`, but an update that was done may be done again."""
    lanes._connection.execute(text(f"UPDATE inbox SET state = 'new' WHERE update_id = {update_id}"))
    return FINISH(lanes, me, update_id, now)


FINISH = Lanes.finish


def _taking_as_new(take: Callable[..., Any]) -> Callable[..., Any]:
    async def taking(intake: Intake, bodies: list[dict[str, Any]]) -> None:
        def forget(work: Any) -> None:
            for body in bodies:
                work.inbox._connection.execute(text(f"DELETE FROM inbox WHERE update_id = {body['update_id']}"))

        await intake._store.transact(forget)
        await take(intake, bodies)

    return taking
