"""One message in a chat: what it holds, and how the browser is told of it."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from emulator.entity import to_html

Json = dict[str, Any]


@dataclass
class Message:
    """A message; `content` and `markup` are in the Bot API's own fields.

    `sender` is "bot", "person" or "service"; `sender_id` the account it stands under in the Bot API.
    """

    id: int
    chat_id: int
    sender: str
    sender_id: int
    at: datetime
    content: Json
    markup: Json | None = None
    reply_to: int | None = None
    edited_at: datetime | None = None
    pinned: bool = False
    file_url: str = ""
    invoice: Json | None = field(default=None)

    @property
    def text(self) -> str:
        """The text or caption."""
        return str(self.content.get("text", self.content.get("caption", "")))

    @property
    def inline_keyboard(self) -> list[list[Json]]:
        """Rows of inline buttons in the Bot API's fields; none when there are none."""
        rows: list[list[Json]] = (self.markup or {}).get("inline_keyboard", [])
        return rows

    @property
    def reply_keyboard(self) -> list[list[Json]]:
        """Rows of reply buttons in the Bot API's fields."""
        rows: list[list[Json]] = (self.markup or {}).get("keyboard", [])
        return rows

    def as_json(self) -> Json:
        """What the browser needs."""
        content = self.content
        return {
            "id": self.id,
            "person_id": self.chat_id,
            "from": self.sender,
            "at": self.at.isoformat(),
            "edited": self.edited_at is not None,
            "text": content.get("text", ""),
            "html": to_html(content.get("text", ""), content.get("entities", [])),
            "caption": content.get("caption", ""),
            "caption_html": to_html(content.get("caption", ""), content.get("caption_entities", [])),
            "photo": self._photo(),
            "document": self._document(),
            "contact": content.get("contact"),
            "sticker": content.get("sticker"),
            "invoice": self.invoice,
            "payment": content.get("successful_payment"),
            "inline_keyboard": [[_button(button) for button in row] for row in self.inline_keyboard],
            "reply_keyboard": self._reply_keyboard(),
            "reply_to": self.reply_to,
            "pinned": self.pinned,
        }

    def _photo(self) -> Json | None:
        if "photo" not in self.content:
            return None
        largest = self.content["photo"][-1]
        return {name: largest[name] for name in ("file_id", "width", "height")} | {"url": self.file_url}

    def _document(self) -> Json | None:
        if "document" not in self.content:
            return None
        document = self.content["document"]
        return {"file_name": document["file_name"], "size": document["file_size"], "url": self.file_url}

    def _reply_keyboard(self) -> Json | str | None:
        markup = self.markup or {}
        if markup.get("remove_keyboard"):
            return "remove"
        if "keyboard" not in markup:
            return None
        rows = [
            [{"text": button["text"], "request_contact": bool(button.get("request_contact"))} for button in row]
            for row in self.reply_keyboard
        ]
        return {
            "rows": rows,
            "one_time": bool(markup.get("one_time_keyboard")),
            "resize": bool(markup.get("resize_keyboard")),
        }


_KINDS = {"callback_data": "callback", "url": "url", "pay": "pay", "copy_text": "copy", "web_app": "web_app"}


def button_kind(button: Json) -> str:
    """callback, url, pay, copy, web_app or switch."""
    return next((kind for name, kind in _KINDS.items() if name in button), "switch")


def _button(button: Json) -> Json:
    address = button.get("url") or button.get("web_app", {}).get("url", "")
    copied = button.get("copy_text", {}).get("text", "")
    return {
        "text": button["text"],
        "style": button.get("style", ""),
        "kind": button_kind(button),
        "url": address,
        "copy_text": copied,
    }
