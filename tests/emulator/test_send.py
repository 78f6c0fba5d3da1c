"""Sending: what arrives in the chat, and what is refused."""

import io
import json
from datetime import timedelta
from typing import Any

import aiohttp
import pytest
from aiogram import Bot
from aiogram.types import BufferedInputFile, InlineKeyboardButton, InlineKeyboardMarkup, ReplyParameters

from emulator.chat import Telegram
from emulator.person import Person
from tests.emulator.api import Api
from tests.emulator.picture import png


async def test_a_text_arrives_with_its_formatting_and_buttons(bot: Bot, telegram: Telegram, anna: Person) -> None:
    button = InlineKeyboardButton(text="Book", callback_data="book", style="primary")
    keyboard = InlineKeyboardMarkup(inline_keyboard=[[button]])
    sent = await bot.send_message(anna.id, "<b>Hi</b>", parse_mode="HTML", reply_markup=keyboard)
    message = telegram.messages(anna.id)[-1]
    assert (sent.message_id, sent.html_text) == (message.id, "<b>Hi</b>")
    assert message.as_json()["inline_keyboard"] == [
        [{"text": "Book", "style": "primary", "kind": "callback", "url": "", "copy_text": ""}]
    ]
    assert telegram.violations == []


async def test_a_picture_and_a_document_arrive_and_can_be_downloaded(
    bot: Bot, telegram: Telegram, anna: Person
) -> None:
    photo = await bot.send_photo(
        anna.id, BufferedInputFile(png(30, 20), "a.png"), caption="<i>A</i>", parse_mode="HTML"
    )
    document = await bot.send_document(anna.id, BufferedInputFile(b"a;b", "export.csv"))
    assert photo.photo
    assert document.document
    assert (photo.photo[-1].width, photo.photo[-1].height, photo.caption) == (30, 20, "A")
    assert (document.document.file_name, document.document.file_size) == ("export.csv", 3)
    stored = await bot.get_file(document.document.file_id)
    content = await bot.download_file(str(stored.file_path))
    assert content
    assert content.read() == b"a;b"
    assert telegram.violations == []


async def test_a_file_can_be_sent_again_by_its_id(bot: Bot, anna: Person) -> None:
    first = await bot.send_photo(anna.id, BufferedInputFile(png(), "a.png"))
    assert first.photo
    again = await bot.send_photo(anna.id, first.photo[-1].file_id)
    assert again.photo == first.photo


async def test_an_answer_shows_what_it_answers(bot: Bot, anna: Person) -> None:
    question = await bot.send_message(anna.id, "Ready?")
    answer = await bot.send_message(anna.id, "Yes", reply_parameters=ReplyParameters(message_id=question.message_id))
    assert answer.reply_to_message
    assert answer.reply_to_message.text == "Ready?"


async def test_an_answer_to_nothing_is_sent_when_that_is_allowed(api: Api, anna: Person) -> None:
    wish = {"message_id": 999, "allow_sending_without_reply": True}
    sent = await api.result("sendMessage", chat_id=anna.id, text="Hi", reply_parameters=wish)
    assert "reply_to_message" not in sent


def keyboard(*buttons: Any) -> str:
    return json.dumps({"inline_keyboard": [list(buttons)]})


REFUSED = [
    ({"text": ""}, "message text is empty"),
    ({"text": " \n "}, "message text is empty"),
    ({"text": "<b></b>", "parse_mode": "HTML"}, "message text is empty"),
    ({"text": "x" * 4097}, "message is too long"),
    ({"text": "😀" * 2049}, "message is too long"),
    ({"text": "<x>", "parse_mode": "html"}, 'can\'t parse entities: Unsupported start tag "x" at byte offset 0'),
    ({"parse_mode": "BBCode"}, "unsupported parse_mode"),
    ({"chat_id": ""}, "chat_id is empty"),
    ({"chat_id": "anna"}, "chat identifier must be a valid Integer"),
    ({"chat_id": "@nobody"}, "chat not found"),
    ({"chat_id": 12345}, "chat not found"),
    ({"reply_parameters": {"message_id": 999}}, "message to be replied not found"),
    ({"reply_parameters": "["}, "can't parse reply parameters JSON object"),
    ({"reply_parameters": [1]}, "object expected as reply parameters"),
    ({"reply_markup": "{"}, "can't parse reply keyboard markup JSON object"),
    ({"reply_markup": "[]"}, "object expected as reply markup"),
    ({"reply_markup": {"inline_keyboard": 1}}, 'field "inline_keyboard" must be of type Array'),
    (
        {"reply_markup": {"inline_keyboard": [1]}},
        'field "inline_keyboard" of the InlineKeyboardMarkup must be an Array of Arrays',
    ),
    ({"reply_markup": keyboard(1)}, "can't parse inline keyboard button: InlineKeyboardButton must be an Object"),
    ({"reply_markup": keyboard({})}, "can't parse inline keyboard button: Can't find field \"text\""),
    (
        {"reply_markup": keyboard({"text": 1})},
        'can\'t parse inline keyboard button: Field "text" must be of type String',
    ),
    (
        {"reply_markup": keyboard({"text": "x"})},
        "can't parse inline keyboard button: Text buttons are unallowed in the inline keyboard",
    ),
    ({"reply_markup": keyboard({"text": " ", "callback_data": "x"})}, "BUTTON_TEXT_INVALID"),
    ({"reply_markup": keyboard({"text": "x", "callback_data": ""})}, "BUTTON_DATA_INVALID"),
    ({"reply_markup": keyboard({"text": "x", "callback_data": "ä" * 33})}, "BUTTON_DATA_INVALID"),
    ({"reply_markup": keyboard({"text": "x", "pay": True})}, "BUTTON_TYPE_INVALID"),
    (
        {"reply_markup": keyboard({"text": "x", "url": "no link"})},
        "inline keyboard button URL 'no link' is invalid: Wrong HTTP URL",
    ),
    ({"reply_markup": keyboard({"text": "x", "copy_text": {"text": "y" * 257}})}, "BUTTON_COPY_TEXT_INVALID"),
    ({"reply_markup": keyboard(*[{"text": "x", "callback_data": "x"}] * 9)}, "reply markup is too long"),
    (
        {"reply_markup": {"inline_keyboard": [[{"text": "x", "callback_data": "x"}]] * 101}},
        "reply markup is too long",
    ),
    ({"reply_markup": {"keyboard": [[{}]]}}, "can't parse keyboard button: Can't find field \"text\""),
]


