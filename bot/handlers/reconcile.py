"""Proving the books in the chat; nothing is changed by it."""

from typing import Any

from bot.action import Actions, Turn
from bot.keyboards.reconcile import OpenReconcile
from bot.screens import reconcile as screens
from domain import reconcile
from domain.permission import Permission

on = Actions()


@on.command("reconcile", may=Permission.ADJUST)
@on.tap(OpenReconcile, may=Permission.ADJUST)
async def prove(turn: Turn[Any]) -> None:
    await turn.show(screens.findings(turn.words, await turn.survey(reconcile.reconcile)))
