"""Home, help, and everything that fits nowhere else: strays, buttons that are gone, groups."""

from typing import Any

from bot.action import Actions, Turn
from bot.chat import Screen
from bot.keyboards.button import Home, Nothing
from bot.keyboards.home import OpenHelp
from bot.screens import home as screens
from bot.screens import start
from domain import asking, invite, overview, welcome
from domain.permission import Permission

on = Actions()
AGAIN = "event:again"


@on.tap(Home, may=Permission.EVERYONE)
async def home(turn: Turn[Home]) -> None:
    await turn.show(await _home(turn))


@on.command("help", may=Permission.EVERYONE)
@on.tap(OpenHelp, may=Permission.EVERYONE)
async def help_(turn: Turn[Any]) -> None:
    await turn.show(screens.help_text(turn.words, turn.actor, turn.studio.unit_minutes))


@on.tap(Nothing, may=Permission.EVERYONE)
async def nothing(turn: Turn[Nothing]) -> None:
    await turn.answer()


@on.event("stray", may=Permission.EVERYONE)
async def stray(turn: Turn[Any]) -> None:
    """A text, a sticker or a command that nothing takes; a visitor is asked again what the sign-up asks."""
    if welcome.is_visitor(turn.actor):
        await turn.show(await _home(turn))
    elif turn.origin.key.startswith("/"):
        await turn.show(screens.unknown_command(turn.words, turn.actor, turn.origin.key))
    else:
        await turn.show(screens.lost(turn.words, turn.actor, turn.origin.content, turn.data or ""))


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
        if turn.origin.key != AGAIN:
            await turn.transact(asking.ask, turn.actor.id, welcome.NAME_QUESTION)
        invited = invite.is_invitation(turn.actor.payload)
        return start.welcome(turn.words, turn.studio.name, turn.actor.name, invited=invited)
    return screens.home(turn.words, turn.actor, await turn.read(overview.of, turn.actor), first_line)
