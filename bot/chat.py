"""The way out to Telegram for answers: edit the screen, send a new one, answer a tap.

Answers are tried again when Telegram is slow or away, since showing a screen twice does no harm; notices to other
people go through `notifier`, which is more careful.
"""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import TypeVar

from aiogram import Bot
from aiogram.exceptions import (
    ClientDecodeError,
    TelegramBadRequest,
    TelegramForbiddenError,
    TelegramNetworkError,
    TelegramRetryAfter,
    TelegramServerError,
)
from aiogram.types import InlineKeyboardButton, InlineKeyboardMarkup, LabeledPrice, LinkPreviewOptions, Message

from payments.telegram_invoice import Invoice

T = TypeVar("T")
Rows = tuple[tuple[InlineKeyboardButton, ...], ...]
TRIES = 4
NO_PREVIEW = LinkPreviewOptions(is_disabled=True)


@dataclass(frozen=True, slots=True)
class Screen:
    """One message: HTML text and the buttons under it."""

    text: str
    rows: Rows = ()

    @property
    def markup(self) -> InlineKeyboardMarkup | None:
        return InlineKeyboardMarkup(inline_keyboard=[list(row) for row in self.rows]) if self.rows else None


class Chat:
    """One person's private chat with the bot."""

    def __init__(self, bot: Bot, chat_id: int) -> None:
        self._bot = bot
        self._chat_id = chat_id

    async def send(self, screen: Screen) -> Message:
        """A new message at the end of the chat."""
        return await _patiently(
            lambda: self._bot.send_message(
                self._chat_id, screen.text, reply_markup=screen.markup, link_preview_options=NO_PREVIEW
            )
        )

    async def edit(self, message_id: int, screen: Screen) -> None:
        """Draw the screen over a message; one that cannot be edited any more is followed by a new one."""
        if not await self.amend(message_id, screen):
            await self.send(screen)

    async def amend(self, message_id: int, screen: Screen) -> bool:
        """Draw the screen over a message; False where that is not possible any more."""
        try:
            await _patiently(
                lambda: self._bot.edit_message_text(
                    screen.text,
                    chat_id=self._chat_id,
                    message_id=message_id,
                    reply_markup=screen.markup,
                    link_preview_options=NO_PREVIEW,
                )
            )
        except TelegramBadRequest as refused:
            return "message is not modified" in refused.message
        return True

    async def set_buttons(self, message_id: int, rows: Rows) -> None:
        """Change only the buttons under a message; one that cannot be changed any more keeps its own."""
        try:
            await _patiently(
                lambda: self._bot.edit_message_reply_markup(
                    chat_id=self._chat_id, message_id=message_id, reply_markup=Screen("", rows).markup
                )
            )
        except TelegramBadRequest:
            return

    async def answer(self, callback_id: str, text: str = "", *, alert: bool = False) -> None:
        """Answer a tap; too late is not worth failing for."""
        try:
            await _patiently(
                lambda: self._bot.answer_callback_query(callback_id, text=text[:200] or None, show_alert=alert or None)
            )
        except TelegramBadRequest:
            return

    async def invoice(self, invoice: Invoice, rows: Rows) -> Message:
        """An invoice message; its first button pays."""
        prices = [LabeledPrice(label=label, amount=amount) for label, amount in invoice.prices]
        return await _patiently(
            lambda: self._bot.send_invoice(
                self._chat_id,
                title=invoice.title,
                description=invoice.description,
                payload=invoice.payload,
                provider_token=invoice.provider_token,
                currency=invoice.currency,
                prices=prices,
                start_parameter=invoice.start_parameter,
                reply_markup=InlineKeyboardMarkup(inline_keyboard=[list(row) for row in rows]),
            )
        )

    async def delete(self, message_id: int) -> None:
        """Take a message away; one that is gone or too old stays as it is."""
        try:
            await _patiently(lambda: self._bot.delete_message(self._chat_id, message_id))
        except TelegramBadRequest:
            return

    async def pin(self, message_id: int) -> None:
        try:
            await _patiently(lambda: self._bot.pin_chat_message(self._chat_id, message_id, disable_notification=True))
        except (TelegramBadRequest, TelegramForbiddenError):
            return

    async def unpin(self, message_id: int) -> None:
        try:
            await _patiently(lambda: self._bot.unpin_chat_message(self._chat_id, message_id=message_id))
        except TelegramBadRequest:
            return

    async def approve(self, query_id: str) -> None:
        await _patiently(lambda: self._bot.answer_pre_checkout_query(query_id, ok=True))

    async def decline(self, query_id: str, why: str) -> None:
        await _patiently(lambda: self._bot.answer_pre_checkout_query(query_id, ok=False, error_message=why))


async def _patiently(send: Callable[[], Awaitable[T]]) -> T:
    """Try again after what passes by itself: a flood limit, a lost connection, a server in trouble."""
    for attempt in range(TRIES - 1):
        try:
            return await send()
        except TelegramRetryAfter as flood:
            await asyncio.sleep(flood.retry_after)
        except (TelegramNetworkError, TelegramServerError, ClientDecodeError):
            await asyncio.sleep(0.2 * 4**attempt)
    return await send()
