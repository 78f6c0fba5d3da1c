"""Home, help, and everything that fits nowhere else: strays, buttons that are gone, groups."""

from typing import Any

from bot.action import Actions, Turn
from bot.chat import Screen
from bot.keyboards.button import Home, Nothing
from bot.screens import home as screens
from bot.screens import start
from domain import overview, welcome
from domain.permission import Permission

on = Actions()


@on.tap(Home, may=Permission.EVERYONE)
async def home(turn: Turn[Home]) -> None:
    await turn.show(await _home(turn))


@on.command("help", may=Permission.EVERYONE)
async def help_(turn: Turn[str]) -> None:
    await turn.show(screens.help_text(turn.words, turn.actor))


@on.tap(Nothing, may=Permission.EVERYONE)
async def nothing(turn: Turn[Nothing]) -> None:
    await turn.answer()


@on.event("stray", may=Permission.EVERYONE)
async def stray(turn: Turn[Any]) -> None:
    await turn.show(await _home(turn, screens.lost(turn.words)))


@on.event("again", may=Permission.EVERYONE)
async def again(turn: Turn[Any]) -> None:
    await turn.show(await _home(turn, screens.shown_again(turn.words)))


@on.event("old_button", may=Permission.EVERYONE)
async def old_button(turn: Turn[Any]) -> None:
    await turn.refuse(screens.old_button(turn.words), await _home(turn))


@on.event("group", may=Permission.EVERYONE)
async def group(turn: Turn[Any]) -> None:
    await turn.show(screens.group(turn.words, turn.settings.bot_username))


async def _home(turn: Turn[Any], first_line: str = "") -> Screen:
    if welcome.is_visitor(turn.actor):
        return start.welcome(turn.words, turn.studio.name, turn.actor.name, invited=bool(turn.actor.payload))
    return screens.home(turn.words, turn.actor, await turn.read(overview.of, turn.actor), first_line)
