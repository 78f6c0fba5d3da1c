"""A chat as a person sees it, in plain letters: for assertions, and for telling why one failed."""

from typing import Any

from emulator.message import Message

Json = dict[str, Any]


def labels(rows: list[list[Json]]) -> list[list[str]]:
    """The labels of a keyboard."""
    return [[button["text"] for button in row] for row in rows]


def visible_text(message: Message) -> str:
    """Everything that can be read in and under a message."""
    keyboards = labels(message.inline_keyboard) + labels(message.reply_keyboard)
    return "\n".join([_written(message), *("  ".join(row) for row in keyboards)])


def _written(message: Message) -> str:
    invoice = message.invoice or {}
    document = message.content.get("document", {})
    lines = [message.text, invoice.get("title", ""), invoice.get("description", ""), document.get("file_name", "")]
    return "\n".join(line for line in lines if line)


def draw(messages: list[Message]) -> list[str]:
    """Lines that show the messages, who wrote them, and their buttons in brackets."""
    return [line for message in messages for line in _draw(message)]


def _draw(message: Message) -> list[str]:
    formatting = {"text", "entities", "caption", "caption_entities"}
    kinds = ", ".join(kind for kind in message.content if kind not in formatting)
    edited = " (edited)" if message.edited_at else ""
    body = [f"  {line}" for line in _written(message).split("\n") if line]
    keyboards = labels(message.inline_keyboard) + labels(message.reply_keyboard)
    rows = ["  " + " ".join(f"[ {label} ]" for label in row) for row in keyboards]
    return [f"— {message.sender} #{message.id} {kinds}{edited}".rstrip(), *body, *rows]
