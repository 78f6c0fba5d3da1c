"""What the bot says about itself outside its chats: name, descriptions, menu buttons."""

from typing import Any

Json = dict[str, Any]


class Profile:
    """Texts by language (an empty language means everybody else) and menu buttons by chat (None means all others)."""

    def __init__(self) -> None:
        self.names: dict[str, str] = {"": "Session Tracker"}
        self.descriptions: dict[str, str] = {}
        self.short_descriptions: dict[str, str] = {}
        self.menu_buttons: dict[int | None, Json] = {}

    def set_menu_button(self, chat_id: int | None, button: Json) -> None:
        """Change a chat's button, or that of all chats without one of their own."""
        self.menu_buttons[chat_id] = button

    def menu_button(self, chat_id: int | None) -> Json:
        """The button beside a chat's text field; the app's own default shows the commands."""
        own = self.menu_buttons.get(chat_id, {"type": "default"})
        if chat_id is None or own["type"] != "default":
            return own
        return self.menu_buttons.get(None, own)
