"""Methods by which the bot gets files that were sent."""

from typing import Any

from emulator import file
from emulator.bot_api.method import method
from emulator.bot_api.request import Request
from emulator.chat import Telegram
from emulator.refusal import bad_request

Json = dict[str, Any]


@method("getFile")
def get_file(telegram: Telegram, request: Request) -> Json:
    """Where a file can be downloaded."""
    file_id = request.text("file_id")
    if not file_id:
        raise bad_request("file_id not specified")
    stored = telegram.files.get(file_id)
    if stored is None:
        raise bad_request("invalid file_id")
    if len(stored.content) > file.MOST_DOWNLOAD_BYTES:
        raise bad_request("file is too big")
    return telegram.built("File", stored.as_file())
