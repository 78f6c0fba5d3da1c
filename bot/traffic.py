"""How many messages other than notices this process has sent to Telegram; the sender makes room for them."""

from contextvars import ContextVar
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


OF_A_NOTICE: ContextVar[bool] = ContextVar("of_a_notice", default=False)
"""Set where a notice is sent: the sender has made room for it before."""


class Traffic(BaseRequestMiddleware):
    """Counts calls that Telegram's limit on messages is about."""

    def __init__(self) -> None:
        self._replies = 0

    def replies(self) -> int:
        """How many there were since the start."""
        return self._replies

    async def __call__(
        self,
        make_request: NextRequestMiddlewareType[TelegramType],
        bot: Bot,
        method: TelegramMethod[TelegramType],
    ) -> Response[TelegramType] | Any:
        if isinstance(method, MESSAGES) and not OF_A_NOTICE.get():
            self._replies += 1
        return await make_request(bot, method)
