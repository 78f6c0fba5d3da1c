"""Editing, deleting and pinning: what changes in the chat, and what is refused."""

from datetime import timedelta
from typing import Any

import pytest
from aiogram import Bot
from aiogram.exceptions import TelegramBadRequest
from aiogram.types import BufferedInputFile, InlineKeyboardButton, InlineKeyboardMarkup, InputMediaDocument

from emulator.chat import Telegram
from emulator.person import Person
from tests.emulator.api import Api
from tests.emulator.picture import png

SAME = "Bad Request: message is not modified: specified new message content and reply markup are exactly the same as a current content and reply markup of the message"  # noqa: E501


def keyboard(label: str) -> InlineKeyboardMarkup:
    return InlineKeyboardMarkup(inline_keyboard=[[InlineKeyboardButton(text=label, callback_data=label)]])


async def test_a_text_is_replaced_in_place_and_its_keyboard_goes(bot: Bot, telegram: Telegram, anna: Person) -> None:
    sent = await bot.send_message(anna.id, "One", reply_markup=keyboard("A"))
    await telegram.clock.advance(timedelta(minutes=1))
    edited = await bot.edit_message_text("Two", chat_id=anna.id, message_id=sent.message_id)
    assert not isinstance(edited, bool)
    assert (edited.text, edited.reply_markup, edited.message_id) == ("Two", None, sent.message_id)
    assert edited.edit_date == int(telegram.clock.now().timestamp())
    assert len(telegram.messages(anna.id)) == 2


async def test_a_keyboard_is_replaced_alone(bot: Bot, telegram: Telegram, anna: Person) -> None:
    sent = await bot.send_message(anna.id, "One", reply_markup=keyboard("A"))
    await bot.edit_message_reply_markup(chat_id=anna.id, message_id=sent.message_id, reply_markup=keyboard("B"))
    message = telegram.messages(anna.id)[-1]
    assert (message.text, message.inline_keyboard[0][0]["text"], message.edited_at) == ("One", "B", None)


async def test_a_caption_is_replaced_and_the_picture_stays(bot: Bot, telegram: Telegram, anna: Person) -> None:
    sent = await bot.send_photo(anna.id, BufferedInputFile(png(), "a.png"), caption="One")
    edited = await bot.edit_message_caption(chat_id=anna.id, message_id=sent.message_id, caption="Two")
    assert not isinstance(edited, bool)
    assert (edited.caption, edited.photo) == ("Two", sent.photo)


async def test_a_picture_is_replaced_by_a_document(bot: Bot, telegram: Telegram, anna: Person) -> None:
    sent = await bot.send_photo(anna.id, BufferedInputFile(png(), "a.png"))
    media = InputMediaDocument(media=BufferedInputFile(b"x", "x.csv"), caption="<b>New</b>", parse_mode="HTML")
    edited = await bot.edit_message_media(media, chat_id=anna.id, message_id=sent.message_id)
    assert not isinstance(edited, bool)
    assert edited.document
    assert (edited.document.file_name, edited.caption, edited.photo) == ("x.csv", "New", None)
    assert telegram.violations == []


async def test_the_same_again_is_refused(bot: Bot, anna: Person) -> None:
    sent = await bot.send_message(anna.id, "<b>One</b>", parse_mode="HTML", reply_markup=keyboard("A"))
    place: dict[str, Any] = {"chat_id": anna.id, "message_id": sent.message_id}
    with pytest.raises(TelegramBadRequest, match="message is not modified") as refused:
        await bot.edit_message_text("<b>One</b> ", parse_mode="HTML", reply_markup=keyboard("A"), **place)
    assert refused.value.message == SAME
    with pytest.raises(TelegramBadRequest, match="message is not modified"):
        await bot.edit_message_reply_markup(reply_markup=keyboard("A"), **place)
    await bot.edit_message_text("<b>One</b>", parse_mode="HTML", reply_markup=keyboard("B"), **place)


async def test_the_same_file_again_is_refused(bot: Bot, anna: Person) -> None:
    sent = await bot.send_document(anna.id, BufferedInputFile(b"x", "x.csv"))
    media = InputMediaDocument(media=BufferedInputFile(b"x", "x.csv"))
    with pytest.raises(TelegramBadRequest, match="message is not modified"):
        await bot.edit_message_media(media, chat_id=anna.id, message_id=sent.message_id)


@pytest.mark.parametrize(
    ("method", "extra", "words"),
    [
        ("editMessageText", {"text": "x"}, "message to edit not found"),
        ("editMessageReplyMarkup", {}, "message to edit not found"),
        ("deleteMessage", {}, "message to delete not found"),
        ("pinChatMessage", {}, "message to pin not found"),
        ("unpinChatMessage", {}, "message to unpin not found"),
    ],
)
async def test_what_is_not_there_cannot_be_changed(
    method: str, extra: dict[str, Any], words: str, api: Api, anna: Person
) -> None:
    assert await api.refusal(method, chat_id=anna.id, message_id=999, **extra) == f"Bad Request: {words}"


