"""Methods that put a new message into a chat, and the chat action that announces one."""

from typing import Any

from emulator.bot_api.content import file_of, media_fields, requested_caption, text_of
from emulator.bot_api.method import method
from emulator.bot_api.place import writable_chat
from emulator.bot_api.request import Request
from emulator.chat import Telegram
from emulator.decoding import int_field
from emulator.keyboard import doubtful_buttons, parse_markup
from emulator.message import Message
from emulator.refusal import bad_request

Json = dict[str, Any]

_ACTIONS = frozenset(
    {
        "typing",
        "upload_photo",
        "record_video",
        "upload_video",
        "record_voice",
        "upload_voice",
        "upload_document",
        "choose_sticker",
        "find_location",
        "record_video_note",
        "upload_video_note",
    }
)


@method("sendMessage")
def send_message(telegram: Telegram, request: Request) -> Json:
    """Send a text."""
    return telegram.message_json(deliver(telegram, request, text_of(telegram, request)))


@method("sendPhoto")
def send_photo(telegram: Telegram, request: Request) -> Json:
    """Send a picture with a caption."""
    return _send_file(telegram, request, "photo")


@method("sendDocument")
def send_document(telegram: Telegram, request: Request) -> Json:
    """Send a file with a caption."""
    return _send_file(telegram, request, "document")


def _send_file(telegram: Telegram, request: Request, kind: str) -> Json:
    stored = file_of(telegram, request, kind, name=kind)
    content = media_fields(stored) | requested_caption(telegram, request)
    message = deliver(telegram, request, content, file_url=telegram.download_url(stored.path))
    return telegram.message_json(message)


def deliver(
    telegram: Telegram,
    request: Request,
    content: Json,
    *,
    invoice: Json | None = None,
    markup: Json | None = None,
    file_url: str = "",
) -> Message:
    """Put a message into the chat that the call names, if nothing speaks against it."""
    markup = markup or parse_markup(request.text("reply_markup"))
    telegram.note(doubtful_buttons(markup))
    chat_id = writable_chat(telegram, request)
    reply_to = _replied(telegram, request, chat_id)
    telegram.flood.check(chat_id, telegram.clock.now)
    if request.flag("protect_content"):
        content = content | {"has_protected_content": True}
    return telegram.post(chat_id, "bot", content, markup=markup, reply_to=reply_to, file_url=file_url, invoice=invoice)


def _replied(telegram: Telegram, request: Request, chat_id: int) -> int | None:
    wish = request.json("reply_parameters", "can't parse reply parameters JSON object")
    if not wish:
        return None
    if not isinstance(wish, dict):
        raise bad_request("object expected as reply parameters")
    message = telegram.find(chat_id, int_field(wish, "message_id", ""))
    if message is None and not wish.get("allow_sending_without_reply"):
        raise bad_request("message to be replied not found")
    return message.id if message else None


@method("sendChatAction")
def send_chat_action(telegram: Telegram, request: Request) -> bool:
    """Say that the bot is about to send something."""
    chat_id = writable_chat(telegram, request)
    action = request.text("action")
    if action not in _ACTIONS:
        raise bad_request("wrong parameter action in request")
    telegram.emit("typing", person_id=chat_id, action=action)
    return True
