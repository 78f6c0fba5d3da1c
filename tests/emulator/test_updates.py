"""Polling: what getUpdates hands out, keeps, takes back and refuses."""

import asyncio
from datetime import timedelta
from typing import Any

import pytest

from emulator.chat import Telegram
from emulator.person import Person
from tests.emulator.api import Api, until


async def waiting_poll(api: Api, telegram: Telegram, **parameters: Any) -> "asyncio.Task[dict[str, Any]]":
    """A long poll that has reached the server and waits there."""
    poll = asyncio.create_task(api.call("getUpdates", timeout=50, **parameters))
    await telegram.updates.until_idle()
    return poll


def texts(updates: list[dict[str, Any]]) -> list[str]:
    return [update["message"]["text"] for update in updates]


async def test_updates_come_again_until_the_offset_confirms_them(api: Api, telegram: Telegram, anna: Person) -> None:
    for text in ("One", "Two", "Three"):
        telegram.send_text(anna.id, text)
    first = await api.result("getUpdates")
    assert texts(first) == ["One", "Two", "Three"]
    assert texts(await api.result("getUpdates", limit=2)) == ["One", "Two"]
    assert texts(await api.result("getUpdates", offset=first[1]["update_id"] + 1)) == ["Three"]
    assert texts(await api.result("getUpdates")) == ["Three"]


async def test_a_negative_offset_counts_from_the_end_and_forgets_the_rest(
    api: Api, telegram: Telegram, anna: Person
) -> None:
    for text in ("One", "Two", "Three"):
        telegram.send_text(anna.id, text)
    assert texts(await api.result("getUpdates", offset=-1)) == ["Three"]
    assert texts(await api.result("getUpdates")) == ["Three"]


async def test_update_ids_follow_one_another(api: Api, telegram: Telegram, anna: Person) -> None:
    for text in ("One", "Two"):
        telegram.send_text(anna.id, text)
    first, second = await api.result("getUpdates")
    assert second["update_id"] == first["update_id"] + 1


async def test_a_long_poll_ends_when_something_comes(api: Api, telegram: Telegram, anna: Person) -> None:
    poll = await waiting_poll(api, telegram)
    telegram.send_text(anna.id, "Hi")
    assert texts((await poll)["result"]) == ["Hi"]


async def test_a_long_poll_ends_empty_when_its_time_is_over(api: Api, telegram: Telegram) -> None:
    assert await api.result("getUpdates", timeout=1) == []
    assert telegram.calls == []


async def test_a_second_poll_ends_the_first(api: Api, telegram: Telegram, anna: Person) -> None:
    first = await waiting_poll(api, telegram)
    second = asyncio.create_task(api.call("getUpdates", timeout=50))
    refused = await first
    assert (refused["error_code"], refused["description"]) == (
        409,
        "Conflict: terminated by other getUpdates request; make sure that only one bot instance is running",
    )
    telegram.send_text(anna.id, "Hi")
    assert texts((await second)["result"]) == ["Hi"]


async def test_only_wanted_kinds_are_kept_and_the_wish_is_remembered(
    api: Api, telegram: Telegram, anna: Person
) -> None:
    await api.result("getUpdates", allowed_updates=["callback_query"])
    telegram.send_text(anna.id, "Hi")
    telegram.tap_data(anna.id, telegram.messages(anna.id)[-1].id, "x")
    (update,) = await api.result("getUpdates")
    assert update["callback_query"]["data"] == "x"
    await api.result("getUpdates", allowed_updates=[])
    telegram.send_text(anna.id, "Hi")
    assert len(await api.result("getUpdates")) == 2


async def test_a_wish_that_is_no_json_is_refused(api: Api) -> None:
    assert (
        await api.refusal("getUpdates", allowed_updates="[") == "Bad Request: can't parse allowed updates JSON object"
    )


@pytest.mark.parametrize(("seconds", "kinds"), [(149, {"message", "callback_query"}), (150, {"message"})])
async def test_a_tap_lives_150_seconds_in_the_queue(
    seconds: int, kinds: set[str], api: Api, telegram: Telegram, anna: Person
) -> None:
    message = telegram.send_text(anna.id, "Hi")
    telegram.tap_data(anna.id, message.id, "x")
    await telegram.clock.advance(timedelta(seconds=seconds))
    assert {kind for update in await api.result("getUpdates") for kind in update} - {"update_id"} == kinds


@pytest.mark.parametrize(("hours", "left"), [(23, 1), (24, 0)])
async def test_a_message_lives_a_day_in_the_queue(
    hours: int, left: int, api: Api, telegram: Telegram, anna: Person
) -> None:
    telegram.send_text(anna.id, "Hi")
    await telegram.clock.advance(timedelta(hours=hours))
    assert len(await api.result("getUpdates")) == left


async def test_an_update_delivered_twice_comes_again_after_it_was_confirmed(
    api: Api, telegram: Telegram, anna: Person
) -> None:
    telegram.updates.deliver_twice()
    telegram.send_text(anna.id, "Hi")
    (first,) = await api.result("getUpdates")
    assert await api.result("getUpdates", offset=first["update_id"] + 1) == [first]
    assert await api.result("getUpdates", offset=first["update_id"] + 1) == []


async def test_at_most_a_hundred_updates_come_at_once(api: Api, telegram: Telegram, anna: Person) -> None:
    for number in range(101):
        telegram.send_text(anna.id, str(number))
    assert len(await api.result("getUpdates", limit=1000)) == 100


async def test_listeners_hear_of_each_update(telegram: Telegram, anna: Person) -> None:
    heard: list[str] = []
    telegram.updates.subscribe(lambda: heard.append(telegram.updates.pending()[-1].kind))
    telegram.send_text(anna.id, "Hi")
    assert heard == ["message"]


async def test_a_poll_whose_bot_has_died_does_not_count_as_waiting(api: Api, telegram: Telegram, anna: Person) -> None:
    poll = await waiting_poll(api, telegram)
    poll.cancel()
    await until(lambda: not telegram.updates.idle)
    telegram.send_text(anna.id, "Hi")
    assert texts(await api.result("getUpdates")) == ["Hi"]
