"""The door: addresses, tokens, the four forms of a request, and what is kept of each call."""

import aiohttp
import pytest

from emulator.chat import Telegram
from emulator.person import Person
from tests.emulator.api import Api


@pytest.mark.parametrize("form", ["query", "form", "json", "multipart"])
async def test_a_call_may_come_in_four_forms(form: str, api: Api, telegram: Telegram, anna: Person) -> None:
    fields = {"chat_id": str(anna.id), "text": "Hi"}
    address = api.address("sendMessage")
    sent = {
        "query": lambda: api.session.get(address, params=fields),
        "form": lambda: api.session.post(address, data=fields),
        "json": lambda: api.session.post(address, json=fields | {"chat_id": anna.id}),
        "multipart": lambda: api.session.post(address, data=_multipart(fields)),
    }
    async with sent[form]() as answer:
        assert (await answer.json())["result"]["text"] == "Hi"
    assert telegram.messages(anna.id)[-1].text == "Hi"
    assert telegram.violations == []


def _multipart(fields: dict[str, str]) -> aiohttp.MultipartWriter:
    writer = aiohttp.MultipartWriter("form-data")
    for name, value in fields.items():
        writer.append(value).set_content_disposition("form-data", name=name)
    return writer


async def test_method_names_are_read_in_any_case(api: Api) -> None:
    assert (await api.result("GETME"))["username"] == "session_tracker_demo_bot"


@pytest.mark.parametrize(("token", "status", "words"), [("x", 404, "Not Found"), ("1:abc", 401, "Unauthorized")])
async def test_a_wrong_token_opens_nothing(token: str, status: int, words: str, api: Api) -> None:
    for path in (f"/bot{token}/getMe", f"/file/bot{token}/photos/file_1.jpg"):
        async with api.session.get(api.emulator.url + path) as answer:
            body = await answer.json()
            assert (answer.status, body["error_code"], body["description"]) == (status, status, words)


async def test_a_method_there_is_not_is_refused_and_noted(api: Api, telegram: Telegram) -> None:
    assert await api.call("sendDice", chat_id=1) == {
        "ok": False,
        "error_code": 404,
        "description": "Not Found: method not found",
    }
    assert telegram.violations == ["sendDice: the stand-in has no such method"]
    assert [(call.method, call.ok) for call in telegram.calls] == [("sendDice", False)]


async def test_an_unknown_parameter_passes_and_is_noted(api: Api, telegram: Telegram, anna: Person) -> None:
    await api.result("sendMessage", chat_id=anna.id, text="Hi", colour="red")
    assert telegram.violations == ["sendMessage.colour: unknown parameter"]


async def test_a_parameter_the_stand_in_does_not_act_on_is_noted(api: Api, telegram: Telegram, anna: Person) -> None:
    await api.result("sendMessage", chat_id=anna.id, text="Hi", message_thread_id=5)
    assert telegram.violations == ["sendMessage.message_thread_id: the stand-in does not act on it"]


async def test_a_parameter_of_the_wrong_type_is_noted(api: Api, telegram: Telegram, anna: Person) -> None:
    await api.result("sendMessage", chat_id=anna.id, text="Hi", disable_notification="maybe")
    assert telegram.violations == ["sendMessage.disable_notification: 'maybe' is no Boolean"]


async def test_a_body_that_is_no_json_is_refused(api: Api) -> None:
    headers = {"Content-Type": "application/json"}
    async with api.session.post(api.address("getMe"), data=b"{", headers=headers) as answer:
        assert answer.status == 400


async def test_text_that_is_no_unicode_is_refused(api: Api, anna: Person) -> None:
    refusal = await api.refusal("sendMessage", chat_id=anna.id, text="\ud800")
    assert refusal == "Bad Request: strings must be encoded in UTF-8"


async def test_every_call_is_kept_with_its_outcome_and_instant(api: Api, telegram: Telegram, anna: Person) -> None:
    await api.result("sendMessage", chat_id=anna.id, text="Hi")
    await api.refusal("sendMessage", chat_id=anna.id)
    first, second = telegram.calls
    assert (first.method, first.parameters["text"], first.ok) == ("sendMessage", "Hi", True)
    assert first.at == telegram.clock.now()
    assert second.outcome == {"ok": False, "error_code": 400, "description": "Bad Request: message text is empty"}


async def test_the_server_listens_on_this_machine_only(api: Api) -> None:
    assert api.emulator.url.startswith("http://127.0.0.1:")
