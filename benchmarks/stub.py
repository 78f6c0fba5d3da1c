"""A Telegram without a network: requests are written as they would be sent, and answers are read from text.

The product and the references talk to the same one, so what it costs falls on both.
"""

import asyncio
import json
from collections import Counter
from typing import Any, cast

from aiogram import Bot
from aiogram.client.default import DefaultBotProperties
from aiogram.client.session.aiohttp import AiohttpSession
from aiogram.enums import ParseMode
from aiogram.methods import TelegramMethod
from aiogram.methods.base import TelegramType

TOKEN = "42:benchmark"
BOT_ID = 42
SENT_AT = 1_900_000_000
ME = {"id": BOT_ID, "is_bot": True, "first_name": "Studio", "username": "studio_bot"}
MESSAGES = frozenset({"sendMessage", "editMessageText", "editMessageReplyMarkup"})


class Stub(AiohttpSession):
    """A session that answers by itself. `calls` counts requests by method; `text` and `markup` were shown last."""

    def __init__(self) -> None:
        super().__init__()
        self.calls: Counter[str] = Counter()
        self.text = self.markup = ""
        self._awaited: dict[int, asyncio.Future[None]] = {}
        self._last_id = 0

    def edit_in(self, chat_id: int) -> asyncio.Future[None]:
        """Done when the next screen was edited in that chat and the answer read."""
        self._awaited[chat_id] = asyncio.get_running_loop().create_future()
        return self._awaited[chat_id]

    async def make_request(
        self,
        bot: Bot,
        method: TelegramMethod[TelegramType],
        timeout: int | None = None,  # noqa: ARG002, ASYNC109 -- the library's signature
    ) -> TelegramType:
        form = self.build_form_data(bot=bot, method=method)
        fields = {options["name"]: value for options, _, value in form._fields}
        form()
        await asyncio.sleep(0)
        status, content = self.answer(method.__api_method__, fields)
        response = self.check_response(bot=bot, method=method, status_code=status, content=content)
        self.calls[method.__api_method__] += 1
        self._note(method.__api_method__, fields)
        return cast(TelegramType, response.result)

    def answer(self, name: str, fields: dict[str, Any]) -> tuple[int, str]:
        """What the server says: the status and the text of its answer."""
        return 200, self._message(fields) if name in MESSAGES else json.dumps({"ok": True, "result": known(name)})

    def _message(self, fields: dict[str, Any]) -> str:
        """The message as it stands in the chat now."""
        self._last_id += 1
        text, markup = json.dumps(fields.get("text", "")), fields.get("reply_markup")
        buttons = f',"reply_markup":{markup}' if markup else ""
        return (
            f'{{"ok":true,"result":{{"message_id":{fields.get("message_id", self._last_id)},"date":{SENT_AT},'
            f'"chat":{{"id":{fields["chat_id"]},"type":"private","first_name":"Anna"}},'
            f'"from":{json.dumps(ME)},"text":{text}{buttons}}}}}'
        )

    def _note(self, name: str, fields: dict[str, Any]) -> None:
        self.text, self.markup = fields.get("text", self.text), fields.get("reply_markup", self.markup)
        awaited = self._awaited.pop(int(fields["chat_id"]), None) if name == "editMessageText" else None
        if awaited is not None:
            awaited.set_result(None)


def known(name: str) -> Any:
    """What a method that shows nothing answers."""
    return {
        "getMe": ME,
        "getMyCommands": [],
        "getMyName": {"name": ""},
        "getMyDescription": {"description": ""},
        "getMyShortDescription": {"short_description": ""},
    }.get(name, True)


def bot() -> Bot:
    """A bot of aiogram's own that talks to a stub, with the product's default of HTML."""
    return Bot(TOKEN, session=Stub(), default=DefaultBotProperties(parse_mode=ParseMode.HTML))
