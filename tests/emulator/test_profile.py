"""What the bot says of itself, and what it can know of others."""

from typing import Any

import pytest
from aiogram import Bot
from aiogram.types import MenuButtonCommands, MenuButtonWebApp, WebAppInfo

from emulator.chat import Telegram
from emulator.person import Person
from tests.emulator.api import Api


async def test_the_bot_knows_itself(bot: Bot, telegram: Telegram) -> None:
    me = await bot.get_me()
    assert (me.id, me.username, me.is_bot) == (424242, "session_tracker_demo_bot", True)
    assert telegram.violations == []


async def test_names_and_descriptions_are_kept_by_language(bot: Bot, telegram: Telegram) -> None:
    await bot.set_my_name("Gym")
    await bot.set_my_name("Studio", language_code="de")
    await bot.set_my_description("Books sessions.")
    await bot.set_my_short_description("Sessions.", language_code="de")
    assert (await bot.get_my_name("de")).name == "Studio"
    assert (await bot.get_my_name("fr")).name == "Gym"
    assert (await bot.get_my_description("de")).description == "Books sessions."
    assert (await bot.get_my_short_description()).short_description == ""
    assert (await bot.get_my_short_description("de")).short_description == "Sessions."
    await bot.set_my_name("", language_code="de")
    assert (await bot.get_my_name("de")).name == "Gym"
    assert telegram.violations == []


@pytest.mark.parametrize(
    ("method", "field", "most"),
    [
        ("setMyName", "name", 64),
        ("setMyDescription", "description", 512),
        ("setMyShortDescription", "short_description", 120),
    ],
)
async def test_what_the_bot_says_of_itself_has_limits(method: str, field: str, most: int, api: Api) -> None:
    await api.result(method, **{field: "x" * most})
    assert (await api.refusal(method, **{field: "x" * (most + 1)})).startswith("Bad Request: BOT_")
    refusal = await api.refusal(method, **{field: "x", "language_code": "english"})
    assert refusal == "Bad Request: invalid language code specified"


async def test_a_menu_button_may_differ_in_one_chat(bot: Bot, telegram: Telegram, anna: Person) -> None:
    page = MenuButtonWebApp(text="Open", web_app=WebAppInfo(url="https://a.de/"))
    await bot.set_chat_menu_button(menu_button=MenuButtonCommands())
    await bot.set_chat_menu_button(chat_id=anna.id, menu_button=page)
    assert (await bot.get_chat_menu_button()).type == "commands"
    assert (await bot.get_chat_menu_button(chat_id=anna.id)).type == "web_app"
    await bot.set_chat_menu_button(chat_id=anna.id)
    assert (await bot.get_chat_menu_button(chat_id=anna.id)).type == "commands"
    assert telegram.violations == []


@pytest.mark.parametrize(
    ("parameters", "words"),
    [
        ({"menu_button": "{"}, "can't parse menu button JSON object"),
        ({"menu_button": {"type": "x"}}, "can't parse menu button: MenuButton has unsupported type"),
        ({"chat_id": "x"}, "invalid chat_id specified"),
        ({"chat_id": 5}, "user not found"),
    ],
)
async def test_a_wrong_menu_button_is_refused(parameters: dict[str, Any], words: str, api: Api) -> None:
    assert await api.refusal("setChatMenuButton", **parameters) == f"Bad Request: {words}"


async def test_a_chat_tells_who_is_in_it(bot: Bot, telegram: Telegram, anna: Person) -> None:
    chat = await bot.get_chat(anna.id)
    assert (chat.type, chat.first_name, chat.last_name, chat.username) == ("private", "Anna", "Berg", "anna")
    group = telegram.add_group("Gym")
    assert (await bot.get_chat(group.id)).title == "Gym"
    assert telegram.violations == []


async def test_nobody_has_a_picture(bot: Bot, api: Api, anna: Person) -> None:
    assert (await bot.get_user_profile_photos(anna.id)).total_count == 0
    assert await api.refusal("getUserProfilePhotos", user_id="x") == "Bad Request: invalid user_id specified"
    assert await api.refusal("getUserProfilePhotos", user_id=5) == "Bad Request: user not found"


async def test_leaving_the_server_is_granted(bot: Bot) -> None:
    assert await bot.log_out() is True
    assert await bot.close() is True
