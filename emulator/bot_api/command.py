"""Methods for the command menus, by scope and language."""

import re
from typing import Any

from telegram.constants import BotCommandLimit

from emulator.bot_api.method import method
from emulator.bot_api.request import Request
from emulator.chat import Telegram
from emulator.decoding import int_field, text_field
from emulator.refusal import bad_request

Json = dict[str, Any]

_COMMAND = re.compile(r"[a-z0-9_]{1,32}\Z")
_LANGUAGE = re.compile(r"(?:[a-z]{2})?\Z")
_CHAT_SCOPES = frozenset({"chat", "chat_administrators", "chat_member"})
_SCOPES = frozenset({"default", "all_private_chats", "all_group_chats", "all_chat_administrators", *_CHAT_SCOPES})


@method("setMyCommands")
def set_my_commands(telegram: Telegram, request: Request) -> bool:
    """Publish a menu."""
    commands = request.json("commands", "can't parse commands JSON object")
    if not isinstance(commands, list):
        raise bad_request("expected an Array of BotCommand")
    if len(commands) > BotCommandLimit.MAX_COMMAND_NUMBER:
        raise bad_request("BOT_COMMANDS_TOO_MUCH")
    menu = [_command(command) for command in commands]
    telegram.commands.set(_scope(telegram, request), language_of(request), menu)
    _tell_menus(telegram)
    return True


@method("getMyCommands")
def get_my_commands(telegram: Telegram, request: Request) -> list[Json]:
    """The menu of exactly this scope and language."""
    return telegram.commands.get(_scope(telegram, request), language_of(request))


@method("deleteMyCommands")
def delete_my_commands(telegram: Telegram, request: Request) -> bool:
    """Take a menu back."""
    telegram.commands.delete(_scope(telegram, request), language_of(request))
    _tell_menus(telegram)
    return True


def language_of(request: Request) -> str:
    """The two-letter language of a call, empty for everybody else."""
    language = request.text("language_code")
    if not _LANGUAGE.match(language):
        raise bad_request("invalid language code specified")
    return language


def _command(command: object) -> Json:
    prefix = "can't parse BotCommand: "
    if not isinstance(command, dict):
        raise bad_request(f"{prefix}expected an Object")
    name = text_field(command, "command", prefix).removeprefix("/")
    description = text_field(command, "description", prefix)
    if not _COMMAND.match(name):
        raise bad_request("BOT_COMMAND_INVALID")
    if not 0 < len(description.strip()) <= BotCommandLimit.MAX_DESCRIPTION:
        raise bad_request("BOT_COMMAND_DESCRIPTION_INVALID")
    return {"command": name, "description": description}


def _scope(telegram: Telegram, request: Request) -> Json:
    scope = request.json("scope", "can't parse BotCommandScope JSON object") or {"type": "default"}
    prefix = "can't parse BotCommandScope: "
    if not isinstance(scope, dict):
        raise bad_request(f"{prefix}BotCommandScope must be an Object")
    kind = text_field(scope, "type", prefix)
    if kind not in _SCOPES:
        raise bad_request(f"{prefix}Unsupported type specified")
    if kind in _CHAT_SCOPES:
        scope = scope | {"chat_id": int_field(scope, "chat_id", prefix)}
        _check_chat(telegram, scope["chat_id"])
    return scope


def _check_chat(telegram: Telegram, chat_id: int) -> None:
    """A person who never started the bot is no chat that it could publish a menu for."""
    person = telegram.people.get(chat_id)
    if chat_id not in telegram.groups and (person is None or not person.started):
        raise bad_request("chat not found")


def _tell_menus(telegram: Telegram) -> None:
    for person in telegram.people.values():
        telegram.emit("commands", person_id=person.id, commands=telegram.commands.seen_by(person))
