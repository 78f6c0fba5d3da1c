"""Updates as Telegram writes them, from what the stand-in keeps."""

from dataclasses import dataclass, field
from typing import Any

Json = dict[str, Any]
BOT: Json = {"id": 424242, "is_bot": True, "first_name": "Studio", "username": "studio_bot"}
ACCESSIBLE_SECONDS = 48 * 3600
"""An older message comes with a tap as no more than its number."""


@dataclass(frozen=True, slots=True)
class Button:
    """An inline button; one without data pays."""

    text: str
    data: str

    @property
    def prefix(self) -> str:
        """Which kind of button it is, as the product's keyboards name it."""
        return self.data.lstrip("+=").partition(":")[0]


@dataclass(frozen=True, slots=True)
class Invoice:
    """What an invoice message asks for."""

    payload: str
    currency: str
    total_minor: int


@dataclass(slots=True)
class Shown:
    """A message of the bot in somebody's chat. `at` is in Unix seconds; `notice` is the notice it was, if any."""

    id: int
    at: int
    text: str
    rows: tuple[tuple[Button, ...], ...]
    invoice: Invoice | None = None
    notice: str = ""

    def buttons(self) -> list[Button]:
        return [button for row in self.rows for button in row if button.data]


@dataclass(slots=True)
class Account:
    """Somebody's account at Telegram, and their chat with the bot, newest message last."""

    id: int
    name: str
    language: str = "en"
    blocked: bool = False
    messages: dict[int, Shown] = field(default_factory=dict)

    def as_user(self) -> Json:
        return {"id": self.id, "is_bot": False, "first_name": self.name, "language_code": self.language}

    def as_chat(self) -> Json:
        return {"id": self.id, "type": "private", "first_name": self.name}


def said(who: Account, message_id: int, at: int, content: Json) -> Json:
    """A message from a person."""
    return {"message_id": message_id, "date": at, "chat": who.as_chat(), "from": who.as_user(), **content}


def tapped(who: Account, query_id: str, shown: Shown, data: str, at: int) -> Json:
    """A tap on a button under a message."""
    return {
        "id": query_id,
        "from": who.as_user(),
        "chat_instance": str(who.id * 7919),
        "message": _under(who, shown, at),
        "data": data,
    }


def asked(who: Account, query_id: str, invoice: Invoice) -> Json:
    """The question before a payment."""
    return {
        "id": query_id,
        "from": who.as_user(),
        "currency": invoice.currency,
        "total_amount": invoice.total_minor,
        "invoice_payload": invoice.payload,
    }


def paid(invoice: Invoice, charge_id: str) -> Json:
    """The content of the message that tells of a payment."""
    return {
        "successful_payment": {
            "currency": invoice.currency,
            "total_amount": invoice.total_minor,
            "invoice_payload": invoice.payload,
            "telegram_payment_charge_id": charge_id,
            "provider_payment_charge_id": f"provider-{charge_id}",
        }
    }


def membership(who: Account, at: int, *, blocked: bool) -> Json:
    """The person blocked the bot, or took that back."""
    member, kicked = {"status": "member", "user": BOT}, {"status": "kicked", "user": BOT, "until_date": 0}
    return {
        "chat": who.as_chat(),
        "from": who.as_user(),
        "date": at,
        "old_chat_member": member if blocked else kicked,
        "new_chat_member": kicked if blocked else member,
    }


def _under(who: Account, shown: Shown, now: int) -> Json:
    if now - shown.at > ACCESSIBLE_SECONDS:
        return {"message_id": shown.id, "date": 0, "chat": who.as_chat()}
    keyboard = [[{"text": each.text, "callback_data": each.data} for each in row if each.data] for row in shown.rows]
    return {
        "message_id": shown.id,
        "date": shown.at,
        "chat": who.as_chat(),
        "from": BOT,
        "text": shown.text,
        "reply_markup": {"inline_keyboard": [row for row in keyboard if row]},
    }
