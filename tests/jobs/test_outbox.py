"""Sending (promise 5): what each of Telegram's answers means for a notice."""

from pathlib import Path
from typing import Any

from sqlalchemy import text

from domain.outbox import Kind, Notice
from emulator.driver import Actor
from tests.world import World, opened


def _notice(world: World, to: Actor, key: str = "n1", **values: Any) -> None:
    def add(work: Any) -> None:
        reader = work.people.find_by_telegram(to.id)
        facts = {"units": 3, "reason": "a test"} | values
        work.outbox.add(Notice(key=key, person_id=reader.id, kind=Kind.ADJUSTED, values=facts, due_at=work.now))

    world.act(add)


def _row(world: World, key: str = "n1") -> Any:
    sql = text("SELECT state, attempts, problem FROM outbox WHERE dedupe_key = :key")
    return world.runner.run(world.app.database.read(lambda connection: connection.execute(sql, {"key": key}).one()))


def _count(anna: Actor) -> int:
    return sum("3 units added" in message.text for message in anna.messages)


def test_a_notice_is_sent_once_and_marked(world: World) -> None:
    anna = world.trainee("Anna")
    _notice(world, anna)
    anna.sees("3 units added", "a test")
    _notice(world, anna)
    assert _count(anna) == 1
    assert _row(world).state == "sent"


def test_a_flood_limit_is_waited_out_and_uses_up_no_attempt(world: World) -> None:
    anna = world.trainee("Anna")
    world.telegram.faults.refuse_with_429("sendMessage", 1, retry_after=7)
    _notice(world, anna)
    assert (_row(world).state, _row(world).attempts, _count(anna)) == ("pending", 0, 0)
    world.passes(seconds=6)
    assert _count(anna) == 0
    world.passes(seconds=2)
    assert (_row(world).state, _count(anna)) == ("sent", 1)


def test_somebody_who_blocked_the_bot_is_marked_and_welcomed_back(world: World) -> None:
    olga = world.owner()
    anna = world.trainee("Anna")
    world.runner.run(_silently_blocked(world, anna))
    _notice(world, anna)
    olga.sees("Anna has blocked the bot")
    assert (_row(world).state, _row(world).problem) == ("dead", "unreachable")
    _notice(world, anna, "n2")
    assert _row(world, "n2").state == "dead"
    anna.unblocks()
    anna.sends("/start")
    _notice(world, anna, "n3")
    anna.sees("3 units added")


def test_a_server_in_trouble_is_asked_again(world: World) -> None:
    anna = world.trainee("Anna")
    world.telegram.faults.answer_with_502("sendMessage", 1)
    _notice(world, anna)
    assert (_row(world).state, _row(world).attempts) == ("pending", 1)
    world.passes(seconds=5)
    assert (_row(world).state, _count(anna)) == ("sent", 1)


def test_a_lost_answer_may_repeat_the_notice_once(world: World) -> None:
    anna = world.trainee("Anna")
    world.telegram.faults.lose_answers("sendMessage", 1)
    _notice(world, anna)
    world.passes(seconds=5)
    assert (_row(world).state, _row(world).attempts, _count(anna)) == ("sent", 1, 2)


def test_a_notice_that_keeps_failing_is_given_up_in_the_open(world: World) -> None:
    olga = world.owner()
    anna = world.trainee("Anna")
    world.telegram.faults.answer_with_502("sendMessage", 8)
    _notice(world, anna)
    world.passes(minutes=30)
    assert (_row(world).state, _row(world).attempts) == ("dead", 7)
    olga.sees("A notice could not be delivered")


def test_a_notice_nobody_needs_any_more_is_not_sent(world: World) -> None:
    anna = world.trainee("Anna")

    def add(work: Any) -> None:
        reader = work.people.find_by_telegram(anna.id)
        work.outbox.add(
            Notice(
                key="n1",
                person_id=reader.id,
                kind=Kind.ADJUSTED,
                values={"units": 3, "reason": "late"},
                due_at=work.now,
                expires_at=work.now,
            )
        )

    world.act(add)
    assert (_row(world).state, _count(anna)) == ("expired", 0)


def test_hostile_values_are_shown_as_they_were_typed(world: World) -> None:
    anna = world.trainee("Anna")
    _notice(world, anna, reason="</b><3 & {units} \u202e x")
    anna.sees("</b><3 & {units}")


def test_markup_that_telegram_cannot_read_is_sent_as_plain_text(world: World, monkeypatch: Any) -> None:
    from bot.chat import Screen
    from bot.screens import notice

    anna = world.trainee("Anna")
    monkeypatch.setitem(notice.SCREENS, Kind.ADJUSTED, lambda *_: Screen("<b>3 units added"))
    _notice(world, anna)
    assert (_row(world).state, _count(anna)) == ("sent", 1)


async def _silently_blocked(world: World, anna: Actor) -> None:
    """Blocked while the bot was away so long that Telegram no longer tells it."""
    world.telegram.people[anna.id].blocked = True


def test_telegrams_own_limits_delay_answers_and_lose_nothing(tmp_path: Path) -> None:
    """The stand-in's limits are on, on a running clock, as in the demo."""
    with opened(tmp_path, flood=True) as world:
        world.trainer("Tess")
        anna = world.trainee("Anna", units=8)
        for _ in range(8):
            anna.sends("/book")
            anna.taps("40 min ·")
            anna.sees("When?")
            anna.taps("Home")
            anna.sees("8 free")
        for number in range(5):
            _notice(world, anna, f"n{number}")
        assert _count(anna) == 5
        refused = [str(call.outcome) for call in world.telegram.calls if not call.ok]
        assert any("Too Many Requests" in outcome for outcome in refused)
        assert all("Too Many Requests" in outcome or "not modified" in outcome for outcome in refused)
