"""The profile: name, time zone, language, reminders, and which role's menu is shown."""

from dataclasses import replace
from typing import Any

from bot.action import Actions, Turn
from bot.chat import Screen
from bot.keyboards.profile import (
    ZONES,
    AskLanguage,
    AskName,
    AskReminders,
    AskRole,
    AskZone,
    OpenProfile,
    PickLanguage,
    PickReminders,
    PickRole,
    PickZone,
)
from bot.ports import Work
from bot.screens import home, problem
from bot.screens import profile as screens
from bot.words import Words, languages
from domain import asking, overview, person, reminder
from domain.error import NotFound
from domain.permission import Permission, Role
from domain.person import NameUnusable, Person, ZoneUnknown

on = Actions()


@on.command("profile", may=Permission.MEMBER)
@on.tap(OpenProfile, may=Permission.MEMBER)
async def profile(turn: Turn[Any]) -> None:
    await turn.show(screens.profile(turn.words, turn.actor, turn.studio))


@on.tap(AskName, may=Permission.MEMBER)
async def ask_name(turn: Turn[AskName]) -> None:
    await turn.transact(asking.ask, turn.actor.id, "name")
    await turn.show(screens.ask_name(turn.words))


@on.typed("name", may=Permission.MEMBER)
async def typed_name(turn: Turn[str | None]) -> None:
    try:
        renamed = replace(turn.actor, name=person.clean_name(turn.data or ""))
    except NameUnusable as refusal:
        await turn.refuse(problem.words_for(turn.words, refusal), screens.ask_name(turn.words))
        return
    await turn.transact(person.save, turn.actor, renamed, "name")
    await turn.show(_after(turn, renamed))


@on.tap(AskZone, may=Permission.MEMBER)
async def ask_zone(turn: Turn[AskZone]) -> None:
    await turn.transact(asking.ask, turn.actor.id, "zone")
    await turn.show(screens.ask_zone(turn.words))


@on.tap(PickZone, may=Permission.MEMBER)
async def pick_zone(turn: Turn[PickZone]) -> None:
    if not 0 <= turn.data.index < len(ZONES):
        raise NotFound
    await _set_zone(turn, ZONES[turn.data.index])


@on.typed("zone", may=Permission.MEMBER)
async def typed_zone(turn: Turn[str | None]) -> None:
    try:
        zone = person.known_zone(turn.data or "")
    except ZoneUnknown as refusal:
        await turn.refuse(problem.words_for(turn.words, refusal), screens.ask_zone(turn.words))
        return
    await _set_zone(turn, zone)


@on.command("language", may=Permission.MEMBER)
@on.tap(AskLanguage, may=Permission.MEMBER)
async def ask_language(turn: Turn[Any]) -> None:
    await turn.show(screens.ask_language(turn.words))


@on.tap(PickLanguage, may=Permission.MEMBER)
async def pick_language(turn: Turn[PickLanguage]) -> None:
    if turn.data.code not in languages():
        raise NotFound
    changed = replace(turn.actor, language=turn.data.code)
    await turn.transact(person.save, turn.actor, changed, "language")
    await turn.show(_after(turn, changed))
    await turn.publish_menu(changed)


@on.tap(AskReminders, may=Permission.MEMBER)
async def ask_reminders(turn: Turn[AskReminders]) -> None:
    await turn.show(screens.ask_reminders(turn.words, turn.actor, turn.studio))


@on.tap(PickReminders, may=Permission.MEMBER)
async def pick_reminders(turn: Turn[PickReminders]) -> None:
    choices = {"studio": None, "none": (), "1440": (1440,), "120": (120,), "1440-120": (1440, 120)}
    if turn.data.leads not in choices:
        raise NotFound
    changed = replace(turn.actor, reminder_leads=choices[turn.data.leads])
    await turn.transact(_set_reminders, turn.actor, changed)
    await turn.show(_after(turn, changed))


@on.command("role", may=Permission.MEMBER)
@on.tap(AskRole, may=Permission.MEMBER)
async def ask_role(turn: Turn[Any]) -> None:
    await turn.show(screens.ask_role(turn.words, turn.actor))


@on.tap(PickRole, may=Permission.MEMBER)
async def pick_role(turn: Turn[PickRole]) -> None:
    wanted = next((role for role in turn.actor.roles if role.value == turn.data.role), Role(0))
    if not wanted:
        raise NotFound
    changed = replace(turn.actor, acting_as=wanted)
    facts = await turn.transact(_switch, turn.actor, changed)
    await turn.show(home.home(turn.words, changed, facts))


async def _set_zone(turn: Turn[Any], zone: str) -> None:
    changed = replace(turn.actor, zone=zone)
    await turn.transact(person.save, turn.actor, changed, "zone")
    await turn.show(_after(turn, changed))


def _set_reminders(work: Work, actor: Person, changed: Person) -> None:
    person.save(work, actor, changed, "reminders")
    reminder.replan_own(work, changed)


def _switch(work: Work, actor: Person, changed: Person) -> overview.Overview:
    person.save(work, actor, changed, "acting_as")
    return overview.of(work, changed)


def _after(turn: Turn[Any], changed: Person) -> Screen:
    """Back at the profile, in the words that are right from now on."""
    words = Words(changed.language, changed.zone, turn.studio.zone, turn.now)
    return screens.profile(words, changed, turn.studio, changed=True)
