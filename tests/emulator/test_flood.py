"""Flood limits: when the server asks the bot to wait, and for how long."""

from datetime import timedelta

import pytest

from emulator.chat import Telegram
from emulator.flood import Flood
from emulator.person import Person
from emulator.refusal import RefusalError
from tests.emulator.api import Api


async def taken(api: Api, chat_ids: list[int]) -> int:
    """How many of these messages are taken before the first is refused."""
    for number, chat_id in enumerate(chat_ids):
        if not (await api.call("sendMessage", chat_id=chat_id, text="Hi"))["ok"]:
            return number
    return len(chat_ids)


@pytest.fixture
def flooded(telegram: Telegram) -> Flood:
    telegram.flood = Flood(enabled=True, chat_burst=3, per_second=5)
    return telegram.flood


async def test_one_chat_takes_a_burst_and_then_one_a_second(
    api: Api, telegram: Telegram, anna: Person, flooded: Flood
) -> None:
    assert await taken(api, [anna.id] * 4) == 3
    body = await api.call("sendMessage", chat_id=anna.id, text="Hi")
    assert (body["error_code"], body["description"]) == (429, "Too Many Requests: retry after 1")
    assert body["parameters"] == {"retry_after": 1}
    await telegram.clock.advance(timedelta(seconds=1))
    assert await taken(api, [anna.id] * 2) == 1


async def test_all_chats_share_a_limit(api: Api, telegram: Telegram, flooded: Flood) -> None:
    people = [telegram.add_person(f"Person {number}") for number in range(6)]
    for person in people:
        telegram.start(person.id)
    assert await taken(api, [person.id for person in people]) == 5


async def test_an_edit_counts_as_a_message(api: Api, anna: Person, flooded: Flood) -> None:
    sent = await api.result("sendMessage", chat_id=anna.id, text="0")
    assert await taken(api, [anna.id] * 2) == 2
    refusal = await api.refusal("editMessageText", chat_id=anna.id, message_id=sent["message_id"], text="1")
    assert refusal.startswith("Too Many Requests")


async def test_a_group_takes_twenty_a_minute(telegram: Telegram) -> None:
    flood = Flood(enabled=True, chat_burst=1)
    flood.check(-5, telegram.clock.now)
    with pytest.raises(RefusalError) as refused:
        flood.check(-5, telegram.clock.now)
    assert refused.value.parameters == {"retry_after": 3}


async def test_the_limits_are_those_of_the_server_unless_told_otherwise() -> None:
    flood = Flood()
    assert (flood.per_second, flood.chat_per_second, flood.group_per_minute) == (30, 1, 20)


async def test_nothing_is_limited_unless_asked_for(api: Api, anna: Person) -> None:
    assert await taken(api, [anna.id] * 40) == 40
