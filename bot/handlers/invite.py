"""Inviting staff, and the owner who trains as well. What a link does when it is opened is `start`'s."""

from typing import Any

from bot.action import Actions, Turn
from bot.keyboards.invite import AlsoTrain, BecomeTrainer, MakeInvite, OpenInvite, WarnAdmin, Withdraw
from bot.ports import Work
from bot.screens import home
from bot.screens import invite as screens
from domain import asking, invite, overview, trainer
from domain.error import NotFound
from domain.ids import InviteId
from domain.invite import Door, InviteUnusable
from domain.overview import Overview
from domain.permission import STAFF, Permission
from domain.person import Person

on = Actions()
QUESTION = "invite"


@on.command("invite", may=Permission.INVITE)
@on.tap(OpenInvite, may=Permission.INVITE)
async def choose(turn: Turn[Any]) -> None:
    await turn.show(screens.choose(turn.words, await turn.transact(_ask, turn.actor)))


@on.tap(WarnAdmin, may=Permission.INVITE)
async def warn_admin(turn: Turn[WarnAdmin]) -> None:
    await turn.transact(asking.ask, turn.actor.id, QUESTION)
    await turn.show(screens.warn_admin(turn.words))


@on.tap(MakeInvite, may=Permission.INVITE, late=choose)
async def make(turn: Turn[MakeInvite]) -> None:
    """The open question is used up with the link, so that a second tap makes no second door into the studio."""
    if turn.asked is None or turn.asked.kind != QUESTION:
        await turn.refuse(screens.used_button(turn.words))
        return
    role = next((role for role in STAFF if role.value == turn.data.role), None)
    if role is None:
        raise NotFound
    made = await turn.transact(invite.create, turn.actor, role)
    await turn.chat.send(screens.made(turn.words, made, turn.studio.name, turn.settings.bot_username))
    await turn.show(screens.below(turn.words))


@on.tap(Withdraw, may=Permission.INVITE, late=choose)
async def withdraw(turn: Turn[Withdraw]) -> None:
    try:
        left = await turn.transact(_withdraw, turn.actor, turn.data.invite)
    except InviteUnusable:
        left = await turn.transact(_ask, turn.actor)
        await turn.refuse(screens.gone(turn.words), screens.choose(turn.words, left))
    else:
        await turn.show(screens.choose(turn.words, left, screens.withdrawn(turn.words)))


@on.tap(AlsoTrain, may=Permission.INVITE)
async def ask_to_train(turn: Turn[Any]) -> None:
    await turn.show(screens.also_train(turn.words))


@on.tap(BecomeTrainer, may=Permission.INVITE, late=ask_to_train)
async def also_train(turn: Turn[BecomeTrainer]) -> None:
    enrolled, facts = await turn.transact(_enrol, turn.actor)
    await turn.show(home.home(turn.words, enrolled, facts, screens.also_trains(turn.words)))
    await turn.publish_menu(enrolled)


def _ask(work: Work, actor: Person) -> list[Door]:
    asking.ask(work, actor.id, QUESTION)
    return invite.list_open(work, actor)


def _withdraw(work: Work, actor: Person, number: int) -> list[Door]:
    asking.ask(work, actor.id, QUESTION)
    return invite.withdraw(work, actor, InviteId(number))


def _enrol(work: Work, actor: Person) -> tuple[Person, Overview]:
    enrolled = trainer.also_train(work, actor)
    return enrolled, overview.of(work, enrolled)
