"""Taps and their answers: what the person sees, and when it is too late."""

from datetime import timedelta
from typing import Any

import pytest

from emulator.chat import Answer, Tap, Telegram
from emulator.person import Person
from emulator.room import ImpossibleError
from tests.emulator.api import Api

TOO_LATE = "Bad Request: query is too old and response timeout expired or query ID is invalid"


async def tapped(api: Api, telegram: Telegram, person: Person, **button: Any) -> Tap:
    markup = {"inline_keyboard": [[{"text": "Go"} | (button or {"callback_data": "go"})]]}
    sent = await api.result("sendMessage", chat_id=person.id, text="Ready?", reply_markup=markup)
    return telegram.tap(person.id, sent["message_id"], 0, 0)


async def test_a_tap_reaches_the_bot_with_its_message(api: Api, telegram: Telegram, anna: Person) -> None:
    tap = await tapped(api, telegram, anna)
    (update,) = await api.result("getUpdates")
    query = update["callback_query"]
    assert (query["id"], query["data"], query["from"]["id"]) == (tap.id, "go", anna.id)
    assert (query["message"]["text"], query["message"]["message_id"]) == ("Ready?", tap.message_id)


@pytest.mark.parametrize(
    ("parameters", "answer"),
    [
        ({}, Answer()),
        ({"text": "Booked"}, Answer("Booked")),
        ({"text": "Just taken", "show_alert": True}, Answer("Just taken", alert=True)),
        (
            {"url": "https://t.me/session_tracker_demo_bot?start=x"},
            Answer(url="https://t.me/session_tracker_demo_bot?start=x"),
        ),
    ],
)
async def test_the_answer_is_shown(
    parameters: dict[str, Any], answer: Answer, api: Api, telegram: Telegram, anna: Person
) -> None:
    tap = await tapped(api, telegram, anna)
    events: list[dict[str, Any]] = []
    telegram.subscribe(events.append)
    assert await api.result("answerCallbackQuery", callback_query_id=tap.id, **parameters) is True
    assert tap.answer == answer
    assert [(event["type"], event["tap_id"], event["text"]) for event in events] == [("answer", tap.id, answer.text)]


async def test_a_tap_answered_twice_is_refused(api: Api, telegram: Telegram, anna: Person) -> None:
    tap = await tapped(api, telegram, anna)
    await api.result("answerCallbackQuery", callback_query_id=tap.id)
    assert await api.refusal("answerCallbackQuery", callback_query_id=tap.id) == TOO_LATE


async def test_a_tap_answered_late_is_refused(api: Api, telegram: Telegram, anna: Person) -> None:
    tap = await tapped(api, telegram, anna)
    await telegram.clock.advance(timedelta(seconds=151))
    assert await api.refusal("answerCallbackQuery", callback_query_id=tap.id) == TOO_LATE


@pytest.mark.parametrize("query_id", ["", "123", "x"])
async def test_an_unknown_tap_cannot_be_answered(query_id: str, api: Api) -> None:
    assert await api.refusal("answerCallbackQuery", callback_query_id=query_id) == TOO_LATE


@pytest.mark.parametrize(
    ("parameters", "words"),
    [({"text": "x" * 201}, "MESSAGE_TOO_LONG"), ({"url": "https://a.de"}, "URL_INVALID")],
)
async def test_a_wrong_answer_is_refused(
    parameters: dict[str, Any], words: str, api: Api, telegram: Telegram, anna: Person
) -> None:
    tap = await tapped(api, telegram, anna)
    refusal = await api.refusal("answerCallbackQuery", callback_query_id=tap.id, **parameters)
    assert refusal == f"Bad Request: {words}"
    assert tap.answer is None


async def test_a_link_button_opens_its_address_and_tells_nobody(api: Api, telegram: Telegram, anna: Person) -> None:
    tap = await tapped(api, telegram, anna, url="https://a.de/")
    assert tap.url == "https://a.de/"
    assert await api.result("getUpdates") == []


async def test_a_button_that_is_not_there_cannot_be_tapped(telegram: Telegram, anna: Person) -> None:
    with pytest.raises(ImpossibleError, match="no button"):
        telegram.tap(anna.id, telegram.messages(anna.id)[0].id, 0, 0)
