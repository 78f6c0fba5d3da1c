"""What a call wants to show: formatted text and captions, and files by upload or id."""

from typing import Any

from telegram.constants import MessageLimit

from emulator import file
from emulator.bot_api.request import Request, Upload
from emulator.chat import Telegram
from emulator.decoding import int_field, text_field
from emulator.dialect import Entity, units
from emulator.entity import from_html, tidy
from emulator.file import StoredFile
from emulator.refusal import bad_request

Json = dict[str, Any]


def formatted(telegram: Telegram, source: str, parse_mode: str, entities: list[Entity]) -> tuple[str, list[Entity]]:
    """Text and entities as clients get them."""
    mode = parse_mode.lower()
    if mode == "html":
        return from_html(source)
    if mode in {"markdown", "markdownv2"}:
        telegram.note([f"parse_mode {parse_mode}: the stand-in reads HTML only and shows the source"])
    elif mode:
        raise bad_request("unsupported parse_mode")
    return tidy(source, entities)


def entities_of(value: object) -> list[Entity]:
    """The entities that a call gives instead of a parse mode."""
    return [_entity(entity) for entity in value] if isinstance(value, list) else []


def _entity(value: object) -> Entity:
    prefix = "can't parse MessageEntity: "
    if not isinstance(value, dict):
        raise bad_request(f"{prefix}expected an Object")
    text_field(value, "type", prefix)
    place = {name: max(int_field(value, name, prefix), 0) for name in ("offset", "length")}
    return value | place


def text_of(telegram: Telegram, request: Request) -> Json:
    """The fields of a text message."""
    entities = entities_of(request.json("entities", "can't parse entities JSON object"))
    text, found = formatted(telegram, request.text("text"), request.text("parse_mode"), entities)
    if not text:
        raise bad_request("message text is empty")
    if units(text) > MessageLimit.MAX_TEXT_LENGTH:
        raise bad_request("message is too long")
    return {"text": text, "entities": found}


def caption_of(telegram: Telegram, caption: str, parse_mode: str, entities: list[Entity]) -> Json:
    """The fields of a caption; none for an empty one."""
    text, found = formatted(telegram, caption, parse_mode, entities)
    if units(text) > MessageLimit.CAPTION_LENGTH:
        raise bad_request("message caption is too long")
    return {"caption": text, "caption_entities": found} if text else {}


def requested_caption(telegram: Telegram, request: Request) -> Json:
    """The caption that stands in a call's own parameters."""
    entities = entities_of(request.json("caption_entities", "can't parse entities JSON object"))
    return caption_of(telegram, request.text("caption"), request.text("parse_mode"), entities)


def file_of(telegram: Telegram, request: Request, kind: str, *, name: str = "", value: str = "") -> StoredFile:
    """The file a call names, by upload under a parameter's name, by `attach://`, or by the id of one it has."""
    given = value or request.text(name)
    upload = request.uploads.get(given.removeprefix("attach://") if given.startswith("attach://") else name)
    if upload is not None:
        return _stored(telegram, kind, upload)
    if not given or given.startswith("attach://"):
        raise bad_request(f"there is no {kind} in the request")
    if given.startswith(("http://", "https://")):
        raise bad_request("failed to get HTTP URL content")
    known = telegram.files.get(given)
    if known is None:
        raise bad_request("wrong file identifier/HTTP URL specified")
    if known.kind != kind:
        raise bad_request(f"can't use file of type {known.kind.capitalize()} as {kind.capitalize()}")
    return known


def _stored(telegram: Telegram, kind: str, upload: Upload) -> StoredFile:
    if not upload.content:
        raise bad_request("file must be non-empty")
    if len(upload.content) > (file.MOST_PHOTO_BYTES if kind == "photo" else file.MOST_UPLOAD_BYTES):
        raise bad_request("file is too big")
    if kind == "photo":
        _check_picture(upload.content)
    return telegram.files.add(kind, upload.content, upload.name, upload.mime_type)


def _check_picture(content: bytes) -> None:
    size = file.picture_size(content)
    if size is None:
        raise bad_request("IMAGE_PROCESS_FAILED")
    if sum(size) > 10_000 or max(size) > 20 * min(size):
        raise bad_request("PHOTO_INVALID_DIMENSIONS")


def media_fields(stored: StoredFile) -> Json:
    """The message fields of a photo or document."""
    return {"photo": stored.as_photo()} if stored.kind == "photo" else {"document": stored.as_document()}
