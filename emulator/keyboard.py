"""Reply markups: read out of a request and refused in the server's words when they are wrong."""

from typing import Any

from telegram.constants import InlineKeyboardButtonLimit, InlineKeyboardMarkupLimit

from emulator.decoding import decode, object_field, text_field
from emulator.refusal import bad_request

Json = dict[str, Any]

ACTIONS = (
    "url",
    "callback_data",
    "web_app",
    "login_url",
    "switch_inline_query",
    "switch_inline_query_current_chat",
    "switch_inline_query_chosen_chat",
    "copy_text",
    "callback_game",
    "pay",
)
_TEXTS = frozenset({"url", "callback_data", "switch_inline_query", "switch_inline_query_current_chat", "style"})
_ADDRESSES = frozenset({"web_app", "login_url"})
STYLES = frozenset({"danger", "success", "primary"})
_MAY_BE_EMPTY = frozenset({"switch_inline_query", "switch_inline_query_current_chat", "callback_game"})


def parse_markup(source: str, *, invoice: bool = False) -> Json | None:
    """The markup of a `reply_markup` parameter; None when the parameter is empty or says that there is none."""
    if not source:
        return None
    markup = decode(source, "can't parse reply keyboard markup JSON object")
    if not isinstance(markup, dict):
        raise bad_request("object expected as reply markup")
    if "inline_keyboard" in markup:
        return _inline(markup, invoice=invoice)
    if "keyboard" in markup:
        return _reply(markup)
    return markup if markup.get("remove_keyboard") or markup.get("force_reply") else None


def _rows(value: object, field: str) -> list[list[Any]]:
    if not isinstance(value, list):
        raise bad_request(f'field "{field}" must be of type Array')
    if any(not isinstance(row, list) for row in value):
        owner = " of the InlineKeyboardMarkup" if field == "inline_keyboard" else ""
        raise bad_request(f'field "{field}"{owner} must be an Array of Arrays')
    rows = [row for row in value if row]
    most, widest = InlineKeyboardMarkupLimit.TOTAL_BUTTON_NUMBER, InlineKeyboardMarkupLimit.BUTTONS_PER_ROW
    if sum(len(row) for row in rows) > most or any(len(row) > widest for row in rows):
        raise bad_request("reply markup is too long")
    return rows


def _inline(markup: Json, *, invoice: bool) -> Json | None:
    rows = _rows(markup["inline_keyboard"], "inline_keyboard")
    for number, row in enumerate(rows):
        for place, button in enumerate(row):
            _check_button(button, first=(number, place) == (0, 0), invoice=invoice)
    if invoice and rows and "pay" not in rows[0][0]:
        raise bad_request("REPLY_MARKUP_BUY_EMPTY")
    return {"inline_keyboard": rows} if rows else None


def _check_button(button: object, *, first: bool, invoice: bool) -> None:
    prefix = "can't parse inline keyboard button: "
    if not isinstance(button, dict):
        raise bad_request(f"{prefix}InlineKeyboardButton must be an Object")
    _check_label(button, prefix)
    _check_kinds(button, prefix)
    if button.get("callback_data") == "":
        raise bad_request("BUTTON_DATA_INVALID")
    if not actions_of(button):
        raise bad_request(f"{prefix}Text buttons are unallowed in the inline keyboard")
    if "pay" in button and not invoice:
        raise bad_request("BUTTON_TYPE_INVALID")
    if "pay" in button and not first:
        raise bad_request("BUTTON_POS_INVALID")
    _check_action(button)


def actions_of(button: Json) -> list[str]:
    """What the button is to do. The server takes the first and says nothing of the others."""
    return [name for name in ACTIONS if name in button and (name in _MAY_BE_EMPTY or button[name])]


def doubtful_buttons(markup: Json | None) -> list[str]:
    """Sentences about what is wrong with buttons although the server lets it pass."""
    buttons = [button for row in (markup or {}).get("inline_keyboard", []) for button in row]
    several = [
        f"button {button['text']!r}: several actions, {', '.join(actions_of(button))}"
        for button in buttons
        if len(actions_of(button)) > 1
    ]
    return several + [
        f"button {button['text']!r}: there is no style {button['style']!r}"
        for button in buttons
        if button.get("style", "primary") not in STYLES
    ]


def _check_label(button: Json, prefix: str) -> None:
    if not text_field(button, "text", prefix).strip():
        raise bad_request("BUTTON_TEXT_INVALID")


def _check_kinds(button: Json, prefix: str) -> None:
    for name in _TEXTS.intersection(button):
        text_field(button, name, prefix)
    for name in _ADDRESSES.intersection(button):
        text_field(object_field(button, name, prefix), "url", prefix)
    if "copy_text" in button:
        text_field(object_field(button, "copy_text", prefix), "text", prefix)


def _check_action(button: Json) -> None:
    data = button.get("callback_data")
    if data is not None and not 0 < len(data.encode()) <= InlineKeyboardButtonLimit.MAX_CALLBACK_DATA:
        raise bad_request("BUTTON_DATA_INVALID")
    url = button.get("url")
    if url and not _is_link(url):
        raise bad_request(f"inline keyboard button URL '{url}' is invalid: Wrong HTTP URL")
    copied = (button.get("copy_text") or {}).get("text")
    if copied is not None and not 0 < len(copied) <= InlineKeyboardButtonLimit.MAX_COPY_TEXT:
        raise bad_request("BUTTON_COPY_TEXT_INVALID")


def _is_link(url: str) -> bool:
    scheme, separator, rest = url.partition("://")
    host = (rest if separator else scheme).split("/", 1)[0]
    if scheme == "tg" and separator:
        return bool(host)
    return (not separator or scheme in {"http", "https"}) and ("." in host or host.startswith("localhost:"))


def _reply(markup: Json) -> Json:
    rows = _rows(markup["keyboard"], "keyboard")
    buttons = [[{"text": button} if isinstance(button, str) else button for button in row] for row in rows]
    for button in (button for row in buttons for button in row):
        if not isinstance(button, dict):
            raise bad_request("can't parse keyboard button: KeyboardButton must be a String or an Object")
        _check_label(button, "can't parse keyboard button: ")
    return markup | {"keyboard": buttons}
