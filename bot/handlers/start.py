"""Coming in: /start and its deep links, the two taps of the sign-up, blocking and coming back."""

from typing import Any

from bot.action import Actions, Turn
from bot.keyboards.start import ConfirmName, ConfirmZone
from bot.screens import home
from bot.screens import start as screens
from domain import invite, overview, welcome
from domain.overview import Overview
from domain.permission import Permission
from domain.person import Person

on = Actions()


@on.event("newcomer", may=Permission.EVERYONE)
@on.command("start", may=Permission.EVERYONE)
async def start(turn: Turn[Any]) -> None:
    arrived, facts = await turn.transact(_arrive, turn)
    if welcome.is_visitor(arrived):
        invited = arrived.payload.startswith(invite.PREFIX)
        await turn.show(screens.welcome(turn.words, turn.studio.name, arrived.name, invited))
    else:
        await turn.show(home.home(turn.words, arrived, facts))


@on.tap(ConfirmName, may=Permission.EVERYONE)
async def confirm_name(turn: Turn[ConfirmName]) -> None:
    await turn.show(screens.zone(turn.words, turn.actor.name))


@on.tap(ConfirmZone, may=Permission.EVERYONE)
async def confirm_zone(turn: Turn[ConfirmZone]) -> None:
    member, facts = await turn.transact(_join, turn.actor)
    await turn.show(home.home(turn.words, member, facts, screens.joined(turn.words)))


@on.event("membership", may=Permission.EVERYONE)
async def membership(turn: Turn[str]) -> None:
    reachable = turn.data not in {"kicked", "left"}
    await turn.transact(welcome.set_reachable, turn.actor, reachable=reachable)


def _arrive(work: Any, turn: Turn[Any]) -> tuple[Person, Overview]:
    """Know the person; a member's invitation link is used at once, a visitor's waits for the sign-up."""
    arrived = welcome.arrive(work, turn.origin.sender, turn.settings.admin_ids)
    if not welcome.is_visitor(arrived) and arrived.payload.startswith(invite.PREFIX):
        arrived = _follow(work, arrived)
    return arrived, overview.of(work, arrived)


def _join(work: Any, visitor: Person) -> tuple[Person, Overview]:
    """Staff who were invited get their role; everybody else becomes a trainee."""
    member = _follow(work, visitor) if visitor.payload.startswith(invite.PREFIX) else welcome.sign_up(work, visitor)
    return member, overview.of(work, member)


def _follow(work: Any, somebody: Person) -> Person:
    joined, _ = invite.accept(work, welcome.forget_payload(work, somebody), somebody.payload)
    return joined
