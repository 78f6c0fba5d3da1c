"""Raw updates, as Telegram sends them: a tap brings the message it was made on, with all its buttons."""

import json
from itertools import count
from typing import Any

from benchmarks.stub import ME, SENT_AT

BUTTONS = 18
COLUMNS = 4
MESSAGE_ID = 700
_numbers = count(1)


def tap(telegram_id: int, data: str) -> str:
    """Somebody taps a button that carries this, among others."""
    query = {
        "id": str(10**15 + telegram_id),
        "from": person(telegram_id),
        "chat_instance": "-2718281828459045",
        "data": data,
        "message": {
            "message_id": MESSAGE_ID,
            "from": ME,
            "chat": _chat(telegram_id),
            "date": SENT_AT,
            "edit_date": SENT_AT + 60,
            "text": "60 min with Trainer 1\nTuesday, March 2, times in New York",
            "entities": [{"type": "bold", "offset": 0, "length": 21}],
            "reply_markup": {"inline_keyboard": keyboard()},
        },
    }
    return _update(callback_query=query)


def message(telegram_id: int, **content: Any) -> str:
    """Somebody writes, or something is reported in their chat."""
    told = {"message_id": MESSAGE_ID, "from": person(telegram_id), "chat": _chat(telegram_id), "date": SENT_AT}
    return _update(message=told | content)


def member(telegram_id: int, status: str) -> str:
    """Somebody blocks the bot or comes back."""
    old, new = ({"user": ME, "status": each, "until_date": 0} for each in ("member", status))
    changed = {"from": person(telegram_id), "chat": _chat(telegram_id), "date": SENT_AT}
    return _update(my_chat_member=changed | {"old_chat_member": old, "new_chat_member": new})


def checkout(telegram_id: int) -> str:
    """Telegram asks whether a payment may go on."""
    paid = {"id": "9", "currency": "EUR", "total_amount": 2500, "invoice_payload": "purchase:1"}
    return _update(pre_checkout_query=paid | {"from": person(telegram_id)})


def keyboard() -> list[list[dict[str, str]]]:
    """Eighteen buttons, as the choose-a-time screen has."""
    buttons = [{"text": f"{8 + each // 3}:{each % 3 * 2}0", "callback_data": f"x:{each}"} for each in range(BUTTONS)]
    return [buttons[first : first + COLUMNS] for first in range(0, BUTTONS, COLUMNS)]


def person(telegram_id: int) -> dict[str, Any]:
    return {"id": telegram_id, "is_bot": False, "first_name": "Anna", "last_name": "Bell", "language_code": "en"}


def _chat(telegram_id: int) -> dict[str, Any]:
    return {"id": telegram_id, "first_name": "Anna", "last_name": "Bell", "type": "private"}


def _update(**content: Any) -> str:
    return json.dumps({"update_id": next(_numbers)} | content)
