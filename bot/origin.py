"""Reading an update: whose it is, which key of the dispatch table it has, and what it carries."""

from datetime import datetime
from typing import Any

from aiogram.types import CallbackQuery, Chat, ChatMemberUpdated, Message, PreCheckoutQuery, Update, User

from bot.action import Origin
from bot.chat import Rows
from bot.keyboards.button import APART, BELOW
from bot.words import ENGLISH, languages
from domain.person import NAME_LENGTH, NameUnusable, NewPerson, clean_name

STRAY = "event:stray"
LARGEST_ID = 2**63 - 1


def lane_of(body: dict[str, Any]) -> str:
    """Whose updates this raw one waits behind; a pre-checkout query has a lane of its own and overtakes.

    It is read before anything is checked, so it takes every shape.
    """
    for kind, update in body.items():
        who = _id_in(update, "from") or _id_in(update, "chat")
        if who:
            return f"checkout:{who}" if kind == "pre_checkout_query" else lane_of_person(who)
    return "nobody"


def lane_of_person(telegram_id: int) -> str:
    """The lane of everything else that a person says and taps, in whatever chat."""
    return f"person:{telegram_id}"


def _id_in(update: Any, field: str) -> int:
    """The id of a person or chat; 0 where there is none that a database could hold."""
    named = update.get(field) if isinstance(update, dict) else None
    found = named.get("id") if isinstance(named, dict) else None
    return found if type(found) is int and abs(found) <= LARGEST_ID else 0


def origin_of(update: Update, received_at: datetime) -> Origin | None:
    """The turn this update is, or None where nothing is to be done: edited messages, channels, other bots."""
    if update.callback_query is not None:
        return _tap(update.update_id, update.callback_query, received_at)
    if update.pre_checkout_query is not None:
        return _checkout(update.update_id, update.pre_checkout_query, received_at)
    if update.my_chat_member is not None:
        return _membership(update.update_id, update.my_chat_member, received_at)
    if update.message is not None:
        return _message(update.update_id, update.message, received_at)
    return None


def _tap(update_id: int, query: CallbackQuery, received_at: datetime) -> Origin | None:
    if query.message is None or query.message.chat.type != "private":
        return None
    data = _storable(query.data).removeprefix(BELOW).removeprefix(APART)
    apart = (query.data or "").startswith(APART)
    return Origin(
        key=f"tap:{data.partition(':')[0]}",
        sender=_sender(query.from_user),
        data=data,
        callback_id=query.id,
        screen_id=None if apart else query.message.message_id,
        rest=_rest(query),
        on_card=_on_card(query),
        update_id=update_id,
        received_at=received_at,
    )


def _rest(query: CallbackQuery) -> Rows | None:
    """What is left under a message that stays; none where Telegram does not show an old message's buttons any more."""
    if not (query.data or "").startswith(BELOW):
        return None
    markup = query.message.reply_markup if isinstance(query.message, Message) else None
    rows = (
        [tuple(each for each in row if each.callback_data != query.data) for row in markup.inline_keyboard]
        if markup
        else []
    )
    return tuple(row for row in rows if row)


def _on_card(query: CallbackQuery) -> bool:
    """Whether the tapped message is a card whose other buttons lead away from it."""
    markup = query.message.reply_markup if isinstance(query.message, Message) else None
    buttons = [each for row in markup.inline_keyboard for each in row] if markup else []
    return any((each.callback_data or "").startswith(APART) for each in buttons)


def _checkout(update_id: int, query: PreCheckoutQuery, received_at: datetime) -> Origin:
    return Origin(
        key="event:pre_checkout",
        sender=_sender(query.from_user),
        data=query,
        update_id=update_id,
        received_at=received_at,
    )


def _membership(update_id: int, changed: ChatMemberUpdated, received_at: datetime) -> Origin | None:
    if changed.chat.type != "private":
        return None
    return Origin(
        key="event:membership",
        sender=_sender(changed.from_user),
        data=changed.new_chat_member.status,
        update_id=update_id,
        received_at=received_at,
    )


def _message(update_id: int, message: Message, received_at: datetime) -> Origin | None:
    sender = message.from_user
    if sender is None or sender.is_bot:
        return None
    if message.chat.type != "private":
        return _group(update_id, message.chat, sender, message.text or "", received_at)
    key, data, payload = _said(message)
    return Origin(
        key=key,
        sender=_sender(sender, payload),
        data=data,
        content=message.content_type,
        update_id=update_id,
        received_at=received_at,
    )


def _said(message: Message) -> tuple[str, Any, str]:
    if message.successful_payment is not None:
        return "event:payment", message.successful_payment, ""
    text = _storable(message.text)
    if text.startswith("/"):
        command, _, rest = text[1:].partition(" ")
        name = command.partition("@")[0].lower()
        return f"/{name}", rest.strip(), rest.strip()[:64] if name == "start" else ""
    return (STRAY, text, "") if text else (STRAY, None, "")


def _storable(said: str | None) -> str:
    """What was sent, without the one character that PostgreSQL keeps in no text; only a forged client sends it."""
    return (said or "").replace("\0", "")


def _group(update_id: int, chat: Chat, sender: User, text: str, received_at: datetime) -> Origin | None:
    if not text.startswith("/"):
        return None
    return Origin(
        key="event:group", sender=_sender(sender), chat_id=chat.id, update_id=update_id, received_at=received_at
    )


def _sender(user: User, payload: str = "") -> NewPerson:
    language = (user.language_code or ENGLISH).partition("-")[0].lower()
    return NewPerson(
        telegram_id=user.id,
        name=_name(user),
        language=language if language in languages() else ENGLISH,
        payload=payload,
    )


def _name(user: User) -> str:
    try:
        return clean_name(user.first_name[:NAME_LENGTH])
    except NameUnusable:
        return f"#{user.id}"
