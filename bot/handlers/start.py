"""Coming in: /start and its deep links, the two questions of the sign-up, blocking and coming back.

Both questions can be tapped and typed. For somebody who is in, the buttons of the sign-up only lead home.
"""

from dataclasses import replace
from functools import wraps
from typing import Any, NamedTuple

from bot.action import Actions, Handler, Turn
from bot.chat import Screen
from bot.keyboards.profile import ZONES
from bot.keyboards.start import ConfirmName, ConfirmZone, OtherName, OtherZone, PickCity
from bot.ports import Work
from bot.screens import home, problem
from bot.screens import invite as invitations
from bot.screens import start as screens
from bot.words import Words
from domain import asking, invite, overview, person, welcome
from domain.error import NotAllowed, NotFound, Refusal
from domain.overview import Overview
from domain.permission import Permission, Role
from domain.person import Person

on = Actions()
NAME, CITY = welcome.NAME_QUESTION, welcome.CITY_QUESTION


@on.event("newcomer", may=Permission.EVERYONE)
@on.command("start", may=Permission.EVERYONE)
async def start(turn: Turn[Any]) -> None:
    here = await turn.transact(_arrive, turn)
    if welcome.is_visitor(here.person):
        await _greet(turn, here)
        return
    await turn.show(home.home(turn.words, here.person, here.facts, _news(turn, here)))
    await turn.publish_menu(here.person)


@on.event("closed", may=Permission.EVERYONE)
async def closed(turn: Turn[Any]) -> None:
    """What is not open: a visitor's command begins the sign-up, a member is told whose it is."""
    if not turn.origin.key.startswith("/"):
        raise NotAllowed
    if not welcome.is_visitor(turn.actor):
        await turn.show(home.closed(turn.words, turn.actor, turn.origin.key))
        return
    await turn.transact(asking.ask, turn.actor.id, NAME)
    await turn.show(_welcome(turn, turn.actor, screens.sign_up_first(turn.words)))


def _visitor_s(step: Handler) -> Handler:
    """A step of the sign-up; a member who finds its button again is shown their home."""

    @wraps(step)
    async def taken(turn: Turn[Any]) -> None:
        if welcome.is_visitor(turn.actor):
            await step(turn)
            return
        facts = await turn.read(overview.of, turn.actor)
        await turn.refuse(screens.in_already(turn.words), home.home(turn.words, turn.actor, facts))

    return taken


@on.tap(ConfirmName, may=Permission.EVERYONE)
@_visitor_s
async def confirm_name(turn: Turn[ConfirmName]) -> None:
    await turn.transact(asking.ask, turn.actor.id, CITY)
    await turn.show(screens.zone(turn.words, turn.actor.name))


@on.tap(OtherName, may=Permission.EVERYONE)
@_visitor_s
async def other_name(turn: Turn[OtherName]) -> None:
    await turn.transact(asking.ask, turn.actor.id, NAME)
    await turn.show(screens.ask_name(turn.words))


@on.typed(NAME, may=Permission.EVERYONE)
@_visitor_s
async def typed_name(turn: Turn[str | None]) -> None:
    try:
        renamed = replace(turn.actor, name=person.clean_name(turn.data or ""))
    except Refusal as refusal:
        await turn.refuse(problem.words_for(turn.words, refusal), screens.ask_name(turn.words))
        return
    await turn.transact(_keep, turn.actor, renamed, "name")
    await turn.show(screens.zone(turn.words, renamed.name))


@on.tap(OtherZone, may=Permission.EVERYONE)
@_visitor_s
async def other_zone(turn: Turn[OtherZone]) -> None:
    await turn.transact(asking.ask, turn.actor.id, CITY)
    await turn.show(screens.ask_zone(turn.words))


@on.tap(PickCity, may=Permission.EVERYONE)
@_visitor_s
async def pick_city(turn: Turn[PickCity]) -> None:
    if not 0 <= turn.data.index < len(ZONES):
        raise NotFound
    await _guess(turn, ZONES[turn.data.index])


