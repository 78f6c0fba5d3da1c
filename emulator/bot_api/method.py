"""The table of methods: a function for each name, entered by a decorator."""

from collections.abc import Awaitable, Callable
from typing import TypeVar

from emulator.bot_api.request import Request
from emulator.chat import Telegram

Handler = Callable[[Telegram, Request], object | Awaitable[object]]
H = TypeVar("H", bound=Handler)

METHODS: dict[str, Handler] = {}


def method(name: str) -> Callable[[H], H]:
    """Enter a function under its Bot API name; the server does not mind case."""

    def enter(handler: H) -> H:
        METHODS[name.lower()] = handler
        return handler

    return enter
