"""Command menus: who sees which, and what is refused."""

from typing import Any

import pytest
from aiogram import Bot
from aiogram.types import (
    BotCommand,
    BotCommandScopeAllPrivateChats,
    BotCommandScopeChat,
    BotCommandScopeUnion,
)

from emulator.chat import Telegram
from emulator.person import Person
from tests.emulator.api import Api


def menu(*names: str) -> list[BotCommand]:
    return [BotCommand(command=name, description=name.title()) for name in names]


def seen(telegram: Telegram, person: Person) -> list[str]:
    return [command["command"] for command in telegram.commands.seen_by(person)]


async def test_the_narrowest_scope_wins_and_in_it_the_persons_language(
    bot: Bot, telegram: Telegram, anna: Person
) -> None:
    everybody, own = BotCommandScopeAllPrivateChats(), BotCommandScopeChat(chat_id=anna.id)
    steps: list[tuple[str, BotCommandScopeUnion | None, str | None]] = [
        ("default", None, None),
        ("default_de", None, "de"),
        ("private", everybody, None),
        ("private_de", everybody, "de"),
        ("chat", own, None),
        ("chat_de", own, "de"),
    ]
    for name, scope, language in steps:
        await bot.set_my_commands(menu(name), scope=scope, language_code=language)
        assert seen(telegram, anna) == [name]
    for expected, scope, language in [(steps[at - 1][0], *steps[at][1:]) for at in range(5, 0, -1)]:
        await bot.delete_my_commands(scope=scope, language_code=language)
        assert seen(telegram, anna) == [expected]
    assert telegram.violations == []


async def test_a_menu_is_read_back_as_it_was_published(bot: Bot, anna: Person) -> None:
    await bot.set_my_commands(menu("book", "buy"), language_code="de")
    assert [command.command for command in await bot.get_my_commands(language_code="de")] == ["book", "buy"]
    assert await bot.get_my_commands() == []


async def test_clients_are_told_of_a_new_menu(bot: Bot, telegram: Telegram, anna: Person) -> None:
    events: list[dict[str, Any]] = []
    telegram.subscribe(events.append)
    await bot.set_my_commands(menu("book"))
    commands = [{"command": "book", "description": "Book"}]
    assert events == [{"type": "commands", "person_id": anna.id, "commands": commands}]


@pytest.mark.parametrize(
    ("parameters", "words"),
    [
        ({"commands": "["}, "can't parse commands JSON object"),
        ({"commands": {}}, "expected an Array of BotCommand"),
        ({"commands": [1]}, "can't parse BotCommand: expected an Object"),
        ({"commands": [{"command": "a"}]}, "can't parse BotCommand: Can't find field \"description\""),
        ({"commands": [{"command": "Book", "description": "x"}]}, "BOT_COMMAND_INVALID"),
        ({"commands": [{"command": "x" * 33, "description": "x"}]}, "BOT_COMMAND_INVALID"),
        ({"commands": [{"command": "book", "description": " "}]}, "BOT_COMMAND_DESCRIPTION_INVALID"),
        ({"commands": [{"command": "book", "description": "x" * 257}]}, "BOT_COMMAND_DESCRIPTION_INVALID"),
        ({"commands": [{"command": "book", "description": "x"}] * 101}, "BOT_COMMANDS_TOO_MUCH"),
        ({"language_code": "deutsch"}, "invalid language code specified"),
        ({"scope": "{"}, "can't parse BotCommandScope JSON object"),
        ({"scope": [1]}, "can't parse BotCommandScope: BotCommandScope must be an Object"),
        ({"scope": {"type": "x"}}, "can't parse BotCommandScope: Unsupported type specified"),
        ({"scope": {"type": "chat"}}, "can't parse BotCommandScope: Can't find field \"chat_id\""),
        ({"scope": {"type": "chat", "chat_id": 5}}, "chat not found"),
    ],
)
async def test_a_wrong_menu_is_refused(parameters: dict[str, Any], words: str, api: Api) -> None:
    commands = {"commands": [{"command": "book", "description": "Book"}]}
    assert await api.refusal("setMyCommands", **(commands | parameters)) == f"Bad Request: {words}"


async def test_no_menu_for_somebody_who_never_started(api: Api, telegram: Telegram) -> None:
    ben = telegram.add_person("Ben")
    scope = {"type": "chat", "chat_id": ben.id}
    assert await api.refusal("setMyCommands", commands=[], scope=scope) == "Bad Request: chat not found"
