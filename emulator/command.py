"""Command menus: what the bot published for which scope and language, and which of them a person sees."""

import json
from typing import Any

from emulator.person import Person

Json = dict[str, Any]

PRIVATE_SCOPES = ("default", "all_private_chats", "chat")


def scope_key(scope: Json) -> str:
    """Scopes that mean the same chat and members have the same key."""
    return json.dumps(scope, sort_keys=True)


class Commands:
    """The published menus by scope and language (an empty language means everybody else)."""

    def __init__(self) -> None:
        self._menus: dict[tuple[str, str], list[Json]] = {}

    def set(self, scope: Json, language: str, menu: list[Json]) -> None:
        """Publish a menu in place of the one before."""
        self._menus[scope_key(scope), language] = menu

    def get(self, scope: Json, language: str) -> list[Json]:
        """The menu of exactly this scope and language."""
        return self._menus.get((scope_key(scope), language), [])

    def delete(self, scope: Json, language: str) -> None:
        """Take a menu back; less special ones show through."""
        self._menus.pop((scope_key(scope), language), None)

    def seen_by(self, person: Person) -> list[Json]:
        """The menu in a person's private chat: the narrowest scope first, in each their language first."""
        scopes: list[Json] = [
            {"type": "chat", "chat_id": person.id},
            {"type": "all_private_chats"},
            {"type": "default"},
        ]
        keys = [(scope_key(scope), language) for scope in scopes for language in (person.language_code, "")]
        return next((self._menus[key] for key in keys if self._menus.get(key)), [])
