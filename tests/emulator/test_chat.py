"""What people do, as the bot is told of it; aiogram and python-telegram-bot both read every update without a rest."""

import asyncio
from collections.abc import Callable
from typing import Any

import pytest
import telegram as ptb
from aiogram.types import TelegramObject, Update
from pydantic import BaseModel

from emulator import table
from emulator.chat import Telegram
from emulator.driver import GOOD_CARD
from emulator.person import Person
from emulator.room import ImpossibleError
from tests.emulator.api import Api
from tests.emulator.picture import png


def unknown_to_aiogram(value: object) -> list[str]:
    """Fields that aiogram had to put aside, anywhere in a value."""
    if isinstance(value, list):
        return [name for item in value for name in unknown_to_aiogram(item)]
    if not isinstance(value, BaseModel):
        return []
    inner = [name for field in type(value).model_fields for name in unknown_to_aiogram(getattr(value, field))]
    return [*(value.model_extra or {}), *inner]


def unknown_to_python_telegram_bot(value: object) -> list[str]:
    """Fields that python-telegram-bot had to put aside, anywhere in a value."""
    if isinstance(value, list | tuple):
        return [name for item in value for name in unknown_to_python_telegram_bot(item)]
    if not isinstance(value, ptb.TelegramObject):
        return []
    names = (name for kind in type(value).__mro__ for name in getattr(kind, "__slots__", ()))
    inner = [getattr(value, name, None) for name in names if not name.startswith("_") and name != "api_kwargs"]
    return [*value.api_kwargs, *unknown_to_python_telegram_bot(inner)]


def read_by_both(update: dict[str, Any]) -> tuple[Update, ptb.Update]:
    """The update as both libraries read it, with nothing left over and nothing against the Bot API."""
    assert table.check_object("Update", update) == []
    ours, theirs = Update.model_validate(update), ptb.Update.de_json(update, None)
    assert unknown_to_aiogram(ours) == []
    assert unknown_to_python_telegram_bot(theirs) == []
    assert isinstance(ours, TelegramObject)
    return ours, theirs


Act = Callable[[Telegram, Person], object]

ACTS: dict[str, tuple[str, Act]] = {
    "starts": ("message", lambda telegram, anna: telegram.start(anna.id, "from-a_link")),
    "writes": ("message", lambda telegram, anna: telegram.send_text(anna.id, "Hi @bob, /book https://a.de/ #gym")),
    "answers": ("message", lambda telegram, anna: telegram.send_text(anna.id, "Yes", reply_to=1)),
    "shares a contact": ("message", lambda telegram, anna: telegram.send_contact(anna.id, "+4915112345678")),
    "sends a photo": ("message", lambda telegram, anna: telegram.send_photo(anna.id, png(), "a.png", "Look")),
    "sends a file": ("message", lambda telegram, anna: telegram.send_document(anna.id, b"x", "a.csv")),
    "sends a sticker": ("message", lambda telegram, anna: telegram.send_sticker(anna.id)),
    "edits": ("edited_message", lambda telegram, anna: telegram.edit_text(anna.id, 1, "Changed")),
    "taps": ("callback_query", lambda telegram, anna: telegram.tap_data(anna.id, 1, "forged")),
    "blocks": ("my_chat_member", lambda telegram, anna: telegram.block(anna.id)),
    "writes in a group": (
        "message",
        lambda telegram, anna: telegram.send_text(anna.id, "/start", chat_id=telegram.add_group("Gym").id),
    ),
}


@pytest.mark.parametrize("act", ACTS)
async def test_what_a_person_does_becomes_an_update_that_both_libraries_read(
    act: str, api: Api, telegram: Telegram, anna: Person
) -> None:
    kind, do = ACTS[act]
    do(telegram, anna)
    (update,) = await api.result("getUpdates")
    ours, theirs = read_by_both(update)
    assert ours.event_type == kind
    assert theirs.effective_user
    assert theirs.effective_user.id == anna.id
    assert telegram.violations == []


async def test_a_payment_becomes_updates_that_both_libraries_read(api: Api, telegram: Telegram, anna: Person) -> None:
    sent = await api.result(
        "sendInvoice",
        chat_id=anna.id,
        title="10 units",
        description="Units",
        payload="order:1",
        provider_token="demo:provider",
        currency="EUR",
        prices=[{"label": "10 units", "amount": 22000}],
    )
    paying = asyncio.create_task(telegram.pay(anna.id, sent["message_id"], GOOD_CARD))
    (asked,) = await api.result("getUpdates", timeout=5)
    query, _ = read_by_both(asked)
    assert query.pre_checkout_query
    await api.result("answerPreCheckoutQuery", pre_checkout_query_id=query.pre_checkout_query.id, ok=True)
    await paying
    paid, _ = read_by_both((await api.result("getUpdates"))[-1])
    assert paid.message
    assert paid.message.successful_payment
    assert paid.message.successful_payment.total_amount == 22000
    assert telegram.violations == []