@on.typed(CITY, may=Permission.EVERYONE)
@_visitor_s
async def typed_city(turn: Turn[str | None]) -> None:
    try:
        zone = person.known_zone(turn.data or "")
    except Refusal as refusal:
        await turn.refuse(problem.words_for(turn.words, refusal), screens.ask_zone(turn.words))
        return
    await _guess(turn, zone)


@on.tap(ConfirmZone, may=Permission.EVERYONE)
@_visitor_s
async def confirm_zone(turn: Turn[ConfirmZone]) -> None:
    here = await turn.transact(_join, turn.actor)
    if welcome.is_visitor(here.person):
        await _greet(turn, here)
        return
    await turn.show(home.home(turn.words, here.person, here.facts, screens.joined(turn.words)))
    await turn.publish_menu(here.person)


@on.event("membership", may=Permission.EVERYONE)
async def membership(turn: Turn[str]) -> None:
    reachable = turn.data not in {"kicked", "left"}
    await turn.transact(welcome.set_reachable, turn.actor, reachable=reachable)


class Here(NamedTuple):
    """Somebody who has come in, what their home shows, and what became of an invitation they followed."""

    person: Person
    facts: Overview
    joined_as: Role | None = None
    refusal: Refusal | None = None


async def _greet(turn: Turn[Any], here: Here) -> None:
    """Begin the sign-up; an invitation that cannot be used is named first."""
    screen = _welcome(turn, here.person)
    if here.refusal is None:
        await turn.show(screen)
    else:
        await turn.refuse(problem.words_for(turn.words, here.refusal), screen)


def _welcome(turn: Turn[Any], visitor: Person, first_line: str = "") -> Screen:
    invited = invite.is_invitation(visitor.payload)
    return screens.welcome(turn.words, turn.studio.name, visitor.name, invited=invited, first_line=first_line)


async def _guess(turn: Turn[Any], zone: str) -> None:
    """Take the zone as the better guess, and ask whether its clock is right."""
    moved = replace(turn.actor, zone=zone)
    await turn.transact(_keep, turn.actor, moved, "zone")
    words = Words(moved.language, zone, turn.studio.zone, turn.now)
    await turn.show(screens.zone(words, moved.name))


def _keep(work: Work, visitor: Person, changed: Person, field: str) -> None:
    person.save(work, visitor, changed, field)
    asking.ask(work, visitor.id, CITY)


def _news(turn: Turn[Any], here: Here) -> str:
    if here.refusal is not None:
        return turn.words.escaped(problem.words_for(turn.words, here.refusal))
    return invitations.joined(turn.words, here.joined_as) if here.joined_as else ""


def _arrive(work: Work, turn: Turn[Any]) -> Here:
    """Know the person; a member's invitation link is used at once, a visitor's waits for the sign-up."""
    arrived = welcome.arrive(work, turn.origin.sender, turn.settings.admin_ids)
    if not welcome.is_visitor(arrived):
        return _follow(work, arrived) if invite.is_invitation(arrived.payload) else _here(work, arrived)
    asking.ask(work, arrived.id, NAME)
    if not invite.is_invitation(arrived.payload):
        return _here(work, arrived)
    try:
        invite.check(work, arrived, arrived.payload)
    except Refusal as refusal:
        return _here(work, welcome.forget_payload(work, arrived), refusal=refusal)
    return _here(work, arrived)


def _join(work: Work, visitor: Person) -> Here:
    """Staff who were invited get their role; everybody else becomes a trainee."""
    if not invite.is_invitation(visitor.payload):
        return _here(work, welcome.sign_up(work, visitor))
    here = _follow(work, visitor)
    if here.refusal is not None:
        asking.ask(work, visitor.id, NAME)
    return here


def _follow(work: Work, somebody: Person) -> Here:
    """Use the link; one that cannot be used is forgotten and changes nothing else."""
    followed = welcome.forget_payload(work, somebody)
    try:
        joined, used = invite.accept(work, followed, somebody.payload)
    except Refusal as refusal:
        return _here(work, followed, refusal=refusal)
    return _here(work, joined, joined_as=used.role)


def _here(work: Work, somebody: Person, joined_as: Role | None = None, refusal: Refusal | None = None) -> Here:
    return Here(somebody, overview.of(work, somebody), joined_as, refusal)
