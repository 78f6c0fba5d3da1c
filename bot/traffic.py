"""How many messages this process has sent to Telegram, answers and notices alike; the sender makes room for them."""

from typing import Any

from aiogram import Bot
from aiogram.client.session.middlewares.base import BaseRequestMiddleware, NextRequestMiddlewareType
from aiogram.methods import (
    EditMessageReplyMarkup,
    EditMessageText,
    Response,
    SendInvoice,
    SendMessage,
    TelegramMethod,
)
from aiogram.methods.base import TelegramType

MESSAGES = (SendMessage, SendInvoice, EditMessageText, EditMessageReplyMarkup)


class Traffic(BaseRequestMiddleware):
    """Counts calls that Telegram's limit on messages is about."""

    def __init__(self) -> None:
        self._messages = 0

    def messages(self) -> int:
        """How many there were since the start."""
        return self._messages

    async def __call__(
        self,
        make_request: NextRequestMiddlewareType[TelegramType],
        bot: Bot,
        method: TelegramMethod[TelegramType],
    ) -> Response[TelegramType] | Any:
        if isinstance(method, MESSAGES):
            self._messages += 1
        return await make_request(bot, method)
