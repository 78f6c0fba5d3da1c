"""The driver: a small bot, and people whose words act on it and tell what they see."""

import asyncio
from collections.abc import Iterator
from typing import Any

import pytest
from aiogram import Bot
from aiogram.client.session.aiohttp import AiohttpSession
from aiogram.client.telegram import TelegramAPIServer
from aiogram.types import InlineKeyboardButton, InlineKeyboardMarkup, LabeledPrice, Message, Update

from emulator.driver import DECLINED_CARD, Driver
from emulator.server import Emulator


def keyboard(*labels: str) -> InlineKeyboardMarkup:
    return InlineKeyboardMarkup(inline_keyboard=[[InlineKeyboardButton(text=one, callback_data=one)] for one in labels])


class Shop:
    """A bot that sells one thing."""

    def __init__(self, bot: Bot) -> None:
        self.bot = bot

    async def poll(self) -> None:
        offset = None
        while True:
            for update in await self.bot.get_updates(offset=offset, timeout=30):
                offset = update.update_id + 1
                await self.handle(update)

    async def handle(self, update: Update) -> None:
        if update.message:
            await self.hear(update.message)
        if update.callback_query and update.callback_query.message:
            alert = update.callback_query.data == "Sell"
            await self.bot.answer_callback_query(update.callback_query.id, "No buyer" if alert else "Fine", alert)
            person_id, message_id = update.callback_query.from_user.id, update.callback_query.message.message_id
            await self.bot.edit_message_text("Sold", chat_id=person_id, message_id=message_id)
        if update.pre_checkout_query:
            await self.bot.answer_pre_checkout_query(update.pre_checkout_query.id, ok=True)

    async def hear(self, message: Message) -> None:
        if message.successful_payment:
            await self.bot.send_message(message.chat.id, "Thank you")
        elif message.text == "/buy":
            prices = [LabeledPrice(label="A unit", amount=2500)]
            words: dict[str, Any] = {"title": "A unit", "description": "20 minutes", "payload": "x", "currency": "EUR"}
            await self.bot.send_invoice(message.chat.id, prices=prices, provider_token="demo:provider", **words)
        else:
            labels = keyboard("40\u00a0min · 2 units", "60 min · 3 units", "Sell")
            await self.bot.send_message(message.chat.id, f"You said {message.text}", reply_markup=labels)


@pytest.fixture
def driver() -> Iterator[Driver]:
    emulator = Emulator()

    async def start() -> tuple[Bot, "asyncio.Task[None]"]:
        await emulator.start()
        bot = Bot(emulator.telegram.token, session=AiohttpSession(api=TelegramAPIServer.from_base(emulator.url)))
        return bot, asyncio.create_task(Shop(bot).poll())

    async def stop() -> None:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
        await bot.session.close()
        await emulator.stop()

    with asyncio.Runner() as runner:
        bot, task = runner.run(start())
        yield Driver(emulator.telegram, runner.run, emulator.telegram.updates.until_idle)
        runner.run(stop())


def test_a_person_sees_what_the_bot_answers(driver: Driver) -> None:
    anna = driver.person("Anna", username="anna")
    anna.starts("invite")
    anna.sees("You said /start invite", "40 min")
    anna.sees_not("Sold")
    assert anna.buttons == [["40\u00a0min · 2 units"], ["60 min · 3 units"], ["Sell"]]
    assert anna.screen.text == "You said /start invite"


def test_a_tap_names_a_whole_label_or_the_only_one_that_contains_it(driver: Driver) -> None:
    anna = driver.person("Anna")
    anna.sends("Hi")
    anna.taps("40 min")
    anna.sees("Sold", "Fine")
    assert (anna.toast, anna.alert) == ("Fine", "")
    anna.sends("Hi")
    anna.taps("Sell")
    assert (anna.toast, anna.alert) == ("", "No buyer")


def test_a_tap_on_what_is_not_there_shows_what_is(driver: Driver) -> None:
    anna = driver.person("Anna")
    anna.sends("Hi")
    with pytest.raises(AssertionError, match=r"no button contains 'Cancel'[\s\S]*\[ Sell \]"):
        anna.taps("Cancel")
    with pytest.raises(AssertionError, match="several buttons contain 'units'"):
        anna.taps("units")


def test_not_seeing_fails_with_a_picture_of_the_chat(driver: Driver) -> None:
    anna = driver.person("Anna")
    anna.sends("Hi")
    with pytest.raises(AssertionError, match=r"Anna does not see \['Booked'\][\s\S]*You said Hi[\s\S]*\[ Sell \]"):
        anna.sees("Booked")
    with pytest.raises(AssertionError, match=r"Anna sees \['You said'\]"):
        anna.sees_not("You said")


def test_only_what_came_since_the_last_act_is_seen(driver: Driver) -> None:
    anna, ben = driver.person("Anna"), driver.person("Ben")
    anna.sends("One")
    anna.sends("Two")
    anna.sees("You said Two")
    anna.sees_not("You said One")
    ben.sends("Three")
    anna.sees("You said Two")
    anna.sees_not("Three")


def test_an_invoice_is_paid_or_declined(driver: Driver) -> None:
    anna = driver.person("Anna")
    anna.sends("/buy")
    anna.sees("A unit", "20 minutes", "Pay 25.00 EUR")
    assert not anna.pays(DECLINED_CARD).ok
    anna.sees("Your card was declined.")
    assert anna.pays().ok
    anna.sees("Thank you")


def test_people_act_at_once(driver: Driver) -> None:
    people = [driver.person(name) for name in ("Anna", "Ben", "Cleo")]
    driver.together(*(person.async_sends("Hi") for person in people))
    for person in people:
        person.sees("You said Hi")


def test_every_other_word_acts_too(driver: Driver) -> None:
    anna = driver.person("Anna")
    anna.opens("https://t.me/session_tracker_demo_bot?start=x")
    anna.shares_contact("+49151")
    anna.sends_sticker()
    anna.sends_photo(b"picture", "Look")
    anna.sends_document(b"x", "a.csv")
    anna.sees("You said None")
    assert [next(iter(message.content)) for message in anna.messages if message.sender == "person"] == [
        "text",
        "contact",
        "sticker",
        "photo",
        "document",
    ]
    anna.sends("Hi")
    anna.edits("Hello")
    assert [message.text for message in anna.messages if message.edited_at] == ["Hello"]
    assert anna.forges("forged").data == "forged"
    anna.sees("Sold")
    anna.blocks()
    anna.unblocks()
    assert driver.telegram.violations == []
