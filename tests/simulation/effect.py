"""What a call of the bot does at the small Telegram once it has arrived."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from aiogram.methods import TelegramMethod
from aiogram.types import BotDescription, BotShortDescription, InlineKeyboardMarkup, User

from tests.simulation.telegram import Telegram
from tests.simulation.wire import BOT, Button, Invoice

ME = User(id=BOT["id"], is_bot=True, first_name=BOT["first_name"], username=BOT["username"])
Rows = tuple[tuple[Button, ...], ...]


@dataclass(frozen=True, slots=True)
class Sent:
    """As much of a sent message as the product looks at; building aiogram's own would cost more than all the rest."""

    message_id: int


class Effects:
    """All calls that the product makes, with what the bot has told Telegram of itself."""

    def __init__(self, telegram: Telegram) -> None:
        self._telegram = telegram
        self._commands: dict[str, list[Any]] = {}
        self._texts = {"description": "", "short_description": ""}
        self._effects: dict[str, Callable[[Any, str], Any]] = {
            "getMe": lambda _method, _notice: ME,
            "sendMessage": self._send,
            "sendInvoice": self._send_invoice,
            "editMessageText": self._edit,
            "editMessageReplyMarkup": self._edit,
            "deleteMessage": self._delete,
            "pinChatMessage": self._pin,
            "unpinChatMessage": _accept,
            "answerCallbackQuery": _accept,
            "answerPreCheckoutQuery": self._answer_checkout,
            "getMyCommands": lambda method, _notice: self._commands.get(str(method.scope), []),
            "setMyCommands": self._set_commands,
            "getMyDescription": self._description,
            "getMyShortDescription": self._short_description,
            "setMyDescription": self._set_text,
            "setMyShortDescription": self._set_text,
            "deleteWebhook": _accept,
        }

    def of(self, method: TelegramMethod[Any], notice: str) -> Any:
        """Do what is asked, and answer it. Raises `Refused`."""
        effect = self._effects.get(method.__api_method__)
        assert effect is not None, f"the small Telegram does not know {method.__api_method__}"
        return effect(method, notice)

    def _send(self, method: Any, notice: str) -> Sent:
        return Sent(self._telegram.post(method.chat_id, method.text, _rows(method.reply_markup), notice=notice).id)

    def _send_invoice(self, method: Any, _notice: str) -> Sent:
        invoice = Invoice(method.payload, method.currency, sum(price.amount for price in method.prices))
        return Sent(self._telegram.post(method.chat_id, method.title, _rows(method.reply_markup), invoice).id)

    def _edit(self, method: Any, _notice: str) -> Sent:
        text = getattr(method, "text", None)
        return Sent(self._telegram.edit(method.chat_id, method.message_id, text, _rows(method.reply_markup)).id)

    def _delete(self, method: Any, _notice: str) -> bool:
        self._telegram.delete(method.chat_id, method.message_id)
        return True

    def _pin(self, method: Any, _notice: str) -> bool:
        self._telegram.pin(method.chat_id, method.message_id)
        return True

    def _answer_checkout(self, method: Any, _notice: str) -> bool:
        self._telegram.answer_payment(method.pre_checkout_query_id, ok=method.ok)
        return True

    def _set_commands(self, method: Any, _notice: str) -> bool:
        self._commands[str(method.scope)] = method.commands
        return True

    def _description(self, _method: Any, _notice: str) -> BotDescription:
        return BotDescription(description=self._texts["description"])

    def _short_description(self, _method: Any, _notice: str) -> BotShortDescription:
        return BotShortDescription(short_description=self._texts["short_description"])

    def _set_text(self, method: Any, _notice: str) -> bool:
        for name in self._texts:
            self._texts[name] = getattr(method, name, self._texts[name])
        return True


def _accept(_method: Any, _notice: str) -> bool:
    return True


def _rows(markup: InlineKeyboardMarkup | None) -> Rows:
    if markup is None:
        return ()
    return tuple(tuple(Button(each.text, each.callback_data or "") for each in row) for row in markup.inline_keyboard)
