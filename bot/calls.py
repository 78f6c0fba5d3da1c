"""Tells the meter how Telegram answered each call, and how long it took."""

from collections.abc import Callable
from typing import Any

from aiogram import Bot
from aiogram.client.session.middlewares.base import BaseRequestMiddleware, NextRequestMiddlewareType
from aiogram.exceptions import (
    ClientDecodeError,
    TelegramBadRequest,
    TelegramConflictError,
    TelegramForbiddenError,
    TelegramNetworkError,
    TelegramNotFound,
    TelegramRetryAfter,
    TelegramServerError,
    TelegramUnauthorizedError,
)
from aiogram.methods import AnswerCallbackQuery, EditMessageText, Response, SendMessage, TelegramMethod
from aiogram.methods.base import TelegramType
from aiogram.types import (
    BotCommand,
    BotDescription,
    BotShortDescription,
    InlineKeyboardButton,
    InlineKeyboardMarkup,
    Message,
    Update,
    User,
    WebhookInfo,
)

from bot.ports import Meter

ANSWERED = "ok"
OTHERWISE = "other"
ANSWERS: dict[type[BaseException], str] = {
    TelegramRetryAfter: "wait",
    TelegramForbiddenError: "forbidden",
    TelegramBadRequest: "refused",
    TelegramUnauthorizedError: "revoked",
    TelegramNotFound: "revoked",
    TelegramConflictError: "conflict",
    TelegramServerError: "server_error",
    TelegramNetworkError: "network",
    ClientDecodeError: "unreadable",
}

_OF_TAPS = (Message, Message | bool, bool)
_OF_STARTS = (User, list[BotCommand], BotDescription, BotShortDescription, WebhookInfo, list[dict[str, Any]])
SHAPES: tuple[Any, ...] = tuple(Response[answer] for answer in _OF_TAPS + _OF_STARTS)  # type: ignore[valid-type]
"""What calls are answered with. Held here, since pydantic forgets a generic model that nobody holds, and making it anew
takes as long as the call."""

OF_THE_FIRST_TAP: tuple[Any, ...] = (
    *(Message, Update, InlineKeyboardButton, InlineKeyboardMarkup),
    *(AnswerCallbackQuery, EditMessageText, SendMessage),
    *SHAPES,
)
for _model in OF_THE_FIRST_TAP:
    # Built now (app/libraries.py), and not while the tap waits; a message first, which most of the others are made of.
    _model.model_rebuild(_types_namespace={})


class Calls(BaseRequestMiddleware):
    """A middleware of the session, so that no call goes by unseen."""

    def __init__(self, meter: Meter, monotonic: Callable[[], float]) -> None:
        self._meter, self._monotonic = meter, monotonic

    async def __call__(
        self,
        make_request: NextRequestMiddlewareType[TelegramType],
        bot: Bot,
        method: TelegramMethod[TelegramType],
    ) -> Response[TelegramType] | Any:
        began_at, answer = self._monotonic(), OTHERWISE
        try:
            response = await make_request(bot, method)
        except BaseException as failure:
            answer = ANSWERS.get(type(failure), OTHERWISE)
            raise
        else:
            answer = ANSWERED
            return response
        finally:
            self._meter.call_ended(method.__api_method__, answer, self._monotonic() - began_at)
