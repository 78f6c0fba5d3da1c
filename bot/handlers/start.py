"""Coming in: /start and its deep links, the two taps of the sign-up, blocking and coming back."""

from typing import Any, NamedTuple

from bot.action import Actions, Turn
from bot.keyboards.start import ConfirmName, ConfirmZone
from bot.screens import home, problem
from bot.screens import invite as invitations
from bot.screens import start as screens
from domain import invite, overview, welcome
from domain.error import Refusal
from domain.overview import Overview
from domain.permission import Permission, Role
from domain.person import Person

on = Actions()


@on.event("newcomer", may=Permission.EVERYONE)
@on.command("start", may=Permission.EVERYONE)
async def start(turn: Turn[Any]) -> None:
    here = await turn.transact(_arrive, turn)
    if welcome.is_visitor(here.person):
        await _greet(turn, here)
        return
    await turn.show(home.home(turn.words, here.person, here.facts, _news(turn, here)))
    if turn.person is None or turn.person.roles != here.person.roles:
        await turn.publish_menu(here.person)


@on.tap(ConfirmName, may=Permission.EVERYONE)
async def confirm_name(turn: Turn[ConfirmName]) -> None:
    await turn.show(screens.zone(turn.words, turn.actor.name))


@on.tap(ConfirmZone, may=Permission.EVERYONE)
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
    invited = invite.is_invitation(here.person.payload)
    screen = screens.welcome(turn.words, turn.studio.name, here.person.name, invited)
    if here.refusal is None:
        await turn.show(screen)
    else:
        await turn.refuse(problem.words_for(turn.words, here.refusal), screen)


def _news(turn: Turn[Any], here: Here) -> str:
    if here.refusal is not None:
        return turn.words.t("{text}", text=problem.words_for(turn.words, here.refusal))
    return invitations.joined(turn.words, here.joined_as) if here.joined_as else ""


def _arrive(work: Any, turn: Turn[Any]) -> Here:
    """Know the person; a member's invitation link is used at once, a visitor's waits for the sign-up."""
    arrived = welcome.arrive(work, turn.origin.sender, turn.settings.admin_ids)
    if not invite.is_invitation(arrived.payload):
        return Here(arrived, overview.of(work, arrived))
    if not welcome.is_visitor(arrived):
        return _follow(work, arrived)
    try:
        invite.check(work, arrived, arrived.payload)
    except Refusal as refusal:
        return Here(welcome.forget_payload(work, arrived), overview.of(work, arrived), refusal=refusal)
    return Here(arrived, overview.of(work, arrived))


def _join(work: Any, visitor: Person) -> Here:
    """Staff who were invited get their role; everybody else becomes a trainee."""
    if invite.is_invitation(visitor.payload):
        return _follow(work, visitor)
    member = welcome.sign_up(work, visitor)
    return Here(member, overview.of(work, member))


def _follow(work: Any, somebody: Person) -> Here:
    """Use the link; one that cannot be used is forgotten and changes nothing else."""
    followed = welcome.forget_payload(work, somebody)
    try:
        joined, used = invite.accept(work, followed, somebody.payload)
    except Refusal as refusal:
        return Here(followed, overview.of(work, followed), refusal=refusal)
    return Here(joined, overview.of(work, joined), joined_as=used.role)
