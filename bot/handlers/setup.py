"""The admin's panel."""

from typing import Any

from bot.action import Actions, Turn
from bot.keyboards.studio import OpenAdmin
from bot.screens import setup as screens
from domain import setup
from domain.permission import Permission

on = Actions()


@on.command("admin", may=Permission.SETTINGS)
@on.tap(OpenAdmin, may=Permission.SETTINGS)
async def panel(turn: Turn[Any]) -> None:
    await turn.show(screens.panel(turn.words, turn.actor, await turn.read(setup.of), online=turn.settings.online))