@pytest.mark.parametrize(("parameters", "words"), REFUSED)
async def test_a_wrong_message_is_refused(
    parameters: dict[str, Any], words: str, api: Api, telegram: Telegram, anna: Person
) -> None:
    before = telegram.messages(anna.id)
    refusal = await api.refusal("sendMessage", **({"chat_id": anna.id, "text": "Hi"} | parameters))
    assert refusal == f"Bad Request: {words}"
    assert telegram.messages(anna.id) == before


@pytest.mark.parametrize(
    "parameters",
    [
        {"text": "x" * 4096},
        {"text": "😀" * 2048},
        {"reply_markup": keyboard({"text": "x", "callback_data": "x" * 64})},
        {"reply_markup": keyboard({"text": "x", "url": "tg://user?id=1"})},
        {"reply_markup": {"inline_keyboard": [[{"text": "x", "callback_data": "x"}] * 8] * 12}},
        {"reply_markup": {"inline_keyboard": []}},
        {"reply_markup": {"keyboard": [[{"text": "Share", "request_contact": True}], ["Later"]]}},
        {"reply_markup": {"remove_keyboard": True}},
    ],
)
async def test_what_just_fits_is_sent(parameters: dict[str, Any], api: Api, anna: Person) -> None:
    await api.result("sendMessage", **({"chat_id": anna.id, "text": "Hi"} | parameters))


async def test_a_button_with_two_actions_passes_and_is_noted(api: Api, telegram: Telegram, anna: Person) -> None:
    """The real server takes the first action and says nothing."""
    markup = keyboard({"text": "x", "url": "https://a.de", "callback_data": "y"})
    await api.result("sendMessage", chat_id=anna.id, text="Hi", reply_markup=markup)
    assert telegram.violations == ["button 'x': several actions, url, callback_data"]


async def test_a_style_there_is_not_is_noted(api: Api, telegram: Telegram, anna: Person) -> None:
    markup = keyboard({"text": "x", "callback_data": "y", "style": "red"})
    await api.result("sendMessage", chat_id=anna.id, text="Hi", reply_markup=markup)
    assert telegram.violations == ["button 'x': there is no style 'red'"]


async def test_nobody_is_written_to_before_they_start(api: Api, telegram: Telegram) -> None:
    ben = telegram.add_person("Ben")
    body = await api.call("sendMessage", chat_id=ben.id, text="Hi")
    assert (body["error_code"], body["description"]) == (
        403,
        "Forbidden: bot can't initiate conversation with a user",
    )


async def test_nobody_is_written_to_who_blocked_the_bot(api: Api, telegram: Telegram, anna: Person) -> None:
    telegram.block(anna.id)
    refusal = await api.refusal("sendMessage", chat_id=anna.id, text="Hi")
    assert refusal == "Forbidden: bot was blocked by the user"
    telegram.unblock(anna.id)
    await api.result("sendMessage", chat_id=anna.id, text="Hi")


async def test_nobody_is_written_to_who_left_telegram(api: Api, telegram: Telegram, anna: Person) -> None:
    telegram.deactivate(anna.id)
    refusal = await api.refusal("sendMessage", chat_id=anna.id, text="Hi")
    assert refusal == "Forbidden: user is deactivated"


