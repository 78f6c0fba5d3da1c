"""Faults on request: what the bot meets, and whether its call took effect."""

import asyncio
import time

import pytest
from aiogram import Bot
from aiogram.exceptions import ClientDecodeError, TelegramNetworkError, TelegramRetryAfter

from emulator.chat import Telegram
from emulator.person import Person
from tests.emulator.api import Api, until


def sent(telegram: Telegram, person: Person) -> list[str]:
    return [message.text for message in telegram.messages(person.id) if message.sender == "bot"]


async def test_a_lost_answer_has_its_effect(bot: Bot, telegram: Telegram, anna: Person) -> None:
    telegram.faults.lose_answers("sendMessage")
    with pytest.raises(TelegramNetworkError):
        await bot.send_message(anna.id, "One")
    await bot.send_message(anna.id, "Two")
    assert sent(telegram, anna) == ["One", "Two"]
    assert [(call.ok, call.fault) for call in telegram.calls] == [(True, "LOST_ANSWER"), (True, "")]


async def test_429_says_how_long_to_wait_and_has_no_effect(bot: Bot, telegram: Telegram, anna: Person) -> None:
    telegram.faults.refuse_with_429("sendMessage", retry_after=7)
    with pytest.raises(TelegramRetryAfter) as refused:
        await bot.send_message(anna.id, "One")
    assert refused.value.retry_after == 7
    assert sent(telegram, anna) == []


async def test_502_has_a_body_that_is_no_json_and_no_effect(bot: Bot, telegram: Telegram, anna: Person) -> None:
    telegram.faults.answer_with_502("sendMessage", times=2)
    for _ in range(2):
        with pytest.raises(ClientDecodeError):
            await bot.send_message(anna.id, "One")
    await bot.send_message(anna.id, "Two")
    assert sent(telegram, anna) == ["Two"]
    assert [call.outcome.get("error_code") for call in telegram.calls] == [502, 502, None]


async def test_a_delay_has_its_effect_at_once_and_its_answer_late(api: Api, telegram: Telegram, anna: Person) -> None:
    telegram.faults.delay("sendMessage", seconds=0.2)
    started = time.monotonic()
    call = asyncio.create_task(api.call("sendMessage", chat_id=anna.id, text="One"))
    await until(lambda: sent(telegram, anna))
    assert time.monotonic() - started < 0.2
    await call
    assert time.monotonic() - started >= 0.2


async def test_a_fault_of_any_method_spares_polling(bot: Bot, telegram: Telegram) -> None:
    telegram.faults.answer_with_502()
    assert await bot.get_updates() == []
    with pytest.raises(ClientDecodeError):
        await bot.get_me()
    assert (await bot.get_me()).is_bot


async def test_faults_can_be_called_off(bot: Bot, telegram: Telegram) -> None:
    telegram.faults.answer_with_502(times=5)
    telegram.faults.clear()
    assert (await bot.get_me()).is_bot
