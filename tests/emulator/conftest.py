"""A stand-in that listens on a free port, a bot to talk to it with, and Anna, who has started that bot."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime

import aiohttp
import pytest
from aiogram import Bot
from aiogram.client.session.aiohttp import AiohttpSession
from aiogram.client.telegram import TelegramAPIServer

from emulator.chat import Telegram
from emulator.clock import Clock
from emulator.person import Person
from emulator.server import Emulator
from tests.emulator.api import Api

START = datetime(2026, 12, 1, 9, 0, tzinfo=UTC)


@pytest.fixture
def telegram() -> Telegram:
    return Telegram(clock=Clock(START, running=False))


@pytest.fixture
async def emulator(telegram: Telegram) -> AsyncIterator[Emulator]:
    emulator = Emulator(telegram)
    await emulator.start()
    yield emulator
    await emulator.stop()


@pytest.fixture
async def api(emulator: Emulator) -> AsyncIterator[Api]:
    async with aiohttp.ClientSession() as session:
        yield Api(emulator, session)


@pytest.fixture
async def bot(emulator: Emulator) -> AsyncIterator[Bot]:
    session = AiohttpSession(api=TelegramAPIServer.from_base(emulator.url))
    async with Bot(emulator.telegram.token, session=session) as bot:
        yield bot


@pytest.fixture
def anna(telegram: Telegram) -> Person:
    """Somebody who has started the bot; the update of that is gone."""
    person = telegram.add_person("Anna", last_name="Berg", username="anna", language_code="de")
    telegram.start(person.id)
    telegram.updates.drop_all()
    return person
