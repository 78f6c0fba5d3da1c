"""Methods that take messages away or pin them."""

from datetime import timedelta

from emulator.bot_api.method import method
from emulator.bot_api.place import message_of, writable_chat
from emulator.bot_api.request import Request
from emulator.chat import Telegram
from emulator.message import Message
from emulator.refusal import bad_request

DELETABLE_FOR = timedelta(hours=48)
MOST_MESSAGES_AT_ONCE = 100


@method("deleteMessage")
def delete_message(telegram: Telegram, request: Request) -> bool:
    """Delete one message, for both sides."""
    message = message_of(telegram, request, "delete")
    if not _deletable(telegram, message):
        raise bad_request("message can't be deleted")
    telegram.remove([message])
    return True


@method("deleteMessages")
def delete_messages(telegram: Telegram, request: Request) -> bool:
    """Delete several messages; those that are not there or too old are passed over."""
    ids = _message_ids(request)
    chat_id = writable_chat(telegram, request)
    found = [telegram.find(chat_id, message_id) for message_id in dict.fromkeys(ids)]
    telegram.remove([message for message in found if message and _deletable(telegram, message)])
    return True


def _message_ids(request: Request) -> list[int]:
    ids = request.json("message_ids", "can't parse message_ids JSON object")
    if ids is None or ids == []:
        raise bad_request("message identifiers are not specified")
    if not isinstance(ids, list):
        raise bad_request("expected an Array of message identifiers")
    if len(ids) > MOST_MESSAGES_AT_ONCE:
        raise bad_request("too many message identifiers specified")
    if any(isinstance(message_id, bool) or not str(message_id).isdigit() for message_id in ids):
        raise bad_request("message identifier must be a Number")
    return [int(message_id) for message_id in ids]


def _deletable(telegram: Telegram, message: Message) -> bool:
    return telegram.clock.now() - message.at < DELETABLE_FOR


@method("pinChatMessage")
def pin_chat_message(telegram: Telegram, request: Request) -> bool:
    """Pin a message on top of the chat."""
    message = message_of(telegram, request, "pin")
    if message.sender == "service":
        raise bad_request("message can't be pinned")
    telegram.set_pinned(message, pinned=True)
    return True


@method("unpinChatMessage")
def unpin_chat_message(telegram: Telegram, request: Request) -> bool:
    """Unpin a message, or the last pinned one when none is named."""
    chat_id = writable_chat(telegram, request)
    if request.text("message_id"):
        message = message_of(telegram, request, "unpin")
    else:
        pinned = telegram.pinned(chat_id)
        if not pinned:
            raise bad_request("message to unpin not found")
        message = pinned[-1]
    telegram.set_pinned(message, pinned=False)
    return True


@method("unpinAllChatMessages")
def unpin_all_chat_messages(telegram: Telegram, request: Request) -> bool:
    """Unpin everything in the chat."""
    for message in telegram.pinned(writable_chat(telegram, request)):
        telegram.set_pinned(message, pinned=False)
    return True
