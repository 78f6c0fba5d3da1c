"""Sending (promise 5): what each of Telegram's answers means for a notice."""

import asyncio
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import structlog
from aiogram.client.telegram import TelegramAPIServer
from sqlalchemy import text

from app.clock import SystemClock
from bot.notifier import Outcome, Sent
from domain import notice, welcome
from domain.outbox import Kind, Notice
from domain.person import NewPerson
from emulator.driver import Actor
from jobs.claim import Batch, claim, is_any_due
from jobs.outbox import Sender
from tests.engines import Databases
from tests.world import World, opened


def _notice(world: World, to: Actor, key: str = "n1", **values: Any) -> None:
    world.act(_add, to.id, key, values)


def _add(
    work: Any,
    to: int,
    key: str = "n1",
    values: dict[str, Any] | None = None,
    begun: int = 0,
    wait: timedelta = timedelta(0),
) -> None:
    """A notice due after `wait`; `begun` sends of it have been lost from sight."""
    reader = work.people.find_by_telegram(to)
    facts = {"units": 3, "reason": "a test"} | (values or {})
    work.outbox.add(Notice(key=key, person_id=reader.id, kind=Kind.ADJUSTED, values=facts, due_at=work.now + wait))
    work._connection.execute(
        text("UPDATE outbox SET begun = :begun WHERE dedupe_key = :key"), {"begun": begun, "key": key}
    )


async def _until(world: World, holds: Callable[[], bool]) -> None:
    async with asyncio.timeout(10):
        while not holds():  # noqa: ASYNC110 -- what is waited for shows in the chat
            await asyncio.sleep(0.01)


def _row(world: World, key: str = "n1") -> Any:
    sql = text("SELECT state, begun, problem FROM outbox WHERE dedupe_key = :key")
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


