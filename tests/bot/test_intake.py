"""Intake (promises 1 and 2): stored then acknowledged, tried again, given up in the open, never done twice."""

import asyncio
import json
from functools import partial
from typing import Any

import pytest
from aiogram.exceptions import TelegramForbiddenError
from sqlalchemy import text

from bot import dispatcher
from bot.handlers import profile
from bot.intake import Intake
from domain.permission import Permission
from emulator.driver import Actor
from storage.engine import Database
from tests.journeys.test_purchase import ask_for_ten, sell
from tests.world import World

GROUP_ID = -100500


def _rows(world: World, sql: str) -> list[Any]:
    database: Database = world.app.database
    return world.runner.run(database.read(lambda connection: list(connection.execute(text(sql)))))


def test_an_update_that_could_not_be_stored_is_not_acknowledged(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    anna = world.trainee("Anna")

    async def full_disk(*_args: Any) -> None:
        raise OSError("the disk is full")

    monkeypatch.setattr(world.app.intake, "take", full_disk)
    monkeypatch.setattr("app.tasks.RESTART_SECONDS", 0.05)
    world.runner.run(anna.async_sends("/help"))
    world.runner.run(asyncio.sleep(0.3))
    assert not world.telegram.updates.idle
    monkeypatch.undo()
    world.runner.run(world.settle())
    anna.sees("What I can do for you")


def test_an_update_that_comes_twice_counts_once(world: World) -> None:
    anna = world.trainee("Anna")
    world.telegram.updates.deliver_twice(1)
    anna.sends("/profile")
    anna.taps("Name")
    world.telegram.updates.deliver_twice(1)
    anna.sends("Anna M.")
    anna.sees("Changed", "Name: Anna M.")
    assert len(_rows(world, "SELECT id FROM audit WHERE action = 'person.name'")) == 1
    assert _rows(world, "SELECT update_id FROM inbox GROUP BY update_id HAVING count(*) > 1") == []


def test_an_update_that_two_handle_at_once_takes_effect_once(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """As when a process was only thought dead: both have read how things stood before either has changed them."""
    anna = world.trainee("Anna")
    anna.sends("/profile")
    anna.taps("Name")
    known: list[Any] = []
    read, handle = dispatcher._known, world.app.intake._dispatcher.handle

    def as_it_stood(*args: Any) -> Any:
        known.append(read(*args))
        return known[0]

    async def twice(received: Any) -> None:
        await handle(received)
        await handle(received)

    monkeypatch.setattr(dispatcher, "_known", as_it_stood)
    monkeypatch.setattr(world.app.intake._dispatcher, "handle", twice)
    anna.sends("Anna M.")
    assert len(known) == 3, "twice to change it, once to show where things stand"
    assert len(_rows(world, "SELECT id FROM audit WHERE action = 'person.name'")) == 1


def test_a_failing_update_is_given_up_in_the_open_and_the_next_one_goes_on(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    olga = world.owner()
    anna = world.trainee("Anna")

    async def broken(_turn: Any) -> None:
        raise RuntimeError("a mistake of ours")

    monkeypatch.setattr("bot.intake.BACK_OFF_SECONDS", (0.0, 0.0))
    monkeypatch.setitem(
        world.app.intake._dispatcher.table, "/profile", type(profile.on.table["/profile"])(broken, Permission.EVERYONE)
    )
    anna.sends("/profile")
    anna.sees("Something went wrong on our side", "Please try again", "Reference")
    olga.sees("could not be handled", "from Anna")
    anna.sends("/help")
    anna.sees("What I can do for you")
    assert [row.attempts for row in _rows(world, "SELECT attempts FROM inbox WHERE state = 'dead'")] == [2]


def test_an_update_is_handled_after_quiet_days_in_which_the_older_ones_were_forgotten(world: World) -> None:
    mia = world.trainee("Mia")
    world.passes(days=5)
    assert _rows(world, "SELECT * FROM inbox") == []
    mia.sends("/help")
    mia.sees("/book")


def test_an_update_nobody_can_read_is_reported_and_hides_no_other(world: World) -> None:
    olga = world.owner()
    anna = world.trainee("Anna")
    strange = _unreadable(anna)
    world.runner.run(world.app.intake.take([strange, {"update_id": 78, "unheard_of": {"a": 1}}]))
    world.runner.run(world.settle())
    olga.sees("could not be handled")
    anna.sends("/help")
    anna.sees("What I can do for you")
    assert [row.update_id for row in _rows(world, "SELECT update_id FROM inbox WHERE state = 'dead'")] == [77]


def test_a_kind_of_update_that_nobody_knows_is_counted_as_another(world: World) -> None:
    registry = world.app.meter.registry
    strange = [{"update_id": 77, "my_secret_kind": {}}, {"update_id": 78, "another": {}}]
    world.runner.run(world.app.intake.take(strange))
    world.runner.run(world.settle())
    assert registry.get_sample_value("session_tracker_updates_received_total", {"kind": "other"}) == 2
    assert registry.get_sample_value("session_tracker_updates_received_total", {"kind": "my_secret_kind"}) is None


def test_what_was_stored_and_not_handled_is_handled_at_the_next_start(world: World) -> None:
    anna = world.trainee("Anna")
    world.stop()
    body = _raw_text(world, anna.id, "/help")
    world.runner.run(_store(world, body))
    world.start()
    world.runner.run(world.settle())
    anna.sees("What I can do for you")


def test_what_was_stored_without_hearing_so_is_handled_though_it_never_comes_again(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The connection drops behind the commit, and Telegram keeps a tap only for so long."""
    anna = world.trainee("Anna")
    transact = world.app.store.transact

    async def answer_lost(*args: Any) -> None:
        await transact(*args)
        raise OSError("the connection is gone")

    with monkeypatch.context() as patched:
        patched.setattr(world.app.store, "transact", answer_lost)
        with pytest.raises(OSError, match="gone"):
            world.runner.run(world.app.intake.take([_raw_text(world, anna.id, "/help")]))
    world.passes(seconds=3)
    anna.sees("What I can do for you")


def test_what_took_effect_and_was_perhaps_not_shown_is_shown_again(world: World) -> None:
    anna = world.trainee("Anna")
    world.telegram.faults.answer_with_502("sendMessage", 100)
    world.runner.run(anna.async_sends("/start"))
    world.runner.run(asyncio.sleep(0.1))
    world.stop()
    world.telegram.faults.clear()
    world.start()
    world.runner.run(world.settle())
    anna.sees("This is where things stand", "Hi Anna")


def test_what_took_effect_is_shown_however_long_telegram_does_not_answer(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.intake.BACK_OFF_SECONDS", (0.0, 0.0))
    monkeypatch.setattr("bot.chat.TRIES", 1)
    anna = world.person("Anna")
    world.telegram.faults.answer_with_502("sendMessage", 10)
    anna.sends("/start")
    anna.sees("What shall we call you?")
    assert _rows(world, "SELECT * FROM inbox WHERE answered_at IS NULL") == []


def test_what_took_effect_is_shown_though_the_database_fails_after_telegram_was_long_away(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each keeps to tries of its own."""
    monkeypatch.setattr("bot.intake.BACK_OFF_SECONDS", (0.0, 0.0))
    monkeypatch.setattr("bot.chat.TRIES", 1)
    anna = world.person("Anna")
    world.telegram.faults.answer_with_502("sendMessage", 10)
    read, asked = world.app.store.read, list[Any]()

    async def dropped_once(*args: Any) -> Any:
        asked.append(args)
        if len(asked) == 6:
            raise OSError("the connection is gone")
        return await read(*args)

    monkeypatch.setattr(world.app.store, "read", dropped_once)
    anna.sends("/start")
    anna.sees("What shall we call you?")
    assert _rows(world, "SELECT * FROM inbox WHERE answered_at IS NULL") == []


def test_an_old_screen_is_not_drawn_over_a_later_outcome_after_a_crash(world: World) -> None:
    """A look that was shown but not yet noted is not looked at again once something later has taken effect.

    What counts is the order of arrival: a webhook may bring an update after those that were sent later.
    """
    anna = world.trainee("Anna")
    anna.sends("/profile")
    anna.taps("Name")
    anna.sends("Anne")
    world.stop()
    world.runner.run(_store(world, _raw_text(world, anna.id, "/help") | {"update_id": 8}, arrived_as=0))
    world.runner.run(_store(world, _raw_text(world, anna.id, "/profile") | {"update_id": 7}))
    said = len(anna.messages)
    world.start()
    world.runner.run(world.settle())
    assert len(anna.messages) == said + 1
    anna.sees("Your profile")
    assert _rows(world, "SELECT * FROM inbox WHERE state = 'new'") == []


@pytest.mark.parametrize("failures", [1, 2, 9])
def test_a_database_that_is_away_loses_nothing_however_long(
    world: World, monkeypatch: pytest.MonkeyPatch, failures: int
) -> None:
    """Handling and noting the failure may each meet it; the lane waits, spends no try, and goes on in order."""
    anna = world.trainee("Anna")
    monkeypatch.setattr("bot.intake.BACK_OFF_SECONDS", (0.0, 0.0))
    monkeypatch.setattr("bot.intake.STORE_PAUSE_SECONDS", 0.0)
    anna.sends("/profile")
    anna.taps("Name")
    _away(world, monkeypatch, failures)
    anna.sends("Anne")
    monkeypatch.undo()
    anna.sees("Name: Anne")
    assert _rows(world, "SELECT * FROM inbox WHERE state = 'new'") == []
    anna.sends("/help")
    anna.sees("What I can do for you")


def test_a_payment_outlasts_a_database_that_is_away(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    world.owner()
    sell(world, 10, 22000)
    anna = world.trainee("Anna")
    ask_for_ten(anna)
    monkeypatch.setattr("bot.intake.BACK_OFF_SECONDS", (0.0, 0.0))
    monkeypatch.setattr("bot.intake.STORE_PAUSE_SECONDS", 0.0)
    _away(world, monkeypatch, 30, since="successful_payment")
    anna.pays()
    anna.sees("10 units added")
    assert _rows(world, "SELECT * FROM inbox WHERE state = 'dead'") == []


def test_giving_up_waits_for_a_database_that_is_away(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    anna = world.trainee("Anna")
    monkeypatch.setattr("bot.intake.STORE_PAUSE_SECONDS", 0.0)
    transact, refused = world.app.store.transact, []

    async def away_for_burials(*args: Any) -> Any:
        if args[0].__name__ == "bury" and len(refused) < 3:
            refused.append(args)
            raise OSError("the disk is away")
        return await transact(*args)

    monkeypatch.setattr(world.app.store, "transact", away_for_burials)
    strange = _unreadable(anna)
    world.runner.run(world.app.intake.take([strange, _raw_text(world, anna.id, "/help")]))
    world.runner.run(world.settle())
    anna.sees("What I can do for you")
    assert len(refused) == 3
    assert [row.update_id for row in _rows(world, "SELECT update_id FROM inbox WHERE state = 'dead'")] == [77]


def test_what_took_effect_is_shown_though_its_failure_can_be_noted_only_later(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A database that restarts: the answer to a commit is lost, and soon after nobody answers yet."""
    world.trainer("Tess")
    anna = world.trainee("Anna", units=3)
    anna.sends("/book")
    for label in ("40 min ·", "Thu 3", "16:00"):
        anna.taps(label)
    monkeypatch.setattr("bot.intake.STORE_PAUSE_SECONDS", 0.0)
    transact, lost, refused = world.app.store.transact, [], []

    async def restarting(*args: Any) -> Any:
        if lost and not refused and args[0].__name__ == "is_open":
            refused.append(args)
            raise OSError("the database is starting up")
        result = await transact(*args)
        if not lost and args[0].__name__ == "_settling":
            lost.append(args)
            raise OSError("the connection is gone")
        return result

    monkeypatch.setattr(world.app.store, "transact", restarting)
    anna.taps("Book it")
    anna.sees("This is where things stand")
    assert (len(lost), len(refused)) == (1, 1)
    assert len(_rows(world, "SELECT * FROM booking WHERE status = 'booked'")) == 1


def test_what_was_given_up_stays(world: World) -> None:
    anna = world.trainee("Anna")
    strange = _unreadable(anna)
    world.runner.run(world.app.intake.take([strange]))
    world.runner.run(world.settle())
    world.passes(days=5)
    assert [row.update_id for row in _rows(world, "SELECT update_id FROM inbox WHERE state = 'dead'")] == [77]


async def test_two_who_note_what_was_shown_at_once_forget_nothing() -> None:
    closed: list[int] = []

    class Slow:
        async def transact(self, _action: Any, _me: int, shown: list[int], _ended: list[str]) -> list[Any]:
            await asyncio.sleep(0.02)
            closed.extend(shown)
            return []

    nothing: Any = None
    store: Any = Slow()
    intake = Intake(1, nothing, store, nothing, nothing, polls=False)
    intake._shown = [1, 2]
    first = asyncio.create_task(intake.flush())
    await asyncio.sleep(0.005)
    second = asyncio.create_task(intake.flush())
    await asyncio.sleep(0.005)
    intake._shown += [3, 4]
    await asyncio.gather(first, second)
    await intake.flush()
    assert set(closed) == {1, 2, 3, 4}


def test_a_group_that_throws_the_bot_out_says_nothing_of_the_person(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    anna = world.trainee("Anna")
    send = world.app.bot.session.make_request

    async def kicked(bot: Any, method: Any, *args: Any, **named: Any) -> Any:
        if getattr(method, "chat_id", None) == GROUP_ID:
            raise TelegramForbiddenError(method, "Forbidden: bot was kicked from the supergroup chat")
        return await send(bot, method, *args, **named)

    monkeypatch.setattr(world.app.bot.session, "make_request", kicked)
    body = _raw_text(world, anna.id, "/book")
    body["message"]["chat"] = {"id": GROUP_ID, "type": "supergroup", "title": "Runners"}
    world.runner.run(world.app.intake.take([body]))
    world.runner.run(world.settle())
    assert [row.reachable for row in _rows(world, "SELECT reachable FROM person WHERE name = 'Anna'")] == [True]


def test_a_webhook_that_somebody_else_has_set_is_taken_away(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.intake.POLL_PAUSE_SECONDS", 0.0)
    anna = world.trainee("Anna")

    async def live() -> None:
        await world.app.bot.set_webhook("http://127.0.0.1:9/elsewhere", secret_token="x")
        await anna.async_sends("/help")
        async with asyncio.timeout(10):
            while "What I can do for you" not in anna.picture():  # noqa: ASYNC110 -- it shows in the chat
                await asyncio.sleep(0.01)

    world.runner.run(live())


def test_bodies_are_blanked_once_handled(world: World) -> None:
    world.trainee("Anna").sends("my secret")
    assert {row.body for row in _rows(world, "SELECT body FROM inbox")} == {""}


def test_what_was_shown_is_noted_though_noting_it_fails_at_first_and_nothing_comes_after(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    anna = world.trainee("Anna")
    transact, failed = world.app.store.transact, []

    async def dropped_once(*args: Any) -> Any:
        if args[0].__name__ == "close" and not failed:
            failed.append(args)
            raise OSError("the connection is gone")
        return await transact(*args)

    monkeypatch.setattr("app.tasks.RESTART_SECONDS", 0.05)
    monkeypatch.setattr(world.app.store, "transact", dropped_once)
    world.runner.run(anna.async_sends("/help"))
    world.runner.run(asyncio.sleep(1))
    assert failed
    assert _rows(world, "SELECT * FROM inbox WHERE answered_at IS NULL") == []


def _unreadable(sender: Actor) -> dict[str, Any]:
    return {"update_id": 77, "message": {"message_id": "not a number", "from": {"id": sender.id}}}


def _raw_text(world: World, person_id: int, said: str) -> dict[str, Any]:
    person = {"id": person_id, "is_bot": False, "first_name": "Anna"}
    message = {
        "message_id": 5000,
        "date": int(world.clock.now().timestamp()),
        "chat": {"id": person_id, "type": "private", "first_name": "Anna"},
        "from": person,
        "text": said,
    }
    return {"update_id": 9_999_999, "message": message}


def _away(world: World, monkeypatch: pytest.MonkeyPatch, failures: int, since: str = "") -> None:
    """The database fails so often, from the moment in which an update with these words has been stored."""
    transact, read = world.app.store.transact, world.app.store.read
    left = [0 if since else failures]

    async def unless_away(ask: Any, *args: Any) -> Any:
        if args[0].__name__ != "keep" and left[0]:
            left[0] -= 1
            raise OSError("the disk is away")
        result = await ask(*args)
        if since and args[0].__name__ == "keep" and any(since in received.body for received in result):
            left[0] = failures
        return result

    monkeypatch.setattr(world.app.store, "read", partial(unless_away, read))
    monkeypatch.setattr(world.app.store, "transact", partial(unless_away, transact))


async def _store(world: World, body: dict[str, Any], arrived_as: int | None = None) -> None:
    from storage.connect import connect
    from storage.work import Store, Work

    database = connect(world.config.database_url)
    store = Store(database, world.clock, lambda _topic: None)

    def keep(work: Work) -> None:
        sender = body["message"]["from"]["id"]
        stored = work.inbox.add(body["update_id"], f"person:{sender}", json.dumps(body), work.now)
        if arrived_as is not None and stored is not None:
            sql = text("UPDATE inbox SET id = :arrived WHERE id = :id")
            work._connection.execute(sql, {"arrived": arrived_as, "id": stored.id})

    await store.transact(keep)
    await database.close()
