"""Where a call aims: the chat and the message it names, and whether the bot may write there."""

import re

from emulator.bot_api.request import Request
from emulator.chat import Telegram
from emulator.message import Message
from emulator.person import Person
from emulator.refusal import RefusalError, bad_request, forbidden

_INTEGER = re.compile(r"-?\d+\Z")


def known_chat(telegram: Telegram, request: Request) -> int:
    """The chat that `chat_id` names."""
    value = request.text("chat_id").strip()
    if not value:
        raise bad_request("chat_id is empty")
    if value.startswith("@"):
        raise bad_request("chat not found")
    if not _INTEGER.match(value):
        raise bad_request("chat identifier must be a valid Integer")
    chat_id = int(value)
    if chat_id not in telegram.people and chat_id not in telegram.groups:
        raise bad_request("chat not found")
    return chat_id


def writable_chat(telegram: Telegram, request: Request) -> int:
    """The chat that `chat_id` names, if the bot may write to it."""
    chat_id = known_chat(telegram, request)
    if chat_id in telegram.groups:
        _check_group(telegram.groups[chat_id].upgraded_to)
    else:
        _check_person(telegram.people[chat_id])
    return chat_id


def _check_group(upgraded_to: int | None) -> None:
    if upgraded_to is not None:
        words = "Bad Request: group chat was upgraded to a supergroup chat"
        raise RefusalError(words, 400, migrate_to_chat_id=upgraded_to)


def _check_person(person: Person) -> None:
    if person.deactivated:
        raise forbidden("user is deactivated")
    if person.blocked:
        raise forbidden("bot was blocked by the user")
    if not person.started:
        raise forbidden("bot can't initiate conversation with a user")


def message_of(telegram: Telegram, request: Request, purpose: str) -> Message:
    """The message that `chat_id` and `message_id` name; `purpose` is the server's verb for what is not there."""
    chat_id = writable_chat(telegram, request)
    if not request.text("message_id"):
        raise bad_request("message identifier is not specified")
    message = telegram.find(chat_id, request.integer("message_id"))
    if message is None:
        raise bad_request(f"message to {purpose} not found")
    return message
