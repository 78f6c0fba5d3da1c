"""Methods that change a message the bot has sent."""

from typing import Any

from emulator.bot_api.content import caption_of, entities_of, file_of, media_fields, requested_caption, text_of
from emulator.bot_api.method import method
from emulator.bot_api.place import message_of
from emulator.bot_api.request import Request
from emulator.chat import Telegram
from emulator.decoding import text_field
from emulator.keyboard import doubtful_buttons, parse_markup
from emulator.message import Message
from emulator.refusal import bad_request

Json = dict[str, Any]

_CAPTION = ("caption", "caption_entities")
_SAME = (
    "message is not modified: specified new message content and reply markup are exactly the same "
    "as a current content and reply markup of the message"
)


@method("editMessageText")
def edit_message_text(telegram: Telegram, request: Request) -> Json:
    """Put another text, and the given keyboard or none, in place of a text."""
    content = text_of(telegram, request)
    message = _editable(telegram, request)
    if "text" not in message.content:
        raise bad_request("there is no text in the message to edit")
    return _change(telegram, request, message, content)


@method("editMessageCaption")
def edit_message_caption(telegram: Telegram, request: Request) -> Json:
    """Put another caption under a photo or document."""
    caption = requested_caption(telegram, request)
    message = _editable(telegram, request)
    if "photo" not in message.content and "document" not in message.content:
        raise bad_request("there is no caption in the message to edit")
    rest = {name: value for name, value in message.content.items() if name not in _CAPTION}
    return _change(telegram, request, message, rest | caption)


@method("editMessageMedia")
def edit_message_media(telegram: Telegram, request: Request) -> Json:
    """Put another photo or document in place of one, or of a text."""
    request.required("media")
    media = request.json("media", "can't parse input media JSON object")
    if not isinstance(media, dict):
        raise bad_request("can't parse InputMedia: expected an Object")
    kind = text_field(media, "type", "can't parse InputMedia: ")
    if kind not in {"photo", "document"}:
        telegram.note([f"editMessageMedia: the stand-in has no media of type {kind!r}"])
        raise bad_request(f'can\'t parse InputMedia: type "{kind}" is unsupported')
    message = _editable(telegram, request)
    stored = file_of(telegram, request, kind, name=kind, value=str(media.get("media", "")))
    caption = caption_of(
        telegram,
        str(media.get("caption", "")),
        str(media.get("parse_mode", "")),
        entities_of(media.get("caption_entities")),
    )
    url = telegram.download_url(stored.path)
    return _change(telegram, request, message, media_fields(stored) | caption, file_url=url)


@method("editMessageReplyMarkup")
def edit_message_reply_markup(telegram: Telegram, request: Request) -> Json:
    """Change or take away a keyboard."""
    message = _editable(telegram, request)
    return _change(telegram, request, message, message.content)


def _editable(telegram: Telegram, request: Request) -> Message:
    """The message to edit; only the bot's own, and none that carries a reply keyboard."""
    message = message_of(telegram, request, "edit")
    if message.sender != "bot" or (message.markup and not message.inline_keyboard):
        raise bad_request("message can't be edited")
    return message


def _change(telegram: Telegram, request: Request, message: Message, content: Json, *, file_url: str = "") -> Json:
    markup = parse_markup(request.text("reply_markup"), invoice="invoice" in content)
    if markup and "inline_keyboard" not in markup:
        raise bad_request("inline keyboard expected")
    telegram.note(doubtful_buttons(markup))
    if message.content.get("has_protected_content"):
        content = content | {"has_protected_content": True}
    if _same(message.content, content) and message.markup == markup:
        raise bad_request(_SAME)
    telegram.flood.check(message.chat_id, telegram.clock.now)
    if not _same(message.content, content):
        message.edited_at = telegram.clock.now()
    message.content, message.markup = content, markup
    message.file_url = file_url or message.file_url
    telegram.changed(message)
    return telegram.message_json(message)


def _same(one: Json, other: Json) -> bool:
    """Whether two contents show the same; a file sent twice counts as itself."""
    return _identity(one) == _identity(other)


def _identity(content: Json) -> Json:
    files = content.get("photo", []) + ([content["document"]] if "document" in content else [])
    shown = {name: value for name, value in content.items() if name not in ("photo", "document")}
    return shown | {"files": [file["file_unique_id"] for file in files]}
