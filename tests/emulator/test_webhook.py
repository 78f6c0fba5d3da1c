"""Webhooks: what is delivered where, in which order, how often, and what is refused."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import pytest
from aiohttp import web

from emulator.chat import Telegram
from emulator.person import Person
from tests.emulator.api import Api, until
from tests.emulator.test_updates import waiting_poll


@dataclass
class Receiver:
    """A bot's webhook that answers with the statuses it is told, and 200 when it is told nothing."""

    url: str = ""
    statuses: list[int] = field(default_factory=list)
    headers: dict[str, str] = field(default_factory=dict)
    got: list[dict[str, Any]] = field(default_factory=list)
    secrets: list[str | None] = field(default_factory=list)
    open: asyncio.Event = field(default_factory=asyncio.Event)
    reply: str = ""

    async def take(self, request: web.Request) -> web.Response:
        self.got.append(await request.json())
        self.secrets.append(request.headers.get("X-Telegram-Bot-Api-Secret-Token"))
        await self.open.wait()
        status = self.statuses.pop(0) if self.statuses else 200
        return web.Response(status=status, headers=self.headers, text=self.reply)

    async def got_many(self, count: int) -> None:
        await until(lambda: len(self.got) >= count)


@pytest.fixture
async def receiver(telegram: Telegram) -> AsyncIterator[Receiver]:
    telegram.webhook.first_retry_seconds = 0.01
    receiver = Receiver()
    receiver.open.set()
    app = web.Application()
    app.router.add_post("/hook", receiver.take)
    runner = web.AppRunner(app, shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    receiver.url = f"http://127.0.0.1:{runner.addresses[0][1]}/hook"
    yield receiver
    receiver.open.set()
    await runner.cleanup()


async def delivered(telegram: Telegram) -> None:
    """Return when nothing waits any more."""
    await until(lambda: not telegram.updates.pending())


async def test_updates_are_delivered_with_the_secret(
    api: Api, telegram: Telegram, anna: Person, receiver: Receiver
) -> None:
    telegram.send_text(anna.id, "Before")
    await api.result("setWebhook", url=receiver.url, secret_token="word-1_A")
    telegram.send_text(anna.id, "After")
    await delivered(telegram)
    assert [update["message"]["text"] for update in receiver.got] == ["Before", "After"]
    assert receiver.secrets == ["word-1_A", "word-1_A"]


async def test_a_failed_delivery_comes_again_until_it_is_taken(
    api: Api, telegram: Telegram, anna: Person, receiver: Receiver
) -> None:
    receiver.statuses = [500, 503]
    await api.result("setWebhook", url=receiver.url)
    telegram.send_text(anna.id, "One")
    telegram.send_text(anna.id, "Two")
    await delivered(telegram)
    assert [update["message"]["text"] for update in receiver.got] == ["One", "One", "One", "Two"]
    info = await api.result("getWebhookInfo")
    assert info["last_error_message"] == "Wrong response from the webhook: 503 Service Unavailable"
    assert info["last_error_date"] == int(telegram.clock.now().timestamp())


async def test_a_webhook_may_ask_to_be_left_alone_for_a_while(
    api: Api, telegram: Telegram, anna: Person, receiver: Receiver
) -> None:
    receiver.statuses, receiver.headers = [429], {"Retry-After": "3600"}
    await api.result("setWebhook", url=receiver.url)
    telegram.send_text(anna.id, "One")
    await receiver.got_many(1)
    await until(lambda: telegram.webhook.last_error_at)
    assert len(telegram.updates.pending()) == 1
    await telegram.clock.advance(timedelta(hours=1))
    await delivered(telegram)
    assert len(receiver.got) == 2


async def test_one_chats_messages_wait_for_each_other_and_others_do_not(
    api: Api, telegram: Telegram, anna: Person, receiver: Receiver
) -> None:
    receiver.open.clear()
    await api.result("setWebhook", url=receiver.url)
    ben = telegram.add_person("Ben")
    telegram.send_text(anna.id, "Anna 1")
    telegram.send_text(anna.id, "Anna 2")
    telegram.send_text(ben.id, "Ben 1")
    telegram.tap_data(anna.id, telegram.messages(anna.id)[-1].id, "tap")
    await receiver.got_many(3)
    kinds = {update.get("message", {}).get("text", "tap") for update in receiver.got}
    assert kinds == {"Anna 1", "Ben 1", "tap"}
    receiver.open.set()
    await delivered(telegram)
    assert receiver.got[-1]["message"]["text"] == "Anna 2"


async def test_an_update_delivered_twice_comes_again_although_it_was_taken(
    api: Api, telegram: Telegram, anna: Person, receiver: Receiver
) -> None:
    await api.result("setWebhook", url=receiver.url)
    telegram.updates.deliver_twice()
    telegram.send_text(anna.id, "One")
    await receiver.got_many(2)
    assert receiver.got[0] == receiver.got[1]


async def test_a_webhook_nobody_listens_at_is_reported(api: Api, telegram: Telegram, anna: Person) -> None:
    telegram.webhook.first_retry_seconds = 60
    await api.result("setWebhook", url="http://127.0.0.1:9/hook", max_connections=500)
    telegram.send_text(anna.id, "One")
    await until(lambda: telegram.webhook.last_error_at)
    info = await api.result("getWebhookInfo")
    assert (info["url"], info["pending_update_count"], info["max_connections"]) == ("http://127.0.0.1:9/hook", 1, 100)
    assert info["last_error_message"] == "Connection refused"
    assert telegram.violations == []


async def test_polling_is_refused_while_a_webhook_is_set(api: Api, telegram: Telegram, receiver: Receiver) -> None:
    await api.result("setWebhook", url=receiver.url)
    assert await api.refusal("getUpdates") == (
        "Conflict: can't use getUpdates method while webhook is active; use deleteWebhook to delete the webhook first"
    )
    await api.result("deleteWebhook")
    assert await api.result("getUpdates") == []


async def test_setting_a_webhook_ends_a_poll(api: Api, telegram: Telegram, receiver: Receiver) -> None:
    poll = await waiting_poll(api, telegram)
    await api.result("setWebhook", url=receiver.url)
    assert (await poll)["description"] == "Conflict: terminated by setWebhook request"


async def test_what_waits_may_be_dropped(api: Api, telegram: Telegram, anna: Person) -> None:
    telegram.send_text(anna.id, "One")
    await api.result("deleteWebhook", drop_pending_updates=True)
    assert await api.result("getUpdates") == []


async def test_an_empty_address_goes_back_to_polling(api: Api, receiver: Receiver) -> None:
    await api.result("setWebhook", url=receiver.url, allowed_updates=["message"])
    await api.result("setWebhook", url="")
    assert await api.result("getWebhookInfo") == {
        "url": "",
        "has_custom_certificate": False,
        "pending_update_count": 0,
        "allowed_updates": ["message"],
    }


@pytest.mark.parametrize(
    ("parameters", "words"),
    [
        ({"secret_token": "x" * 257}, "secret token is too long"),
        ({"secret_token": "two words"}, "secret token contains unallowed characters"),
        ({"url": "http://example.com/hook"}, "bad webhook: An HTTPS URL must be provided for webhook"),
        ({"url": "nonsense"}, "bad webhook: An HTTPS URL must be provided for webhook"),
    ],
)
async def test_a_wrong_webhook_is_refused(parameters: dict[str, Any], words: str, api: Api) -> None:
    refusal = await api.refusal("setWebhook", **({"url": "https://example.com/hook"} | parameters))
    assert refusal == f"Bad Request: {words}"


async def test_a_method_in_the_answer_is_noted(api: Api, telegram: Telegram, anna: Person, receiver: Receiver) -> None:
    receiver.reply = '{"method": "sendMessage"}'
    await api.result("setWebhook", url=receiver.url)
    telegram.send_text(anna.id, "One")
    await delivered(telegram)
    assert telegram.violations == ["webhook: the stand-in runs no sendMessage from an answer"]
