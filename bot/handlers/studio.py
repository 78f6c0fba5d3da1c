"""The studio's settings: shown, tapped or typed. `/settings` shows everybody else their own, the profile."""

from typing import Any, NamedTuple

from bot import reading
from bot.action import Actions, Turn
from bot.keyboards.studio import FIELDS, HORIZON, LEADS, PLACE, AskSetting, OpenSettings, SetSetting, unpacked
from bot.ports import Work
from bot.screens import problem, profile
from bot.screens import studio as screens
from domain import asking, reminder, studio
from domain.error import NotFound, Refusal
from domain.permission import Permission
from domain.person import Person
from domain.studio import Studio

on = Actions()
Value = int | str | tuple[int, ...]


class Changed(NamedTuple):
    """The studio as it is now, and how many booked sessions have their reminders planned anew."""

    studio: Studio
    replanned: int


@on.command("settings", may=Permission.EVERYONE)
async def settings_of(turn: Turn[str]) -> None:
    if turn.actor.may(Permission.SETTINGS):
        await settings(turn)
    else:
        await turn.show(profile.profile(turn.words, turn.actor, turn.studio))


@on.tap(OpenSettings, may=Permission.SETTINGS)
async def settings(turn: Turn[Any]) -> None:
    await turn.show(screens.settings(turn.words, turn.studio))


@on.tap(AskSetting, may=Permission.SETTINGS)
async def ask(turn: Turn[Any]) -> None:
    field = _known(turn.data.field)
    await turn.transact(asking.ask, turn.actor.id, "setting", {"field": field})
    await turn.show(screens.setting(turn.words, turn.studio, field))


@on.tap(SetSetting, may=Permission.SETTINGS, late=ask)
async def tapped(turn: Turn[SetSetting]) -> None:
    field = _known(turn.data.field)
    await _set(turn, field, _carried(field, turn.data.value))


@on.typed("setting", may=Permission.SETTINGS)
async def typed(turn: Turn[str | None]) -> None:
    field = _known(str(turn.asked_value("field")))
    try:
        await _set(turn, field, _read(field, turn.data))
    except Refusal as refusal:
        question = screens.setting(turn.words, turn.studio, field)
        await turn.refuse(problem.words_for(turn.words, refusal), question)


async def _set(turn: Turn[Any], field: str, value: Value) -> None:
    now = await turn.transact(_change, turn.actor, field, value)
    told = screens.changed(turn.words, now.studio, field)
    if now.replanned:
        told += "\n" + screens.replanned(turn.words, now.replanned)
    await turn.show(screens.settings(turn.words, now.studio, told))


def _known(field: str) -> str:
    if field not in FIELDS:
        raise NotFound
    return field


def _carried(field: str, value: str) -> Value:
    """What a button carries; a forged one does not exist."""
    try:
        if field == LEADS:
            return unpacked(value)
        return value if field == PLACE else int(value)
    except ValueError as forged:
        raise NotFound from forged


def _read(field: str, text: str | None) -> Value:
    if field == PLACE:
        if not (text or "").strip():
            raise reading.TextMissing
        return text or ""
    if field == LEADS:
        return reading.lengths(text)
    return reading.days(text) if field == HORIZON else reading.length(text)


def _change(work: Work, actor: Person, field: str, value: Value) -> Changed:
    """Change a setting; what waiting reminders say or when they go is planned anew."""
    if isinstance(value, int):
        return Changed(studio.set_number(work, actor, field, value), 0)
    if isinstance(value, str):
        return Changed(studio.set_place(work, actor, value), reminder.replan_all(work))
    return Changed(studio.set_leads(work, actor, value), reminder.replan_all(work))