async def test_unblocking_tells_the_bot_that_it_is_a_member_again(api: Api, telegram: Telegram, anna: Person) -> None:
    telegram.block(anna.id)
    telegram.unblock(anna.id)
    blocked, unblocked = [update["my_chat_member"] for update in await api.result("getUpdates")]
    assert (blocked["old_chat_member"]["status"], blocked["new_chat_member"]["status"]) == ("member", "kicked")
    assert (unblocked["old_chat_member"]["status"], unblocked["new_chat_member"]["status"]) == ("kicked", "member")


@pytest.mark.parametrize("link", ["https://t.me/session_tracker_demo_bot?start=invite-1", "invite-1"])
async def test_a_deep_link_starts_the_bot_with_its_payload(link: str, telegram: Telegram) -> None:
    ben = telegram.add_person("Ben")
    telegram.open_link(ben.id, link)
    (update,) = telegram.updates.pending()
    assert update.body["message"]["text"] == "/start invite-1"
    assert ben.started


def test_starting_again_unblocks_the_bot(telegram: Telegram, anna: Person) -> None:
    telegram.block(anna.id)
    telegram.start(anna.id)
    assert not anna.blocked


IMPOSSIBLE: dict[str, tuple[str, Act]] = {
    "an empty text": ("needs a text", lambda telegram, anna: telegram.send_text(anna.id, " ")),
    "too long a text": ("at most 4096", lambda telegram, anna: telegram.send_text(anna.id, "x" * 4097)),
    "a link to another bot": (
        "does not lead",
        lambda telegram, anna: telegram.open_link(anna.id, "https://t.me/x?start=1"),
    ),
    "a payload that is too long": ("no deep link", lambda telegram, anna: telegram.start(anna.id, "x" * 65)),
    "a label that is not there": ("no button", lambda telegram, anna: telegram.press(anna.id, "Book")),
    "a message that is not there": ("no message", lambda telegram, anna: telegram.tap_data(anna.id, 99, "x")),
    "a person that is not there": ("no person", lambda telegram, _: telegram.send_text(5, "x")),
}


@pytest.mark.parametrize("what", IMPOSSIBLE)
def test_what_no_client_can_do_is_an_error(what: str, telegram: Telegram, anna: Person) -> None:
    words, do = IMPOSSIBLE[what]
    with pytest.raises(ImpossibleError, match=words):
        do(telegram, anna)


def test_in_a_group_the_bot_hears_commands_only(telegram: Telegram, anna: Person) -> None:
    group = telegram.add_group("Gym")
    telegram.send_text(anna.id, "Hi all", chat_id=group.id)
    telegram.send_text(anna.id, "/book", chat_id=group.id)
    assert [update.body["message"]["text"] for update in telegram.updates.pending()] == ["/book"]


def test_who_blocked_the_bot_cannot_write_to_it(telegram: Telegram, anna: Person) -> None:
    telegram.block(anna.id)
    with pytest.raises(ImpossibleError, match="blocked"):
        telegram.send_text(anna.id, "Hi")


async def test_another_ones_text_cannot_be_edited(api: Api, telegram: Telegram, anna: Person) -> None:
    sent = await api.result("sendMessage", chat_id=anna.id, text="Hi")
    with pytest.raises(ImpossibleError, match="own text"):
        telegram.edit_text(anna.id, sent["message_id"], "x")


async def test_a_reply_keyboard_stays_until_it_is_taken_away(api: Api, telegram: Telegram, anna: Person) -> None:
    rows = [[{"text": "Share my number", "request_contact": True}, "Later"]]
    await api.result("sendMessage", chat_id=anna.id, text="Number?", reply_markup={"keyboard": rows})
    telegram.press(anna.id, "Later")
    assert telegram.messages(anna.id)[-1].text == "Later"
    telegram.press(anna.id, "Share my number")
    assert telegram.messages(anna.id)[-1].content["contact"]["user_id"] == anna.id
    await api.result("sendMessage", chat_id=anna.id, text="Thanks", reply_markup={"remove_keyboard": True})
    assert telegram.reply_keyboard(anna.id) == []


def test_people_are_told_of_as_events(telegram: Telegram) -> None:
    events: list[dict[str, Any]] = []
    stop = telegram.subscribe(events.append)
    ben = telegram.add_person("Ben", about="Visitor.")
    telegram.start(ben.id)
    telegram.block(ben.id)
    stop()
    telegram.unblock(ben.id)
    assert [event["type"] for event in events] == ["person", "person", "message", "person"]
    assert events[-1]["person"]["blocked"] is True
    assert events[0]["person"]["about"] == "Visitor."


async def test_what_is_wrong_is_told_as_trouble(api: Api, telegram: Telegram, anna: Person) -> None:
    events: list[dict[str, Any]] = []
    telegram.subscribe(events.append)
    await api.call("sendMessage", chat_id=anna.id, text="", colour="red")
    assert [event["text"] for event in events if event["type"] == "trouble"] == [
        "sendMessage.colour: unknown parameter",
        "sendMessage: Bad Request: message text is empty",
    ]
