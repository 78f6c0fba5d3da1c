"""Methods about the bot itself and about the people and chats it knows."""

from typing import Any

from telegram.constants import BotDescriptionLimit, BotNameLimit

from emulator.bot_api.command import language_of
from emulator.bot_api.method import method
from emulator.bot_api.place import known_chat
from emulator.bot_api.request import Request
from emulator.chat import Telegram
from emulator.refusal import bad_request

Json = dict[str, Any]


@method("getMe")
def get_me(telegram: Telegram, request: Request) -> Json:  # noqa: ARG001
    """The bot's own account."""
    abilities = {
        "can_join_groups": True,
        "can_read_all_group_messages": False,
        "supports_inline_queries": False,
        "can_connect_to_business": False,
        "has_main_web_app": False,
    }
    return telegram.built("User", telegram.bot.as_user() | abilities)


@method("getChat")
def get_chat(telegram: Telegram, request: Request) -> Json:
    """What the bot can know of a chat."""
    chat_id = known_chat(telegram, request)
    group = telegram.groups.get(chat_id)
    chat = group.as_chat() if group else telegram.people[chat_id].as_chat()
    gifts = ("unlimited_gifts", "limited_gifts", "unique_gifts", "premium_subscription", "gifts_from_channels")
    chat |= {
        "accent_color_id": chat_id % 7,
        "max_reaction_count": 11,
        "accepted_gift_types": dict.fromkeys(gifts, True),
    }
    pinned = telegram.pinned(chat_id)
    if pinned:
        chat["pinned_message"] = telegram.message_json(pinned[-1])
    return telegram.built("ChatFullInfo", chat)


@method("getUserProfilePhotos")
def get_user_profile_photos(telegram: Telegram, request: Request) -> Json:
    """Nobody here has a picture."""
    user_id = request.integer("user_id")
    if user_id <= 0:
        raise bad_request("invalid user_id specified")
    if user_id not in telegram.people:
        raise bad_request("user not found")
    return telegram.built("UserProfilePhotos", {"total_count": 0, "photos": []})


@method("setMyName")
def set_my_name(telegram: Telegram, request: Request) -> bool:
    """Change the bot's name for a language."""
    return _set_text(telegram.profile.names, request, "name", BotNameLimit.MAX_NAME_LENGTH)


@method("getMyName")
def get_my_name(telegram: Telegram, request: Request) -> Json:
    """The bot's name in a language."""
    return {"name": _text(telegram.profile.names, request)}


@method("setMyDescription")
def set_my_description(telegram: Telegram, request: Request) -> bool:
    """Change what an empty chat says about the bot."""
    most = BotDescriptionLimit.MAX_DESCRIPTION_LENGTH
    return _set_text(telegram.profile.descriptions, request, "description", most)


@method("getMyDescription")
def get_my_description(telegram: Telegram, request: Request) -> Json:
    """What an empty chat says about the bot."""
    return {"description": _text(telegram.profile.descriptions, request)}


@method("setMyShortDescription")
def set_my_short_description(telegram: Telegram, request: Request) -> bool:
    """Change what the bot's profile page says."""
    most = BotDescriptionLimit.MAX_SHORT_DESCRIPTION_LENGTH
    return _set_text(telegram.profile.short_descriptions, request, "short_description", most)


@method("getMyShortDescription")
def get_my_short_description(telegram: Telegram, request: Request) -> Json:
    """What the bot's profile page says."""
    return {"short_description": _text(telegram.profile.short_descriptions, request)}


@method("setChatMenuButton")
def set_chat_menu_button(telegram: Telegram, request: Request) -> bool:
    """Change the button beside the text field, in one chat or in all others."""
    button = request.json("menu_button", "can't parse menu button JSON object") or {"type": "default"}
    if not isinstance(button, dict) or button.get("type") not in {"commands", "web_app", "default"}:
        raise bad_request("can't parse menu button: MenuButton has unsupported type")
    telegram.profile.set_menu_button(_menu_chat(telegram, request), button)
    return True


@method("getChatMenuButton")
def get_chat_menu_button(telegram: Telegram, request: Request) -> Json:
    """The button beside the text field."""
    return telegram.profile.menu_button(_menu_chat(telegram, request))


def _menu_chat(telegram: Telegram, request: Request) -> int | None:
    if not request.text("chat_id"):
        return None
    user_id = request.integer("chat_id")
    if user_id <= 0:
        raise bad_request("invalid chat_id specified")
    if user_id not in telegram.people:
        raise bad_request("user not found")
    return user_id


def _set_text(texts: dict[str, str], request: Request, name: str, most: int) -> bool:
    """Keep a text for a language; an empty one lets that of everybody else show through."""
    text, language = request.text(name), language_of(request)
    if len(text) > most:
        raise bad_request(f"BOT_{name.removeprefix('short_').upper()}_TOO_LONG")
    if text or not language:
        texts[language] = text
    else:
        texts.pop(language, None)
    return True


def _text(texts: dict[str, str], request: Request) -> str:
    return texts.get(language_of(request)) or texts.get("", "")