async def test_a_group_that_grew_says_where_it_went(api: Api, telegram: Telegram) -> None:
    group = telegram.add_group("Gym")
    group.upgraded_to = -1001
    body = await api.call("sendMessage", chat_id=group.id, text="Hi")
    assert body["description"] == "Bad Request: group chat was upgraded to a supergroup chat"
    assert body["parameters"] == {"migrate_to_chat_id": -1001}


@pytest.mark.parametrize(
    ("method", "content", "words"),
    [
        ("sendPhoto", None, "there is no photo in the request"),
        ("sendDocument", None, "there is no document in the request"),
        ("sendPhoto", b"no picture", "IMAGE_PROCESS_FAILED"),
        ("sendPhoto", b"", "file must be non-empty"),
        ("sendPhoto", png(9000, 2000), "PHOTO_INVALID_DIMENSIONS"),
    ],
)
async def test_a_wrong_file_is_refused(method: str, content: bytes | None, words: str, api: Api, anna: Person) -> None:
    assert await _upload(api, anna, method, content) == f"Bad Request: {words}"


@pytest.mark.parametrize(("method", "megabytes"), [("sendPhoto", 10), ("sendDocument", 50)])
async def test_a_file_beyond_the_limit_is_refused(method: str, megabytes: int, api: Api, anna: Person) -> None:
    content = png() + bytes(megabytes * 1024 * 1024)
    assert await _upload(api, anna, method, content) == "Bad Request: file is too big"


async def test_what_was_sent_may_be_too_big_to_download(api: Api, telegram: Telegram, anna: Person) -> None:
    telegram.send_document(anna.id, bytes(20 * 1024 * 1024 + 1), "film.mp4")
    file_id = telegram.messages(anna.id)[-1].content["document"]["file_id"]
    assert await api.refusal("getFile", file_id=file_id) == "Bad Request: file is too big"


async def _upload(api: Api, person: Person, method: str, content: bytes | None) -> str:
    """The words with which an upload is refused."""
    form = aiohttp.FormData({"chat_id": str(person.id)})
    if content is not None:
        form.add_field(method.removeprefix("send").lower(), io.BytesIO(content), filename="a.png")
    async with api.session.post(api.address(method), data=form) as answer:
        return str((await answer.json())["description"])


@pytest.mark.parametrize(
    ("photo", "words"),
    [
        ("unknown", "wrong file identifier/HTTP URL specified"),
        ("https://a.de/b.png", "failed to get HTTP URL content"),
        ("attach://missing", "there is no photo in the request"),
    ],
)
async def test_a_file_that_cannot_be_had_is_refused(photo: str, words: str, api: Api, anna: Person) -> None:
    assert await api.refusal("sendPhoto", chat_id=anna.id, photo=photo) == f"Bad Request: {words}"


async def test_a_document_is_no_photo(bot: Bot, api: Api, anna: Person) -> None:
    sent = await bot.send_document(anna.id, BufferedInputFile(b"x", "x.txt"))
    assert sent.document
    refusal = await api.refusal("sendPhoto", chat_id=anna.id, photo=sent.document.file_id)
    assert refusal == "Bad Request: can't use file of type Document as Photo"


async def test_a_caption_has_its_own_limit(bot: Bot, api: Api, anna: Person) -> None:
    sent = await bot.send_photo(anna.id, BufferedInputFile(png(), "a.png"), caption="x" * 1024)
    assert sent.photo
    refusal = await api.refusal("sendPhoto", chat_id=anna.id, photo=sent.photo[-1].file_id, caption="x" * 1025)
    assert refusal == "Bad Request: message caption is too long"


async def test_a_chat_action_is_seen_and_a_wrong_one_refused(api: Api, telegram: Telegram, anna: Person) -> None:
    seen: list[Any] = []
    telegram.subscribe(seen.append)
    assert await api.result("sendChatAction", chat_id=anna.id, action="typing") is True
    assert seen == [{"type": "typing", "person_id": anna.id, "action": "typing"}]
    refusal = await api.refusal("sendChatAction", chat_id=anna.id, action="sleeping")
    assert refusal == "Bad Request: wrong parameter action in request"


async def test_a_message_is_dated_by_the_stand_ins_clock(bot: Bot, telegram: Telegram, anna: Person) -> None:
    await telegram.clock.advance(timedelta(days=3))
    sent = await bot.send_message(anna.id, "Hi")
    assert sent.date == telegram.clock.now()


async def test_protected_content_stays_protected(bot: Bot, anna: Person) -> None:
    sent = await bot.send_message(anna.id, "Hi", protect_content=True)
    edited = await bot.edit_message_text("Ho", chat_id=anna.id, message_id=sent.message_id)
    assert not isinstance(edited, bool)
    assert (sent.has_protected_content, edited.has_protected_content) == (True, True)


async def test_markdown_is_shown_as_it_stands_and_noted(api: Api, telegram: Telegram, anna: Person) -> None:
    await api.result("sendMessage", chat_id=anna.id, text="*Hi*", parse_mode="MarkdownV2")
    assert telegram.violations == ["parse_mode MarkdownV2: the stand-in reads HTML only and shows the source"]