@pytest.mark.parametrize("method", ["editMessageReplyMarkup", "deleteMessage", "pinChatMessage"])
async def test_a_message_must_be_named(method: str, api: Api, anna: Person) -> None:
    assert await api.refusal(method, chat_id=anna.id) == "Bad Request: message identifier is not specified"


async def test_anothers_message_cannot_be_edited(api: Api, telegram: Telegram, anna: Person) -> None:
    own = telegram.messages(anna.id)[0]
    refusal = await api.refusal("editMessageText", chat_id=anna.id, message_id=own.id, text="x")
    assert refusal == "Bad Request: message can't be edited"


async def test_a_message_with_a_reply_keyboard_cannot_be_edited(api: Api, anna: Person) -> None:
    sent = await api.result("sendMessage", chat_id=anna.id, text="x", reply_markup={"keyboard": [["A"]]})
    refusal = await api.refusal("editMessageText", chat_id=anna.id, message_id=sent["message_id"], text="y")
    assert refusal == "Bad Request: message can't be edited"


async def test_a_text_cannot_be_edited_into_a_reply_keyboard(api: Api, anna: Person) -> None:
    sent = await api.result("sendMessage", chat_id=anna.id, text="x")
    place = {"chat_id": anna.id, "message_id": sent["message_id"]}
    refusal = await api.refusal("editMessageText", **place, text="y", reply_markup={"keyboard": [["A"]]})
    assert refusal == "Bad Request: inline keyboard expected"


async def test_text_and_caption_are_not_each_other(bot: Bot, api: Api, anna: Person) -> None:
    photo = await bot.send_photo(anna.id, BufferedInputFile(png(), "a.png"))
    text = await bot.send_message(anna.id, "x")
    refusal = await api.refusal("editMessageText", chat_id=anna.id, message_id=photo.message_id, text="y")
    assert refusal == "Bad Request: there is no text in the message to edit"
    refusal = await api.refusal("editMessageCaption", chat_id=anna.id, message_id=text.message_id, caption="y")
    assert refusal == "Bad Request: there is no caption in the message to edit"


@pytest.mark.parametrize(
    ("media", "words"),
    [
        ("", 'parameter "media" is required'),
        ("{", "can't parse input media JSON object"),
        ("[]", "can't parse InputMedia: expected an Object"),
        ({}, "can't parse InputMedia: Can't find field \"type\""),
        ({"type": "video", "media": "x"}, 'can\'t parse InputMedia: type "video" is unsupported'),
    ],
)
async def test_wrong_media_are_refused(media: Any, words: str, api: Api, anna: Person) -> None:
    sent = await api.result("sendMessage", chat_id=anna.id, text="x")
    place = {"chat_id": anna.id, "message_id": sent["message_id"]}
    assert await api.refusal("editMessageMedia", **place, media=media) == f"Bad Request: {words}"


async def test_a_message_is_deleted_for_both_sides(bot: Bot, telegram: Telegram, anna: Person) -> None:
    sent = await bot.send_message(anna.id, "x")
    own = telegram.messages(anna.id)[0]
    assert await bot.delete_message(anna.id, sent.message_id)
    assert await bot.delete_messages(anna.id, [own.id, 999])
    assert telegram.messages(anna.id) == []


async def test_an_old_message_cannot_be_deleted(api: Api, telegram: Telegram, anna: Person) -> None:
    sent = await api.result("sendMessage", chat_id=anna.id, text="x")
    await telegram.clock.advance(timedelta(hours=48))
    refusal = await api.refusal("deleteMessage", chat_id=anna.id, message_id=sent["message_id"])
    assert refusal == "Bad Request: message can't be deleted"


@pytest.mark.parametrize(
    ("ids", "words"),
    [
        ("", "message identifiers are not specified"),
        ([], "message identifiers are not specified"),
        ("[", "can't parse message_ids JSON object"),
        ({"a": 1}, "expected an Array of message identifiers"),
        ([True], "message identifier must be a Number"),
        (list(range(1, 102)), "too many message identifiers specified"),
    ],
)
async def test_wrong_message_ids_are_refused(ids: Any, words: str, api: Api, anna: Person) -> None:
    assert await api.refusal("deleteMessages", chat_id=anna.id, message_ids=ids) == f"Bad Request: {words}"


async def test_pins_come_and_go_and_the_latest_is_on_top(bot: Bot, telegram: Telegram, anna: Person) -> None:
    tops: list[int | None] = []
    telegram.subscribe(lambda event: tops.append(event["message_id"]) if event["type"] == "pinned" else None)
    first, second = [(await bot.send_message(anna.id, text)).message_id for text in ("One", "Two")]
    await bot.pin_chat_message(anna.id, first)
    await bot.pin_chat_message(anna.id, second)
    chat = await bot.get_chat(anna.id)
    assert chat.pinned_message
    assert chat.pinned_message.message_id == second
    await bot.unpin_chat_message(anna.id)
    await bot.unpin_all_chat_messages(anna.id)
    assert tops == [first, second, first, None]
    with pytest.raises(TelegramBadRequest, match="message to unpin not found"):
        await bot.unpin_chat_message(anna.id)
    assert telegram.violations == []