def test_a_sent_notice_is_found_in_the_log_under_the_update_that_led_to_it(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    anna = world.trainee("Anna")
    tess, told = world.trainer("Tess"), structlog.testing.CapturingLogger()
    world.grant(anna, 8)
    monkeypatch.setattr("jobs.outbox.log", told)
    world.books(anna, "40 min ·", "Thu 3", "16:00")
    tess.sees("New booking")
    (sent,) = [call.kwargs for call in told.calls if call.kwargs["kind"] == "booked"]
    assert sent["cause"].startswith("update:")
    assert sent.keys() == {"notice", "cause", "kind", "person", "ms"}


def test_a_flood_limit_is_waited_out_and_is_no_attempt(world: World) -> None:
    anna = world.trainee("Anna")
    world.telegram.faults.refuse_with_429("sendMessage", 1, retry_after=2)
    _notice(world, anna)
    assert (_row(world).state, _row(world).begun, _count(anna)) == ("pending", 0, 0)
    world.passes(seconds=1)
    assert _count(anna) == 0
    world.passes(seconds=1)
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
    assert (_row(world).state, _row(world).begun) == ("pending", 1)
    world.passes(seconds=5)
    assert (_row(world).state, _count(anna)) == ("sent", 1)


def test_a_lost_answer_may_repeat_the_notice_once(world: World) -> None:
    anna = world.trainee("Anna")
    world.telegram.faults.lose_answers("sendMessage", 1)
    _notice(world, anna)
    world.passes(seconds=5)
    assert (_row(world).state, _row(world).begun, _count(anna)) == ("sent", 2, 2)


def test_a_notice_that_may_have_arrived_twice_is_not_sent_a_third_time_but_listed(world: World) -> None:
    olga = world.owner()
    anna = world.trainee("Anna")
    world.telegram.faults.lose_answers("sendMessage", 2)
    _notice(world, anna)
    world.passes(minutes=30)
    assert (_row(world).state, _row(world).begun, _count(anna)) == ("dead", 2, 2)
    olga.sees("Anna may not have got a message: units given or taken. Nothing has said whether it arrived")
    olga.sees_not("adjusted", "Error")
    olga.taps("Units of Anna")
    olga.sees("How many to give or take?")


def test_nothing_is_sent_again_before_telegram_answers_something_harmless(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("jobs.outbox.PROBE_SECONDS", (0.02,))
    anna = world.trainee("Anna")
    world.telegram.faults.answer_with_502("sendMessage", 1)
    world.telegram.faults.answer_with_502("getMe", 3)
    _notice(world, anna)
    world.passes(seconds=5)
    after = [call.method for call in world.telegram.calls][-6:]
    assert after == ["sendMessage", "getMe", "getMe", "getMe", "getMe", "sendMessage"]
    assert (_row(world).state, _count(anna)) == ("sent", 1)


def test_what_never_left_is_no_doubt_and_goes_when_there_is_a_connection(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("jobs.outbox.PROBE_SECONDS", (0.02,))
    anna = world.trainee("Anna")
    there = world.app.bot.session.api
    world.app.bot.session.api = TelegramAPIServer.from_base("http://127.0.0.1:9")
    world.runner.run(world.app.store.transact(_add, anna.id))
    world.runner.run(_until(world, lambda: world.app.sender.away))
    world.runner.run(asyncio.sleep(0.2))
    assert (_row(world).state, _row(world).begun) == ("pending", 0)
    world.app.bot.session.api = there
    world.passes(seconds=2)
    assert (_row(world).state, _row(world).begun, _count(anna)) == ("sent", 1, 1)


def test_a_refused_token_stops_the_sending_keeps_the_rows_and_is_told_afterwards(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("jobs.outbox.PROBE_SECONDS", (0.02,))
    olga, anna = world.owner(), world.trainee("Anna")
    world.telegram.faults.refuse_token("sendMessage", 1)
    world.telegram.faults.refuse_token("getMe", 2)
    _notice(world, anna)
    world.passes(seconds=2)
    assert (_row(world).state, _row(world).begun, _count(anna)) == ("sent", 1, 1)
    olga.sees("Telegram refused the bot’s token")


def test_a_claim_that_nobody_settled_is_taken_up_once_and_then_listed(world: World) -> None:
    """As after two crashes between sending and marking."""
    olga, anna = world.owner(), world.trainee("Anna")
    world.runner.run(world.app.store.transact(_add, anna.id, begun=2))
    world.runner.run(world.settle())
    assert (_row(world).state, _count(anna)) == ("dead", 0)
    olga.sees("Nothing has said whether it arrived")


def test_a_chat_that_must_wait_holds_up_nobody_else(world: World) -> None:
    anna, ben = world.trainee("Anna"), world.trainee("Ben")

    def add_all(work: Any) -> None:
        for number in range(5):
            _add(work, anna.id, key=f"anna{number}")
        _add(work, ben.id, key="ben")

    world.runner.run(world.app.store.transact(add_all))
    world.runner.run(_until(world, lambda: _count(ben) == 1))
    assert _count(anna) <= 3
    world.runner.run(world.settle())
    assert _count(anna) == 5


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


def test_a_notice_to_each_of_many_never_meets_the_limit_for_all(database_url: str) -> None:
    """Sixty at once are two seconds' worth; the stand-in takes thirty at once and then thirty a second."""
    with opened(database_url, flood=True) as world:
        people = [world.person(f"T{number}") for number in range(60)]
        for each in people:
            world.telegram.people[each.id].started = True
        world.act(_tell_all, [each.id for each in people])
        assert [call for call in world.telegram.calls if not call.ok] == []
        assert [_count(each) for each in people] == [1] * 60


def _tell_all(work: Any, people: list[int]) -> None:
    for telegram_id in people:
        welcome.arrive(work, NewPerson(telegram_id=telegram_id, name=f"T{telegram_id}", language="en"), ())
        _add(work, telegram_id, f"n{telegram_id}")


def test_telegrams_own_limits_delay_answers_and_lose_nothing(database_url: str) -> None:
    """The stand-in's limits are on, on a running clock, as in the demo."""
    with opened(database_url, flood=True) as world:
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


class Full:
    """A store in which nothing more may leave for a while."""

    def __init__(self) -> None:
        self.claims = 0

    async def read(self, query: Callable[..., Any], *_args: Any) -> bool:
        assert query is is_any_due
        return True

    async def transact(self, action: Callable[..., Any], *_args: Any) -> Any:
        assert action is claim
        self.claims += 1
        return Batch([], 0.05, full=True)


async def test_while_nothing_more_may_leave_nothing_is_claimed_whoever_wakes_the_sender() -> None:
    store = Full()
    sender = Sender(store, None, SystemClock(), lambda: 0)  # type: ignore[arg-type]  # nothing is sent or read
    running = asyncio.create_task(sender.run())
    for _ in range(20):
        sender.wake()
        await asyncio.sleep(0)
    assert store.claims == 1
    async with asyncio.timeout(10):
        while store.claims < 3:  # noqa: ASYNC110 -- the sender goes on by itself
            await asyncio.sleep(0.01)
    running.cancel()


class Wall:
    """A machine's clock, ahead of the true one by so many seconds."""

    def __init__(self) -> None:
        self.ahead_seconds = 0.0

    def now(self) -> datetime:
        return datetime.now(UTC) + timedelta(seconds=self.ahead_seconds)


@pytest.mark.parametrize("hours", [1, 24 * 365])
def test_a_clock_that_was_ahead_and_is_put_right_holds_up_nobody(world: World, hours: int) -> None:
    anna = world.trainee("Anna")
    wall = world.app.sender._wall = Wall()
    wall.ahead_seconds = hours * 3600.0
    _notice(world, anna)
    wall.ahead_seconds = 0.0
    world.runner.run(world.app.store.transact(_add, anna.id, "n2"))
    world.runner.run(_until(world, lambda: _count(anna) == 2))


def test_a_clock_put_back_between_claim_and_departure_delays_nothing(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    anna = world.trainee("Anna")
    wall, transact = Wall(), world.app.store.transact
    world.app.sender._wall = wall

    async def put_back(*args: Any) -> Any:
        result = await transact(*args)
        if args[0] is claim and result.ready:
            wall.ahead_seconds = -3600.0
        return result

    monkeypatch.setattr(world.app.store, "transact", put_back)
    world.runner.run(transact(_add, anna.id))
    world.runner.run(_until(world, lambda: _count(anna) == 1))


def test_a_notice_that_this_version_does_not_know_is_left_to_the_one_that_does(world: World) -> None:
    """As while one version takes over from another."""
    anna, mia = world.trainee("Anna"), world.trainee("Mia")

    def add_both(work: Any) -> None:
        _add(work, mia.id, "newer")
        work._connection.execute(text("UPDATE outbox SET kind = 'birthday' WHERE dedupe_key = 'newer'"))
        _add(work, anna.id, "known")

    world.runner.run(world.app.store.transact(add_both))
    world.runner.run(_until(world, lambda: _count(anna) == 1))
    assert (_row(world, "newer").state, _row(world, "newer").begun) == ("pending", 0)
    world.act(lambda work: work._connection.execute(text("DELETE FROM outbox WHERE kind = 'birthday'")))


def test_a_notice_that_cannot_be_checked_is_listed_and_holds_up_no_other(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    olga, anna, mia = world.owner(), world.trainee("Anna"), world.trainee("Mia")
    current = notice.current

    def broken(work: Any, told: Notice) -> Notice | None:
        return current(work, told) if told.key != "broken" else {}["a mistake of ours"]

    monkeypatch.setattr(notice, "current", broken)

    def add_both(work: Any) -> None:
        _add(work, mia.id, "broken")
        _add(work, anna.id, "whole")

    world.act(add_both)
    assert (_count(anna), _count(mia)) == (1, 0)
    assert (_row(world, "broken").state, _row(world, "broken").problem) == ("dead", "KeyError")
    olga.sees("could not be delivered")


class SlowTelegram:
    """Takes a while for each message."""

    def __init__(self) -> None:
        self.sent: list[str] = []

    async def answers(self) -> bool:
        return True

    async def send(self, _reader: Any, _studio: Any, told: Notice) -> Sent:
        await asyncio.sleep(0.7)
        self.sent.append(told.key)
        return Sent(Outcome.SENT, message_id=1)


def test_slow_notices_of_one_person_do_not_outlast_their_lease(
    sqlite: Databases, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A twentieth of a lease of 30 s and of 14 s a message, with two processes that send."""
    monkeypatch.setattr("jobs.claim.LEASE", timedelta(seconds=1.5))
    monkeypatch.setattr("jobs.outbox.LEAVE_WITHIN", timedelta(seconds=0.75))
    with sqlite.database() as url, opened(url, flood=True) as world:
        anna = world.trainee("Anna")
        slow: Any = SlowTelegram()
        keys = ["n1", "n2", "n3"]

        async def wake_all(senders: list[Sender]) -> None:
            while True:
                await asyncio.sleep(0.05)
                for sender in senders:
                    sender.wake()

        async def live() -> None:
            await world.app._tasks.cancel("send")
            senders = [Sender(world.app.store, slow, SystemClock(), lambda: 0) for _ in range(2)]
            for key in keys:
                await world.app.store.transact(_add, anna.id, key)
            running = [asyncio.create_task(each.run()) for each in senders]
            running.append(asyncio.create_task(wake_all(senders)))
            await _until(world, lambda: len(slow.sent) >= len(keys))
            await asyncio.sleep(2)
            for task in running:
                task.cancel()
            await asyncio.gather(*running, return_exceptions=True)
            for sender in senders:
                await sender.stop(1)

        world.runner.run(live())
        assert sorted(slow.sent) == keys


class Watched:
    """The store, and how often something was written by it."""

    def __init__(self, store: Any) -> None:
        self.store, self.writes = store, 0

    async def read(self, *asked: Any) -> Any:
        return await self.store.read(*asked)

    async def transact(self, *asked: Any) -> Any:
        self.writes += 1
        return await self.store.transact(*asked)


def test_while_nothing_is_due_nothing_is_written_whoever_wakes_the_sender(world: World) -> None:
    anna = world.trainee("Anna")
    sent: Any = SlowTelegram()

    async def live() -> None:
        await world.app._tasks.cancel("send")
        store: Any = Watched(world.app.store)
        sender = Sender(store, sent, world.clock, lambda: 0)
        await world.app.store.transact(_add, anna.id, "later", wait=timedelta(hours=1))
        for _ in range(3):
            await sender.send_due()
        assert (store.writes, sent.sent) == (0, [])
        await world.app.store.transact(_add, anna.id, "now")
        await sender.send_due()
        assert (store.writes, sent.sent) == (2, ["now"])

    world.runner.run(live())


async def test_answers_are_counted_though_nothing_is_due_so_that_what_comes_next_makes_room_for_them() -> None:
    replies = iter([29, 29, 30])
    asked: list[int] = []

    class Store:
        async def read(self, *_: Any) -> bool:
            return False

        async def transact(self, _action: Any, _wall: Any, replies: int, _busy: Any) -> Any:
            asked.append(replies)
            return Batch([], None, full=False)

    store: Any = Store()
    nothing: Any = None
    sender = Sender(store, nothing, SystemClock(), lambda: next(replies))
    for _ in range(3):
        await sender._round()
    assert asked == [29, 1]


async def test_replies_are_counted_when_the_claim_that_counts_them_is_committed() -> None:
    asked: list[int] = []

    class Away:
        async def read(self, *_: Any) -> bool:
            return True

        async def transact(self, _action: Any, _wall: Any, replies: int, _busy: Any) -> Any:
            asked.append(replies)
            raise OSError("the disk is away")

    nothing: Any = None
    store: Any = Away()
    sender = Sender(store, nothing, SystemClock(), lambda: 100)
    for _ in range(2):
        with pytest.raises(OSError, match="away"):
            await sender._round()
    assert asked == [100, 100]
